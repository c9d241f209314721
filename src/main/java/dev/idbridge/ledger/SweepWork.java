package dev.idbridge.ledger;

import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Works sweeps off, page by page: each page makes its lanes due and advances the position in one
 * transaction, so that an interrupted sweep goes on where it was. Thread-safe.
 */
public final class SweepWork {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final MemberRows members;
  private final Clock clock;

  public SweepWork(Transactions transactions, LaneTriggers lanes, Sweeps sweeps, Clock clock) {
    this.transactions = transactions;
    this.lanes = lanes;
    this.members = new MemberRows(lanes, sweeps);
    this.clock = clock;
  }

  /** A claimed sweep. */
  public record Sweep(
      long id,
      int app,
      String root,
      long rootId,
      long directory,
      long cause,
      int level,
      long position,
      int depth) {
    public Priority priority() {
      return Priority.values()[level];
    }
  }

  /** The sweep to go on with, most urgent first; nobody else takes it within its lease. */
  public Optional<Sweep> claim() {
    long now = clock.millis();
    return transactions.run(
        connection -> {
          Sweep sweep;
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT id, app_id, root_kind, root_id, directory_id, cause, priority, position,
                      depth
                  FROM sweep WHERE lease_until <= ? ORDER BY priority, id LIMIT 1
                  """)) {
            select.setLong(1, now);
            try (ResultSet found = select.executeQuery()) {
              if (!found.next()) {
                return Optional.<Sweep>empty();
              }
              sweep =
                  new Sweep(
                      found.getLong(1),
                      found.getInt(2),
                      found.getString(3),
                      found.getLong(4),
                      found.getLong(5),
                      found.getLong(6),
                      found.getInt(7),
                      found.getLong(8),
                      found.getInt(9));
            }
          }
          try (PreparedStatement take =
              connection.prepareStatement(
                  "UPDATE sweep SET lease_until = ? WHERE id = ? AND lease_until <= ?")) {
            take.setLong(1, now + LEASE.toMillis());
            take.setLong(2, sweep.id);
            take.setLong(3, now);
            return take.executeUpdate() == 1 ? Optional.of(sweep) : Optional.<Sweep>empty();
          }
        });
  }

  /**
   * One page of a sweep over a directory, or over the teams of an account. True when it is over.
   */
  public boolean page(Sweep sweep) {
    return transactions.run(
        connection -> {
          List<Trigger> due = new ArrayList<>();
          if (sweep.root.equals(Sweeps.Root.GROUP_TEAMS.word())) {
            return fedPage(connection, sweep, due);
          }
          long position =
              sweep.root.equals(Sweeps.Root.DIRECTORY.word())
                  ? directoryPage(connection, sweep, due)
                  : teamsPage(connection, sweep, due);
          lanes.makeDue(connection, due);
          if (due.size() < LaneTriggers.MOST) {
            finish(connection, sweep);
            return true;
          }
          advance(connection, sweep, position);
          return false;
        });
  }

  private boolean fedPage(Connection connection, Sweep sweep, List<Trigger> due)
      throws SQLException {
    Long last = Feeds.page(connection, sweep, due, clock.millis());
    lanes.makeDue(connection, due);
    if (last == null) {
      finish(connection, sweep);
      return true;
    }
    advance(connection, sweep, last);
    return false;
  }

  private long directoryPage(Connection connection, Sweep sweep, List<Trigger> due)
      throws SQLException {
    long position = sweep.position;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT id, kind FROM (
              SELECT id, 'account' AS kind FROM directory_user WHERE directory_id = ? AND id > ?
              UNION ALL
              SELECT id, 'team' AS kind FROM directory_group WHERE directory_id = ? AND id > ?
            ) t ORDER BY id LIMIT ?
            """)) {
      select.setLong(1, sweep.rootId);
      select.setLong(2, sweep.position);
      select.setLong(3, sweep.rootId);
      select.setLong(4, sweep.position);
      select.setInt(5, LaneTriggers.MOST / (lanes.granting(sweep.app) ? 2 : 1));
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          position = found.getLong(1);
          due.add(trigger(sweep, LaneKind.of(found.getString(2)), position));
          if (lanes.granting(sweep.app)) {
            due.add(trigger(sweep, LaneKind.GRANTS, position));
          }
        }
      }
    }
    return position;
  }

  private Trigger trigger(Sweep sweep, LaneKind kind, long target) {
    return new Trigger(
        sweep.app, kind, target, sweep.directory, sweep.cause, clock.millis(), Priority.SWEEP);
  }

  private long teamsPage(Connection connection, Sweep sweep, List<Trigger> due)
      throws SQLException {
    List<Long> teams =
        MemberRows.teamsOf(connection, sweep.app, sweep.rootId, sweep.position, LaneTriggers.MOST);
    members.wake(
        connection,
        sweep.app,
        sweep.rootId,
        sweep.directory,
        teams,
        sweep.cause,
        sweep.priority(),
        clock.millis(),
        due);
    return teams.isEmpty() ? sweep.position : teams.getLast();
  }

  /** Notes how far a sweep is, and frees it for its next page. */
  public static void advance(Connection connection, Sweep sweep, long position)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sweep SET position = ?, lease_until = 0 WHERE id = ?")) {
      update.setLong(1, position);
      update.setLong(2, sweep.id);
      update.executeUpdate();
    }
  }

  /** The sweep is over. */
  public static void finish(Connection connection, Sweep sweep) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement("DELETE FROM sweep WHERE id = ?")) {
      delete.setLong(1, sweep.id);
      delete.executeUpdate();
    }
  }
}
