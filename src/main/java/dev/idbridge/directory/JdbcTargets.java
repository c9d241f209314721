package dev.idbridge.directory;

import dev.idbridge.model.Resource;
import dev.idbridge.store.IdList;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@link Targets} in plain SQL: the deliveries' hot read, rows by their keys. */
public final class JdbcTargets implements Targets {
  private static final int MOST_IDS = 500;

  private final Transactions transactions;

  public JdbcTargets(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Map<Long, Target> users(Collection<Long> ids) {
    return read("directory_user", ids, JdbcTargets::user);
  }

  @Override
  public Map<Long, Target> groups(Collection<Long> ids) {
    return read("directory_group", ids, JdbcTargets::group);
  }

  @Override
  public Set<Long> membersOf(Collection<Long> users, Collection<String> names) {
    if (users.isEmpty() || names.isEmpty()) {
      return Set.of();
    }
    return transactions.run(connection -> Membership.of(connection, users, names));
  }

  @Override
  public Map<Long, List<Resource.Group>> holders(Collection<Long> groups) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT m.member_id, g.* FROM directory_member m
                    JOIN directory_group g ON g.id = m.group_id
                  WHERE m.member_id IN (MARKS) AND m.present = TRUE AND g.deleted_at IS NULL
                  """
                      .replace("MARKS", IdList.marks(groups.size())))) {
            IdList.bind(select, 1, groups);
            Map<Long, List<Resource.Group>> holders = new HashMap<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                holders
                    .computeIfAbsent(found.getLong(1), group -> new ArrayList<>())
                    .add(group(found));
              }
            }
            return holders;
          }
        });
  }

  private interface Row {
    Resource of(ResultSet found) throws SQLException;
  }

  private Map<Long, Target> read(String table, Collection<Long> ids, Row row) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    String marks = IdList.marks(ids.size());
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT * FROM " + table + " WHERE id IN (" + marks + ")")) {
            IdList.bind(select, 1, ids);
            Map<Long, Target> targets = new HashMap<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                targets.put(
                    found.getLong("id"),
                    new Target(
                        row.of(found),
                        found.getObject("deleted_at") != null,
                        table.equals("directory_user") ? found.getLong("reactivated_seq") : 0,
                        ResourceTable.APP.equals(found.getString("origin"))));
              }
            }
            return targets;
          }
        });
  }

  @Override
  public List<Above> above(long member) {
    return transactions.run(
        connection -> {
          Map<Long, Above> found = new LinkedHashMap<>();
          Map<Long, Above> level = new HashMap<>();
          for (Above direct : holders(connection, List.of(member), Map.of())) {
            level.put(direct.group(), direct);
          }
          // A group that is reached again by a later assertion is followed again.
          while (!level.isEmpty()) {
            found.putAll(level);
            Map<Long, Above> next = new HashMap<>();
            for (Above one : holders(connection, level.keySet(), level)) {
              Above known = next.getOrDefault(one.group(), found.get(one.group()));
              if (known == null || one.asserted() > known.asserted()) {
                next.put(one.group(), one);
              }
            }
            level = next;
          }
          return List.copyOf(found.values());
        });
  }

  private static List<Above> holders(
      Connection connection, Collection<Long> members, Map<Long, Above> below) throws SQLException {
    List<Above> holders = new ArrayList<>();
    List<Long> all = List.copyOf(members);
    for (int from = 0; from < all.size(); from += MOST_IDS) {
      List<Long> page = all.subList(from, Math.min(all.size(), from + MOST_IDS));
      try (PreparedStatement select =
          connection.prepareStatement(
              """
              SELECT m.member_id, m.group_id, m.asserted_seq, m.cause, g.display_name,
                  g.display_name_key
              FROM directory_member m JOIN directory_group g ON g.id = m.group_id
              WHERE m.member_id IN (MARKS) AND m.present = TRUE AND g.deleted_at IS NULL
              ORDER BY m.group_id, m.member_id
              """
                  .replace("MARKS", IdList.marks(page.size())))) {
        IdList.bind(select, 1, page);
        try (ResultSet found = select.executeQuery()) {
          while (found.next()) {
            Above lower = below.get(found.getLong(1));
            long group = found.getLong(2);
            String name = found.getString(5);
            holders.add(
                new Above(
                    group,
                    name,
                    found.getString(6),
                    lower == null ? name : lower.path() + " > " + name,
                    lower == null ? found.getLong(3) : lower.asserted(),
                    Math.max(found.getLong(4), lower == null ? 0 : lower.cause()),
                    lower == null ? group : lower.direct()));
          }
        }
      }
    }
    return holders;
  }

  private static Resource user(ResultSet found) throws SQLException {
    return new Resource.User(
        found.getLong("id"),
        found.getLong("directory_id"),
        AttributeJson.read(found.getString("attributes")),
        found.getBoolean("active"),
        found.getLong("version"),
        Instant.ofEpochMilli(found.getLong("created_at")),
        Instant.ofEpochMilli(found.getLong("modified_at")),
        null);
  }

  private static Resource.Group group(ResultSet found) throws SQLException {
    return new Resource.Group(
        found.getLong("id"),
        found.getLong("directory_id"),
        AttributeJson.read(found.getString("attributes")),
        found.getLong("version"),
        Instant.ofEpochMilli(found.getLong("created_at")),
        Instant.ofEpochMilli(found.getLong("modified_at")),
        null);
  }
}
