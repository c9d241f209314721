package dev.idbridge.ledger;

import dev.idbridge.ledger.RuleSets.RuleSet;
import dev.idbridge.store.StatementRefused;
import dev.idbridge.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The apps this store knows: their ids, the fingerprint of the app our rows are about, the rules
 * they are planned under, and what people decided about them. Thread-safe.
 *
 * <p>Several nodes share these rows, and each may have other files: a row tells what holds for all,
 * and each node compares it with its own file before it claims.
 */
public final class AppRegister {
  /** Words of the column {@code state}. */
  static final String ACTIVE = "active";

  static final String SUSPENDED = "suspended";
  static final String MISMATCH = "mismatch";
  static final String RESETTING = "resetting";
  static final String FORGOTTEN = "forgotten";

  private static final String SELECT =
      """
      SELECT id, name, connector, fingerprint, wanted_fingerprint, follows, grants, state, paused_until,
          paused_by, paused_reason, rules_version
      FROM app
      """;

  private final Transactions transactions;
  private final Sweeps sweeps;
  private final Clock clock;
  private final long noticeMillis;

  /** Of a store with one daemon. */
  public AppRegister(Transactions transactions, Sweeps sweeps, Clock clock) {
    this(transactions, sweeps, clock, 0);
  }

  /**
   * @param noticeMillis after so long every node has seen what a row says
   */
  public AppRegister(Transactions transactions, Sweeps sweeps, Clock clock, long noticeMillis) {
    this.transactions = transactions;
    this.sweeps = sweeps;
    this.clock = clock;
    this.noticeMillis = noticeMillis;
  }

  /**
   * What an app's file says about identity and rules.
   *
   * @param fingerprint connector, base URL, tenant: which app it is
   * @param rules the rules as text; another text is another version. Null when they are not the
   *     file's: those that are in force stay
   * @param policies what else of the file decides about accounts and teams; so does another text
   * @param grants whether the app has roles
   * @param scopeGroups names of the groups whose members have an account; none when the scope is
   *     another one
   */
  public record Entry(
      String name,
      String connector,
      String fingerprint,
      @Nullable String rules,
      String policies,
      boolean grants,
      List<String> scopeGroups) {
    public Entry {
      scopeGroups = List.copyOf(scopeGroups);
    }

    /** Of an app whose scope names no groups. */
    public Entry(String name, String connector, String fingerprint, String rules, boolean grants) {
      this(name, connector, fingerprint, rules, "", grants, List.of());
    }
  }

  /**
   * @param mismatch how the fingerprint differs from the stored one; null when it does not
   * @param rulesVersion the version of the rules in force; 0 when there are none yet
   */
  public record Registered(int id, boolean fresh, @Nullable String mismatch, long rulesVersion) {}

  /**
   * An app's row as it stands.
   *
   * @param wantedFingerprint what a file says that points at another app; else empty
   * @param state active, suspended, mismatch, resetting or forgotten
   * @param pausedUntil milliseconds since the epoch, 0 when it is not paused
   */
  public record Standing(
      int id,
      String name,
      String connector,
      String fingerprint,
      String wantedFingerprint,
      Set<Long> follows,
      boolean grants,
      String state,
      long pausedUntil,
      String pausedBy,
      String pausedReason,
      long rulesVersion) {
    public Standing {
      follows = Set.copyOf(follows);
    }
  }

  /**
   * Registers an app, or finds it again. A new app, new rules, or a directory that it did not
   * follow before are swept: every user and group is looked at, with the lowest priority.
   */
  public Registered register(Entry entry, Collection<Long> directories) {
    for (int attempt = 0; ; attempt++) {
      try {
        return transactions.run(connection -> registerIn(connection, entry, directories));
      } catch (StatementRefused e) {
        // Another node registers an app at the same moment.
        if (!e.duplicate() || attempt > 10) {
          throw e;
        }
      }
    }
  }

