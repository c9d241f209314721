package dev.idbridge.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A SCIM service that takes its time for every answer, and little else: it finds nobody, takes
 * everybody and remembers what was posted.
 */
final class SlowApp implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, String> accounts = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();
  private final long nanos;

  SlowApp(long millis) throws IOException {
    this.nanos = millis * 1_000_000;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** The text of the app's file. */
  String file() {
    return "connector: scim\nsettings: {base-url: \"http://127.0.0.1:"
        + server.getAddress().getPort()
        + "/scim/v2\", token: bench}\n";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String path = exchange.getRequestURI().getPath();
      String id = path.substring(path.lastIndexOf('/') + 1);
      LockSupport.parkNanos(nanos);
      switch (exchange.getRequestMethod()) {
        case "POST" -> {
          String fresh = "a" + number.incrementAndGet();
          String made = "{\"id\":\"" + fresh + "\"," + body.substring(body.indexOf('{') + 1);
          accounts.put(fresh, made);
          send(exchange, 201, made);
        }
        case "GET" ->
            send(
                exchange,
                200,
                accounts.getOrDefault(
                    id,
                    "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],"
                        + "\"totalResults\":0,\"startIndex\":1,\"itemsPerPage\":0,"
                        + "\"Resources\":[]}"));
        default -> send(exchange, 204, "");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/scim+json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
