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

  /**
   * Expands one page of one group's changes.
   *
   * @return whether there may be more
   */
  boolean page(Connection connection, int app, long team, long group) throws SQLException {
    long version = -1;
    long member = 0;
    boolean known = false;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT expanded_version, expanded_member FROM team_source"
                + " WHERE app_id = ? AND team_id = ? AND group_id = ?")) {
      select.setInt(1, app);
      select.setLong(2, team);
      select.setLong(3, group);
      try (ResultSet found = select.executeQuery()) {
        if (found.next()) {
          known = true;
          version = found.getLong(1);
          member = found.getLong(2);
        }
      }
    }
    List<Change> changes = changes(connection, group, version, member);
    apply(connection, app, team, changes);
    if (!changes.isEmpty()) {
      version = changes.getLast().version;
      member = changes.getLast().member;
    }
    if (!known) {
      insertSource(connection, app, team, group, version, member);
    } else if (!changes.isEmpty()) {
      updateSource(connection, app, team, group, version, member);
    }
    return changes.size() == PAGE;
  }

  private static List<Change> changes(Connection connection, long group, long version, long member)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT member_id, present, changed_version, cause FROM directory_member
            WHERE group_id = ? AND member_type = 'User'
              AND changed_version >= ? AND (changed_version > ? OR member_id > ?)
            ORDER BY changed_version, member_id LIMIT ?
            """)) {
      select.setLong(1, group);
      select.setLong(2, version);
      select.setLong(3, version);
      select.setLong(4, member);
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
   * Present members become due; gone ones are to be removed where they are, or may be, in the app.
   */
  private static void apply(Connection connection, int app, long team, List<Change> changes)
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
        if (change.present) {
          MemberRows.bindMark(mark, app, team, change.member, change.cause);
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

  private static void insertSource(
      Connection connection, int app, long team, long group, long version, long member)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO team_source (app_id, team_id, group_id, expanded_version, expanded_member)
            VALUES (?, ?, ?, ?, ?)
            """)) {
      insert.setInt(1, app);
      insert.setLong(2, team);
      insert.setLong(3, group);
      insert.setLong(4, version);
      insert.setLong(5, member);
      insert.executeUpdate();
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
