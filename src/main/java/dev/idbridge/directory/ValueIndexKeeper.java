package dev.idbridge.directory;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.filter.Place;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.StatementRefused;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link ValueIndex} what the settings say. An attribute that is declared anew gets its
 * rows for the resources there are page by page, over restarts if need be; until they are all there
 * it is answered by a scan. The rows of one that is declared no more go page by page, too.
 *
 * <p>Which attributes writes keep rows of stands in the database, so that all nodes do the same;
 * they look every few seconds, and no attribute is filled before all of them must have looked.
 */
public final class ValueIndexKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(ValueIndexKeeper.class);
  private static final int PAGE = 200;

  /** {@code filled_to} of an attribute that is declared no more. */
  private static final long LEAVING = -1;

  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;
  private final ScimSchema schemas;
  private final Duration grace;
  private final ValueIndex index = new ValueIndex();

  /**
   * @param grace how long other nodes may take to learn of a new attribute
   */
  public ValueIndexKeeper(
      Transactions transactions, Ids ids, Clock clock, ScimSchema schemas, Duration grace) {
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
    this.schemas = schemas;
    this.grace = grace;
  }

  /** One attribute of one type, as the settings declare it. */
  public record Declared(ResourceType type, AttributePath path) {}

  private record Known(
      long id, ResourceType type, String path, long filledTo, boolean complete, long createdAt) {}

  public ValueIndex index() {
    return index;
  }

  /** Notes what is declared now; returns when the index says so. */
  public void declare(List<Declared> declared) {
    Set<String> wanted = new HashSet<>();
    declared.forEach(one -> wanted.add(key(one.type(), one.path().toString())));
    Set<String> known = new HashSet<>();
    for (Known one : read()) {
      known.add(key(one.type(), one.path()));
      if (one.filledTo() != LEAVING && !wanted.contains(key(one.type(), one.path()))) {
        leave(one);
      }
    }
    for (Declared one : declared) {
      if (known.add(key(one.type(), one.path().toString()))) {
        add(one);
      }
    }
    refresh();
  }

  private static String key(ResourceType type, String path) {
    return type + " " + path;
  }

  // The name is free at once, the rows go later.
  private void leave(Known known) {
    transactions.run(
        connection ->
            update(
                connection,
                "UPDATE filterable SET path = ?, filled_to = ?, complete = FALSE WHERE id = ?",
                "#" + known.id(),
                LEAVING,
                known.id()));
  }

  private void add(Declared declared) {
    try {
      transactions.run(
          connection ->
              update(
                  connection,
                  "INSERT INTO filterable (id, resource_type, path, filled_to, complete,"
                      + " created_at) VALUES (?, ?, ?, 0, FALSE, ?)",
                  ids.next(),
                  declared.type().word(),
                  declared.path().toString(),
                  clock.millis()));
    } catch (StatementRefused refused) {
      if (!refused.duplicate()) {
        throw refused;
      }
      LOG.info("Another node declared {} just now", declared.path());
    }
  }

  /** Looks what the database says; call it every few seconds. */
  public void refresh() {
    List<ValueIndex.Entry> entries = new ArrayList<>();
    for (Known known : read()) {
      Place place = known.filledTo() == LEAVING ? null : place(known.type(), known.path());
      if (place != null) {
        entries.add(new ValueIndex.Entry(known.id(), known.type(), place, known.complete()));
      }
    }
    index.set(entries);
  }

  private @Nullable Place place(ResourceType type, String path) {
    ResourceSchema schema = schemas.of(type);
    String urn = null;
    String rest = path;
    for (SchemaDef extension : schema.extensions()) {
      if (path.startsWith(extension.id() + ":")) {
        urn = extension.id();
        rest = path.substring(urn.length() + 1);
      }
    }
    int dot = rest.indexOf('.');
    String name = dot < 0 ? rest : rest.substring(0, dot);
    String sub = dot < 0 ? null : rest.substring(dot + 1);
    try {
      return Place.of(schema, new AttributePath(urn, name, null, sub));
    } catch (IllegalArgumentException e) {
      LOG.warn("{} is declared filterable by another node, and no schema of this one has it", path);
      return null;
    }
  }

  /**
   * Works off one page of what is left to fill or to remove.
   *
   * @return whether there is more to do now
   */
  public boolean work() {
    boolean more = false;
    for (Known known : read()) {
      if (known.filledTo() == LEAVING) {
        more |= remove(known);
      } else if (!known.complete() && clock.millis() - known.createdAt() >= grace.toMillis()) {
        more |= fill(known);
      }
    }
    refresh();
    return more;
  }

  private boolean fill(Known known) {
    Place place = place(known.type(), known.path());
    if (place == null) {
      return false;
    }
    ValueIndex.Entry entry = new ValueIndex.Entry(known.id(), known.type(), place, false);
    boolean more =
        transactions.run(
            connection -> {
              // Another node may fill it, too, or it was removed meanwhile.
              long from = lock(connection, known.id());
              if (from == LEAVING) {
                return false;
              }
              List<Long> page = page(connection, known.type(), from);
              if (page.isEmpty()) {
                update(
                    connection, "UPDATE filterable SET complete = TRUE WHERE id = ?", known.id());
                return false;
              }
              ValueRows.fill(
                  connection,
                  ResourceTable.of(known.type()).lock(connection, page).values(),
                  entry);
              update(
                  connection,
                  "UPDATE filterable SET filled_to = ? WHERE id = ?",
                  page.getLast(),
                  known.id());
              return true;
            });
    if (!more) {
      LOG.info("{} of every {} is in the index now", known.path(), known.type().word());
    }
    return more;
  }

  private boolean remove(Known known) {
    return transactions.run(
        connection -> {
          int gone =
              update(
                  connection,
                  "DELETE FROM directory_value WHERE attribute_id = ? LIMIT 5000",
                  known.id());
          if (gone == 0) {
            update(connection, "DELETE FROM filterable WHERE id = ?", known.id());
          }
          return gone > 0;
        });
  }

  private static long lock(Connection connection, long id) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT filled_to FROM filterable WHERE id = ? FOR UPDATE")) {
      query.setLong(1, id);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : LEAVING;
      }
    }
  }

  private static List<Long> page(Connection connection, ResourceType type, long from)
      throws SQLException {
    List<Long> page = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT id FROM "
                + (type == ResourceType.USER ? "directory_user" : "directory_group")
                + " WHERE id > ? ORDER BY id LIMIT "
                + PAGE)) {
      query.setLong(1, from);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          page.add(rows.getLong(1));
        }
      }
    }
    return page;
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  private List<Known> read() {
    return transactions.run(
        connection -> {
          List<Known> known = new ArrayList<>();
          try (PreparedStatement query =
                  connection.prepareStatement(
                      "SELECT id, resource_type, path, filled_to, complete, created_at"
                          + " FROM filterable ORDER BY id");
              ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
              known.add(
                  new Known(
                      rows.getLong(1),
                      ResourceType.of(rows.getString(2)),
                      rows.getString(3),
                      rows.getLong(4),
                      rows.getBoolean(5),
                      rows.getLong(6)));
            }
          }
          return known;
        });
  }
}
