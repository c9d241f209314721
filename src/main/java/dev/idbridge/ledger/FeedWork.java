package dev.idbridge.ledger;

import dev.idbridge.model.CrashPoint;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code team_source} what the nesting of groups says: for one group after the other, which
 * teams it feeds now, and for the groups below it only where that changed. So the work grows with
 * the pairs of team and group that come or go, not with the directory. Thread-safe; several nodes
 * may do the same work at one time: the group's row is locked first, and how far the work has come
 * is read after that.
 *
 * <p>A group's row is locked while its sources are written, as it is while its members change: a
 * team that a group begins to feed sees each change of it, either in the comparison of the whole
 * group or as one more change that is due.
 */
public final class FeedWork {
  /** Groups may nest so deep, and no deeper is looked. */
  private static final int DEEPEST = 64;

  private static final int PAGE = 50;
  private static final int CHILDREN = 200;

  private final Transactions transactions;
  private final LaneTriggers lanes;
  private final IntPredicate placed;
  private final Clock clock;

  /**
   * @param placed whether the teams of this app stand in teams
   */
  public FeedWork(Transactions transactions, LaneTriggers lanes, IntPredicate placed, Clock clock) {
    this.transactions = transactions;
    this.lanes = lanes;
    this.placed = placed;
    this.clock = clock;
  }

  private static final String ASKED =
      "SELECT app_id, group_id, asked, position, cause, priority FROM feed";

  private record Asked(int app, long group, int asked, long position, long cause, int level) {}

  /** Whether there was anything to do. */
  public boolean page() {
    List<Asked> page = transactions.run(FeedWork::next);
    for (Asked one : page) {
      transactions.run(
          connection -> {
            work(connection, one);
            return true;
          });
      CrashPoint.reached("feed");
    }
    return !page.isEmpty();
  }

