package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.GroupCommit;
import dev.idbridge.store.StatementRefused;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * The ledger as {@code delivery} uses it. Every method is one transaction (or one shared commit) of
 * its own and throws {@link dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 * Thread-safe.
 */
public final class Ledger implements AutoCloseable {
  private static final int BATCH = 128;
  private static final int QUEUE = 4_096;

  private final Transactions transactions;
  private final Clock clock;
  private final LaneClaims claims;
  private final LinkRows links = new LinkRows();
  private final TeamExpansion expansion = new TeamExpansion();
  private final GroupCommit<Booking, Boolean> commits;
  private final Object oneClaimer = new Object();

  public Ledger(
      Transactions transactions,
      Ids ids,
      int node,
      Clock clock,
      SyncLog log,
      LaneTriggers lanes,
      Sweeps sweeps) {
    this.transactions = transactions;
    this.clock = clock;
    this.claims = new LaneClaims(ids, node, transactions.kind() == DatabaseKind.MARIADB);
    this.commits =
        new GroupCommit<>(
            "bookings",
            transactions,
            transactions.kind().writers(),
            BATCH,
            QUEUE,
            new Handler(new Bookings(ids, log, lanes, sweeps)));
  }

  private record Handler(Bookings bookings) implements GroupCommit.Handler<Booking, Boolean> {
    @Override
    public void apply(Connection connection, List<GroupCommit.Item<Booking, Boolean>> items)
        throws SQLException {
      bookings.book(connection, items.stream().map(GroupCommit.Item::request).toList());
      items.forEach(item -> item.done(true));
    }

    @Override
    public Exception refusal(Booking booking, StatementRefused refused) {
      // Two newcomers linked the same thing at the same moment: one of them won.
      Link link = booking.link;
      return refused.duplicate() && link != null ? new LinkTaken(link, 0, true) : refused;
    }
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
   * Lanes that a daemon before this one held: due at once, in doubt. Only where no other daemon can
   * hold any, as on the embedded store.
   */
  public void takeOver() {
    long now = clock.millis();
    transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE lane SET due_at = ? WHERE state = 'leased' AND due_at > ?")) {
            update.setLong(1, now);
            update.setLong(2, now);
            return update.executeUpdate();
          }
        });
  }

  /**
   * Makes a step of a delivery durable.
   *
   * @throws LaneLost when the lease is gone: nothing was stored
   * @throws LinkTaken when another live resource holds the link: nothing was stored
   */
  public void book(Booking booking) {
    try {
      commits.submit(booking).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * A holder made a call after it had lost the lane, and its effect may have come after those of
   * the next holder: the whole target is asserted once more, also when it is being delivered now.
   *
   * @param members of a team, whom the call was about
   */
  public void reassert(Lane lane, Collection<Long> members) {
    long now = clock.millis();
    transactions.run(
        connection -> {
          LateCalls.reassert(connection, lane, members, now);
          return true;
        });
  }

  /** Finishes what was handed in. */
  @Override
  public void close() {
    commits.close();
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
            rows.addAll(MemberWork.page(connection, lane, MemberRow.State.DUE, most - rows.size()));
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
