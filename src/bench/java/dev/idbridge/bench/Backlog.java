package dev.idbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An app that returns with a hundred thousand due lanes beside one that is well: users are created
 * at a steady pace, first with nothing else going on, then while the backlog is worked off, and the
 * time from a create's own log line to that of the well app is compared. One lane in a hundred of the
 * backlog is of somebody who loses access: those go first.
 */
final class Backlog {
  static final String TITLE = "An app that returns with a backlog";

  private static final int PER_SECOND = 50;
  private static final int WELL = 1;
  private static final int BACK = 2;

  private Backlog() {}

  static void table(Report report) {
    report.table(
        TITLE, "p50 and p99 before", "p50 and p99 meanwhile", "p99, meanwhile to before",
        "lanes a second", "deliveries of others before the last leaver's");
  }

  /** One line of the table; the aim is a p99 of at most twice what it was. */
  static void measure(Size size, Database database, Path folder, Report report)
      throws Exception {
    int lanes = size.smoke() ? 2_000 : 100_000;
    try (BridgeProcess bridge = new BridgeProcess(folder, 2, database.asStore());
        IdpClient client = bridge.client(bridge.token())) {
      Deliveries.people(database, 2, lanes);
      int next = create(client, 0, size.smoke() ? 50 : 1_000);
      database.drained();
      next = create(client, next, size.smoke() ? 50 : 750);
      database.drained();
      List<Long> before = times(database, size.smoke() ? 50 : 750);
      int first = next;
      makeDue(database, lanes);
      long begin = System.nanoTime();
      do {
        next = create(client, next, PER_SECOND / 2);
      } while (anyDue(database));
      double seconds = (System.nanoTime() - begin) / 1e9;
      database.drained();
      List<Long> meanwhile = times(database, next - first);
      double ratio = (double) Math.max(1, at(meanwhile, 99)) / Math.max(1, at(before, 99));
      report.line(
          TITLE, "| %,d lanes | %d and %d ms | %d and %d ms | %.2f | %,.0f | %d |", lanes,
          at(before, 50), at(before, 99), at(meanwhile, 50), at(meanwhile, 99), ratio,
          lanes / seconds, overtaken(database, lanes));
    }
  }

  private static int create(IdpClient client, int from, int count) throws IOException {
    long due = System.nanoTime();
    for (int n = from; n < from + count; n++) {
      client.send("POST", "/scim/v2/Users", Population.user(n)).expect(201);
      due += 1_000_000_000L / PER_SECOND;
      LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
    }
    return from + count;
  }

  private static void makeDue(Database database, int lanes) throws Exception {
    database.execute(
        "UPDATE lane SET state = 'due', due_at = target_id, wanted_seq = wanted_seq + 1, causes = 1,"
            + " priority = CASE WHEN target_id % 100 = 0 THEN 0 ELSE 1 END"
            + " WHERE kind = 'account' AND app_id = " + BACK + " AND target_id <= " + lanes);
  }

  private static boolean anyDue(Database database) throws Exception {
    try (Connection connection = database.connect()) {
      return Database.one(
              connection,
              "SELECT EXISTS (SELECT 1 FROM lane WHERE kind = 'account' AND app_id = " + BACK
                  + " AND state IN ('due', 'leased') AND target_id <= 1000000)")
          .equals("1");
    }
  }

  /** Milliseconds from the acceptance of the newest creates to their accounts in the well app. */
  private static List<Long> times(Database database, int newest) throws Exception {
    List<Long> times = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement select = connection.createStatement();
        ResultSet found =
            select.executeQuery(
                "SELECT o.at - i.at FROM (SELECT resource_id, at FROM sync_log WHERE direction = 'in'"
                    + " AND action = 'CREATE' ORDER BY id DESC LIMIT " + newest
                    + ") i JOIN sync_log o ON o.resource_id = i.resource_id AND o.direction = 'out'"
                    + " AND o.app_id = " + WELL + " ORDER BY 1")) {
      while (found.next()) {
        times.add(found.getLong(1));
      }
    }
    if (times.size() < newest) {
      throw new IllegalStateException(times.size() + " of " + newest + " were delivered");
    }
    return times;
  }

  private static long at(List<Long> sorted, int percent) {
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static long overtaken(Database database, int lanes) throws SQLException {
    try (Connection connection = database.connect()) {
      String about =
          "FROM sync_log WHERE direction = 'out' AND app_id = " + BACK + " AND resource_id <= "
              + lanes;
      String last = Database.one(connection, "SELECT MAX(id) " + about + " AND resource_id % 100 = 0");
      return Long.parseLong(
          Database.one(
              connection,
              "SELECT COUNT(*) " + about + " AND resource_id % 100 <> 0 AND id < " + last));
    }
  }
}