  /** How many groups are still to be looked at, by app. */
  public Map<Integer, Long> remaining() {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
                  connection.prepareStatement("SELECT app_id, COUNT(*) FROM feed GROUP BY app_id");
              ResultSet found = select.executeQuery()) {
            Map<Integer, Long> counts = new TreeMap<>();
            while (found.next()) {
              counts.put(found.getInt(1), found.getLong(2));
            }
            return counts;
          }
        });
  }

  private static List<Asked> next(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(ASKED + " ORDER BY priority, app_id, group_id LIMIT " + PAGE)) {
      return asked(select);
    }
  }

  private static List<Asked> asked(PreparedStatement select) throws SQLException {
    try (ResultSet found = select.executeQuery()) {
      List<Asked> asked = new ArrayList<>();
      while (found.next()) {
        asked.add(
            new Asked(
                found.getInt(1),
                found.getLong(2),
                found.getInt(3),
                found.getLong(4),
                found.getLong(5),
                found.getInt(6)));
      }
      return asked;
    }
  }

  /** The same as it stands now: another node may have worked on it since. */
  private static @Nullable Asked again(Connection connection, Asked asked) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(ASKED + " WHERE app_id = ? AND group_id = ?")) {
      select.setInt(1, asked.app);
      select.setLong(2, asked.group);
      List<Asked> now = asked(select);
      return now.isEmpty() ? null : now.getFirst();
    }
  }

  private record Group(long directory, boolean deleted) {}

  private void work(Connection connection, Asked before) throws SQLException {
    Group group = lock(connection, before.group);
    Asked asked = again(connection, before);
    if (asked == null) {
      return;
    }
    if (group == null) {
      end(connection, asked, -1, false);
      return;
    }
    if (asked.position < 0) {
      boolean changed =
          placed.test(asked.app)
              ? place(connection, asked, group)
              : sources(connection, asked, group);
      boolean below = changed || asked.position < -1;
      end(connection, asked, below ? 0 : -1, below);
      return;
    }
    List<Long> children = children(connection, asked);
    Feeds.ask(
        connection, List.of(asked.app), children, asked.cause, Priority.values()[asked.level]);
    end(connection, asked, children.size() < CHILDREN ? -1 : children.getLast(), true);
  }

  private static @Nullable Group lock(Connection connection, long group) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT directory_id, deleted_at FROM directory_group WHERE id = ? FOR UPDATE")) {
      select.setLong(1, group);
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? new Group(found.getLong(1), found.getObject(2) != null) : null;
      }
    }
  }

  /**
   * The row goes, or stays for the groups below; who asked meanwhile is heard in any case.
   *
   * @param position the last child asked for; -1 when all is done
   * @param below whether the groups below have to be asked for, also when this is done again
   */
  private static void end(Connection connection, Asked asked, long position, boolean below)
      throws SQLException {
    String where = " WHERE app_id = ? AND group_id = ? AND asked = ?";
    try (PreparedStatement end =
        connection.prepareStatement(
            position < 0 ? "DELETE FROM feed" + where : "UPDATE feed SET position = ?" + where)) {
      int i = 0;
      if (position >= 0) {
        end.setLong(++i, position);
      }
      end.setInt(++i, asked.app);
      end.setLong(++i, asked.group);
      end.setInt(++i, asked.asked);
      if (end.executeUpdate() > 0 || !below) {
        return;
      }
    }
    try (PreparedStatement again =
        connection.prepareStatement(
            "UPDATE feed SET position = -2 WHERE app_id = ? AND group_id = ?")) {
      again.setInt(1, asked.app);
      again.setLong(2, asked.group);
      again.executeUpdate();
    }
  }

  private static List<Long> children(Connection connection, Asked asked) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT member_id FROM directory_member
            WHERE group_id = ? AND member_id > ? AND member_type = 'Group' AND present = TRUE
            ORDER BY member_id LIMIT ?
            """)) {
      select.setLong(1, asked.group);
      select.setLong(2, asked.position);
      select.setInt(3, CHILDREN);
      return ids(select);
    }
  }

  private static List<Long> ids(PreparedStatement select) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        ids.add(found.getLong(1));
      }
    }
    return ids;
  }

  /** The group's own team looks where it stands; without one, the groups below stand elsewhere. */
  private boolean place(Connection connection, Asked asked, Group group) throws SQLException {
    sources(connection, asked, group);
    lanes.makeDue(connection, List.of(trigger(asked, group, asked.group)));
    return TeamSources.own(connection, asked.app, List.of(asked.group)).isEmpty();
  }

  private Trigger trigger(Asked asked, Group group, long team) {
    return new Trigger(
        asked.app,
        LaneKind.TEAM,
        team,
        group.directory,
        asked.cause,
        clock.millis(),
        Priority.values()[asked.level]);
  }

  /** Brings the group's sources into line; whether any came or went. */
  private boolean sources(Connection connection, Asked asked, Group group) throws SQLException {
    Set<Long> feeds = new TreeSet<>();
    if (!group.deleted) {
      Set<Long> above = above(connection, asked.group);
      if (!above.isEmpty()) {
        feeds.addAll(deepTeams(connection, asked.app, above));
      }
    }
    Set<Long> fresh = new TreeSet<>(feeds);
    Set<Long> over = new TreeSet<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT team_id, own, gone FROM team_source WHERE group_id = ? AND app_id = ?")) {
      select.setLong(1, asked.group);
      select.setInt(2, asked.app);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          long team = found.getLong(1);
          boolean gone = found.getBoolean(3);
          if (found.getBoolean(2)) {
            fresh.remove(team);
          } else if (!gone && !fresh.remove(team)) {
            over.add(team);
          }
        }
      }
    }
    for (long team : fresh) {
      TeamSources.begin(connection, asked.app, team, asked.group);
    }
    for (long team : over) {
      TeamSources.endBelow(connection, asked.app, team, asked.group);
    }
    Set<Long> touched = new TreeSet<>(fresh);
    touched.addAll(over);
    lanes.makeDue(connection, touched.stream().map(team -> trigger(asked, group, team)).toList());
    return !touched.isEmpty();
  }

  /** Every live group that holds this one, however far up. */
  static Set<Long> above(Connection connection, long group) throws SQLException {
    Set<Long> above = new HashSet<>();
    Set<Long> level = Set.of(group);
    for (int depth = 0; !level.isEmpty() && depth <= DEEPEST; depth++) {
      Set<Long> next = new TreeSet<>();
      try (PreparedStatement select =
          connection.prepareStatement(
              """
              SELECT DISTINCT m.group_id FROM directory_member m
                JOIN directory_group g ON g.id = m.group_id
              WHERE m.member_id IN (MARKS) AND m.present = TRUE AND g.deleted_at IS NULL
              """
                  .replace("MARKS", IdList.marks(level.size())))) {
        IdList.bind(select, 1, level);
        next.addAll(ids(select));
      }
      next.removeAll(above);
      above.addAll(next);
      level = next;
    }
    return above;
  }

  /** The teams of these groups that take the members of the groups below. */
  private static Set<Long> deepTeams(Connection connection, int app, Collection<Long> groups)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT DISTINCT team_id FROM team_source
            WHERE group_id IN (MARKS) AND app_id = ? AND own = TRUE AND deep = TRUE
            """
                .replace("MARKS", IdList.marks(groups.size())))) {
      select.setInt(IdList.bind(select, 1, groups), app);
      return new HashSet<>(ids(select));
    }
  }
}
