package dev.idbridge.bench;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
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
  private static final String LEFT =
      "SELECT COUNT(*) FROM lane WHERE kind = 'account' AND state IN ('due', 'leased')";

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
    bridge.warm(size.warmUp() / 3, () -> drain(database, apps, each));
    Report.Pairs pairs = new Report.Pairs();
    Duration used = Duration.ZERO;
    Map<String, Long> start = counters(database);
    for (int round = 0; round < size.rounds(); round++) {
      double inserts = reference.rate(CLIENTS, size.roundMillis());
      Duration before = bridge.processorTime();
      pairs.add(inserts, drain(database, apps, each));
      used = used.plus(bridge.processorTime()).minus(before);
    }
    long all = (long) size.rounds() * each * apps;
    Map<String, Long> end = counters(database);
    report.line(
        TITLE, "| %d apps | %s | %d us | %.1f, %.1f |", apps, pairs, used.toNanos() / 1000 / all,
        (double) (end.get("Com_commit") - start.get("Com_commit")) / all,
        (double) (end.get("Com_select") - start.get("Com_select")) / all);
  }

  private static Map<String, Long> counters(Database database) throws Exception {
    try (Connection connection = database.connect()) {
      return Database.counters(connection);
    }
  }

  /** Deliveries a second from the first one seen to the last. */
  private static double drain(Database database, int apps, int each) throws Exception {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      for (int app = 1; app <= apps; app++) {
        try (Statement reset = connection.createStatement()) {
          reset.executeUpdate(
              "DELETE FROM link WHERE kind = 'account' AND app_id = " + app
                  + " ORDER BY resource_id LIMIT " + each);
          reset.executeUpdate(
              "UPDATE lane SET state = 'due', due_at = 1, wanted_seq = wanted_seq + 1, causes = 1,"
                  + " basis = 'none' WHERE kind = 'account' AND app_id = " + app
                  + " ORDER BY target_id LIMIT " + each);
        }
      }
      long all = (long) apps * each;
      connection.commit();
      connection.setAutoCommit(true);
      long before = all;
      long begin = System.nanoTime();
      while (before == all) {
        LockSupport.parkNanos(2_000_000);
        begin = System.nanoTime();
        before = left(connection);
      }
      long end = begin;
      for (long left = before; left > 0; left = left(connection)) {
        LockSupport.parkNanos(10_000_000);
        end = System.nanoTime();
      }
      return before * 1e9 / (end - begin);
    }
  }

  private static long left(Connection connection) throws Exception {
    return Long.parseLong(Database.one(connection, LEFT));
  }
}
