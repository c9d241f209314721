package dev.idbridge.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An app with a JSON API, in memory, over HTTP on 127.0.0.1: what the simulators of apps that
 * cannot be started here have in common. Requests are answered one at a time. Keeps its port and
 * its data over {@link #stop} and {@link #start}.
 */
public abstract class JsonApp implements AutoCloseable {
  protected static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper JSON = new ObjectMapper();

  private HttpServer server;
  private ExecutorService workers;
  private int port;

  protected JsonApp() {
    start();
  }

  /** Scheme, host and port. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public final synchronized void start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    port = server.getAddress().getPort();
    workers = Executors.newCachedThreadPool();
    server.setExecutor(workers);
    server.createContext("/", this::serve);
    server.start();
  }

  public synchronized void stop() {
    server.stop(0);
    workers.shutdownNow();
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * One request.
   *
   * @param segments of the path, decoded
   * @param query decoded; the last value of a name
   * @param body missing when there was none or it was no JSON
   * @param text the body as it came
   */
  public record Asked(
      String method,
      List<String> segments,
      Map<String, String> query,
      String contentType,
      String authorization,
      JsonNode body,
      String text) {
    /** Whether method and path are these; {@code *} fits any segment. */
    public boolean is(String method, String... path) {
      if (!this.method.equals(method) || segments.size() != path.length) {
        return false;
      }
      for (int i = 0; i < path.length; i++) {
        if (!path[i].equals("*") && !path[i].equals(segments.get(i))) {
          return false;
        }
      }
      return true;
    }

    public String at(int segment) {
      return segments.get(segment);
    }

    public int number(String name, int otherwise) {
      return Integer.parseInt(query.getOrDefault(name, "" + otherwise));
    }

    public Asked under(int segments) {
      return new Asked(
          method,
          this.segments.subList(segments, this.segments.size()),
          query,
          contentType,
          authorization,
          body,
          text);
    }
  }

  /**
   * @param body null for none
   */
  public record Reply(int status, JsonNode body, Map<String, String> headers) {
    public static Reply of(int status, JsonNode body) {
      return new Reply(status, body, Map.of());
    }

    public static Reply of(int status) {
      return new Reply(status, null, Map.of());
    }
  }

  /** A refusal, thrown from wherever it is found out. */
  protected static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Reply reply;

    public Refusal(Reply reply) {
      super("HTTP " + reply.status(), null, false, false);
      this.reply = reply;
    }
  }

  /** Holds the app's lock. */
  protected abstract Reply answer(Asked asked);

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Asked asked = asked(exchange, text);
      Reply reply;
      synchronized (JsonApp.this) {
        try {
          reply = answer(asked);
        } catch (Refusal refusal) {
          reply = refusal.reply;
        } catch (RuntimeException e) {
          ObjectNode bug = NODES.objectNode().put("error", "the simulator failed: " + e);
          reply = Reply.of(500, bug);
        }
      }
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      if (reply.body() == null) {
        exchange.sendResponseHeaders(reply.status(), -1);
        return;
      }
      byte[] body = reply.body().toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Asked asked(HttpExchange exchange, String text) {
    URI uri = exchange.getRequestURI();
    List<String> segments = new ArrayList<>();
    Arrays.stream(uri.getRawPath().split("/", -1))
        .skip(1)
        .map(JsonApp::decode)
        .forEach(segments::add);
    Map<String, String> query = new HashMap<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&")) {
        int equals = pair.indexOf('=');
        query.put(
            decode(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    JsonNode body = MissingNode.getInstance();
    try {
      body = text.isEmpty() ? body : JSON.readTree(text);
    } catch (IOException e) {
      // stays missing
    }
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    return new Asked(
        exchange.getRequestMethod(),
        segments,
        query,
        type == null ? "" : type,
        authorization == null ? "" : authorization,
        body,
        text);
  }

  protected static Map<String, String> form(String text) {
    Map<String, String> form = new HashMap<>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return form;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
