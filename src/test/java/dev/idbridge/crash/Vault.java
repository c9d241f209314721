package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.idbridge.testing.ScimApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Hears of leavers through the example route, and refuses now and then. Thread-safe. */
final class Vault implements AutoCloseable {
  static final String ROUTE = "direct:rotate-passwords";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of one follow-up: the account, and when it was told last. */
  private record Told(String account, long at) {}

  private final HttpServer server;
  private final Map<String, Told> told = new HashMap<>();
  private int calls;

  Vault() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/rotate", this::answer);
    server.start();
  }

  /** Writes the shipped routes and the example's. */
  void configure(Path conf) throws IOException {
    Path routes = Files.createDirectories(conf.resolve("routes"));
    try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
      for (Path file : shipped.filter(Files::isRegularFile).toList()) {
        Files.copy(file, routes.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        routes.resolve("rotate-passwords.camel.yaml"),
        Files.readString(Path.of("routes/examples/rotate-passwords.camel.yaml"))
            .replace("{{env:VAULT_URL}}", "http://127.0.0.1:" + server.getAddress().getPort())
            .replace("{{env:VAULT_TOKEN}}", "t"));
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      boolean takes = ++calls % 5 != 0;
      if (takes) {
        told.put(
            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
            new Told(body.path("account").asText(), System.nanoTime()));
      }
      exchange.sendResponseHeaders(takes ? 204 : 503, -1);
    }
  }

  /** How many follow-ups it took; a repetition under the same key counts once. */
  synchronized int taken() {
    return told.size();
  }

  /** Who lost an account and was not followed up since, and who was more often than that. */
  synchronized List<String> problems(List<ScimApp.Switched> switches) {
    List<String> problems = new ArrayList<>();
    Map<String, List<ScimApp.Switched>> byAccount = new TreeMap<>();
    switches.forEach(one -> byAccount.computeIfAbsent(one.id(), k -> new ArrayList<>()).add(one));
    told.values().forEach(one -> byAccount.computeIfAbsent(one.account(), k -> new ArrayList<>()));
    byAccount.forEach(
        (account, turns) -> {
          long losses = turns.stream().filter(one -> !one.active()).count();
          long heard = told.values().stream().filter(one -> one.account().equals(account)).count();
          if (heard > losses) {
            problems.add(account + " lost its access " + losses + " times, told were " + heard);
          }
          if (losses > 0 && !turns.getLast().active()) {
            long since = turns.getLast().at();
            boolean after =
                told.values().stream()
                    .anyMatch(one -> one.account().equals(account) && one.at() > since);
            if (!after) {
              problems.add(account + " lost its access, and the route never heard of it");
            }
          }
        });
    return problems;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
