package dev.idbridge.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A directory of a million users and a group of a hundred thousand members beside one of ten
 * thousand, each served by a daemon of its own with 512 MiB of heap: look-ups in both in alternating
 * rounds, then everything of the large one read page by page, and its group replaced.
 */
final class Scale {
  private static final String TITLE = "A million users";
  private static final int CLIENTS = 8;
  private static final int FEW = 10_000;
  private static final int MANY = 1_000_000;
  private static final int MEMBERS = 100_000;

  private static final String HEAP = "-Xmx512m";

  private Scale() {}

  /** Answers whether the look-ups keep within 1.3 times. */
  static boolean measure(Size size, Database few, Database many, Path folder, Report report)
      throws Exception {
    Population.write(few, FEW, 1, 1_000);
    long begin = System.nanoTime();
    Population.write(many, MANY, 1, MEMBERS);
    report.line(
        TITLE, "%s", "loaded in " + seconds(begin) + " s by the daemon's own write path");
    many.execute("ANALYZE TABLE directory_user, directory_group, directory_member");
    boolean held = true;
    try (BridgeProcess small =
            new BridgeProcess(folder.resolve("few"), 0, few.asStore(), HEAP);
        BridgeProcess large =
            new BridgeProcess(folder.resolve("many"), 0, many.asStore(), HEAP)) {
      String largeToken = large.token();
      try (Clients inFew = new Clients(small.port(), small.token());
          Clients inMany = new Clients(large.port(), largeToken)) {
        for (String attribute : List.of("userName", "externalId")) {
          held &= lookUps(size, attribute, inFew, inMany, report);
        }
      }
      try (IdpClient client = large.client(largeToken)) {
        walk(client, report);
        listWithoutMembers(many, client, report);
        replace(client, report);
      }
      report.line(TITLE, "%s", "resident after all that: " + large.residentMiB() + " MiB");
    }
    return held;
  }

  private static boolean lookUps(
      Size size, String attribute, Clients few, Clients many, Report report) throws Exception {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < size.rounds() + 3; round++) {
      double a = few.rate(attribute, FEW, size.roundMillis());
      double b = many.rate(attribute, MANY, size.roundMillis());
      if (round >= 3) {
        ratios.add(a / b);
      }
    }
    double ratio = Report.median(ratios);
    report.line(
        TITLE,
        "%s eq: a look-up among %,d takes %.2f times what it takes among %,d (aim: at most 1.3)",
        attribute, MANY, ratio, FEW);
    return ratio <= 1.3;
  }

  /** The whole directory by cursor. */
  private static void walk(IdpClient client, Report report) throws IOException {
    long begin = System.nanoTime();
    int pages = 0;
    String cursor = "";
    do {
      String body =
          client.send("GET", "/scim/v2/Users?count=200&cursor=" + cursor, "").expect(200).body();
      int at = body.indexOf("\"nextCursor\":\"");
      cursor = at < 0 ? "" : body.substring(at + 14, body.indexOf('"', at + 14));
      pages++;
    } while (!cursor.isEmpty());
    report.line(
        TITLE, "%s", "read in " + pages + " pages of 200 by cursor in " + seconds(begin) + " s");
    begin = System.nanoTime();
    for (int from = 1; from <= MANY; from += 200) {
      client.send("GET", "/scim/v2/Users?count=200&startIndex=" + from, "").expect(200);
    }
    report.line(TITLE, "%s", "the same by startIndex in " + seconds(begin) + " s");
  }

  /** Asks for the groups as Entra does and counts what the database reads for it. */
  private static void listWithoutMembers(Database database, IdpClient client, Report report)
      throws Exception {
    try (var connection = database.connect()) {
      Map<String, Long> before = Database.counters(connection);
      client.send("GET", "/scim/v2/Groups?excludedAttributes=members", "").expect(200);
      Map<String, Long> after = Database.counters(connection);
      long rows =
          after.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith("Handler_read"))
              .mapToLong(entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L))
              .sum();
      report.line(
          TITLE, "%s", "GET /Groups without members of a group of 100,000: " + rows + " row reads");
    }
  }

  private static void replace(IdpClient client, Report report) throws IOException {
    String group = client.send("GET", "/scim/v2/Groups?excludedAttributes=members", "").id();
    long begin = System.nanoTime();
    String body = client.send("GET", "/scim/v2/Groups/" + group, "").expect(200).body();
    report.line(
        TITLE, "%s", "GET of the group with its 100,000 members in " + seconds(begin) + " s");
    // Every second member goes.
    StringBuilder members = new StringBuilder();
    int kept = 0;
    for (int at = body.indexOf("\"value\":\""); at >= 0; at = body.indexOf("\"value\":\"", at + 9)) {
      if (kept++ % 2 == 0) {
        members
            .append(members.isEmpty() ? "" : ",")
            .append("{\"value\":\"")
            .append(body, at + 9, body.indexOf('"', at + 9))
            .append("\"}");
      }
    }
    String half =
        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"Team 0\","
            + "\"members\":["
            + members
            + "]}";
    begin = System.nanoTime();
    client.send("PUT", "/scim/v2/Groups/" + group + "?excludedAttributes=members", half).expect(200);
    report.line(
        TITLE,
        "%s",
        "PUT of the group with half of its " + kept + " members in " + seconds(begin) + " s");
    String all = half.replace(members, members + "," + missing(body));
    begin = System.nanoTime();
    client.send("PUT", "/scim/v2/Groups/" + group + "?excludedAttributes=members", all).expect(200);
    report.line(TITLE, "%s", "PUT with all of them in " + seconds(begin) + " s");
  }

  private static String missing(String body) {
    StringBuilder members = new StringBuilder();
    int n = 0;
    for (int at = body.indexOf("\"value\":\""); at >= 0; at = body.indexOf("\"value\":\"", at + 9)) {
      if (n++ % 2 == 1) {
        members
            .append(members.isEmpty() ? "" : ",")
            .append("{\"value\":\"")
            .append(body, at + 9, body.indexOf('"', at + 9))
            .append("\"}");
      }
    }
    return members.toString();
  }

  private static String seconds(long begin) {
    return "%.1f".formatted((System.nanoTime() - begin) / 1e9);
  }

  private static final class Clients implements AutoCloseable {
    private final List<IdpClient> connections = new ArrayList<>();

    Clients(int port, String token) throws IOException {
      for (int i = 0; i < CLIENTS; i++) {
        connections.add(new IdpClient(port, token));
      }
    }

    double rate(String attribute, int users, long millis) throws Exception {
      List<Load.Client> clients = new ArrayList<>();
      for (IdpClient client : connections) {
        clients.add(
            () -> {
              int n = ThreadLocalRandom.current().nextInt(users);
              String value =
                  attribute.equals("userName") ? Population.userName(n) : Population.externalId(n);
              client
                  .send("GET", "/scim/v2/Users?filter=" + attribute + "%20eq%20%22" + value + "%22", "")
                  .expect(200)
                  .id();
            });
      }
      return Load.rate(clients, millis);
    }

    @Override
    public void close() throws IOException {
      for (IdpClient connection : connections) {
        connection.close();
      }
    }
  }
}
