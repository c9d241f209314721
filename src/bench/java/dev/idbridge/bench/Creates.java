package dev.idbridge.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** User creates over HTTP, while what they cause is being delivered to the apps. */
final class Creates implements AutoCloseable {
  static final String TITLE = "User creates over HTTP, deliveries going on beside them";

  private static final AtomicLong NUMBER = new AtomicLong();

  private final List<IdpClient> connections = new ArrayList<>();
  private final List<Load.Client> clients = new ArrayList<>();

  Creates(BridgeProcess bridge, int most) throws Exception {
    String token = bridge.token();
    for (int i = 0; i < most; i++) {
      IdpClient client = bridge.client(token);
      connections.add(client);
      clients.add(() -> client.send("POST", "/scim/v2/Users", user()).expect(201));
    }
  }

  /** A user as Okta sends one, with a name nobody has. */
  static String user() {
    long n = NUMBER.incrementAndGet();
    return """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"user%1$d@example.com",\
        "externalId":"00u%1$d","name":{"givenName":"Ada","familyName":"Lovelace %1$d"},\
        "displayName":"Ada Lovelace %1$d","emails":[{"primary":true,"type":"work",\
        "value":"user%1$d@example.com"}],"active":true}"""
        .formatted(n);
  }

  /** Until the daemon's hot paths are compiled. */
  void warmUp(Size size, BridgeProcess bridge) throws Exception {
    bridge.warm(size.warmUp(), () -> rate(clients.size(), size.roundMillis()));
  }

  double rate(int parallel, long millis) throws Exception {
    return Load.rate(clients.subList(0, parallel), millis);
  }

  /** One line of the table for every number of clients. */
  static void measure(
      Size size,
      Database database,
      Reference reference,
      BridgeProcess bridge,
      int apps,
      Report report)
      throws Exception {
    int most = size.clients().getLast();
    try (Creates creates = new Creates(bridge, most)) {
      reference.rate(most, size.roundMillis());
      database.drained();
      for (int parallel : size.clients()) {
        Report.Pairs pairs = new Report.Pairs();
        Duration used = Duration.ZERO;
        long first = NUMBER.get();
        for (int round = 0; round < size.rounds(); round++) {
          double inserts = reference.rate(parallel, size.roundMillis());
          Duration before = bridge.processorTime();
          pairs.add(inserts, creates.rate(parallel, size.roundMillis()));
          database.drained();
          used = used.plus(bridge.processorTime()).minus(before);
        }
        long each = used.toNanos() / 1000 / Math.max(1, NUMBER.get() - first);
        report.line(TITLE, "| %d apps, %d clients | %s | %d us |", apps, parallel, pairs, each);
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (IdpClient client : connections) {
      client.close();
    }
  }
}
