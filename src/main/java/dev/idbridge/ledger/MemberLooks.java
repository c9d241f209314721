package dev.idbridge.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Memberships that were written and are to be looked at. Only the holder of the team's lane touches
 * them. Inside a transaction of the caller; stateless.
 */
final class MemberLooks {
  private static final String NOTE =
      """
      INSERT INTO member_look (app_id, team_id, account_id, remote_id, present, cause)
      VALUES (?, ?, ?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE remote_id = VALUES(remote_id), present = VALUES(present),
          cause = VALUES(cause)
      """;
  private static final String SETTLE =
      "DELETE FROM member_look WHERE app_id = ? AND team_id = ? AND account_id = ?";

  private MemberLooks() {}

  static void write(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      Lane lane = booking.lane;
      if (booking.unlink && lane.kind() == LaneKind.TEAM) {
        forget(connection, lane);
      }
      if (!booking.looks.isEmpty()) {
        note(connection, lane, booking.looks);
      }
      if (!booking.looked.isEmpty()) {
        settle(connection, lane, booking.looked);
      }
      if (!booking.untrue.isEmpty()) {
        settle(connection, lane, booking.untrue);
        LateCalls.mark(connection, lane, booking.untrue.stream().map(MemberLook::account).toList());
      }
    }
  }

  private static void note(Connection connection, Lane lane, List<MemberLook> looks)
      throws SQLException {
    try (PreparedStatement note = connection.prepareStatement(NOTE)) {
      for (MemberLook look : looks) {
        note.setInt(1, lane.app());
        note.setLong(2, lane.target());
        note.setLong(3, look.account());
        note.setString(4, look.remoteId());
        note.setBoolean(5, look.present());
        note.setLong(6, look.cause());
        note.addBatch();
      }
      note.executeBatch();
    }
  }

  private static void settle(Connection connection, Lane lane, List<MemberLook> looks)
      throws SQLException {
    try (PreparedStatement settle = connection.prepareStatement(SETTLE)) {
      for (MemberLook look : looks) {
        settle.setInt(1, lane.app());
        settle.setLong(2, lane.target());
        settle.setLong(3, look.account());
        settle.addBatch();
      }
      settle.executeBatch();
    }
  }

  private static void forget(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement forget =
        connection.prepareStatement("DELETE FROM member_look WHERE app_id = ? AND team_id = ?")) {
      forget.setInt(1, lane.app());
      forget.setLong(2, lane.target());
      forget.executeUpdate();
    }
  }

  /** Up to so many of a team. */
  static List<MemberLook> of(Connection connection, Lane lane, int most) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT account_id, remote_id, present, cause FROM member_look"
                + " WHERE app_id = ? AND team_id = ? ORDER BY account_id LIMIT ?")) {
      select.setInt(1, lane.app());
      select.setLong(2, lane.target());
      select.setInt(3, most);
      List<MemberLook> looks = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          looks.add(
              new MemberLook(
                  found.getLong(1), found.getString(2), found.getBoolean(3), found.getLong(4)));
        }
      }
      return looks;
    }
  }
}
