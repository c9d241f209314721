package dev.idbridge.bench;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.Store;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.Intake;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Members that come and go five levels down in a hierarchy of 10,000 groups with 100,000 users,
 * flattened into the team of the uppermost group: from the request until that team's delivery is
 * booked, and what the database reads and writes for it, by how many accounts are affected.
 */
final class Nested {
  private static final String TITLE = "A member change deep in a hierarchy, flattened";
  private static final int GROUPS = 10_000;
  private static final int USERS = 100_000;
  private static final int FAN_OUT = 10;
  private static final int AT_ONCE = 2_000;
  private static final int[] AFFECTED = {1, 10, 100, 1_000};
  private static final int ROUNDS = 3;
  private static final String APP = "connector: log\nteams: {groups: {prefix: Top}}\n";

  private Nested() {}

  static void measure(Database database, Path folder, Report report) throws Exception {
    String deep = populate(database);
    database.execute("ANALYZE TABLE directory_user, directory_group, directory_member");
    long begin = System.nanoTime();
    try (BridgeProcess bridge =
            new BridgeProcess(folder, List.of(APP), database.asStore(), "-Xmx512m");
        Connection connection = database.connect()) {
      String token = bridge.token();
      quiet(connection, 600);
      report.line(
          TITLE,
          "%,d groups, %,d users: a new app's accounts, its team and who is in it, in %d s; %s"
              + " pairs of team and group, %s members",
          GROUPS, USERS, (System.nanoTime() - begin) / 1_000_000_000,
          Database.one(connection, "SELECT COUNT(*) FROM team_source"),
          Database.one(connection, "SELECT COUNT(*) FROM app_member WHERE held = TRUE"));
      List<String> fresh = new ArrayList<>();
      try (IdpClient client = bridge.client(token)) {
        for (int i = 0; i < AFFECTED[AFFECTED.length - 1]; i++) {
          fresh.add(client.send("POST", "/scim/v2/Users", Creates.user()).expect(201).id());
        }
      }
      quiet(connection, 120);
      report.table(
          TITLE, "until booked", "for each account", "rows read and written", "for each account");
      for (int affected : AFFECTED) {
        // Not longer than that: the daemon closes connections that nothing is sent on.
        try (IdpClient client = bridge.client(token)) {
          one(client, connection, deep, fresh.subList(0, affected), report);
        }
      }
    }
  }

  private static void one(
      IdpClient client, Connection connection, String deep, List<String> members, Report report)
      throws Exception {
    long[] times = new long[2 * ROUNDS];
    for (int round = 0; round < times.length; round++) {
      long begin = System.nanoTime();
      patch(client, deep, members, round % 2 == 0);
      quiet(connection, 60);
      times[round] = System.nanoTime() - begin;
      booked(connection, round % 2 == 0 ? members.size() : 0);
    }
    Arrays.sort(times);
    long idle = Long.MAX_VALUE;
    long rows = Long.MAX_VALUE;
    for (int round = 0; round < 2 * ROUNDS; round++) {
      long before = rows(connection);
      LockSupport.parkNanos(4 * times[ROUNDS]);
      long between = rows(connection);
      patch(client, deep, members, round % 2 == 0);
      LockSupport.parkNanos(4 * times[ROUNDS]);
      long after = rows(connection);
      booked(connection, round % 2 == 0 ? members.size() : 0);
      // What the daemon does on the clock only adds: the least is what there is without it.
      idle = Math.min(idle, between - before);
      rows = Math.min(rows, after - between);
    }
    int n = members.size();
    report.line(
        TITLE, "| %,d | %.1f ms | %.2f ms | %,d | %.0f |",
        n, times[ROUNDS] / 1e6, times[ROUNDS] / 1e6 / n, rows - idle, (rows - idle) / (double) n);
  }

  private static void patch(IdpClient client, String group, List<String> members, boolean add)
      throws Exception {
    StringBuilder values = new StringBuilder();
    members.forEach(
        one -> values.append(values.isEmpty() ? "" : ",").append("{\"value\":\"" + one + "\"}"));
    client
        .send(
            "PATCH",
            "/scim/v2/Groups/" + group,
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                + "{\"op\":\"" + (add ? "add" : "remove") + "\",\"path\":\"members\",\"value\":["
                + values + "]}]}")
        .expect(204);
  }

  /** Rows that the server has read and written; nobody looks meanwhile, since looking counts too. */
  private static long rows(Connection connection) throws Exception {
    return Database.counters(connection).entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("Handler_"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** That so many of the new users are in the uppermost team by now. */
  private static void booked(Connection connection, int members) throws Exception {
    String more =
        Database.one(
            connection, "SELECT COUNT(*) - " + USERS + " FROM app_member WHERE held = TRUE");
    if (!more.equals("" + members)) {
      throw new IllegalStateException(more + " of " + members + " are in the team");
    }
  }

  private static void quiet(Connection connection, int seconds) throws Exception {
    await(
        connection,
        "SELECT (SELECT COUNT(*) FROM lane WHERE app_id = 1"
            + " AND state IN ('due', 'leased', 'backoff'))"
            + " + (SELECT COUNT(*) FROM sweep) + (SELECT COUNT(*) FROM feed)",
        seconds);
  }

  private static void await(Connection connection, String count, int seconds) throws Exception {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (!Database.one(connection, count).equals("0")) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "it does not end: " + Database.one(connection, "SELECT MAX(reason) FROM lane"));
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Answers the id of a group with nobody below it. */
  private static String populate(Database database) throws Exception {
    StoreSettings settings = new StoreSettings(database.url(), "root", "", 8);
    try (Store store = Store.open(settings, Databases.ENTITIES);
        Intake intake = new Intake(store)) {
      List<String> users = new ArrayList<>();
      for (int from = 0; from < USERS; from += AT_ONCE) {
        List<CompletableFuture<Committed>> sent = new ArrayList<>();
        for (int n = from; n < from + AT_ONCE; n++) {
          sent.add(
              intake.writer.write(
                  new ChangeRequest(
                      intake.directory,
                      new UserChange.Create(
                          Attributes.of(Map.of("userName", Population.userName(n)))),
                      Intake.BY,
                      null,
                      List.of())));
        }
        for (CompletableFuture<Committed> one : sent) {
          users.add(one.get().resource().publicId());
        }
      }
      String[] groups = new String[GROUPS];
      for (int n = GROUPS - 1; n >= 0; n--) {
        List<String> members = new ArrayList<>(users.subList(n * 10, n * 10 + 10));
        for (int child = n * FAN_OUT + 1; child <= n * FAN_OUT + FAN_OUT && child < GROUPS; child++) {
          members.add(groups[child]);
        }
        groups[n] =
            intake
                .apply(
                    new GroupChange.Create(
                        Attributes.of(Map.of("displayName", n == 0 ? "Top" : "Group " + n)),
                        members))
                .resource()
                .publicId();
      }
      return groups[GROUPS - 1];
    }
  }
}
