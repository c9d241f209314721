package dev.idbridge.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What we did to an account or a team stays known when its link passes to another resource: its
 * memberships and its roles become the newcomer's, to be taken away unless they are wanted anew.
 * Inside a transaction of the caller; stateless.
 */
final class HandOver {
  private HandOver() {}

  /**
   * Whether somebody is at work, or in doubt, about the owner, or at work about the roles of
   * either. Roles that are booked together with the newcomer's link count as at work: which comes
   * first is not told.
   */
  static boolean busy(Connection connection, Link owned, Link link, List<Booking> together)
      throws SQLException {
    for (Booking booking : together) {
      Lane lane = booking.lane;
      if (lane.app() == owned.app()
          && lane.kind() == LaneKind.GRANTS
          && (lane.target() == owned.resource() || lane.target() == link.resource())) {
        return true;
      }
    }
    return busy(connection, owned, owned.kind(), true)
        || busy(connection, owned, LaneKind.GRANTS, false)
        || busy(connection, link, LaneKind.GRANTS, false);
  }

  private static boolean busy(Connection connection, Link whose, LaneKind kind, boolean orInDoubt)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT state, in_doubt FROM lane"
                + " WHERE app_id = ? AND kind = ? AND target_id = ? FOR UPDATE")) {
      select.setInt(1, whose.app());
      select.setString(2, kind.word());
      select.setLong(3, whose.resource());
      try (ResultSet found = select.executeQuery()) {
        return found.next()
            && (found.getString(1).equals(LaneState.LEASED.word())
                || (orInDoubt && found.getBoolean(2)));
      }
    }
  }

  static void rows(Connection connection, Link owned, Link link, long now) throws SQLException {
    members(connection, owned, link);
    GrantRows.handOver(connection, owned, link.resource());
    wake(connection, owned, now);
  }

  private static void members(Connection connection, Link owned, Link link) throws SQLException {
    boolean team = link.kind() == LaneKind.TEAM;
    String owner = team ? "team_id" : "account_id";
    String other = team ? "account_id" : "team_id";
    // What the newcomer waits for already is known to be there.
    try (PreparedStatement waiting =
        connection.prepareStatement(
            """
            DELETE FROM app_member WHERE app_id = ? AND OWNER = ? AND held = FALSE AND OTHER IN (
              SELECT id FROM (SELECT OTHER AS id FROM app_member
                WHERE app_id = ? AND OWNER = ? AND (held = TRUE OR seen IS NOT NULL)) doing)
            """
                .replace("OWNER", owner)
                .replace("OTHER", other))) {
      waiting.setInt(1, link.app());
      waiting.setLong(2, link.resource());
      waiting.setInt(3, link.app());
      waiting.setLong(4, owned.resource());
      waiting.executeUpdate();
    }
    if (!team) {
      // A delivery of the team may be taking the old account out, or putting it in, right now.
      try (PreparedStatement doubt =
          connection.prepareStatement(
              """
              UPDATE app_member SET held = FALSE, seen = 'ABSENT'
              WHERE app_id = ? AND account_id = ? AND held = TRUE AND origin = 'OURS'
              """)) {
        doubt.setInt(1, link.app());
        doubt.setLong(2, owned.resource());
        doubt.executeUpdate();
      }
    }
    try (PreparedStatement move =
        connection.prepareStatement(
            """
            UPDATE app_member SET OWNER = ?, state = 'removing', causes = causes + 1
            WHERE app_id = ? AND OWNER = ? AND (held = TRUE OR seen IS NOT NULL)
            """
                .replace("OWNER", owner))) {
      move.setLong(1, link.resource());
      move.setInt(2, link.app());
      move.setLong(3, owned.resource());
      move.executeUpdate();
    }
  }

  /** Nothing is left with the old owner that its deletion or its follow-up waits for. */
  private static void wake(Connection connection, Link owned, long now) throws SQLException {
    Waiters.wake(
        connection,
        owned.app(),
        List.of(owned.resource()),
        owned.kind() == LaneKind.TEAM
            ? List.of(LaneKind.TEAM)
            : List.of(LaneKind.ACCOUNT, LaneKind.FOLLOW_UP),
        now);
  }
}
