package dev.idbridge.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Drops what is noted of users and groups in every app, inside the transaction that deletes their
 * rows. Nothing is removed in any app; a delivery under way can book nothing any more.
 */
public final class ResourceEnd {
  private ResourceEnd() {}

  /** Each statement finds its rows by the beginning of a key. */
  public static void drop(Connection connection, Collection<Long> resources) throws SQLException {
    String ids = resources.stream().map(String::valueOf).collect(Collectors.joining(", "));
    for (int app : apps(connection)) {
      for (LaneKind kind : LaneKind.values()) {
        delete(connection, "lane WHERE app_id = ? AND kind = ? AND target_id IN", ids, app, kind);
        delete(
            connection,
            "dead_letter WHERE app_id = ? AND kind = ? AND target_id IN",
            ids,
            app,
            kind);
        delete(connection, "link WHERE app_id = ? AND kind = ? AND resource_id IN", ids, app, kind);
        delete(
            connection,
            "app_grant WHERE app_id = ? AND subject_kind = ? AND subject_id IN",
            ids,
            app,
            kind);
        delete(
            connection,
            "grant_look WHERE app_id = ? AND subject_kind = ? AND subject_id IN",
            ids,
            app,
            kind);
      }
      delete(connection, "app_member WHERE app_id = ? AND account_id IN", ids, app, null);
      delete(connection, "app_member WHERE app_id = ? AND team_id IN", ids, app, null);
      delete(connection, "member_look WHERE app_id = ? AND account_id IN", ids, app, null);
      delete(connection, "member_look WHERE app_id = ? AND team_id IN", ids, app, null);
      delete(connection, "app_strip WHERE app_id = ? AND account_id IN", ids, app, null);
      delete(connection, "follow_up WHERE app_id = ? AND account_id IN", ids, app, null);
      delete(connection, "team_source WHERE app_id = ? AND team_id IN", ids, app, null);
      delete(connection, "grant_source WHERE app_id = ? AND group_id IN", ids, app, null);
      delete(connection, "team_source WHERE app_id = ? AND group_id IN", ids, app, null);
      delete(connection, "feed WHERE app_id = ? AND group_id IN", ids, app, null);
    }
  }

  private static void delete(
      Connection connection,
      String what,
      String ids,
      int app,
      @org.jspecify.annotations.Nullable LaneKind kind)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + what + " (" + ids + ")")) {
      delete.setInt(1, app);
      if (kind != null) {
        delete.setString(2, kind.word());
      }
      delete.executeUpdate();
    }
  }

  private static List<Integer> apps(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement("SELECT id FROM app ORDER BY id");
        ResultSet found = select.executeQuery()) {
      List<Integer> apps = new ArrayList<>();
      while (found.next()) {
        apps.add(found.getInt(1));
      }
      return apps;
    }
  }
}
