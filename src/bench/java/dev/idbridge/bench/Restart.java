package dev.idbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The start of a daemon that was killed with a million lanes due, one in a hundred of them of
 * somebody who has left: until it says that it is ready, until a create is answered, and until the
 * app was told of the first leaver. The app takes 20 ms for every answer.
 */
final class Restart {
  static final String TITLE = "The start with lanes due";

  private static final long AIM = 30_000;
  private static final long PATIENCE = 300_000_000_000L;

  private Restart() {}

  static void table(Report report) {
    report.table(
        TITLE, "health ready", "first create answered", "first leaver disabled in the app",
        "longest of 50 later creates", "leavers in the first minute");
  }

  /** Whether all of it happened in time. */
  static boolean measure(Size size, Database database, Path folder, Report report)
      throws Exception {
    int lanes = size.smoke() ? 2_000 : 1_000_000;
    try (SlowApp app = new SlowApp(20)) {
      List<String> apps = List.of(app.file());
      String token;
      BridgeProcess before = new BridgeProcess(folder, apps, database.asStore(), "");
      try {
        token = before.token();
      } finally {
        before.kill();
      }
      leave(database, lanes);
      long begin = System.nanoTime();
      try (BridgeProcess bridge = new BridgeProcess(folder, apps, database.asStore(), "");
          IdpClient client = bridge.client(token)) {
        long ready = millis(begin);
        create(client, 0);
        long answered = millis(begin);
        while (leavers(database) == 0) {
          if (System.nanoTime() - begin > PATIENCE) {
            throw new IllegalStateException("no leaver was delivered");
          }
          LockSupport.parkNanos(20_000_000);
        }
        long left = millis(begin);
        long longest = 0;
        for (int n = 1; n <= 50; n++) {
          long sent = System.nanoTime();
          create(client, n);
          longest = Math.max(longest, millis(sent));
          LockSupport.parkNanos(20_000_000);
        }
        LockSupport.parkNanos(
            size.smoke() ? 0 : Math.max(0, begin + 60_000_000_000L - System.nanoTime()));
        report.line(
            TITLE, "| %,d lanes | %,d ms | %,d ms | %,d ms | %,d ms | %,d |", lanes, ready,
            answered, left, longest, leavers(database));
        return Math.max(ready, Math.max(answered, left)) < AIM;
      }
    }
  }

  private static long millis(long begin) {
    return (System.nanoTime() - begin) / 1_000_000;
  }

  private static void create(IdpClient client, int n) throws IOException {
    client.send("POST", "/scim/v2/Users", Population.user(n)).expect(201);
  }

  /** Accounts that are there and as they should be, but for those of the leavers. */
  private static void leave(Database database, int lanes) throws Exception {
    Deliveries.people(database, 1, lanes);
    database.execute(
        "INSERT INTO link (app_id, kind, resource_id, directory_id, remote_id, label, origin,"
            + " active, applied, parent_id, cause, created_at, changed_at) SELECT 1, 'account', id,"
            + " 1, CONCAT('held', id), user_name, 'OURS', TRUE, '{}', 0, 1, 1, 1 FROM directory_user"
            + " WHERE id % 100 = 0",
        "UPDATE directory_user SET active = FALSE WHERE id % 100 = 0",
        "UPDATE lane SET state = 'due', due_at = target_id, wanted_seq = wanted_seq + 1, causes = 1,"
            + " priority = CASE WHEN target_id % 100 = 0 THEN 0 ELSE 1 END");
  }

  private static long leavers(Database database) throws Exception {
    try (Connection connection = database.connect()) {
      return Long.parseLong(
          Database.one(
              connection,
              "SELECT COUNT(*) FROM sync_log WHERE direction = 'out' AND action = 'DEACTIVATE'"
                  + " AND outcome = 'SUCCESS'"));
    }
  }
}
