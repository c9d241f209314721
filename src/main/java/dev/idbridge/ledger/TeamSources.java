package dev.idbridge.ledger;

import dev.idbridge.store.IdList;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which groups feed a team: the rows, inside a transaction of the caller. Stateless. */
public final class TeamSources {
  private TeamSources() {}

  /**
   * The team that is a group's own, or that a rule maps it to.
   *
   * @param deep whether the team takes the members of the groups below, too
   */
  public record Own(long team, boolean deep) {}

  /** The own teams of these groups; more than one only while a rule's change is under way. */
  static Map<Long, List<Own>> own(Connection connection, int app, Collection<Long> groups)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT group_id, team_id, deep FROM team_source
            WHERE group_id IN (MARKS) AND app_id = ? AND own = TRUE
            """
                .replace("MARKS", IdList.marks(groups.size())))) {
      select.setInt(IdList.bind(select, 1, groups), app);
      Map<Long, List<Own>> own = new HashMap<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          own.computeIfAbsent(found.getLong(1), group -> new ArrayList<>())
              .add(new Own(found.getLong(2), found.getBoolean(3)));
        }
      }
      return own;
    }
  }

  /**
   * From now on the group's team is this one and no other. The group's row is locked: see {@link
   * FeedWork}.
   *
   * @param team null when it has none in the app
   * @param placed whether the groups below have another place in the app now, too
   * @return teams that have to look at the group
   */
  static List<Long> route(
      Connection connection,
      int app,
      long group,
      @Nullable Long team,
      boolean deep,
      boolean placed,
      long cause,
      Priority priority)
      throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("SELECT id FROM directory_group WHERE id = ? FOR UPDATE")) {
      lock.setLong(1, group);
      lock.executeQuery().close();
    }
    List<Long> touched = new ArrayList<>();
    boolean below = deep || placed;
    boolean known = false;
    for (Own own : own(connection, app, List.of(group)).getOrDefault(group, List.of())) {
      if (team != null && own.team == team) {
        known = true;
        below = own.deep != deep;
        if (below) {
          deepen(connection, app, own.team, group, deep);
        }
      } else {
        below |= own.deep || placed;
        leave(connection, app, own.team, group);
        if (own.team != group) {
          touched.add(own.team);
        }
      }
    }
    if (team != null && !known) {
      // A group among whose members are no groups, as most, has nothing below it to ask for.
      below = below && holdsGroups(connection, group);
      insert(connection, app, team, group, true, deep);
      if (team != group) {
        touched.add(team);
      }
    }
    if (below || !touched.isEmpty()) {
      Feeds.ask(connection, List.of(app), List.of(group), below ? -2 : -1, cause, priority);
    }
    return touched;
  }

  /** The group of this name that is its own team, and has none in the app yet; null for none. */
  static @Nullable Long ownOfName(Connection connection, int app, long directory, String name)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT g.id FROM directory_group g
              JOIN team_source s ON s.group_id = g.id AND s.app_id = ? AND s.team_id = g.id
                AND s.own = TRUE
            WHERE g.directory_id = ? AND g.display_name_key = ? AND g.deleted_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM link k WHERE k.app_id = s.app_id AND k.kind = 'team'
                AND k.resource_id = g.id)
            """)) {
      select.setInt(1, app);
      select.setLong(2, directory);
      select.setString(3, NamedTeams.key(name));
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? Long.valueOf(found.getLong(1)) : null;
      }
    }
  }

  /** Whether any group is this team. */
  static boolean fed(Connection connection, int app, long team) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM team_source WHERE app_id = ? AND team_id = ? AND own = TRUE LIMIT 1")) {
      select.setInt(1, app);
      select.setLong(2, team);
      try (ResultSet found = select.executeQuery()) {
        return found.next();
      }
    }
  }

  /** Whether the group is this team. */
  static boolean routed(Connection connection, int app, long group, long team) throws SQLException {
    return own(connection, app, List.of(group)).getOrDefault(group, List.of()).stream()
        .anyMatch(own -> own.team == team);
  }

  private static boolean holdsGroups(Connection connection, long group) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM directory_member WHERE group_id = ? AND member_type = 'Group'"
                + " AND present = TRUE LIMIT 1")) {
      select.setLong(1, group);
      try (ResultSet found = select.executeQuery()) {
        return found.next();
      }
    }
  }

  private static void leave(Connection connection, int app, long team, long group)
      throws SQLException {
    if (team != group) {
      end(connection, app, team, group);
      return;
    }
    // The group's own team is dissolved by its own lane, whatever came from where.
    delete(connection, app, team, group);
  }

  private static void delete(Connection connection, int app, long team, long group)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM team_source WHERE app_id = ? AND team_id = ? AND group_id = ?")) {
      delete.setInt(1, app);
      delete.setLong(2, team);
      delete.setLong(3, group);
      delete.executeUpdate();
    }
  }

  private static void deepen(Connection connection, int app, long team, long group, boolean deep)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE team_source SET deep = ? WHERE app_id = ? AND team_id = ? AND group_id = ?")) {
      update.setBoolean(1, deep);
      update.setInt(2, app);
      update.setLong(3, team);
      update.setLong(4, group);
      update.executeUpdate();
    }
  }

  /** A group below the team's own begins to feed it. */
  static void begin(Connection connection, int app, long team, long group) throws SQLException {
    insert(connection, app, team, group, false, false);
  }

  private static void insert(
      Connection connection, int app, long team, long group, boolean own, boolean deep)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO team_source (app_id, team_id, group_id, own, deep, gone, due,
                expanded_version, expanded_member)
            VALUES (?, ?, ?, ?, ?, FALSE, ?, -1, 0)
            ON DUPLICATE KEY UPDATE own = VALUES(own), deep = VALUES(deep), gone = FALSE,
                due = due + 1, expanded_version = -1, expanded_member = 0
            """)) {
      insert.setInt(1, app);
      insert.setLong(2, team);
      insert.setLong(3, group);
      insert.setBoolean(4, own);
      insert.setBoolean(5, deep);
      insert.setInt(6, team == group ? 0 : 1);
      insert.executeUpdate();
    }
  }

  /**
   * The group feeds the team no more: whom it brought is looked at, then the row goes. A group's
   * own team that is not in the app any more has nobody to look at.
   */
  static void endBelow(Connection connection, int app, long team, long group) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT 1 FROM team_source WHERE app_id = ? AND team_id = ? AND group_id = ?
            UNION ALL SELECT 1 FROM named_team WHERE id = ?
            """)) {
      select.setInt(1, app);
      select.setLong(2, team);
      select.setLong(3, team);
      select.setLong(4, team);
      try (ResultSet found = select.executeQuery()) {
        if (found.next()) {
          end(connection, app, team, group);
          return;
        }
      }
    }
    delete(connection, app, team, group);
  }

  /** The row stays until the team has looked at the group once more. */
  private static void end(Connection connection, int app, long team, long group)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE team_source SET own = FALSE, deep = FALSE, gone = TRUE, due = due + 1,
                expanded_version = -1, expanded_member = 0
            WHERE app_id = ? AND team_id = ? AND group_id = ?
            """)) {
      update.setInt(1, app);
      update.setLong(2, team);
      update.setLong(3, group);
      update.executeUpdate();
    }
  }

  /** Of a team that nothing feeds: rows of groups that have left go unread. One page. */
  static boolean clearPage(Connection connection, int app, long team, int most)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM team_source WHERE app_id = ? AND team_id = ? AND gone = TRUE LIMIT "
                + most)) {
      delete.setInt(1, app);
      delete.setLong(2, team);
      return delete.executeUpdate() == most;
    }
  }
}
