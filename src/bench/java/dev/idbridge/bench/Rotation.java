package dev.idbridge.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Identity providers that send so many requests a second with one token, through its rotation. A
 * request's time counts from when it was to be sent, however late that was.
 */
final class Rotation {
  private static final String TITLE = "500 requests a second through a rotation of their token";
  private static final int A_SECOND = 500;
  private static final int CLIENTS = 10;
  private static final int USERS = 100;

  private Rotation() {}

  static void measure(Size size, Database database, Path folder, Report report) throws Exception {
    report.table(TITLE, "sent a second", "p50", "p99", "longest", "refused");
    try (BridgeProcess bridge = new BridgeProcess(folder, 0, database.asStore())) {
      String old = bridge.token();
      List<String> users = new ArrayList<>();
      try (IdpClient client = bridge.client(old)) {
        for (int i = 0; i < USERS; i++) {
          users.add(client.send("POST", "/scim/v2/Users", Creates.user()).expect(201).id());
        }
      }
      long millis = size.rounds() * size.roundMillis();
      bridge.warm(size.warmUp(), () -> phase(bridge, old, users, size.roundMillis(), () -> ""));
      report.line(TITLE, "| before | %s |", phase(bridge, old, users, millis, () -> ""));
      Seen during = phase(bridge, old, users, millis, bridge::rotated);
      report.line(TITLE, "| while it is rotated | %s |", during);
      report.line(
          TITLE, "| after, with the old token | %s |", phase(bridge, old, users, millis, () -> ""));
      report.line(
          TITLE,
          "| after, with the new one | %s |",
          phase(bridge, during.secret, users, millis, () -> ""));
    }
  }

  private interface Act {
    String run() throws Exception;
  }

  /**
   * @param secret what the act gave
   */
  private record Seen(long[] nanos, long refused, long millis, String secret) {
    private double at(double share) {
      return nanos[(int) Math.min(nanos.length - 1, nanos.length * share)] / 1e6;
    }

    @Override
    public String toString() {
      return "%,.0f | %.1f ms | %.1f ms | %.1f ms | %d"
          .formatted(nanos.length * 1000.0 / millis, at(0.5), at(0.99), at(1), refused);
    }
  }

  /** Sends for so long; the act is done after a third of it. */
  private static Seen phase(
      BridgeProcess bridge, String token, List<String> users, long millis, Act act)
      throws Exception {
    int each = (int) (millis * A_SECOND / 1000 / CLIENTS);
    long begin = System.nanoTime() + 50_000_000;
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<long[]>> sent = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        sent.add(
            threads.submit(
                () -> {
                  try (IdpClient one = bridge.client(token)) {
                    return send(one, users, number, each, begin);
                  }
                }));
      }
      LockSupport.parkNanos(begin + millis * 333_333 - System.nanoTime());
      String secret = act.run();
      long[] all = new long[each * CLIENTS];
      long refused = 0;
      for (int client = 0; client < CLIENTS; client++) {
        long[] nanos = sent.get(client).get();
        System.arraycopy(nanos, 0, all, client * each, each);
        refused += nanos[each];
      }
      Arrays.sort(all);
      return new Seen(all, refused, millis, secret);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Answers the time of each request, and in the end how many were refused. */
  private static long[] send(
      IdpClient client, List<String> users, int number, int each, long begin) throws Exception {
    long[] seen = new long[each + 1];
    for (int i = 0; i < each; i++) {
      long due = begin + (long) (i * CLIENTS + number) * 1_000_000_000 / A_SECOND;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      String path = "/scim/v2/Users/" + users.get((i * CLIENTS + number) % USERS);
      int status =
          i % 5 == 0
              ? client
                  .send(
                      "PATCH",
                      path,
                      "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
                          + "\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\""
                          + due
                          + "\"}]}")
                  .status()
              : client.send("GET", path, "").status();
      seen[i] = System.nanoTime() - due;
      seen[each] += status == 200 ? 0 : 1;
    }
    return seen;
  }
}
