package dev.idbridge.crash;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What the stopped daemon's store says of origins and effects, read past the program. */
final class Books {
  private final String url;
  private final String user;

  Books(String url, String user) {
    this.url = url;
    this.user = user;
  }

  /**
   * @param followUps how many the operator's route took, a repetition counting once
   */
  List<String> problems(int followUps) throws SQLException {
    List<String> problems = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, user, "")) {
      tell(
          problems,
          connection,
          "links of a wrong origin",
          """
          SELECT l.app_id, l.kind, l.resource_id, l.label, l.origin FROM link l
            LEFT JOIN directory_user u ON u.id = l.resource_id AND l.kind = 'account'
            LEFT JOIN directory_group g ON g.id = l.resource_id AND l.kind = 'team'
          WHERE (l.origin = 'FOUND') <> (COALESCE(u.user_name, g.display_name) IN ('%s', '%s', '%s'))
          """
              .formatted(CrashApp.ADOPTED, CrashApp.EVERYONE, CrashApp.JOINED));
      tell(
          problems,
          connection,
          "memberships of a wrong origin",
          """
          SELECT a.app_id, g.display_name, u.user_name, a.origin FROM app_member a
            JOIN directory_user u ON u.id = a.account_id
            JOIN directory_group g ON g.id = a.team_id
          WHERE a.held = TRUE
            AND (a.origin = 'FOUND') <> (u.user_name = '%s' AND g.display_name = '%s')
          """
              .formatted(CrashApp.ADOPTED, CrashApp.EVERYONE));
      tell(
          problems,
          connection,
          "links without a line in the sync log",
          """
          SELECT l.app_id, l.kind, l.resource_id, l.label, l.origin FROM link l
          WHERE NOT EXISTS (SELECT 1 FROM sync_log s WHERE s.app_id = l.app_id
            AND s.resource_id = l.resource_id AND s.member_id = 0 AND s.remote_id = l.remote_id
            AND s.direction = 'out' AND s.outcome = 'SUCCESS' AND s.action IN ('CREATE', 'LINK'))
          """);
      tell(
          problems,
          connection,
          "things we made without exactly one CREATE line",
          """
          SELECT app_id, remote_id, MAX(label), SUM(made) FROM (
            SELECT app_id, remote_id, label, 1 AS ours, 0 AS made FROM link WHERE origin = 'OURS'
            UNION ALL
            SELECT app_id, remote_id, '', 0, 1 FROM sync_log WHERE member_id = 0
              AND direction = 'out' AND outcome = 'SUCCESS' AND action = 'CREATE') t
          GROUP BY app_id, remote_id HAVING MAX(ours) = 1 AND SUM(made) <> 1
          """);
      tell(
          problems,
          connection,
          "memberships we made without a line in the sync log",
          """
          SELECT a.app_id, a.team_id, a.account_id FROM (
            SELECT app_id, team_id, account_id FROM (
              SELECT app_id, team_id, account_id, 1 AS ours, 0 AS told FROM app_member
                WHERE held = TRUE AND origin = 'OURS'
              UNION ALL
              SELECT app_id, resource_id, member_id, 0, 1 FROM sync_log
                WHERE direction = 'out' AND outcome = 'SUCCESS' AND action = 'MEMBER_ADD') t
            GROUP BY app_id, team_id, account_id HAVING MAX(ours) = 1 AND MAX(told) = 0) a
          WHERE NOT EXISTS (SELECT 1 FROM sync_log s WHERE s.app_id = a.app_id
              AND s.resource_id = a.account_id AND s.member_id = 0
              AND s.direction = 'out' AND s.outcome = 'SUCCESS' AND s.action = 'LINK')
          """);
      tell(
          problems,
          connection,
          "roles of a wrong origin",
          """
          SELECT r.app_id, r.subject_kind, r.subject_id, r.role, r.origin FROM app_grant r
          WHERE r.held = TRUE AND r.origin = 'FOUND'
          """);
      tell(
          problems,
          connection,
          "roles we granted without a line in the sync log",
          """
          SELECT r.app_id, r.subject_kind, r.subject_id, r.role FROM app_grant r
          WHERE r.held = TRUE AND r.origin = 'OURS'
            AND NOT EXISTS (SELECT 1 FROM sync_log s WHERE s.app_id = r.app_id
              AND s.resource_id = r.subject_id AND s.direction = 'out' AND s.outcome = 'SUCCESS'
              AND s.action = 'GRANT' AND s.reason LIKE CONCAT('role ', r.role, '%'))
          """);
      tell(
          problems,
          connection,
          "follow-ups other than " + followUps,
          "SELECT COUNT(*) FROM sync_log WHERE action = 'FOLLOW_UP' AND outcome = 'SUCCESS'"
              + " HAVING COUNT(*) <> "
              + followUps);
      tell(problems, connection, "follow-ups that never ran", "SELECT * FROM follow_up");
      tell(
          problems,
          connection,
          "dead letters",
          "SELECT app_id, kind, name, reason FROM dead_letter");
    }
    return problems;
  }

  /** The sync log's lines about one user or group, its lanes and links: to see what went wrong. */
  List<String> history(String id) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, user, "")) {
      tell(
          lines,
          connection,
          "line",
          "SELECT id, at, direction, app_id, action, resource_id, resource_name, member_id, remote_id,"
              + " outcome, reason, causes, attempt FROM sync_log WHERE "
              + id
              + " IN (resource_id, member_id) ORDER BY id");
      tell(lines, connection, "lane", "SELECT * FROM lane WHERE target_id = " + id);
      tell(lines, connection, "link", "SELECT * FROM link WHERE resource_id = " + id);
    }
    return lines;
  }

  private static void tell(List<String> problems, Connection connection, String what, String sql)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      int columns = found.getMetaData().getColumnCount();
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(found.getString(i));
        }
        problems.add(what + ": " + row);
      }
    }
  }
}
