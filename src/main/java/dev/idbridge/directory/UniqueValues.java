package dev.idbridge.directory;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef.Uniqueness;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which unique extension value, inside one transaction: what the table said, and what the
 * changes before this one did since. The table's key has the last word between daemons. Costs
 * nothing where no schema declares anything unique.
 */
final class UniqueValues {
  private static final int LONGEST = 256;
  private static final long NOBODY = 0;

  private final Connection connection;
  private final Characteristics characteristics;
  private final Map<Value, Long> owners = new TreeMap<>();
  private final Map<Value, Long> released = new TreeMap<>();
  private final Map<Value, Long> taken = new TreeMap<>();

  /** One value of one attribute; directory 0 stands for all. */
  private record Value(long directory, String attribute, String key) implements Comparable<Value> {
    private static final Comparator<Value> ORDER =
        Comparator.comparingLong(Value::directory)
            .thenComparing(Value::attribute)
            .thenComparing(Value::key);

    @Override
    public int compareTo(Value other) {
      return ORDER.compare(this, other);
    }
  }

  UniqueValues(Connection connection, Characteristics characteristics) {
    this.connection = connection;
    this.characteristics = characteristics;
  }

  /**
   * Refuses a value that somebody else holds.
   *
   * @param held null for a resource that is about to be made
   */
  void check(ResourceType type, long directory, @Nullable Held held, Attributes after)
      throws SQLException, ChangeRefused {
    for (Characteristics.Place place : characteristics.unique(type)) {
      Object value = place.value(after);
      Value key = value == null ? null : key(place, directory, value);
      if (key == null) {
        continue;
      }
      if (key.key().length() > LONGEST) {
        throw new ChangeRefused(
            Reason.INVALID_VALUE,
            "'%s' is unique and has at most %d characters".formatted(place.label(), LONGEST));
      }
      long owner = owner(key);
      if (owner != NOBODY && (held == null || held.id != owner)) {
        throw new ChangeRefused(
            Reason.UNIQUENESS,
            "%s '%s' is taken by another resource (id %d); choose another value"
                .formatted(place.label(), value, owner));
      }
    }
  }

  /** Notes what a resource holds from now on. */
  void hold(Held held, Attributes before, Attributes after) {
    for (Characteristics.Place place : characteristics.unique(held.type)) {
      Object old = place.value(before);
      Object value = place.value(after);
      if (Objects.equals(old, value)) {
        continue;
      }
      if (old != null) {
        Value key = key(place, held.directory, old);
        owners.put(key, NOBODY);
        if (taken.remove(key) == null) {
          released.put(key, held.id);
        }
      }
      if (value != null) {
        Value key = key(place, held.directory, value);
        owners.put(key, held.id);
        taken.put(key, held.id);
      }
    }
  }

  private static Value key(Characteristics.Place place, long directory, Object value) {
    String text = value.toString();
    return new Value(
        place.def().uniqueness() == Uniqueness.GLOBAL ? 0 : directory,
        place.label().toLowerCase(Locale.ROOT),
        place.def().caseExact() ? text : NameKey.of(text));
  }

  private long owner(Value value) throws SQLException {
    Long known = owners.get(value);
    if (known != null) {
      return known;
    }
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT resource_id FROM unique_value WHERE directory_id = ? AND attribute = ?"
                + " AND value_key = ?")) {
      bind(query, value);
      try (ResultSet rows = query.executeQuery()) {
        long owner = rows.next() ? rows.getLong(1) : NOBODY;
        owners.put(value, owner);
        return owner;
      }
    }
  }

  private static void bind(PreparedStatement statement, Value value) throws SQLException {
    statement.setLong(1, value.directory());
    statement.setString(2, value.attribute());
    statement.setString(3, value.key());
  }

  /** Writes what changed: released values first, so that they can be taken. */
  void write() throws SQLException {
    if (!released.isEmpty()) {
      run(
          "DELETE FROM unique_value WHERE directory_id = ? AND attribute = ? AND value_key = ?"
              + " AND resource_id = ?",
          released);
    }
    if (!taken.isEmpty()) {
      run(
          "INSERT INTO unique_value (directory_id, attribute, value_key, resource_id)"
              + " VALUES (?, ?, ?, ?)",
          taken);
    }
  }

  private void run(String sql, Map<Value, Long> values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Map.Entry<Value, Long> entry : values.entrySet()) {
        bind(statement, entry.getKey());
        statement.setLong(4, entry.getValue());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
