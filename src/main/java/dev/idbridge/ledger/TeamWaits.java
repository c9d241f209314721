package dev.idbridge.ledger;

import dev.idbridge.ledger.LaneEnd.Waiting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Lanes that wait for a team: a child for its parent, a parent that is to be deleted for its
 * children; and teams that are to be let go, for their roles. Waiting and what ends it serialise on
 * the row of the lane that is waited for. Inside a transaction of the caller; stateless.
 */
final class TeamWaits {
  /** Roles of the lane's team that are to be revoked, or of which nobody decided yet. */
  private static final String ROLES =
      """
      FROM app_grant g WHERE g.app_id = lane.app_id AND g.subject_kind = 'team'
        AND g.subject_id = lane.target_id AND (g.held = TRUE OR g.seen IS NOT NULL)
        AND (g.state IN ('removing', 'parked') OR EXISTS (SELECT 1 FROM lane d
          WHERE d.app_id = g.app_id AND d.kind = 'grants' AND d.target_id = g.subject_id
            AND d.state <> 'idle'))
      """;

  private static final String WAKE_ROLELESS =
      "UPDATE lane SET state = 'due', due_at = ? WHERE app_id = ? AND state = 'waiting'"
          + " AND kind = 'team' AND waits_for_kind = 'grants' AND NOT EXISTS (SELECT 1 "
          + ROLES
          + ")";

  private TeamWaits() {}

  /** Looks once more, under the lock: who waits for what has happened goes on instead. */
  static void recheck(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      if (booking.end instanceof Waiting waiting
          && waiting.forTarget() != 0
          && (waiting.forKind() == LaneKind.GRANTS
              ? rolesGone(connection, booking.lane)
              : waiting.forKind() == LaneKind.TEAM
                  && over(connection, booking, waiting.forTarget()))) {
        booking.end = new LaneEnd.Yield(waiting.basis());
      }
    }
  }

  private static boolean rolesGone(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement(
            "SELECT target_id FROM lane"
                + " WHERE app_id = ? AND kind = 'grants' AND target_id = ? FOR UPDATE")) {
      lock.setInt(1, lane.app());
      lock.setLong(2, lane.target());
      lock.executeQuery().close();
    }
    return rolesLeft(connection, lane).isEmpty();
  }

  static List<String> rolesLeft(Connection connection, Lane team) throws SQLException {
    try (PreparedStatement look =
        connection.prepareStatement(
            "SELECT g.role "
                + ROLES.replace("FROM app_grant g", "FROM lane, app_grant g")
                + " AND lane.app_id = ? AND lane.kind = 'team' AND lane.target_id = ?"
                + " ORDER BY g.role, g.resource")) {
      look.setInt(1, team.app());
      look.setLong(2, team.target());
      List<String> roles = new ArrayList<>();
      try (ResultSet found = look.executeQuery()) {
        while (found.next()) {
          roles.add(found.getString(1));
        }
      }
      return roles;
    }
  }

  /** The net under the next, for all teams of an app; how many were missed. */
  static int wakeRoleless(Connection connection, int app, long now) throws SQLException {
    try (PreparedStatement wake = connection.prepareStatement(WAKE_ROLELESS)) {
      wake.setLong(1, now);
      wake.setInt(2, app);
      return wake.executeUpdate();
    }
  }

  /** The roles of a team changed: when none is left to be revoked, it goes on. */
  static void wakeRoleless(Connection connection, Booking booking) throws SQLException {
    if (booking.lane.kind() != LaneKind.GRANTS || booking.grantsOf != LaneKind.TEAM) {
      return;
    }
    try (PreparedStatement wake =
        connection.prepareStatement(WAKE_ROLELESS + " AND target_id = ?")) {
      wake.setLong(1, booking.at);
      wake.setInt(2, booking.lane.app());
      wake.setLong(3, booking.lane.target());
      wake.executeUpdate();
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

  /** Teams came, went or moved: who waits for them goes on. */
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
