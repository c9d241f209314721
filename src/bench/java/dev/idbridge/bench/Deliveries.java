package dev.idbridge.bench;

import java.sql.Connection;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast held-back deliveries are worked off. The accounts exist already; before each round what
 * the bridge knows of them is taken away and all their lanes are made due at once, so that each is
 * looked up, found absent, created, linked and logged again.
 */
final class Deliveries {
  private static final int CLIENTS = 8;
  private static final String LEFT =
      "SELECT COUNT(*) FROM lane WHERE kind = 'account' AND state IN ('due', 'leased')";

  private Deliveries() {}

  /** One line of the table. */
  static void measure(
      Size size, Database database, Reference reference, BridgeProcess bridge, int apps)
      throws Exception {
    try (IdpClient client = bridge.client(bridge.token())) {
      for (int i = 0; i < size.deliveries() / apps; i++) {
        client.send("POST", "/scim/v2/Users", Creates.user()).expect(201);
      }
    }
    database.drained();
    drain(database);
    reference.rate(CLIENTS, size.roundMillis());
    Report.Pairs pairs = new Report.Pairs();
    for (int round = 0; round < size.rounds(); round++) {
      double inserts = reference.rate(CLIENTS, size.roundMillis());
      pairs.add(inserts, drain(database));
    }
    Report.line("| %d apps | %s |", apps, pairs);
  }

  /** Deliveries a second from the first one seen to the last. */
  private static double drain(Database database) throws Exception {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute("DELETE FROM link WHERE kind = 'account'");
      connection
          .createStatement()
          .execute(
              "UPDATE lane SET state = 'due', due_at = 1, wanted_seq = wanted_seq + 1, causes = 1,"
                  + " basis = 'none' WHERE kind = 'account'");
      connection.commit();
      connection.setAutoCommit(true);
      long all = left(connection);
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
