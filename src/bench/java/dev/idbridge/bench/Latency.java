package dev.idbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a change takes from its acceptance to the app's answer, with apps that answer over HTTP:
 * a hundred creates a second to an app that answers at once, and leavers while 100,000 lanes of an app
 * that takes 20 ms for every answer are due before them.
 */
final class Latency {
  static final String TITLE = "From the acceptance of a change to the app's answer";

  private static final int PER_SECOND = 100;
  private static final int LEAVERS_PER_SECOND = 5;

  private Latency() {}

  static void table(Report report) {
    report.table(TITLE, "changes", "p50", "p99", "aim");
  }

  static void creates(Size size, Database database, Path folder, Report report) throws Exception {
    int most = size.smoke() ? 200 : 3_000;
    try (SlowApp app = new SlowApp(0);
        BridgeProcess bridge = bridge(folder, app, database);
        IdpClient client = bridge.client(bridge.token())) {
      paced(size.smoke() ? 100 : 6_000, 0, PER_SECOND, n -> create(client, n));
      paced(most, 10_000, PER_SECOND, n -> create(client, n));
      database.drained();
      line(
          report, "100 creates a second, each a look-up or two and a POST",
          times(database, "CREATE", "CREATE", most), "50 and 500 ms");
    }
  }

  static void leavers(Size size, Database database, Path folder, Report report) throws Exception {
    int lanes = size.smoke() ? 2_000 : 100_000;
    int leavers = size.smoke() ? 10 : 200;
    try (SlowApp app = new SlowApp(20);
        BridgeProcess bridge = bridge(folder, app, database);
        IdpClient client = bridge.client(bridge.token())) {
      List<String> ids = new ArrayList<>();
      paced(leavers, 0, PER_SECOND, n -> ids.add(create(client, n)));
      database.drained();
      Deliveries.people(database, 1, lanes);
      database.execute(
          "UPDATE lane SET state = 'due', due_at = target_id, wanted_seq = wanted_seq + 1, causes = 1"
              + " WHERE kind = 'account' AND state = 'idle' AND target_id <= " + lanes);
      paced(leavers, 0, LEAVERS_PER_SECOND, n -> deactivate(client, ids.get(n)));
      line(
          report, "leavers, one every 200 ms, with %,d lanes due before them".formatted(lanes),
          times(database, "DEACTIVATE", "DEACTIVATE", leavers), "p99 5,000 ms");
    }
  }

  private static BridgeProcess bridge(Path folder, SlowApp app, Database database)
      throws IOException {
    return new BridgeProcess(folder, List.of(app.file()), database.asStore(), "");
  }

  @FunctionalInterface
  private interface Step {
    void of(int n) throws IOException;
  }

  private static void paced(int count, int from, int perSecond, Step step) throws IOException {
    long due = System.nanoTime();
    for (int n = from; n < from + count; n++) {
      step.of(n);
      due += 1_000_000_000L / perSecond;
      LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
    }
  }

  private static String create(IdpClient client, int n) throws IOException {
    return client.send("POST", "/scim/v2/Users", Population.user(n)).expect(201).id();
  }

  private static void deactivate(IdpClient client, String id) throws IOException {
    client
        .send(
            "PATCH", "/scim/v2/Users/" + id,
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":"
                + "[{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]}")
        .expect(200);
  }

  /** Milliseconds of the newest changes of a kind, each to the first answer of the app after it. */
  private static List<Long> times(Database database, String in, String out, int newest)
      throws Exception {
    List<Long> times = List.of();
    for (long end = System.nanoTime() + 60_000_000_000L; System.nanoTime() < end; ) {
      times = times(database, newest, in, out);
      if (times.size() >= newest) {
        return times;
      }
      LockSupport.parkNanos(200_000_000);
    }
    throw new IllegalStateException(times.size() + " of " + newest + " arrived in the app");
  }

  private static List<Long> times(Database database, int newest, String in, String out)
      throws Exception {
    List<Long> times = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement select = connection.createStatement();
        ResultSet found =
            select.executeQuery(
                "SELECT MIN(o.at - i.at) FROM (SELECT id, resource_id, at FROM sync_log"
                    + " WHERE direction = 'in' AND action = '" + in + "' ORDER BY id DESC LIMIT "
                    + newest + ") i JOIN sync_log o ON o.resource_id = i.resource_id"
                    + " AND o.direction = 'out' AND o.action = '" + out
                    + "' AND o.outcome = 'SUCCESS' GROUP BY i.id ORDER BY 1")) {
      while (found.next()) {
        times.add(found.getLong(1));
      }
    }
    return times;
  }

  private static void line(Report report, String what, List<Long> sorted, String aim) {
    report.line(
        TITLE, "| %s | %,d | %d ms | %d ms | %s |", what, sorted.size(),
        sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), aim);
  }
}
