package dev.idbridge.bench;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast held-back deliveries are worked off. The users exist already; before each round what
 * the bridge knows of them is taken away and all their lanes are made due at once, so that each is
 * looked up, found absent, created, linked and logged again.
 */
final class Deliveries {
  static final String TITLE = "Deliveries of new accounts, sync-log line included";

  private static final int CLIENTS = 8;
  // Cheap to ask again and again: counting the rows would cost the database more than delivering
  // them.
  private static final String ANY =
      "SELECT EXISTS (SELECT 1 FROM lane WHERE app_id = %d AND state = '%s' AND kind = 'account')";

  private Deliveries() {}

  /** One line of the table. */
  static void measure(
      Size size,
      Database database,
      Reference reference,
      BridgeProcess bridge,
      int apps,
      Report report)
      throws Exception {
    int each = size.deliveries() / apps;
    database.drained();
    people(database, apps, each);
    bridge.warm(
        size.warmUp() / 3,
        () -> {
          reset(database, apps, each);
          drain(database, apps, each);
        });
    Report.Pairs pairs = new Report.Pairs();
    Duration used = Duration.ZERO;
    Duration usedByDatabase = Duration.ZERO;
    Duration usedByReference = Duration.ZERO;
    double insertsDone = 0;
    Map<String, Long> start = counters(database);
    for (int round = 0; round < size.rounds(); round++) {
      reset(database, apps, each);
      Duration own = Processors.here().plus(Processors.database());
      double inserts = reference.rate(CLIENTS, size.roundMillis());
      insertsDone += inserts * size.roundMillis() / 1000;
      usedByReference =
          usedByReference.plus(Processors.here().plus(Processors.database())).minus(own);
      Duration before = bridge.processorTime();
      Duration beforeInDatabase = Processors.database();
      pairs.add(inserts, drain(database, apps, each));
      used = used.plus(bridge.processorTime()).minus(before);
      usedByDatabase = usedByDatabase.plus(Processors.database()).minus(beforeInDatabase);
    }
    long all = (long) size.rounds() * each * apps;
    Map<String, Long> end = counters(database);
    report.line(
        TITLE, "| %d apps | %s | %d + %d us | %d us | %.2f, %.2f |", apps, pairs,
        used.toNanos() / 1000 / all, usedByDatabase.toNanos() / 1000 / all,
        (long) (usedByReference.toNanos() / 1000 / insertsDone),
        (double) (end.get("Com_commit") - start.get("Com_commit")) / all,
        (double) (end.get("Com_select") - start.get("Com_select")) / all);
  }

  private static Map<String, Long> counters(Database database) throws Exception {
    try (Connection connection = database.connect()) {
      return Database.counters(connection);
    }
  }

  /** As many users as are delivered, with lanes at rest; ids below all that the daemon makes. */
  static void people(Database database, int apps, int count) throws Exception {
    String numbers =
        "WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n WHERE id < " + count
            + ") ";
    List<String> statements = new ArrayList<>();
    statements.add("SET SESSION max_recursive_iterations = " + count);
    statements.add(
        "INSERT IGNORE INTO directory_user (id, directory_id, user_name, user_name_key, external_id,"
            + " active, version, reactivated_seq, attributes, created_at, modified_at, deleted_at) " + numbers
            + "SELECT id, 1, CONCAT('held', id, '@example.com'), CONCAT('held', id, '@example.com'),"
            + " NULL, TRUE, 1, 0, CONCAT('{\"userName\":\"held', id, '@example.com\",\"displayName\":"
            + "\"Held ', id, '\",\"emails\":[{\"primary\":true,\"value\":\"held', id,"
            + " '@example.com\"}]}'), 1, 1, NULL FROM n");
    for (int app = 1; app <= apps; app++) {
      statements.add(
          "INSERT IGNORE INTO lane (app_id, kind, target_id, directory_id, state, priority,"
              + " wanted_seq, claimed_seq, applied_seq, in_doubt, attempts, revived, reason, basis,"
              + " wanted_at, first_cause, last_cause, causes, claimed_first, claimed_last,"
              + " claimed_causes) " + numbers + "SELECT " + app + ", 'account', id, 1, 'idle', 1, 1,"
              + " 1, 1, FALSE, 0, FALSE, '', 'none', 1, 1, 1, 0, 0, 0, 0 FROM n");
    }
    database.execute(statements.toArray(String[]::new));
  }

  /** What the bridge knows of the accounts is taken away; nothing is due yet. */
  static void reset(Database database, int apps, int each) throws Exception {
    for (int app = 1; app <= apps; app++) {
      database.execute(
          "DELETE FROM link WHERE kind = 'account' AND app_id = " + app
              + " ORDER BY resource_id LIMIT " + each,
          "UPDATE lane SET state = 'backoff', due_at = " + Long.MAX_VALUE
              + ", wanted_seq = wanted_seq + 1, causes = 1, basis = 'none'"
              + " WHERE kind = 'account' AND app_id = " + app
              + " AND target_id <= " + each);
    }
  }

  /** Makes them all due, and tells the deliveries a second from the first one seen to the last. */
  static double drain(Database database, int apps, int each) throws Exception {
    try (Connection connection = database.connect()) {
      Database.run(
          connection,
          "UPDATE lane SET state = 'due', due_at = target_id WHERE kind = 'account' AND state = 'backoff'"
              + " AND due_at = " + Long.MAX_VALUE);
      while (!any(connection, apps, "leased")) {
        LockSupport.parkNanos(1_000_000);
      }
      long begin = System.nanoTime();
      long end = begin;
      while (any(connection, apps, "due") || any(connection, apps, "leased")) {
        LockSupport.parkNanos(5_000_000);
        end = System.nanoTime();
      }
      return (double) apps * each * 1e9 / (end - begin);
    }
  }

  private static boolean any(Connection connection, int apps, String state) throws Exception {
    for (int app = 1; app <= apps; app++) {
      if (Database.one(connection, ANY.formatted(app, state)).equals("1")) {
        return true;
      }
    }
    return false;
  }
}
