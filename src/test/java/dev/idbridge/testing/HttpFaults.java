package dev.idbridge.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in front of an HTTP app and, when told, does to requests what networks and apps do. */
public final class HttpFaults implements AutoCloseable {
  /** What happens to one request. */
  public sealed interface Fault {
    /** The app does it, and the answer never comes: the connection closes. */
    record LoseAnswer() implements Fault {}

    /** The app does it, then this happens instead of an answer, and the connection closes. */
    record After(Runnable act) implements Fault {}

    /** The app does it, and nothing comes until the shim closes. */
    record NoAnswer() implements Fault {}

    /** The app gets it twice; the second answer comes. */
    record Duplicate() implements Fault {}

    /** The app does it, and half of the answer comes; nothing of one without a body. */
    record HalfBody() implements Fault {}

    /** The app never sees it; this comes instead. */
    record Instead(int status, Map<String, String> headers, String body) implements Fault {}

    /** The app gets it when the latch opens, however long the client has been gone by then. */
    record Hold(CountDownLatch until) implements Fault {}

    /** The app never sees it; nothing comes until the shim closes. */
    record Silence() implements Fault {}
  }

  private record Armed(String method, Fault fault) {}

  /** Decides what happens to each request that no armed fault takes; null: nothing. */
  public interface Judge {
    Fault of(String method, String path, String body);
  }

  private final String target;
  private final int port;
  private HttpServer server;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<Armed> armed = new ConcurrentLinkedQueue<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean silent;
  private volatile Judge judge = (method, path, body) -> null;
  private volatile String leftAlone = "\n";

  /**
   * @param target scheme, host and port of the app
   */
  public HttpFaults(String target) {
    this.target = target;
    this.server = open(0);
    this.port = server.getAddress().getPort();
  }

  private HttpServer open(int at) {
    try {
      HttpServer opened =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
      opened.setExecutor(workers);
      opened.createContext("/", this::answer);
      opened.start();
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connections are refused, as by a host that runs no app. */
  public synchronized void refuse(boolean from) {
    if (from) {
      server.stop(0);
    } else {
      server = open(port);
    }
  }

  /** Scheme, host and port to ask instead of the app. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /**
   * The next request of this method meets the fault; {@code *} is any, {@code write} any but GET.
   */
  public void next(String method, Fault fault) {
    armed.add(new Armed(method, fault));
  }

  /** From now on this decides about every request that no armed fault takes. */
  public void judge(Judge by) {
    judge = by;
  }

  /** Requests whose path holds this part meet no fault but silence, and are not seen. */
  public void leaveAlone(String part) {
    leftAlone = part;
  }

  /** Nothing gets through, either way, and no connection closes. */
  public void silent(boolean from) {
    silent = from;
  }

  /** Method and target of every request so far. */
  public List<String> seen() {
    return seen;
  }

  /** Headers of every request so far. */
  public List<Map<String, List<String>>> headers() {
    return headers;
  }

  /** Forgets what was seen and what was to come. */
  public void forget() {
    forgetSeen();
    armed.clear();
    judge = (method, path, body) -> null;
  }

  public void forgetSeen() {
    seen.clear();
    headers.clear();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean alone = exchange.getRequestURI().getPath().contains(leftAlone);
      if (!alone) {
        seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
      }
      if (silent) {
        closing.await();
      }
      switch (alone ? null : take(exchange, body)) {
        case null -> reply(exchange, forward(exchange, body), 1);
        case Fault.LoseAnswer lose -> forward(exchange, body);
        case Fault.After after -> {
          forward(exchange, body);
          after.act().run();
        }
        case Fault.NoAnswer none -> {
          forward(exchange, body);
          closing.await();
        }
        case Fault.Duplicate twice -> {
          forward(exchange, body);
          reply(exchange, forward(exchange, body), 1);
        }
        case Fault.HalfBody half -> reply(exchange, forward(exchange, body), 2);
        case Fault.Instead instead -> {
          instead.headers().forEach((n, v) -> exchange.getResponseHeaders().set(n, v));
          byte[] bytes = instead.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(instead.status(), bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
        }
        case Fault.Hold hold -> {
          hold.until().await();
          reply(exchange, forward(exchange, body), 1);
        }
        case Fault.Silence silence -> closing.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Fault take(HttpExchange exchange, byte[] body) {
    String method = exchange.getRequestMethod();
    for (Armed next : armed) {
      boolean write = next.method().equals("write") && !method.equals("GET");
      if (write || next.method().equals("*") || next.method().equals(method)) {
        armed.remove(next);
        return next.fault();
      }
    }
    return judge.of(
        method, exchange.getRequestURI().getPath(), new String(body, StandardCharsets.UTF_8));
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    for (String name : List.of("Authorization", "Content-Type", "Accept", "User-Agent")) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Sends one part of so many of the body, then closes. */
  private static void reply(HttpExchange exchange, HttpResponse<byte[]> answer, int parts)
      throws IOException {
    for (String name : List.of("content-type", "location", "retry-after")) {
      answer
          .headers()
          .firstValue(name)
          .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
    }
    byte[] body = answer.body();
    if (parts > 1 && body.length == 0) {
      return;
    }
    exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body, 0, body.length / parts);
    exchange.getResponseBody().flush();
  }

  @Override
  public synchronized void close() {
    closing.countDown();
    server.stop(0);
    workers.shutdownNow();
    client.close();
  }
}