  private Registered registerIn(Connection connection, Entry entry, Collection<Long> directories)
      throws SQLException {
    long now = clock.millis();
    Standing known = find(connection, entry.name());
    if (known == null) {
      int id = nextId(connection);
      insert(connection, id, entry, now);
      return fresh(connection, id, entry, directories, now);
    }
    if (known.state.equals(FORGOTTEN)) {
      identity(connection, known.id, entry.connector(), entry.fingerprint());
      return fresh(connection, known.id, entry, directories, now);
    }
    boolean file = entry.rules() != null;
    RuleSet active = RuleSets.find(connection, known.id, known.rulesVersion);
    String body = file ? entry.rules() : active == null ? null : active.body();
    long version = known.rulesVersion;
    Set<Long> swept = new LinkedHashSet<>(directories);
    if (body == null) {
      swept.clear();
    } else if (active != null
        && body.equals(active.body())
        && entry.policies().equals(active.policies())) {
      swept.removeAll(known.follows);
    } else {
      version =
          RuleSets.insert(
              connection, known.id, file ? "file" : "api", body, entry.policies(), now, "file");
    }
    if (file) {
      ScopeGroups.write(connection, known.id, entry.scopeGroups());
    }
    sweep(connection, known.id, swept, now);
    follows(connection, known.id, directories, file ? entry.grants() : known.grants);
    boolean same = known.fingerprint.equals(entry.fingerprint());
    if (!known.state.equals(RESETTING)) {
      state(connection, known.id, same ? ACTIVE : MISMATCH, same ? "" : entry.fingerprint(), now);
    }
    String mismatch =
        same ? null : "it was '" + known.fingerprint + "' and is '" + entry.fingerprint() + "' now";
    return new Registered(known.id, false, mismatch, version);
  }

  private Registered fresh(
      Connection connection, int id, Entry entry, Collection<Long> directories, long now)
      throws SQLException {
    state(connection, id, ACTIVE, "", now);
    String rules = entry.rules();
    long version = 0;
    if (rules == null) {
      RuleSets.inForce(connection, id, 0);
    } else {
      version = RuleSets.insert(connection, id, "file", rules, entry.policies(), now, "file");
      sweep(connection, id, directories, now);
    }
    ScopeGroups.write(connection, id, entry.scopeGroups());
    follows(connection, id, directories, entry.grants());
    return new Registered(id, true, null, version);
  }

