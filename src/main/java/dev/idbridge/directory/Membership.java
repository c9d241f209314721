package dev.idbridge.directory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who is in groups of certain names, looked up from the users: they are in few groups. */
final class Membership {
  private static final int DEEPEST = 64;

  private Membership() {}

  static Set<Long> of(Connection connection, Collection<Long> users, Collection<String> names)
      throws SQLException {
    Set<String> keys = names.stream().map(NameKey::of).collect(Collectors.toSet());
    Set<Long> members = new HashSet<>();
    // Groups further up, each with those users who are in it.
    Map<Long, Set<Long>> level = new HashMap<>();
    for (long user : users) {
      level.computeIfAbsent(user, u -> new TreeSet<>()).add(user);
    }
    Map<Long, Set<Long>> seen = new HashMap<>();
    for (int depth = 0; !level.isEmpty() && depth <= DEEPEST; depth++) {
      Map<Long, Set<Long>> next = new HashMap<>();
      Map<Long, Set<Long>> below = level;
      InList.byId(
          connection,
          "SELECT m.member_id, m.group_id, g.display_name_key,"
              + " EXISTS (SELECT 1 FROM directory_member p WHERE p.member_id = m.group_id"
              + " AND p.present = TRUE) AS held"
              + " FROM directory_member m JOIN directory_group g ON g.id = m.group_id"
              + " WHERE m.present = TRUE AND g.deleted_at IS NULL AND m.member_id IN",
          "",
          level.keySet(),
          row -> {
            Set<Long> who = below.getOrDefault(row.getLong(1), Set.of());
            long group = row.getLong(2);
            if (keys.contains(row.getString(3))) {
              members.addAll(who);
            } else if (row.getBoolean(4)) {
              Set<Long> known = seen.computeIfAbsent(group, g -> new TreeSet<>());
              for (long user : who) {
                if (known.add(user)) {
                  next.computeIfAbsent(group, g -> new TreeSet<>()).add(user);
                }
              }
            }
          });
      level = next;
    }
    return members;
  }
}
