package dev.idbridge.ledger;

import dev.idbridge.ledger.LaneEnd.Waiting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;

/**
 * Lanes of teams that wait: a child for its parent, a parent that is to be deleted for its children,
 * one that is let go for its roles. Waiting and what ends it serialise on the row of the lane that
 * is waited for. Inside a transaction of the caller; stateless.
 */
final class TeamWaits {
  private TeamWaits() {}

  /** Looks once more, under the lock: who waits for what has happened goes on instead. */
  static void recheck(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      if (booking.end instanceof Waiting waiting
          && waiting.forKind() == LaneKind.TEAM
          && waiting.forTarget() != 0
          && over(connection, booking, waiting.forTarget())) {
        booking.end = new LaneEnd.Yield(waiting.basis());
      }
      if (booking.end instanceof Waiting waiting
          && waiting.forKind() == LaneKind.GRANTS
          && booking.lane.kind() == LaneKind.TEAM
          && revoked(connection, booking.lane)) {
        booking.end = new LaneEnd.Yield(waiting.basis());
      }
    }
  }

  private static boolean revoked(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement lock =
            connection.prepareStatement(
                "SELECT target_id FROM lane"
                    + " WHERE app_id = ? AND kind = 'grants' AND target_id = ? FOR UPDATE");
        PreparedStatement look =
            connection.prepareStatement(
                "SELECT 1 FROM app_grant WHERE app_id = ? AND subject_kind = 'team'"
                    + " AND subject_id = ? AND origin = 'OURS'"
                    + " AND (held = TRUE OR seen IS NOT NULL) LIMIT 1")) {
      lock.setInt(1, lane.app());
      lock.setLong(2, lane.target());
      lock.executeQuery().close();
      look.setInt(1, lane.app());
      look.setLong(2, lane.target());
      try (ResultSet found = look.executeQuery()) {
        return !found.next();
      }
    }
  }

  private static boolean over(Connection connection, Booking booking, long team)
      throws SQLException {
    try (PreparedStatement lock =
            connection.prepareStatement(
                "SELECT target_id FROM lane"
                    + " WHERE app_id = ? AND kind = 'team' AND target_id = ? FOR UPDATE");
        PreparedStatement look =
            connection.prepareStatement(
                "SELECT parent_id FROM link"
                    + " WHERE app_id = ? AND kind = 'team' AND resource_id = ?")) {
      lock.setInt(1, booking.lane.app());
      lock.setLong(2, team);
      lock.executeQuery().close();
      look.setInt(1, booking.lane.app());
      look.setLong(2, team);
      try (ResultSet found = look.executeQuery()) {
        boolean there = found.next();
        return booking.untilGone ? !there || found.getLong(1) != booking.lane.target() : there;
      }
    }
  }

  /** Teams came, went, moved or will not be: who waits for them goes on. */
  static void wake(Connection connection, List<Booking> sorted) throws SQLException {
    try (PreparedStatement wake =
        connection.prepareStatement(
            "UPDATE lane SET state = 'due', due_at = ? WHERE app_id = ?"
                + " AND waits_for_kind = 'team' AND waits_for_id = ? AND state = 'waiting'")) {
      boolean any = false;
      for (Booking booking : sorted) {
        if (booking.lane.kind() == LaneKind.TEAM
            && (booking.link != null || booking.unlink || booking.unmade)) {
          wake.setLong(1, booking.at);
          wake.setInt(2, booking.lane.app());
          wake.setLong(3, booking.lane.target());
          wake.addBatch();
          any = true;
        }
      }
      if (any) {
        wake.executeBatch();
      }
    }
  }

  /** Teams that are not where they were believed to be are asserted anew. */
  static void doubt(Connection connection, Booking booking, List<Trigger> woken)
      throws SQLException {
    for (long team : new TreeSet<>(booking.doubtedTeams)) {
      try (PreparedStatement doubt =
          connection.prepareStatement(
              "UPDATE lane SET in_doubt = TRUE"
                  + " WHERE app_id = ? AND kind = 'team' AND target_id = ?")) {
        doubt.setInt(1, booking.lane.app());
        doubt.setLong(2, team);
        doubt.executeUpdate();
      }
      woken.add(
          new Trigger(
              booking.lane.app(),
              LaneKind.TEAM,
              team,
              booking.lane.directory(),
              booking.lane.lastCause(),
              booking.at,
              Priority.NORMAL));
    }
  }
}
