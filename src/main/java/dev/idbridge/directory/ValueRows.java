package dev.idbridge.directory;

import dev.idbridge.model.Resource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The look-up rows of declared attributes, rewritten only where a value changed. */
final class ValueRows {
  private static final String INSERT =
      "INSERT INTO directory_value (resource_id, attribute_id, position, directory_id, value_key)"
          + " VALUES (?, ?, ?, ?, ?)";

  private ValueRows() {}

  private record Value(long attribute, int position, @Nullable String key) {}

  private static List<Value> of(Resource resource, List<ValueIndex.Entry> entries) {
    List<Value> rows = new ArrayList<>();
    for (ValueIndex.Entry entry : entries) {
      int position = 0;
      for (Object value : entry.place().values(resource)) {
        String key = value == null ? null : ValueKey.of(entry.place().def(), value);
        rows.add(
            new Value(
                entry.id(), position++, key == null ? null : TextColumn.cut(key, TextColumn.CUT)));
      }
    }
    return rows;
  }

  /** For resources of one type. */
  static void write(Connection connection, Collection<Held> all, List<ValueIndex.Entry> entries)
      throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    List<Held> old = new ArrayList<>();
    List<Held> current = new ArrayList<>();
    for (Held held : all) {
      if (held.dirty && (held.fresh || held.deleted || changed(held, entries))) {
        if (!held.fresh) {
          old.add(held);
        }
        if (!held.deleted) {
          current.add(held);
        }
      }
    }
    if (!old.isEmpty()) {
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM directory_value WHERE resource_id = ?")) {
        for (Held held : old) {
          delete.setLong(1, held.id);
          delete.addBatch();
        }
        delete.executeBatch();
      }
    }
    insert(connection, current, entries);
  }

  private static boolean changed(Held held, List<ValueIndex.Entry> entries) {
    return !of(held.resource(), entries).equals(of(held.resource(held.stored), entries));
  }

  /** Writes one attribute anew. */
  static void fill(Connection connection, Collection<Held> all, ValueIndex.Entry entry)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM directory_value WHERE resource_id = ? AND attribute_id = ?")) {
      for (Held held : all) {
        delete.setLong(1, held.id);
        delete.setLong(2, entry.id());
        delete.addBatch();
      }
      delete.executeBatch();
    }
    insert(connection, all, List.of(entry));
  }

  private static void insert(
      Connection connection, Collection<Held> all, List<ValueIndex.Entry> entries)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      int rows = 0;
      for (Held held : all) {
        for (Value value : of(held.resource(), entries)) {
          insert.setLong(1, held.id);
          insert.setLong(2, value.attribute());
          insert.setInt(3, value.position());
          insert.setLong(4, held.directory);
          if (value.key() == null) {
            insert.setNull(5, Types.VARCHAR);
          } else {
            insert.setString(5, value.key());
          }
          insert.addBatch();
          rows++;
        }
      }
      if (rows > 0) {
        insert.executeBatch();
      }
    }
  }
}
