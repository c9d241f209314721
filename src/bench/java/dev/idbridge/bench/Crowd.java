package dev.idbridge.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * Makes a group large in seconds: copies, row by row, everything the bridge itself wrote about one
 * member that came over HTTP and was delivered. What tells members apart is numbered.
 */
final class Crowd {
  /** By how much the copies' ids lie before those of anything real. */
  private static final long BEFORE = 1L << 40;

  private final Connection connection;

  Crowd(Connection connection) {
    this.connection = connection;
  }

  void join(long group, int members) throws SQLException {
    String user =
        Database.one(
            connection,
            "SELECT MIN(member_id) FROM directory_member WHERE present = TRUE AND group_id = "
                + group);
    String moved = " - " + BEFORE + " + seq";
    copy("directory_user", "id = " + user, members,
        Map.of(
            "id", "id" + moved, "user_name", "CONCAT(user_name, seq)", "user_name_key",
            "CONCAT(user_name_key, seq)", "external_id", "CONCAT(external_id, seq)"));
    copy("directory_email", "user_id = " + user, members,
        Map.of("user_id", "user_id" + moved, "value_key", "CONCAT(value_key, seq)"));
    copy("lane", "kind = 'account' AND target_id = " + user, members,
        Map.of("target_id", "target_id" + moved));
    copy("link", "kind = 'account' AND resource_id = " + user, members,
        Map.of("resource_id", "resource_id" + moved, "remote_id", "CONCAT(remote_id, seq)"));
    copy("directory_member", "group_id = " + group + " AND member_id = " + user, members,
        Map.of("member_id", "member_id" + moved));
    copy("app_member", "team_id = " + group + " AND account_id = " + user, members,
        Map.of("account_id", "account_id" + moved));
    try (Statement analyze = connection.createStatement()) {
      analyze.execute(
          "ANALYZE TABLE directory_user, directory_member, lane, link, app_member");
    }
  }

  private void copy(String table, String where, int times, Map<String, String> changed)
      throws SQLException {
    String columns =
        Database.one(
            connection,
            "SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM"
                + " information_schema.columns WHERE table_schema = DATABASE() AND table_name = '"
                + table + "'");
    StringBuilder values = new StringBuilder();
    for (String column : columns.split(",")) {
      values.append(values.isEmpty() ? "" : ", ").append(changed.getOrDefault(column, column));
    }
    try (Statement copy = connection.createStatement()) {
      int rows =
          copy.executeUpdate(
              "INSERT INTO " + table + " (" + columns + ") SELECT " + values + " FROM " + table
                  + " JOIN seq_1_to_" + times + " WHERE " + where);
      if (rows != times) {
        throw new IllegalStateException(rows + " rows of " + table + " instead of " + times);
      }
    }
  }
}
