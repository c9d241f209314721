package dev.idbridge.ledger;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who would hold a role after one account lost it. Counted is who certainly goes on holding it:
 * active at the identity provider and in the app, and neither being revoked nor in doubt. Inside a
 * transaction of the caller; stateless.
 */
final class LastHolders {
  /** Those who are made due when a holder appears; the rest look again by themselves. */
  private static final int WOKEN = 100;

  private static final String HOLDS =
      """
      g.app_id = ? AND g.role = ? AND g.resource = ? AND g.subject_kind = 'account'
      """;
  private static final String CERTAIN =
      "g.held = TRUE AND g.seen IS NULL AND g.state IN ('applied', 'kept')";
  private static final String ACTIVE =
      "k.active = TRUE AND u.active = TRUE AND u.deleted_at IS NULL";

  private LastHolders() {}

  /** Of several who want to revoke, each decides after the one before has committed. */
  static void lock(Connection connection) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement(
            "SELECT name FROM write_lock WHERE name = 'last-holder' FOR UPDATE")) {
      try (ResultSet found = lock.executeQuery()) {
        if (!found.next()) {
          throw new SQLException("the row 'last-holder' of write_lock is gone; put it back");
        }
      }
    }
  }

  /** Remote ids of other accounts that hold the role as far as we know; up to so many. */
  static List<String> others(Connection connection, int app, Role role, long except, int most)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT k.remote_id FROM app_grant g"
                + " JOIN link k ON k.app_id = g.app_id AND k.kind = 'account'"
                + " AND k.resource_id = g.subject_id"
                + " JOIN directory_user u ON u.id = g.subject_id WHERE "
                + HOLDS
                + " AND g.subject_id <> ? AND "
                + CERTAIN
                + " AND "
                + ACTIVE
                + " ORDER BY g.subject_id LIMIT ?")) {
      bind(select, app, role);
      select.setLong(4, except);
      select.setInt(5, most);
      List<String> others = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          others.add(found.getString(1));
        }
      }
      return others;
    }
  }

  /**
   * Whether another account goes on holding the role.
   *
   * @param shown remote ids of active accounts that hold it as the app shows; null where the app
   *     cannot be asked, and what we know has to do
   */
  static boolean remains(
      Connection connection, int app, Role role, long except, @Nullable Collection<String> shown)
      throws SQLException {
    if (shown == null) {
      return !others(connection, app, role, except, 1).isEmpty();
    }
    TreeSet<String> left = new TreeSet<>(shown);
    if (left.isEmpty()) {
      return false;
    }
    // Whom we do not know we take nothing from; of whom we know, that they keep it must be certain.
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT k.remote_id FROM link k LEFT JOIN directory_user u ON u.id = k.resource_id"
                + " LEFT JOIN app_grant g ON g.subject_id = k.resource_id AND "
                + HOLDS
                + " WHERE k.app_id = ? AND k.kind = 'account' AND k.remote_id IN ("
                + IdList.marks(left.size())
                + ") AND (k.resource_id = ? OR u.id IS NULL OR NOT ("
                + ACTIVE
                + ") OR (g.app_id IS NOT NULL AND NOT ("
                + CERTAIN
                + ")))")) {
      bind(select, app, role);
      select.setInt(4, app);
      select.setLong(IdList.bind(select, 5, left), except);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          left.remove(found.getString(1));
        }
      }
    }
    return !left.isEmpty();
  }

  /** Those who keep the role only until somebody else holds it look again. */
  static void wake(Connection connection, Booking booking, List<Trigger> woken)
      throws SQLException {
    for (Role role : booking.holds) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT g.subject_id, l.directory_id FROM app_grant g"
                  + " JOIN lane l ON l.app_id = g.app_id AND l.kind = 'grants'"
                  + " AND l.target_id = g.subject_id WHERE "
                  + HOLDS
                  + " AND g.state = 'kept' AND g.subject_id <> ? ORDER BY g.subject_id LIMIT ?")) {
        bind(select, booking.lane.app(), role);
        select.setLong(4, booking.lane.target());
        select.setInt(5, WOKEN);
        try (ResultSet found = select.executeQuery()) {
          while (found.next()) {
            woken.add(
                new Trigger(
                    booking.lane.app(),
                    LaneKind.GRANTS,
                    found.getLong(1),
                    found.getLong(2),
                    booking.lane.lastCause(),
                    booking.at,
                    Priority.NORMAL));
          }
        }
      }
    }
  }

  private static void bind(PreparedStatement statement, int app, Role role) throws SQLException {
    statement.setInt(1, app);
    statement.setString(2, role.name());
    statement.setString(3, role.resource());
  }
}
