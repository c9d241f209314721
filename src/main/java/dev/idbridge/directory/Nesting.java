package dev.idbridge.directory;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps groups in groups free of cycles. It walks up from the group that gets a member: groups are
 * held by few groups, while they may hold very many members. Callers hold the directory's row lock,
 * so that no two such changes are checked at the same time.
 */
final class Nesting {
  private static final int DEEPEST = 64;

  private Nesting() {}

  /**
   * Refuses a group as a member when it holds the group it would join, directly or further up.
   *
   * @param pending rows of this transaction that are not written yet
   */
  static void check(
      Connection connection,
      long group,
      Set<Long> members,
      Map<MemberRows.Key, MemberRows.Row> pending)
      throws SQLException, ChangeRefused {
    Map<Long, Long> below = new HashMap<>();
    Set<Long> level = Set.of(group);
    for (int depth = 0; !level.isEmpty(); depth++) {
      if (depth > DEEPEST) {
        throw new ChangeRefused(
            Reason.INVALID_VALUE,
            "group "
                + group
                + " is nested more than "
                + DEEPEST
                + " levels deep; put the new member into a group further up");
      }
      Set<Long> next = new HashSet<>();
      for (MemberRows.Key edge : holders(connection, level, pending)) {
        if (edge.group() != group && below.putIfAbsent(edge.group(), edge.member()) == null) {
          next.add(edge.group());
        }
      }
      for (long holder : next) {
        if (members.contains(holder)) {
          throw new ChangeRefused(
              Reason.INVALID_VALUE,
              "group "
                  + holder
                  + " cannot be a member of group "
                  + group
                  + ": it holds that group already ("
                  + path(holder, group, below)
                  + "), and a group cannot hold itself. Remove one of these memberships first");
        }
      }
      level = next;
    }
  }

  private static Set<MemberRows.Key> holders(
      Connection connection, Set<Long> groups, Map<MemberRows.Key, MemberRows.Row> pending)
      throws SQLException {
    Set<MemberRows.Key> edges = new HashSet<>(MemberRows.holders(connection, groups));
    pending.forEach(
        (edge, row) -> {
          if (groups.contains(edge.member())) {
            if (row.present()) {
              edges.add(edge);
            } else {
              edges.remove(edge);
            }
          }
        });
    return edges;
  }

  private static String path(long from, long to, Map<Long, Long> below) {
    StringBuilder path = new StringBuilder(Long.toString(from));
    for (Long next = below.get(from); next != null; next = next == to ? null : below.get(next)) {
      path.append(" holds ").append(next);
    }
    return path.toString();
  }
}
