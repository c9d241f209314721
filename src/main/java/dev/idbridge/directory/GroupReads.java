package dev.idbridge.directory;

import dev.idbridge.model.Ids;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Groups in groups as people look at them: who is above and below, and who is a member through
 * whom. Nothing is read whole: lists are pages by key, and below a group no more than {@link
 * #MOST_BELOW} groups are followed. Thread-safe.
 */
public final class GroupReads {
  /** Groups below one group that are looked at. */
  public static final int MOST_BELOW = 10_000;

  private static final int CHUNK = 500;

  private final Transactions transactions;

  public GroupReads(Transactions transactions) {
    this.transactions = transactions;
  }

  public record Group(long id, String displayName, long version) {}

  /** How many users and groups a group holds directly. */
  public record Counts(long users, long groups) {}

  /**
   * A user who is in a group, once for each group that brings him.
   *
   * @param through the group itself for direct members, else one below it
   */
  public record Member(long user, String userName, long through, String throughName) {}

  /**
   * @param depth 0 for the group asked for
   * @param under the group it is shown under, 0 at depth 0
   */
  public record Node(long id, String displayName, int depth, long under) {}

  /** Live groups of a directory with ids beyond this one. */
  public List<Group> list(long directory, long beyond, int most) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT id, display_name, version FROM directory_group WHERE directory_id = ?"
                      + " AND deleted_at IS NULL AND id > ? ORDER BY id LIMIT ?")) {
            select.setLong(1, directory);
            select.setLong(2, beyond);
            select.setInt(3, most);
            return groups(select);
          }
        });
  }

  /** The live group of this id, or else of this display name. */
  public Optional<Group> find(long directory, String idOrName) {
    OptionalLong id = Ids.parse(idOrName);
    return transactions.run(
        connection -> {
          if (id.isPresent()) {
            try (PreparedStatement select =
                connection.prepareStatement(
                    "SELECT id, display_name, version FROM directory_group"
                        + " WHERE id = ? AND directory_id = ? AND deleted_at IS NULL")) {
              select.setLong(1, id.getAsLong());
              select.setLong(2, directory);
              List<Group> found = groups(select);
              if (!found.isEmpty()) {
                return Optional.of(found.getFirst());
              }
            }
          }
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT id, display_name, version FROM directory_group"
                      + " WHERE directory_id = ? AND display_name_key = ?")) {
            select.setLong(1, directory);
            select.setString(2, NameKey.of(idOrName));
            return groups(select).stream().findFirst();
          }
        });
  }

  private static List<Group> groups(PreparedStatement select) throws SQLException {
    List<Group> groups = new ArrayList<>();
    try (ResultSet found = select.executeQuery()) {
      while (found.next()) {
        groups.add(new Group(found.getLong(1), found.getString(2), found.getLong(3)));
      }
    }
    return groups;
  }

  public Counts count(long group) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT COUNT(*), SUM(CASE WHEN member_type = 'Group' THEN 1 ELSE 0 END)"
                      + " FROM directory_member WHERE group_id = ? AND present = TRUE")) {
            select.setLong(1, group);
            try (ResultSet found = select.executeQuery()) {
              found.next();
              if (found.getLong(1) > 0) {
                return new Counts(found.getLong(1) - found.getLong(2), found.getLong(2));
              }
            }
          }
          try (PreparedStatement select =
              connection.prepareStatement("SELECT COUNT(*) FROM found_member WHERE group_id = ?")) {
            select.setLong(1, group);
            try (ResultSet found = select.executeQuery()) {
              found.next();
              return new Counts(found.getLong(1), 0);
            }
          }
        });
  }

  /** The live groups that hold this one directly; at most so many. */
  public List<Group> parents(long group, int most) {
    return transactions.run(
        connection ->
            related(
                connection,
                "SELECT group_id FROM directory_member WHERE member_id = ? AND group_id > ?"
                    + " AND present = TRUE ORDER BY group_id LIMIT ?",
                group,
                0,
                most));
  }

  /** The live groups directly in this one, with ids beyond this; at most so many. */
  public List<Group> children(long group, long beyond, int most) {
    return transactions.run(connection -> children(connection, group, beyond, most));
  }

  private static List<Group> children(Connection connection, long group, long beyond, int most)
      throws SQLException {
    return related(
        connection,
        "SELECT member_id FROM directory_member WHERE group_id = ? AND member_id > ?"
            + " AND member_type = 'Group' AND present = TRUE ORDER BY member_id LIMIT ?",
        group,
        beyond,
        most);
  }

  private static List<Group> related(
      Connection connection, String sql, long group, long beyond, int most) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setLong(1, group);
      select.setLong(2, beyond);
      select.setInt(3, most);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          ids.add(found.getLong(1));
        }
      }
    }
    if (ids.isEmpty()) {
      return List.of();
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, display_name, version FROM directory_group WHERE deleted_at IS NULL"
                + " AND id IN ("
                + IdList.marks(ids.size())
                + ") ORDER BY id")) {
      IdList.bind(select, 1, ids);
      return groups(select);
    }
  }

  /** The group and what is below it, each under the first that holds it, depth first. */
  public List<Node> tree(long group, String displayName, int most) {
    return transactions.run(
        connection -> {
          List<Node> nodes = new ArrayList<>();
          Set<Long> seen = new HashSet<>();
          Deque<Node> open = new ArrayDeque<>();
          open.push(new Node(group, displayName, 0, 0));
          while (!open.isEmpty() && nodes.size() < most) {
            Node node = open.pop();
            if (!seen.add(node.id)) {
              continue;
            }
            nodes.add(node);
            List<Group> children = children(connection, node.id, 0, most);
            for (Group child : children.reversed()) {
              open.push(new Node(child.id, child.displayName, node.depth + 1, node.id));
            }
          }
          return nodes;
        });
  }

  /**
   * Active and inactive users in the group, direct ones first, then those that groups below bring.
   *
   * @param through and {@code beyond}: the last of the page before, 0 for the first page
   */
  public List<Member> members(long group, long through, long beyond, int most) {
    return transactions.run(
        connection -> {
          List<long[]> rows = new ArrayList<>();
          if (through == 0 || through == group) {
            long from = through == group ? beyond : 0;
            rows.addAll(rows(connection, List.of(group), group, from, most));
            if (rows.isEmpty()) {
              rows.addAll(found(connection, group, from, most));
            }
          }
          if (rows.size() < most) {
            List<Long> below = new ArrayList<>(below(connection, group));
            long from = through == group ? 0 : through;
            below.removeIf(one -> one < from);
            for (int i = 0; i < below.size() && rows.size() < most; i += CHUNK) {
              List<Long> chunk = below.subList(i, Math.min(i + CHUNK, below.size()));
              rows.addAll(
                  rows(connection, chunk, from, from == 0 ? 0 : beyond, most - rows.size()));
            }
          }
          return named(connection, rows);
        });
  }

  /** Every group below, rising; no more than are followed. */
  private static Set<Long> below(Connection connection, long group) throws SQLException {
    Set<Long> below = new TreeSet<>();
    Set<Long> level = Set.of(group);
    while (!level.isEmpty() && below.size() < MOST_BELOW) {
      Set<Long> next = new TreeSet<>();
      for (List<Long> some : chunks(level)) {
        try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT DISTINCT member_id FROM directory_member WHERE member_type = 'Group'"
                    + " AND present = TRUE AND group_id IN ("
                    + IdList.marks(some.size())
                    + ")")) {
          IdList.bind(select, 1, some);
          try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
              next.add(found.getLong(1));
            }
          }
        }
      }
      next.removeAll(below);
      below.addAll(next);
      level = next;
    }
    return below;
  }

  private static List<List<Long>> chunks(Collection<Long> ids) {
    List<Long> all = List.copyOf(ids);
    List<List<Long>> chunks = new ArrayList<>();
    for (int i = 0; i < all.size(); i += CHUNK) {
      chunks.add(all.subList(i, Math.min(i + CHUNK, all.size())));
    }
    return chunks;
  }

  /** The same of users whom an import found in it. */
  private static List<long[]> found(Connection connection, long group, long beyond, int most)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT member_id FROM found_member WHERE group_id = ? AND member_id > ?"
                + " ORDER BY member_id LIMIT ?")) {
      select.setLong(1, group);
      select.setLong(2, beyond);
      select.setInt(3, most);
      List<long[]> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          rows.add(new long[] {group, found.getLong(1)});
        }
      }
      return rows;
    }
  }

  /** Pairs of group and user beyond the given one. */
  private static List<long[]> rows(
      Connection connection, List<Long> groups, long from, long beyond, int most)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT group_id, member_id FROM directory_member
            WHERE group_id IN (MARKS) AND member_type = 'User' AND present = TRUE
              AND (group_id > ? OR member_id > ?)
            ORDER BY group_id, member_id LIMIT ?
            """
                .replace("MARKS", IdList.marks(groups.size())))) {
      int next = IdList.bind(select, 1, groups);
      select.setLong(next, from);
      select.setLong(next + 1, beyond);
      select.setInt(next + 2, most);
      List<long[]> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          rows.add(new long[] {found.getLong(1), found.getLong(2)});
        }
      }
      return rows;
    }
  }

  private static List<Member> named(Connection connection, List<long[]> rows) throws SQLException {
    Map<Long, String> users =
        names(connection, "user_name FROM directory_user", rows.stream().map(r -> r[1]).toList());
    Map<Long, String> groups =
        names(
            connection, "display_name FROM directory_group", rows.stream().map(r -> r[0]).toList());
    List<Member> members = new ArrayList<>();
    for (long[] row : rows) {
      String user = users.get(row[1]);
      String group = groups.get(row[0]);
      if (user != null && group != null) {
        members.add(new Member(row[1], user, row[0], group));
      }
    }
    return members;
  }

  private static Map<Long, String> names(Connection connection, String what, List<Long> ids)
      throws SQLException {
    Map<Long, String> names = new HashMap<>();
    for (List<Long> some : chunks(new TreeSet<>(ids))) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, "
                  + what
                  + " WHERE deleted_at IS NULL AND id IN ("
                  + IdList.marks(some.size())
                  + ")")) {
        IdList.bind(select, 1, some);
        try (ResultSet found = select.executeQuery()) {
          while (found.next()) {
            names.put(found.getLong(1), found.getString(2));
          }
        }
      }
    }
    return names;
  }
}
