package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.GrantLook;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Looks whether roles that were granted or revoked are so, where the app can be asked for single
 * ones. Roles that were not written are not asked for. Thread-safe.
 */
final class GrantLookSteps {
  /** The most roles of one subject that are noted to be looked at. */
  private static final int MOST = 100;

  private final Bookkeeper books;

  GrantLookSteps(Bookkeeper books) {
    this.books = books;
  }

  /** What was granted or revoked is noted with what the app said. */
  void note(Delivery delivery, Booking booking, GrantRow row, boolean present) {
    if (delivery.app().capabilities().roles().seen() && books.verifies(delivery)) {
      booking.look(new GrantLook(row.role(), present, row.cause()));
    }
  }

  /** Whether the delivery is a look; the next call, or the end, is planned then. */
  boolean plan(Delivery delivery) {
    Link link = GrantSteps.link(delivery);
    if (delivery.lane().looks() == 0 || link == null) {
      return false;
    }
    delivery.grants.looks = looks(delivery);
    if (delivery.grants.looks.isEmpty()) {
      saw(delivery, List.of(), List.of());
    } else {
      delivery.call(
          new Call.SeeGrants(
              link.remoteId(),
              delivery.team.group != null,
              delivery.grants.looks.stream().map(GrantLook::role).toList()));
    }
    return true;
  }

  private List<GrantLook> looks(Delivery delivery) {
    return books.ledger.grantLooks(delivery.lane(), GrantSteps.subject(delivery), MOST);
  }

  /** Whether the answer was one to a look. */
  boolean outcome(Delivery delivery, Object answer) {
    if (delivery.lane().looks() == 0
        || delivery.grants.looks.isEmpty()
        || !(answer instanceof Map<?, ?> seen)) {
      return false;
    }
    List<GrantLook> right = new ArrayList<>();
    List<GrantLook> wrong = new ArrayList<>();
    boolean told = false;
    for (GrantLook look : delivery.grants.looks) {
      Object now = seen.get(look.role().key());
      told |= now == Seen.PRESENT || now == Seen.ABSENT;
      (now == (look.present() ? Seen.ABSENT : Seen.PRESENT) ? wrong : right).add(look);
    }
    if (told) {
      saw(delivery, right, wrong);
    } else {
      // No answer says nothing against what was written, nor for it.
      saw(delivery, List.of(), List.of(), true);
    }
    return true;
  }

  private void saw(Delivery delivery, List<GrantLook> right, List<GrantLook> wrong) {
    saw(delivery, right, wrong, false);
  }

  private void saw(
      Delivery delivery, List<GrantLook> right, List<GrantLook> wrong, boolean unanswered) {
    int look = delivery.lane().looks();
    String basis = delivery.lane().basis();
    Booking booking =
        books.booking(delivery).grantsOf(GrantSteps.subject(delivery)).grantsLooked(right);
    if (unanswered) {
      books.end(delivery, booking, books.look(basis, look));
    } else if (wrong.isEmpty()) {
      books.end(delivery, booking, new LaneEnd.Done(basis));
    } else if (look < Bookkeeper.LOOKS) {
      books.end(delivery, booking, books.look(basis, look + 1));
    } else {
      untrue(delivery, booking, wrong);
    }
  }

  private void untrue(Delivery delivery, Booking booking, List<GrantLook> wrong) {
    for (GrantLook look : wrong) {
      booking.line(
          books.line(
              delivery,
              look.present() ? Action.GRANT : Action.REVOKE,
              GrantSteps.name(delivery),
              "",
              SyncLine.Outcome.FAILED,
              "role "
                  + look.role()
                  + ": the app said yes, but shows the role "
                  + (look.present() ? "as not held" : "as held")
                  + "; asserted anew"));
    }
    books.fail(
        delivery,
        booking.grantsUntrue(wrong),
        new Outcome.Unverified(
            "the app said yes, but after "
                + delivery.lane().looks()
                + " looks "
                + wrong.size()
                + " roles are not so; asserted anew"),
        wrong.getFirst().present() ? Action.GRANT : Action.REVOKE,
        GrantSteps.name(delivery),
        delivery.lane().basis());
  }

  /** How a delivery of roles ends that has nothing left to do: at once, or to be looked at. */
  LaneEnd end(Delivery delivery) {
    String basis = delivery.lane().basis();
    boolean look =
        books.mayVerify(delivery)
            && GrantSteps.link(delivery) != null
            && !looks(delivery).isEmpty();
    return look ? books.look(basis, 1) : new LaneEnd.Done(basis);
  }
}
