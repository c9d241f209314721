package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The ledger as {@code delivery} uses it. Every method is one transaction (or one shared commit) of
 * its own and throws {@link dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 * Thread-safe.
 */
public final class Ledger {
  private final Transactions transactions;
  private final Clock clock;
  private final LaneClaims claims;
  private final LinkRows links = new LinkRows();
  private final TeamExpansion expansion = new TeamExpansion();
  private final Consumer<Booking> booker;
  private final Object oneClaimer = new Object();

  /**
   * @param booker makes a booking durable, together with others; see {@link #bookings}
   */
  public Ledger(
      Transactions transactions, Ids ids, int node, Clock clock, Consumer<Booking> booker) {
    this.transactions = transactions;
    this.clock = clock;
    this.claims = new LaneClaims(ids, node, transactions.kind() == DatabaseKind.MARIADB);
    this.booker = booker;
  }

  /** What writes bookings, for a shared commit over {@code book}. */
  public static BookingWriter bookings(
      Ids ids, SyncLog log, LaneTriggers lanes, Sweeps sweeps) {
    Bookings bookings = new Bookings(ids, log, lanes, sweeps);
    return bookings::book;
  }

  /** Writes bookings inside a transaction. */
  @FunctionalInterface
  public interface BookingWriter {
    /**
     * @throws LaneLost when a lease is gone
     * @throws LinkTaken when another live resource holds a link
     */
    void book(java.sql.Connection connection, List<Booking> bookings) throws java.sql.SQLException;
  }

  /** Up to so many due lanes of an app, leavers first; ours until the lease ends. */
  public List<Lane> claim(int app, int most, Duration lease) {
    if (transactions.kind() == DatabaseKind.MARIADB) {
      return claimOnce(app, most, lease);
    }
    synchronized (oneClaimer) {
      return claimOnce(app, most, lease);
    }
  }

  private List<Lane> claimOnce(int app, int most, Duration lease) {
    long now = clock.millis();
    return transactions.run(
        connection -> claims.claim(connection, app, most, now, now + lease.toMillis()));
  }

  /**
   * Makes a step of a delivery durable.
   *
   * @throws LaneLost when the lease is gone: nothing was stored
   * @throws LinkTaken when another live resource holds the link: nothing was stored
   */
  public void book(Booking booking) {
    booker.accept(booking);
  }

  public Optional<Link> link(int app, LaneKind kind, long resource) {
    return Optional.ofNullable(
        transactions.run(connection -> links.find(connection, app, kind, resource)));
  }

  /** Turns the group's membership changes into rows to be looked at; all of them, in pages. */
  public void expand(Lane lane, long group) {
    boolean more = true;
    while (more) {
      more = transactions.run(connection -> expansion.page(connection, lane, group));
    }
    long now = clock.millis();
    transactions.run(
        connection -> {
          MemberWork.unpark(connection, lane, now);
          return true;
        });
  }

  /** The team lost its group: every row is to be looked at for removal. */
  public void dissolve(Lane lane) {
    boolean more = true;
    while (more) {
      more = transactions.run(connection -> expansion.dissolvePage(connection, lane));
    }
  }

  /** Rows to be delivered, with everything that decides about them now; removals first. */
  public List<MemberWork> work(Lane lane, int most) {
    return transactions.run(
        connection -> {
          List<MemberWork> rows =
              new java.util.ArrayList<>(
                  MemberWork.page(connection, lane, MemberRow.State.REMOVING, most));
          if (rows.size() < most) {
            rows.addAll(
                MemberWork.page(connection, lane, MemberRow.State.DUE, most - rows.size()));
          }
          return rows;
        });
  }

  /** In how many teams of the app we still hold the account. */
  public int teamsHeld(int app, long account) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT COUNT(*) FROM app_member"
                      + " WHERE app_id = ? AND account_id = ? AND held = TRUE")) {
            select.setInt(1, app);
            select.setLong(2, account);
            try (ResultSet found = select.executeQuery()) {
              found.next();
              return found.getInt(1);
            }
          }
        });
  }
}
