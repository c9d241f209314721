package dev.idbridge.delivery;

import dev.idbridge.ledger.LaneEnd;

/**
 * Brings the grants of one account or team into line. This version has no role rules: nothing is
 * wanted and nothing was ever granted, so the lane is in line as it stands. Thread-safe.
 */
final class GrantSteps {
  private final Bookkeeper books;

  GrantSteps(Bookkeeper books) {
    this.books = books;
  }

  void plan(Delivery delivery) {
    books.end(delivery, books.booking(delivery), new LaneEnd.Done(delivery.lane().basis()));
  }
}
