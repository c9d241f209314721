package dev.idbridge.directory;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ResourceType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows of users, or of groups: hand-written because a shared commit writes them in batches. */
final class ResourceTable {
  static final String APP = "app";
  private static final String IDP = "idp";
  static final ResourceTable USERS =
      new ResourceTable(
          ResourceType.USER,
          "directory_user",
          "user_name",
          List.of("active", "reactivated_seq", "origin"),
          List.of("display_name_key", "family_name_key", "given_name_key"));
  static final ResourceTable GROUPS =
      new ResourceTable(
          ResourceType.GROUP, "directory_group", "display_name", List.of("origin"), List.of());

  private final ResourceType type;
  private final String table;
  private final String name;
  private final String select;
  private final String insert;
  private final String update;

  private ResourceTable(
      ResourceType type, String table, String name, List<String> own, List<String> keys) {
    this.type = type;
    this.table = table;
    this.name = name;
    List<String> more = Stream.concat(own.stream(), keys.stream()).toList();
    this.select =
        "SELECT id, directory_id, "
            + name
            + "_key, version, attributes, created_at, modified_at"
            + each(own, ", %s")
            + " FROM "
            + table
            + " WHERE deleted_at IS NULL AND id IN";
    this.insert =
        "INSERT INTO "
            + table
            + " (id, directory_id, created_at, "
            + name
            + ", "
            + name
            + "_key,"
            + " external_id, version, attributes, modified_at, deleted_at"
            + each(more, ", %s")
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
            + each(more, ", ?")
            + ")";
    this.update =
        "UPDATE "
            + table
            + " SET "
            + name
            + " = ?, "
            + name
            + "_key = ?, external_id = ?,"
            + " version = ?, attributes = ?, modified_at = ?, deleted_at = ?"
            + each(more, ", %s = ?")
            + " WHERE id = ?";
  }

  private static String each(List<String> columns, String form) {
    return columns.stream().map(form::formatted).collect(Collectors.joining());
  }

  static ResourceTable of(ResourceType type) {
    return type == ResourceType.USER ? USERS : GROUPS;
  }

  /** Locks the live ones among these, in id order, and answers them as they are now. */
  Map<Long, Held> lock(Connection connection, Collection<Long> ids) throws SQLException {
    Map<Long, Held> held = new TreeMap<>();
    InList.byId(
        connection,
        select,
        " ORDER BY id FOR UPDATE",
        new TreeSet<>(ids),
        row -> {
          Held one = new Held(type, row.getLong(1), row.getLong(2), row.getLong(6), false);
          one.key = row.getString(3);
          one.version = row.getLong(4);
          one.attributes = AttributeJson.read(row.getString(5));
          one.stored = one.attributes;
          one.modifiedAt = row.getLong(7);
          if (type == ResourceType.USER) {
            one.active = row.getBoolean(8);
            one.reactivatedSeq = row.getLong(9);
          }
          one.imported = APP.equals(row.getString(type == ResourceType.USER ? 10 : 8));
          held.put(one.id, one);
        });
    return held;
  }

  /** The live ones among these that belong to the directory; takes no lock. */
  Set<Long> live(Connection connection, long directory, Collection<Long> ids) throws SQLException {
    Set<Long> live = new HashSet<>();
    InList.byId(
        connection,
        "SELECT id, directory_id FROM " + table + " WHERE deleted_at IS NULL AND id IN",
        "",
        ids,
        row -> {
          if (row.getLong(2) == directory) {
            live.add(row.getLong(1));
          }
        });
    return live;
  }

  /** The deleted ones among these, of any directory. */
  Set<Long> deleted(Connection connection, Collection<Long> ids) throws SQLException {
    Set<Long> deleted = new HashSet<>();
    InList.byId(
        connection,
        "SELECT id FROM " + table + " WHERE deleted_at IS NOT NULL AND id IN",
        "",
        ids,
        row -> deleted.add(row.getLong(1)));
    return deleted;
  }

  /** The live ones that carry these externalIds in the directory; takes no lock. */
  Map<String, Set<Long>> byExternalId(
      Connection connection, long directory, Collection<String> externalIds) throws SQLException {
    Map<String, Set<Long>> found = new HashMap<>();
    InList.query(
        connection,
        "SELECT external_id, id FROM "
            + table
            + " WHERE deleted_at IS NULL AND (directory_id, external_id) IN",
        "(?, ?)",
        "",
        externalIds,
        (statement, parameter, externalId) -> {
          statement.setLong(parameter, directory);
          statement.setString(parameter + 1, externalId);
        },
        row -> found.computeIfAbsent(row.getString(1), e -> new HashSet<>()).add(row.getLong(2)));
    return found;
  }

  /** Who holds these name keys in the directory; takes no lock. */
  Map<String, Long> owners(Connection connection, long directory, Collection<String> keys)
      throws SQLException {
    Map<String, Long> owners = new TreeMap<>();
    InList.query(
        connection,
        "SELECT " + name + "_key, id FROM " + table + " WHERE (directory_id, " + name + "_key) IN",
        "(?, ?)",
        "",
        keys,
        (statement, parameter, key) -> {
          statement.setLong(parameter, directory);
          statement.setString(parameter + 1, key);
        },
        (ResultSet row) -> owners.put(row.getString(1), row.getLong(2)));
    return owners;
  }

  /** Writes what changed: rows that exist first, so that a name they release can be taken. */
  void write(Connection connection, Collection<Held> all) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      int rows = 0;
      for (Held held : all) {
        if (held.dirty && !held.fresh) {
          statement.setLong(values(statement, 1, held), held.id);
          statement.addBatch();
          rows++;
        }
      }
      if (rows > 0) {
        statement.executeBatch();
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      int rows = 0;
      for (Held held : all) {
        if (held.fresh) {
          statement.setLong(1, held.id);
          statement.setLong(2, held.directory);
          statement.setLong(3, held.createdAt);
          values(statement, 4, held);
          statement.addBatch();
          rows++;
        }
      }
      if (rows > 0) {
        statement.executeBatch();
      }
    }
  }

  /** Answers the next parameter. */
  private int values(PreparedStatement statement, int first, Held held) throws SQLException {
    int p = first;
    statement.setString(p++, held.name());
    string(statement, p++, held.key);
    string(statement, p++, held.attributes.string("externalId"));
    statement.setLong(p++, held.version);
    statement.setString(p++, AttributeJson.write(held.attributes));
    statement.setLong(p++, held.modifiedAt);
    if (held.deleted) {
      statement.setLong(p++, held.modifiedAt);
    } else {
      statement.setNull(p++, Types.BIGINT);
    }
    if (type == ResourceType.USER) {
      statement.setBoolean(p++, held.active);
      statement.setLong(p++, held.reactivatedSeq);
      statement.setString(p++, held.imported ? APP : IDP);
      Attributes name = held.attributes.complex("name");
      string(statement, p++, key(held, held.attributes.get("displayName")));
      string(statement, p++, key(held, name.get("familyName")));
      string(statement, p++, key(held, name.get("givenName")));
    } else {
      statement.setString(p++, held.imported ? APP : IDP);
    }
    return p;
  }

  /** Null for a deleted resource: nobody looks for it. */
  private static @Nullable String key(Held held, @Nullable Object value) {
    return value == null || held.deleted
        ? null
        : TextColumn.cut(NameKey.of(value.toString()), TextColumn.CUT);
  }

  private static void string(PreparedStatement statement, int parameter, @Nullable String value)
      throws SQLException {
    if (value == null) {
      statement.setNull(parameter, Types.VARCHAR);
    } else {
      statement.setString(parameter, value);
    }
  }
}
