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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the directory means for the teams that a group feeds besides its own: those that
 * rules map it to, and those of the groups above it. Inside the transaction of the change.
 * Thread-safe.
 */
public final class Feeds {
  private final Sweeps sweeps;

  public Feeds(Sweeps sweeps) {
    this.sweeps = sweeps;
  }

  /** A group whose members changed. */
  public record Changed(long group, long directory, long cause, Priority priority) {}

  /**
   * Notes in each team that these groups feed that it has to look at them; beyond what one
   * transaction makes due, a sweep does.
   *
   * @return the lanes to be made due
   */
  public List<Trigger> changed(Connection connection, Collection<Changed> groups, long at)
      throws SQLException {
    if (groups.isEmpty()) {
      return List.of();
    }
    Map<Long, Changed> byId = new HashMap<>();
    groups.forEach(one -> byId.merge(one.group, one, Feeds::urgent));
    List<Fed> fed = fed(connection, new TreeSet<>(byId.keySet()));
    if (fed.size() > LaneTriggers.MOST) {
      for (long group : new TreeSet<>(byId.keySet())) {
        Changed one = byId.get(group);
        if (one != null) {
          sweeps.start(
              connection,
              0,
              Sweeps.Root.GROUP_TEAMS,
              one.group,
              one.directory,
              one.cause,
              one.priority,
              at);
        }
      }
      return List.of();
    }
    List<Trigger> due = new ArrayList<>();
    for (Fed one : fed) {
      Changed change = byId.get(one.group);
      if (change != null) {
        due.add(trigger(one, change, at));
      }
    }
    mark(connection, fed);
    return due;
  }

  private static Changed urgent(Changed a, Changed b) {
    return a.priority.level() <= b.priority.level() ? a : b;
  }

  private static Trigger trigger(Fed fed, Changed change, long at) {
    return new Trigger(
        fed.app, LaneKind.TEAM, fed.team, change.directory, change.cause, at, change.priority);
  }

  private record Fed(int app, long team, long group) {}

  private static List<Fed> fed(Connection connection, Collection<Long> groups) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT app_id, team_id, group_id FROM team_source
            WHERE group_id IN (MARKS) AND team_id <> group_id AND gone = FALSE
            ORDER BY app_id, team_id, group_id LIMIT ?
            """
                .replace("MARKS", IdList.marks(groups.size())))) {
      select.setInt(IdList.bind(select, 1, groups), LaneTriggers.MOST + 1);
      return read(select);
    }
  }

  private static List<Fed> read(PreparedStatement select) throws SQLException {
    List<Fed> fed = new ArrayList<>();
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        fed.add(new Fed(found.getInt(1), found.getLong(2), found.getLong(3)));
      }
    }
    return fed;
  }

  private static void mark(Connection connection, List<Fed> fed) throws SQLException {
    if (fed.isEmpty()) {
      return;
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE team_source SET due = due + 1"
                + " WHERE app_id = ? AND team_id = ? AND group_id = ?")) {
      for (Fed one : fed) {
        update.setInt(1, one.app);
        update.setLong(2, one.team);
        update.setLong(3, one.group);
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /**
   * One page of a sweep over the teams that one group feeds.
   *
   * @return the last team of the page, or null when the sweep is over
   */
  static @Nullable Long page(
      Connection connection, SweepWork.Sweep sweep, List<Trigger> due, long at)
      throws SQLException {
    List<Fed> fed;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT app_id, team_id, group_id FROM team_source
            WHERE group_id = ? AND team_id > ? AND team_id <> group_id AND gone = FALSE
            ORDER BY team_id, app_id LIMIT ?
            """)) {
      select.setLong(1, sweep.rootId());
      select.setLong(2, sweep.position());
      select.setInt(3, LaneTriggers.MOST);
      fed = read(select);
    }
    boolean over = fed.size() < LaneTriggers.MOST;
    if (!over) {
      // A team that may go on behind the page is left to the next one.
      long last = fed.getLast().team;
      fed = fed.stream().filter(one -> one.team != last).toList();
    }
    Changed change =
        new Changed(sweep.rootId(), sweep.directory(), sweep.cause(), sweep.priority());
    fed.forEach(one -> due.add(trigger(one, change, at)));
    mark(connection, fed);
    return over ? null : Long.valueOf(fed.getLast().team);
  }

  /**
   * The rows of these members of a deleted group are about to go: other teams that it fed look at
   * them.
   *
   * @return the lanes to be made due
   */
  public static List<Trigger> left(
      Connection connection, Changed group, Collection<Long> members, long at) throws SQLException {
    List<Fed> fed;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT app_id, team_id, group_id FROM team_source"
                + " WHERE group_id = ? AND team_id <> group_id ORDER BY app_id, team_id")) {
      select.setLong(1, group.group);
      fed = read(select);
    }
    List<Trigger> due = new ArrayList<>();
    for (Fed one : fed) {
      try (PreparedStatement look =
          connection.prepareStatement(
              """
              UPDATE app_member SET state = 'removing', cause = ?, causes = causes + 1,
                  retry_at = NULL
              WHERE app_id = ? AND team_id = ? AND account_id IN (MARKS)
              """
                  .replace("MARKS", IdList.marks(members.size())))) {
        look.setLong(1, group.cause);
        look.setInt(2, one.app);
        look.setLong(3, one.team);
        IdList.bind(look, 4, members);
        look.executeUpdate();
      }
      due.add(trigger(one, group, at));
    }
    return due;
  }

  /** The place of these groups among groups changed: whom they feed is worked out anew. */
  public static void ask(
      Connection connection,
      Collection<Integer> apps,
      Collection<Long> groups,
      long cause,
      Priority priority)
      throws SQLException {
    ask(connection, apps, groups, -1, cause, priority);
  }

  /**
   * @param position -1: the groups below are asked for where something changed; -2: in any case
   */
  static void ask(
      Connection connection,
      Collection<Integer> apps,
      Collection<Long> groups,
      int position,
      long cause,
      Priority priority)
      throws SQLException {
    if (apps.isEmpty() || groups.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO feed (app_id, group_id, asked, position, cause, priority)
            VALUES (?, ?, 1, ?, ?, ?)
            ON DUPLICATE KEY UPDATE asked = asked + 1,
                position = CASE WHEN position = -1 THEN VALUES(position) ELSE -2 END,
                cause = VALUES(cause),
                priority = CASE WHEN priority > VALUES(priority) THEN VALUES(priority)
                    ELSE priority END
            """)) {
      for (int app : new TreeSet<>(apps)) {
        for (long group : new TreeSet<>(groups)) {
          insert.setInt(1, app);
          insert.setLong(2, group);
          insert.setLong(3, position);
          insert.setLong(4, cause);
          insert.setInt(5, priority.level());
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }
}
