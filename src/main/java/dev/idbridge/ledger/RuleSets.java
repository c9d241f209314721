package dev.idbridge.ledger;

import dev.idbridge.ledger.AppRegister.Standing;
import dev.idbridge.model.Ids;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the rules that apps are planned under. An activation is one transaction with its
 * entry in the change record and the sweeps that look at everybody. Thread-safe.
 */
public final class RuleSets {
  private final Transactions transactions;
  private final Sweeps sweeps;
  private final ActRecord record;
  private final Clock clock;
  private final long noticeMillis;

  /**
   * @param noticeMillis after so long every node plans under the rules that were activated, or not
   *     at all; the sweeps begin then
   */
  public RuleSets(
      Transactions transactions, Sweeps sweeps, Ids ids, Clock clock, long noticeMillis) {
    this.transactions = transactions;
    this.sweeps = sweeps;
    this.record = new ActRecord(ids);
    this.clock = clock;
    this.noticeMillis = noticeMillis;
  }

  /**
   * One version.
   *
   * @param source file or api
   * @param body the rules as text
   * @param policies what else the file said that decides about accounts and teams
   */
  public record RuleSet(
      long version, String source, String body, String policies, Instant at, String by) {}

  /**
   * What is activated.
   *
   * @param grants whether the app has roles under them
   * @param scopeGroups names of the groups whose members have an account
   */
  public record Proposed(String body, String policies, boolean grants, List<String> scopeGroups) {
    public Proposed {
      scopeGroups = List.copyOf(scopeGroups);
    }
  }

  public Optional<RuleSet> find(int app, long version) {
    return transactions.run(connection -> Optional.ofNullable(find(connection, app, version)));
  }

  /** The newest first, below a version. */
  public List<RuleSet> list(int app, long below, int most) {
    return transactions.run(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT * FROM rule_set WHERE app_id = ? AND version < ?"
                      + " ORDER BY version DESC LIMIT ?")) {
            select.setInt(1, app);
            select.setLong(2, below);
            select.setInt(3, most);
            List<RuleSet> all = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
              while (found.next()) {
                all.add(read(found));
              }
            }
            return all;
          }
        });
  }

  /**
   * Puts rules into force: everybody is looked at again, with the lowest priority.
   *
   * @param expected the version that they were compared with; 0 for none
   * @param by who decides
   * @return the new version; 0 when another one is in force by now, or the app rests for good
   */
  public long activate(String app, long expected, Proposed rules, String by) {
    return transactions.run(
        connection -> {
          Standing standing = AppRegister.find(connection, app);
          if (standing == null
              || standing.rulesVersion() != expected
              || standing.state().equals(AppRegister.FORGOTTEN)
              || standing.state().equals(AppRegister.RESETTING)) {
            return 0L;
          }
          long now = clock.millis();
          long version =
              insert(connection, standing.id(), "api", rules.body(), rules.policies(), now, by);
          AppRegister.follows(connection, standing.id(), standing.follows(), rules.grants());
          ScopeGroups.write(connection, standing.id(), rules.scopeGroups());
          long cause =
              record.append(
                  connection,
                  now,
                  "App",
                  standing.id(),
                  "RULES",
                  by,
                  "version " + version + " of the rules, after version " + expected);
          for (long directory : standing.follows()) {
            sweeps.start(
                connection,
                standing.id(),
                Sweeps.Root.DIRECTORY,
                directory,
                directory,
                cause,
                Priority.SWEEP,
                now);
          }
          postpone(connection, standing.id(), noticeMillis == 0 ? 0 : now + noticeMillis);
          return version;
        });
  }

  static @Nullable RuleSet find(Connection connection, int app, long version) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT * FROM rule_set WHERE app_id = ? AND version = ?")) {
      select.setInt(1, app);
      select.setLong(2, version);
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? read(found) : null;
      }
    }
  }

  private static RuleSet read(ResultSet found) throws SQLException {
    return new RuleSet(
        found.getLong("version"),
        found.getString("source"),
        found.getString("body"),
        found.getString("policies"),
        Instant.ofEpochMilli(found.getLong("activated_at")),
        found.getString("activated_by"));
  }

  /** The next version, in force from now on; the app's row is locked. */
  static long insert(
      Connection connection,
      int app,
      String source,
      String body,
      String policies,
      long now,
      String by)
      throws SQLException {
    long version = 1;
    try (PreparedStatement last =
        connection.prepareStatement(
            "SELECT COALESCE(MAX(version), 0) + 1 FROM rule_set WHERE app_id = ?")) {
      last.setInt(1, app);
      try (ResultSet found = last.executeQuery()) {
        if (found.next()) {
          version = found.getLong(1);
        }
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO rule_set (app_id, version, source, digest, body, policies, activated_at,
                activated_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)) {
      insert.setInt(1, app);
      insert.setLong(2, version);
      insert.setString(3, source);
      insert.setString(4, Integer.toHexString(body.hashCode()));
      insert.setString(5, body);
      insert.setString(6, SyncLog.bounded(policies, 1024));
      insert.setLong(7, now);
      insert.setString(8, SyncLog.bounded(by, 128));
      insert.executeUpdate();
    }
    inForce(connection, app, version);
    return version;
  }

  /** Sweeps of the whole app that nobody began yet begin then. */
  static void postpone(Connection connection, int app, long until) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sweep SET lease_until = ? WHERE app_id = ? AND root_kind = ?"
                + " AND position = 0 AND lease_until = 0")) {
      update.setLong(1, until);
      update.setInt(2, app);
      update.setString(3, Sweeps.Root.DIRECTORY.word());
      update.executeUpdate();
    }
  }

  /** 0 for none. */
  static void inForce(Connection connection, int app, long version) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE app SET rules_version = ? WHERE id = ?")) {
      update.setLong(1, version);
      update.setInt(2, app);
      update.executeUpdate();
    }
  }
}
