package dev.idbridge.ledger;

import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The apps this store knows: their ids, the fingerprint of the app our rows are about, and the
 * rules they were planned under. Thread-safe.
 */
public final class AppRegister {
  private final Transactions transactions;
  private final Sweeps sweeps;
  private final Clock clock;

  public AppRegister(Transactions transactions, Sweeps sweeps, Clock clock) {
    this.transactions = transactions;
    this.sweeps = sweeps;
    this.clock = clock;
  }

  /**
   * What an app's file says about identity and rules.
   *
   * @param fingerprint connector, base URL, tenant: which app it is
   * @param rules the rules as text; another text is another version
   */
  public record Entry(String name, String connector, String fingerprint, String rules) {}

  /**
   * @param mismatch how the fingerprint differs from the stored one; null when it does not
   */
  public record Registered(int id, boolean fresh, @Nullable String mismatch) {}

  /**
   * Registers an app, or finds it again. A new app, new rules, or a directory that it did not
   * follow before are swept: every user and group is looked at, with the lowest priority.
   */
  public Registered register(Entry entry, Collection<Long> directories) {
    return transactions.run(connection -> registerIn(connection, entry, directories));
  }

  private Registered registerIn(Connection connection, Entry entry, Collection<Long> directories)
      throws SQLException {
    long now = clock.millis();
    String rules = entry.rules();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT a.id, a.fingerprint, a.rules_version, r.body FROM app a
              LEFT JOIN rule_set r ON r.app_id = a.id AND r.version = a.rules_version
            WHERE a.name = ? FOR UPDATE
            """)) {
      select.setString(1, entry.name());
      try (ResultSet found = select.executeQuery()) {
        if (found.next()) {
          int id = found.getInt(1);
          String stored = found.getString(2);
          long version = found.getLong(3);
          boolean sameRules = rules.equals(found.getString(4));
          if (!stored.equals(entry.fingerprint())) {
            state(connection, id, "mismatch", "the file names another app", now);
            return new Registered(
                id, false, "it was '" + stored + "' and is '" + entry.fingerprint() + "' now");
          }
          state(connection, id, "active", "", now);
          if (!sameRules) {
            activate(connection, id, version + 1, rules, now);
            sweep(connection, id, directories, now);
          }
          return new Registered(id, false, null);
        }
      }
    }
    int id = nextId(connection);
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO app (id, name, connector, fingerprint, state, state_reason, rules_version,
                created_at, changed_at)
            VALUES (?, ?, ?, ?, 'active', '', 0, ?, ?)
            """)) {
      insert.setInt(1, id);
      insert.setString(2, entry.name());
      insert.setString(3, entry.connector());
      insert.setString(4, entry.fingerprint());
      insert.setLong(5, now);
      insert.setLong(6, now);
      insert.executeUpdate();
    }
    activate(connection, id, 1, rules, now);
    sweep(connection, id, directories, now);
    return new Registered(id, true, null);
  }

  /** Apps whose file is gone rest: their state stays, nothing is delivered. */
  public Set<String> suspendOthers(Set<String> configured) {
    return transactions.run(
        connection -> {
          Set<String> gone = new HashSet<>();
          try (PreparedStatement select = connection.prepareStatement("SELECT name FROM app");
              ResultSet found = select.executeQuery()) {
            while (found.next()) {
              gone.add(found.getString(1));
            }
          }
          gone.removeAll(configured);
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE app SET state = 'suspended', state_reason = 'its file is gone'"
                      + " WHERE name = ?")) {
            for (String name : gone) {
              update.setString(1, name);
              update.addBatch();
            }
            update.executeBatch();
          }
          return gone;
        });
  }

  private static int nextId(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT COALESCE(MAX(id), 0) + 1 FROM app");
        ResultSet found = select.executeQuery()) {
      found.next();
      return found.getInt(1);
    }
  }

  private static void state(Connection connection, int id, String state, String reason, long now)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE app SET state = ?, state_reason = ?, changed_at = ? WHERE id = ?")) {
      update.setString(1, state);
      update.setString(2, reason);
      update.setLong(3, now);
      update.setInt(4, id);
      update.executeUpdate();
    }
  }

  private static void activate(Connection connection, int id, long version, String rules, long now)
      throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO rule_set (app_id, version, source, digest, body, activated_at,
                    activated_by)
                VALUES (?, ?, 'file', ?, ?, ?, 'file')
                """);
        PreparedStatement update =
            connection.prepareStatement("UPDATE app SET rules_version = ? WHERE id = ?")) {
      insert.setInt(1, id);
      insert.setLong(2, version);
      insert.setString(3, Integer.toHexString(rules.hashCode()));
      insert.setString(4, rules);
      insert.setLong(5, now);
      insert.executeUpdate();
      update.setLong(1, version);
      update.setInt(2, id);
      update.executeUpdate();
    }
  }

  private void sweep(Connection connection, int app, Collection<Long> directories, long now)
      throws SQLException {
    for (long directory : directories) {
      sweeps.start(
          connection, app, Sweeps.Root.DIRECTORY, directory, directory, 0, Priority.SWEEP, now);
    }
  }
}
