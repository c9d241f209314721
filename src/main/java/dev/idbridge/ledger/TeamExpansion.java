package dev.idbridge.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns membership changes of the groups that feed a team into member rows to be looked at, page by
 * page, each page a transaction of the caller. The database only: no app is called. Only the holder
 * of the team's lane expands it, or whoever has that lane's row locked while nobody holds it.
 */
final class TeamExpansion {
  /** Rows of one page. */
  static final int PAGE = 500;

  private record Source(long group, boolean gone, int due, long version, long member) {}

  /**
   * Expands one page: what changed in the team's own group, and then one page of one of the other
   * groups that feed it.
   *
   * @return whether there may be more
   */
  boolean page(Connection connection, int app, long team) throws SQLException {
    for (Source source : next(connection, app, team)) {
      List<Change> changes = changes(connection, source);
      apply(connection, app, team, source.gone, changes);
      boolean over = changes.size() < PAGE;
      if (!changes.isEmpty()) {
        Change last = changes.getLast();
        updateSource(connection, app, team, source.group, last.version, last.member);
      }
      if (over && source.due > 0) {
        settle(connection, app, team, source);
      }
      if (!over || source.due > 0) {
        return true;
      }
    }
    return false;
  }

  private static List<Source> next(Connection connection, int app, long team) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            (SELECT group_id, gone, 0 AS due, expanded_version, expanded_member FROM team_source
              WHERE app_id = ? AND team_id = ? AND group_id = ?)
            UNION ALL
            (SELECT group_id, gone, due, expanded_version, expanded_member FROM team_source
              WHERE app_id = ? AND team_id = ? AND due > 0 LIMIT 1)
            """)) {
      select.setInt(1, app);
      select.setLong(2, team);
      select.setLong(3, team);
      select.setInt(4, app);
      select.setLong(5, team);
      List<Source> sources = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          sources.add(
              new Source(
                  found.getLong(1),
                  found.getBoolean(2),
                  found.getInt(3),
                  found.getLong(4),
                  found.getLong(5)));
        }
      }
      return sources;
    }
  }

  /** Only if no change came meanwhile: it raised {@code due}. */
  private static void settle(Connection connection, int app, long team, Source source)
      throws SQLException {
    try (PreparedStatement settle =
        connection.prepareStatement(
            source.gone
                ? "DELETE FROM team_source"
                    + " WHERE app_id = ? AND team_id = ? AND group_id = ? AND due = ?"
                : "UPDATE team_source SET due = 0"
                    + " WHERE app_id = ? AND team_id = ? AND group_id = ? AND due = ?")) {
      settle.setInt(1, app);
      settle.setLong(2, team);
      settle.setLong(3, source.group);
      settle.setInt(4, source.due);
      settle.executeUpdate();
    }
  }

  private static List<Change> changes(Connection connection, Source source) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT member_id, present, changed_version, cause FROM directory_member
            WHERE group_id = ? AND member_type = 'User'
              AND changed_version >= ? AND (changed_version > ? OR member_id > ?)
            ORDER BY group_id, changed_version, member_id LIMIT ?
            """)) {
      select.setLong(1, source.group);
      select.setLong(2, source.version);
      select.setLong(3, source.version);
      select.setLong(4, source.member);
      select.setInt(5, PAGE);
      List<Change> changes = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          changes.add(
              new Change(
                  found.getLong(1), found.getBoolean(2), found.getLong(3), found.getLong(4)));
        }
      }
      return changes;
    }
  }

  /**
   * Present members become due; gone ones, and all of a group that feeds the team no more, are to
   * be removed where they are, or may be, in the app.
   */
  private static void apply(
      Connection connection, int app, long team, boolean gone, List<Change> changes)
      throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    List<Change> sorted = new ArrayList<>(changes);
    sorted.sort((a, b) -> Long.compare(a.member, b.member));
    try (PreparedStatement mark = MemberRows.markStatement(connection);
        PreparedStatement remove =
            connection.prepareStatement(
                """
                UPDATE app_member SET state = 'removing', cause = ?, causes = causes + 1,
                    retry_at = NULL
                WHERE app_id = ? AND team_id = ? AND account_id = ?
                """)) {
      boolean marks = false;
      boolean removes = false;
      for (Change change : sorted) {
        if (change.present && !gone) {
          MemberRows.bindMark(mark, app, team, change.member, change.cause, Priority.NORMAL);
          marks = true;
        } else {
          remove.setLong(1, change.cause);
          remove.setInt(2, app);
          remove.setLong(3, team);
          remove.setLong(4, change.member);
          remove.addBatch();
          removes = true;
        }
      }
      if (marks) {
        mark.executeBatch();
      }
      if (removes) {
        remove.executeBatch();
      }
    }
  }

  private static void updateSource(
      Connection connection, int app, long team, long group, long version, long member)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE team_source SET expanded_version = ?, expanded_member = ?
            WHERE app_id = ? AND team_id = ? AND group_id = ?
            """)) {
      update.setLong(1, version);
      update.setLong(2, member);
      update.setInt(3, app);
      update.setLong(4, team);
      update.setLong(5, group);
      update.executeUpdate();
    }
  }

  /**
   * The team lost its group: every row is to be looked at for removal. One page.
   *
   * @return whether there may be more
   */
  boolean dissolvePage(Connection connection, Lane lane) throws SQLException {
    List<Long> accounts = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT account_id FROM app_member
            WHERE app_id = ? AND team_id = ? AND state IN ('applied', 'due', 'parked')
            ORDER BY account_id LIMIT ?
            """)) {
      select.setInt(1, lane.app());
      select.setLong(2, lane.target());
      select.setInt(3, PAGE);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          accounts.add(found.getLong(1));
        }
      }
    }
    if (accounts.isEmpty()) {
      return false;
    }
    try (PreparedStatement remove =
        connection.prepareStatement(
            """
            UPDATE app_member SET state = 'removing', cause = ?, causes = causes + 1, retry_at = NULL
            WHERE app_id = ? AND team_id = ? AND account_id = ?
            """)) {
      for (long account : accounts) {
        remove.setLong(1, lane.lastCause());
        remove.setInt(2, lane.app());
        remove.setLong(3, lane.target());
        remove.setLong(4, account);
        remove.addBatch();
      }
      remove.executeBatch();
    }
    return accounts.size() == PAGE;
  }

  /**
   * The team is not in the app any more: what we held there we hold no longer, and is due again
   * where it is still wanted.
   */
  static void forget(Connection connection, Lane lane) throws SQLException {
    try (PreparedStatement forget =
        connection.prepareStatement(
            """
            UPDATE app_member SET held = FALSE, seen = NULL, origin = 'OURS', state = 'due',
                causes = causes + 1, retry_at = NULL
            WHERE app_id = ? AND team_id = ?
            """)) {
      forget.setInt(1, lane.app());
      forget.setLong(2, lane.target());
      forget.executeUpdate();
    }
  }

  private record Change(long member, boolean present, long version, long cause) {}
}
