package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Roles that were granted or revoked and are to be looked at. Only the holder of the grants lane
 * touches them. Inside a transaction of the caller; stateless.
 */
final class GrantLooks {
  private static final String NOTE =
      """
      INSERT INTO grant_look (app_id, subject_kind, subject_id, role, resource, present, cause)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE present = VALUES(present), cause = VALUES(cause)
      """;
  private static final String SETTLE =
      "DELETE FROM grant_look WHERE app_id = ? AND subject_kind = ? AND subject_id = ?"
          + " AND role = ? AND resource = ?";

  private GrantLooks() {}

  static void write(Connection connection, List<Booking> sorted) throws SQLException {
    for (Booking booking : sorted) {
      Lane lane = booking.lane;
      if (booking.unlink) {
        try (PreparedStatement forget =
            connection.prepareStatement(
                "DELETE FROM grant_look"
                    + " WHERE app_id = ? AND subject_kind = ? AND subject_id = ?")) {
          forget.setInt(1, lane.app());
          forget.setString(2, lane.kind().word());
          forget.setLong(3, lane.target());
          forget.executeUpdate();
        }
      }
      if (!booking.grantLooks.isEmpty()) {
        note(connection, booking);
      }
      List<GrantLook> over = new ArrayList<>(booking.grantsLooked);
      over.addAll(booking.grantsUntrue);
      if (!over.isEmpty()) {
        settle(connection, booking, over);
      }
      if (!booking.grantsUntrue.isEmpty()) {
        GrantRows.doubt(
            connection,
            lane,
            lane.target(),
            booking.grantsOf,
            booking.grantsUntrue.stream().map(GrantLook::role).toList());
      }
    }
  }

  private static int key(PreparedStatement statement, Booking booking, Role role)
      throws SQLException {
    statement.setInt(1, booking.lane.app());
    statement.setString(2, booking.grantsOf.word());
    statement.setLong(3, booking.lane.target());
    statement.setString(4, role.name());
    statement.setString(5, role.resource());
    return 6;
  }

  private static void note(Connection connection, Booking booking) throws SQLException {
    try (PreparedStatement note = connection.prepareStatement(NOTE)) {
      for (GrantLook look : booking.grantLooks) {
        int i = key(note, booking, look.role());
        note.setBoolean(i, look.present());
        note.setLong(i + 1, look.cause());
        note.addBatch();
      }
      note.executeBatch();
    }
  }

  private static void settle(Connection connection, Booking booking, List<GrantLook> looks)
      throws SQLException {
    try (PreparedStatement settle = connection.prepareStatement(SETTLE)) {
      for (GrantLook look : looks) {
        key(settle, booking, look.role());
        settle.addBatch();
      }
      settle.executeBatch();
    }
  }

  /** Up to so many of a subject. */
  static List<GrantLook> of(Connection connection, Lane lane, LaneKind subject, int most)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT role, resource, present, cause FROM grant_look"
                + " WHERE app_id = ? AND subject_kind = ? AND subject_id = ?"
                + " ORDER BY role, resource LIMIT ?")) {
      select.setInt(1, lane.app());
      select.setString(2, subject.word());
      select.setLong(3, lane.target());
      select.setInt(4, most);
      List<GrantLook> looks = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          looks.add(
              new GrantLook(
                  new Role(found.getString(1), found.getString(2)),
                  found.getBoolean(3),
                  found.getLong(4)));
        }
      }
      return looks;
    }
  }
}
