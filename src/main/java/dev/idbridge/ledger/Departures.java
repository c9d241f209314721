package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is noted when somebody loses an account: what is taken from it, and that a follow-up is to
 * be run. Inside a transaction of the caller. Thread-safe.
 */
final class Departures {
  private final Ids ids;

  Departures(Ids ids) {
    this.ids = ids;
  }

  /** Notes what these bookings say of departures, before anything is taken from the accounts. */
  void write(Connection connection, List<Booking> bookings) throws SQLException {
    for (Booking booking : bookings) {
      if (booking.leaves) {
        strip(connection, booking);
        if (booking.followUp) {
          begin(connection, booking);
        }
      }
      if (booking.followed != 0) {
        try (PreparedStatement delete =
            connection.prepareStatement("DELETE FROM follow_up WHERE id = ?")) {
          delete.setLong(1, booking.followed);
          delete.executeUpdate();
        }
      }
    }
  }

  /** A sweep has no change of its own: the moment stands for it. */
  private static long cause(Booking booking) {
    return booking.lane.lastCause() == 0 ? booking.at : booking.lane.lastCause();
  }

  // What is there already is the same departure, booked again after an interruption.
  private static void strip(Connection connection, Booking booking) throws SQLException {
    for (String what :
        new String[] {
          "'team', m.team_id, '', '', ? FROM app_member m WHERE m.app_id = ? AND m.account_id = ?"
              + " AND m.held = TRUE AND m.origin = 'OURS'",
          "'role', 0, m.role, m.resource, ? FROM app_grant m WHERE m.app_id = ?"
              + " AND m.subject_id = ? AND m.subject_kind = 'account' AND m.held = TRUE"
              + " AND m.origin = 'OURS'"
        }) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT IGNORE INTO app_strip (app_id, account_id, cause, kind, team_id, role,"
                  + " resource, at) SELECT ?, ?, ?, "
                  + what)) {
        insert.setInt(1, booking.lane.app());
        insert.setLong(2, booking.lane.target());
        insert.setLong(3, cause(booking));
        insert.setLong(4, booking.at);
        insert.setInt(5, booking.lane.app());
        insert.setLong(6, booking.lane.target());
        insert.executeUpdate();
      }
    }
  }

  private void begin(Connection connection, Booking booking) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO follow_up (id, app_id, account_id, directory_id, cause, remote_id, at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)) {
      insert.setLong(1, ids.next());
      insert.setInt(2, booking.lane.app());
      insert.setLong(3, booking.lane.target());
      insert.setLong(4, booking.lane.directory());
      insert.setLong(5, cause(booking));
      insert.setString(6, booking.leaver);
      insert.setLong(7, booking.at);
      insert.executeUpdate();
    }
  }

  /** The oldest follow-up that is still to be run for an account. */
  static Optional<FollowUp> next(Connection connection, int app, long account) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT f.id, f.cause, f.remote_id, f.at,
              (SELECT COUNT(*) FROM app_strip s WHERE s.app_id = f.app_id
                 AND s.account_id = f.account_id AND s.cause = f.cause) AS total,
              (SELECT COUNT(*) FROM app_member m WHERE m.app_id = f.app_id
                 AND m.account_id = f.account_id AND m.held = TRUE
                 AND NOT EXISTS (SELECT 1 FROM lane t WHERE t.app_id = m.app_id
                   AND t.kind = 'team' AND t.target_id = m.team_id AND t.state = 'detached')) AS teams,
              (SELECT COUNT(*) FROM app_grant g WHERE g.app_id = f.app_id
                 AND g.subject_kind = 'account' AND g.subject_id = f.account_id
                 AND g.held = TRUE AND g.origin = 'OURS' AND g.state <> 'kept') AS roles
            FROM follow_up f WHERE f.app_id = ? AND f.account_id = ? ORDER BY f.id LIMIT 1
            """)) {
      select.setInt(1, app);
      select.setLong(2, account);
      try (ResultSet found = select.executeQuery()) {
        if (!found.next()) {
          return Optional.empty();
        }
        long cause = found.getLong(2);
        return Optional.of(
            new FollowUp(
                found.getLong(1),
                cause,
                found.getString(3),
                found.getLong(4),
                stripped(connection, app, account, cause),
                found.getLong(5),
                found.getLong(6) + found.getLong(7)));
      }
    }
  }

  private static List<FollowUp.Stripped> stripped(
      Connection connection, int app, long account, long cause) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT COALESCE(g.display_name, ''), s.role, s.resource,
              CASE WHEN k.state = 'kept' THEN 1 ELSE 0 END AS kept
            FROM app_strip s
              LEFT JOIN directory_group g ON g.id = s.team_id
              LEFT JOIN app_grant k ON s.kind = 'role' AND k.app_id = s.app_id
                AND k.subject_kind = 'account' AND k.subject_id = s.account_id
                AND k.role = s.role AND k.resource = s.resource
            WHERE s.app_id = ? AND s.account_id = ? AND s.cause = ?
            ORDER BY s.kind, s.team_id, s.role, s.resource LIMIT ?
            """)) {
      select.setInt(1, app);
      select.setLong(2, account);
      select.setLong(3, cause);
      select.setInt(4, FollowUp.MOST);
      List<FollowUp.Stripped> stripped = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          stripped.add(
              new FollowUp.Stripped(
                  found.getString(1), found.getString(2), found.getString(3), found.getBoolean(4)));
        }
      }
      return stripped;
    }
  }
}