  /** Apps whose file is gone rest: their state stays, nothing is delivered. */
  public Set<String> suspendOthers(Set<String> configured) {
    return transactions.run(
        connection -> {
          Set<String> gone = new HashSet<>();
          for (Standing app : all(connection)) {
            if (!configured.contains(app.name) && !app.state.equals(FORGOTTEN)) {
              gone.add(app.name);
            }
          }
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE app SET state = '"
                      + SUSPENDED
                      + "', state_reason = 'its file is gone'"
                      + " WHERE name = ? AND state IN ('active', 'mismatch')")) {
            for (String name : gone) {
              update.setString(1, name);
              update.addBatch();
            }
            update.executeBatch();
          }
          return gone;
        });
  }

  /** A node has the app's file, whatever one without it said. */
  public void present(int id) {
    transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE app SET state = 'active', state_reason = ''"
                      + " WHERE id = ? AND state = 'suspended'")) {
            update.setInt(1, id);
            return update.executeUpdate();
          }
        });
  }

  /** Every app by name, forgotten ones too. */
  public Map<String, Standing> standings() {
    return transactions.run(
        connection -> {
          Map<String, Standing> standings = new HashMap<>();
          for (Standing app : all(connection)) {
            standings.put(app.name, app);
          }
          return standings;
        });
  }

  private static List<Standing> all(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT);
        ResultSet found = select.executeQuery()) {
      List<Standing> apps = new ArrayList<>();
      while (found.next()) {
        apps.add(standing(found));
      }
      return apps;
    }
  }

  /**
   * Ids of all apps but those that were forgotten. What looks for lanes or members in a state does
   * it app by app: the indexes begin with the app.
   */
  static List<Integer> known(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM app WHERE state <> 'forgotten' ORDER BY id");
        ResultSet found = select.executeQuery()) {
      List<Integer> ids = new ArrayList<>();
      while (found.next()) {
        ids.add(found.getInt(1));
      }
      return ids;
    }
  }

  /** The row, locked until the transaction ends; null when there is none. */
  static @Nullable Standing find(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(SELECT + " WHERE name = ? FOR UPDATE")) {
      select.setString(1, name);
      try (ResultSet found = select.executeQuery()) {
        return found.next() ? standing(found) : null;
      }
    }
  }

  private static Standing standing(ResultSet found) throws SQLException {
    return new Standing(
        found.getInt("id"),
        found.getString("name"),
        found.getString("connector"),
        found.getString("fingerprint"),
        found.getString("wanted_fingerprint"),
        ids(found.getString("follows")),
        found.getBoolean("grants"),
        found.getString("state"),
        found.getLong("paused_until"),
        found.getString("paused_by"),
        found.getString("paused_reason"),
        found.getLong("rules_version"));
  }

  /** The ids of directories in the column {@code follows}. */
  public static Set<Long> ids(String follows) {
    return follows.isEmpty()
        ? Set.of()
        : List.of(follows.split(" ")).stream().map(Long::valueOf).collect(Collectors.toSet());
  }

  private static int nextId(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT COALESCE(MAX(id), 0) + 1 FROM app");
        ResultSet found = select.executeQuery()) {
      found.next();
      return found.getInt(1);
    }
  }

  private static void insert(Connection connection, int id, Entry entry, long now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO app (id, name, connector, fingerprint, wanted_fingerprint, follows, grants,
                state, state_reason, paused_by, paused_reason, rules_version, created_at, changed_at)
            VALUES (?, ?, ?, ?, '', '', FALSE, 'active', '', '', '', 0, ?, ?)
            """)) {
      insert.setInt(1, id);
      insert.setString(2, entry.name());
      insert.setString(3, entry.connector());
      insert.setString(4, entry.fingerprint());
      insert.setLong(5, now);
      insert.setLong(6, now);
      insert.executeUpdate();
    }
  }

  static void identity(Connection connection, int id, String connector, String fingerprint)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE app SET connector = ?, fingerprint = ?, wanted_fingerprint = ''"
                + " WHERE id = ?")) {
      update.setString(1, connector);
      update.setString(2, fingerprint);
      update.setInt(3, id);
      update.executeUpdate();
    }
  }

  static void state(Connection connection, int id, String state, String wanted, long now)
      throws SQLException {
    String reason =
        switch (state) {
          case MISMATCH -> "the file names another app";
          case RESETTING -> "a reset or forgetting was begun";
          case FORGOTTEN -> "its state was deleted";
          default -> "";
        };
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE app SET state = ?, state_reason = ?, wanted_fingerprint = ?, changed_at = ?"
                + " WHERE id = ?")) {
      update.setString(1, state);
      update.setString(2, reason);
      update.setString(3, wanted);
      update.setLong(4, now);
      update.setInt(5, id);
      update.executeUpdate();
    }
  }

  static void follows(Connection connection, int id, Collection<Long> directories, boolean grants)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE app SET follows = ?, grants = ? WHERE id = ?")) {
      update.setString(
          1, directories.stream().sorted().map(String::valueOf).collect(Collectors.joining(" ")));
      update.setBoolean(2, grants);
      update.setInt(3, id);
      update.executeUpdate();
    }
  }

  private void sweep(Connection connection, int app, Collection<Long> directories, long now)
      throws SQLException {
    for (long directory : directories) {
      sweeps.start(
          connection, app, Sweeps.Root.DIRECTORY, directory, directory, 0, Priority.SWEEP, now);
    }
    // Until then other nodes plan under the rules before, or write changes without this app.
    if (noticeMillis > 0) {
      RuleSets.postpone(connection, app, now + noticeMillis);
    }
  }
}
