package dev.idbridge.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Each kind of request at 8 clients, to the daemon on MariaDB and to the same directory in memory
 * ({@link Peer}), in alternating rounds.
 */
final class Requests {
  static final String TITLE = "Requests at 8 clients, against a SCIM service in memory";
  private static final int CLIENTS = 8;
  private static final int USERS = 10_000;
  private static final int GROUPS = 20;
  private static final int MEMBERS = 1_000;

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Requests() {}

  static void table(Report report) {
    report.table(TITLE, "in memory/s", "daemon/s", "ratio (lowest-highest round)");
  }

  /** Measures all kinds and adds a line for each. */
  static void measure(Size size, Database database, Path folder, Report report) throws Exception {
    int users = size.smoke() ? 500 : USERS;
    int members = size.smoke() ? 100 : MEMBERS;
    Population.write(database, users, GROUPS, members);
    Process peer = peer(users, members);
    try (BridgeProcess bridge = new BridgeProcess(folder, 0, database.asStore());
        Side ours = new Side(bridge.port(), bridge.token(), users);
        Side other = new Side(peerPort(peer), "", users)) {
      List<String> kinds = List.copyOf(ours.kinds.keySet());
      for (int i = 0; i < 2; i++) {
        for (String kind : kinds) {
          ours.rate(kind, size.roundMillis());
          other.rate(kind, size.roundMillis());
        }
      }
      for (String kind : kinds) {
        Report.Pairs pairs = new Report.Pairs();
        for (int round = 0; round < size.rounds(); round++) {
          pairs.add(other.rate(kind, size.roundMillis()), ours.rate(kind, size.roundMillis()));
        }
        report.line(TITLE, "| %s | %s |", kind, pairs);
      }
    } finally {
      peer.destroyForcibly();
    }
  }

  private static Process peer(int users, int members) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            Peer.class.getName(),
            "" + users,
            "" + GROUPS,
            "" + members)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static int peerPort(Process peer) throws IOException {
    BufferedReader out = peer.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("port ")) {
        return Integer.parseInt(line.substring(5));
      }
    }
    throw new IOException("the service in memory did not start");
  }

  /** One of the two services with what it can be asked. */
  private static final class Side implements AutoCloseable {
    final Map<String, List<Load.Client>> kinds = new LinkedHashMap<>();
    private final List<IdpClient> connections = new ArrayList<>();

    Side(int port, String token, int users) throws IOException {
      for (int i = 0; i < CLIENTS; i++) {
        connections.add(new IdpClient(port, token));
      }
      IdpClient first = connections.getFirst();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        ids.add(
            first
                .send("GET", byFilter("userName", Population.userName(i % users)), "")
                .expect(200)
                .id());
      }
      String group =
          first
              .send(
                  "GET",
                  "/scim/v2/Groups?excludedAttributes=members&filter=displayName%20eq%20%22"
                      + Population.groupName(0).replace(" ", "%20")
                      + "%22",
                  "")
              .expect(200)
              .id();
      kind("GET a user", (client, n) -> get(client, "/scim/v2/Users/" + ids.get(n % 200)));
      kind(
          "userName eq",
          (client, n) -> get(client, byFilter("userName", Population.userName(n % users))));
      kind(
          "externalId eq",
          (client, n) -> get(client, byFilter("externalId", Population.externalId(n % users))));
      kind(
          "page of 100 users",
          (client, n) -> get(client, "/scim/v2/Users?startIndex=" + (1 + n % 10 * 100) + "&count=100"));
      kind(
          "all groups without members",
          (client, n) -> get(client, "/scim/v2/Groups?count=20&excludedAttributes=members"));
      kind(
          "create a user",
          (client, n) -> client.send("POST", "/scim/v2/Users", Creates.user()).expect(201));
      kind(
          "PATCH a user",
          (client, n) ->
              client
                  .send(
                      "PATCH",
                      "/scim/v2/Users/" + ids.get(n % 200),
                      patch("{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"D" + n + "\"}"))
                  .expect(200));
      kind(
          "add or remove a member",
          (client, n) -> {
            // The members are the first users: taken out by one request, put back by another.
            String member = ids.get(n / 2 % 100);
            client.send(
                "PATCH",
                "/scim/v2/Groups/" + group + "?excludedAttributes=members",
                patch(
                    n % 2 == 0
                        ? "{\"op\":\"remove\",\"path\":\"members[value eq \\\"" + member + "\\\"]\"}"
                        : "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\""
                            + member
                            + "\"}]}"));
          });
    }

    private static String byFilter(String attribute, String value) {
      return "/scim/v2/Users?filter=" + attribute + "%20eq%20%22" + value + "%22";
    }

    private static String patch(String operation) {
      return "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
          + operation
          + "]}";
    }

    private static void get(IdpClient client, String path) throws IOException {
      client.send("GET", path, "").expect(200);
    }

    private interface Request {
      void send(IdpClient client, int number) throws Exception;
    }

    private void kind(String name, Request request) {
      List<Load.Client> clients = new ArrayList<>();
      for (IdpClient client : connections) {
        clients.add(() -> request.send(client, NUMBER.getAndIncrement()));
      }
      kinds.put(name, clients);
    }

    double rate(String kind, long millis) throws Exception {
      return Load.rate(kinds.getOrDefault(kind, List.of()), millis);
    }

    @Override
    public void close() throws IOException {
      for (IdpClient client : connections) {
        client.close();
      }
    }
  }
}
