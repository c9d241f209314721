package dev.idbridge.connector.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import dev.idbridge.connector.spi.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CamelAppHttpTest {
  private static DefaultCamelContext camel;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private HttpServer server;
  private CamelAppHttp http;

  @BeforeAll
  static void startCamel() {
    camel = new DefaultCamelContext();
    camel.start();
    // Loads the classes, which is slower than the deadlines below.
    try (CamelAppHttp first =
        new CamelAppHttp(camel, "warm", Map.of(), new SimpleMeterRegistry())) {
      Request odd =
          new Request("GET", URI.create("http://127.0.0.1:1/"), Map.of(), null, RateClass.READ);
      catchThrowableOfType(HttpFailure.class, () -> first.send(odd, soon()));
    }
  }

  @AfterAll
  static void stopCamel() {
    camel.stop();
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws Exception;
  }

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(workers);
    server.start();
    http = new CamelAppHttp(camel, "crm", Map.of(), meters);
  }

  @AfterEach
  void close() {
    over.countDown();
    http.close();
    server.stop(0);
    workers.shutdownNow();
  }

  private void serve(Handler handler) {
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            requests.add(
                exchange.getRequestMethod()
                    + " "
                    + exchange.getRequestURI()
                    + " "
                    + new String(body, StandardCharsets.UTF_8));
            headers.add(Map.copyOf(exchange.getRequestHeaders()));
            handler.handle(exchange);
          } catch (IOException e) {
            throw e;
          } catch (Exception e) {
            throw new IOException(e);
          }
        });
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private Request request(String method, String path) {
    return request(method, path, Map.of());
  }

  private Request request(String method, String path, Map<String, String> headers) {
    byte[] body = method.equals("GET") || method.equals("DELETE") ? null : "{\"a\":1}".getBytes();
    return new Request(
        method,
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path),
        headers,
        body,
        RateClass.READ);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10));
  }

  private HttpFailure failure(Request request, Deadline deadline) {
    return catchThrowableOfType(HttpFailure.class, () -> http.send(request, deadline));
  }

  @Test
  void everyMethodArrivesWithItsExactTargetHeadersAndBodyAndNothingElse() throws Exception {
    serve(exchange -> reply(exchange, 200, new byte[0]));
    String path =
        "/scim/v2/Users/a%2Fb%20c;x=1?filter=userName%20eq%20%22a%2Bb%25%C3%BC%22&z=%7B%7Bq%7D%7D&e=";

    for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
      http.send(
          request(
              method,
              path,
              Map.of("Authorization", "Bearer t", "Content-Type", "application/scim+json")),
          soon());
    }

    assertThat(requests)
        .containsExactly(
            "GET " + path + " ",
            "POST " + path + " {\"a\":1}",
            "PUT " + path + " {\"a\":1}",
            "PATCH " + path + " {\"a\":1}",
            "DELETE " + path + " ");
    for (Map<String, List<String>> sent : headers) {
      assertThat(sent.get("User-agent")).singleElement().asString().startsWith("idbridge/");
      assertThat(sent.get("Authorization")).containsExactly("Bearer t");
      assertThat(sent.keySet()).noneMatch(name -> name.toLowerCase().startsWith("camel"));
      assertThat(sent.keySet())
          .isSubsetOf(
              "Accept-encoding",
              "Authorization",
              "Connection",
              "Content-length",
              "Content-type",
              "Host",
              "Upgrade",
              "User-agent");
    }
  }

  @Test
  void aThrottledAnswerIsSentExactlyOnceAndGivenBack() throws Exception {
    for (int status : List.of(429, 503)) {
      requests.clear();
      HttpServer busy =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      AtomicInteger asked = new AtomicInteger();
      busy.createContext(
          "/",
          exchange -> {
            try (exchange) {
              asked.incrementAndGet();
              exchange.getResponseHeaders().set("Retry-After", "1");
              reply(exchange, status, "wait".getBytes(StandardCharsets.UTF_8));
            }
          });
      busy.start();
      try {
        Request get =
            new Request(
                "GET",
                URI.create("http://127.0.0.1:" + busy.getAddress().getPort() + "/"),
                Map.of(),
                null,
                RateClass.READ);

        Response response = http.send(get, soon());

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Retry-After")).isEqualTo("1");
        assertThat(response.text()).isEqualTo("wait");
        assertThat(asked).hasValue(1);
      } finally {
        busy.stop(0);
      }
    }
  }

  @Test
  void redirectsAndCookiesAreNotActedUpon() throws Exception {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.getResponseHeaders().set("Set-Cookie", "a=b");
          reply(exchange, 307, new byte[0]);
        });

    assertThat(http.send(request("GET", "/one"), soon()).status()).isEqualTo(307);
    assertThat(http.send(request("GET", "/two"), soon()).header("location"))
        .isEqualTo("/elsewhere");

    assertThat(requests).containsExactly("GET /one ", "GET /two ");
    assertThat(headers).noneMatch(sent -> sent.containsKey("Cookie"));
  }

  @Test
  void aRefusedConnectionWasNotSent() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Request post =
        new Request(
            "POST",
            URI.create("http://127.0.0.1:" + free + "/"),
            Map.of(),
            new byte[1],
            RateClass.READ);

    HttpFailure failure = failure(post, soon());

    assertThat(failure.sent()).isFalse();
    assertThat(failure).hasMessageContaining("refused");
  }

  @Test
  void anAnswerThatDoesNotComeInTimeWasSent() {
    serve(exchange -> over.await());
    long start = System.nanoTime();

    HttpFailure failure = failure(request("POST", "/slow"), Deadline.in(Duration.ofMillis(300)));

    assertThat(failure.sent()).isTrue();
    assertThat(failure).hasMessageContaining("in time");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void anAnswerThatDripsEndsWithTheDeadlineToo() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          OutputStream out = exchange.getResponseBody();
          for (int i = 0; i < 1000 && !over.await(50, TimeUnit.MILLISECONDS); i++) {
            out.write('x');
            out.flush();
          }
        });
    long start = System.nanoTime();

    HttpFailure failure = failure(request("GET", "/drip"), Deadline.in(Duration.ofMillis(400)));

    assertThat(failure.status()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aBodyBeyondTheBoundIsAFailureThatTellsTheStatus() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 16];
          for (int i = 0; i < 200; i++) {
            exchange.getResponseBody().write(block);
          }
        });

    HttpFailure failure = failure(request("GET", "/huge"), soon());

    assertThat(failure).hasMessageContaining("longer than");
    assertThat(failure.status()).isEqualTo(200);
  }

  @Test
  void aCompressedBodyIsBoundedByItsRealSize() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 20; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          reply(exchange, 200, packed.toByteArray());
        });

    assertThat(packed.size()).isLessThan(1 << 20);
    assertThat(failure(request("GET", "/bomb"), soon())).hasMessageContaining("longer than");
  }

  @Test
  void aSerializedObjectIsBytesAndNothingElse() throws Exception {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/x-java-serialized-object");
          reply(exchange, 200, new byte[] {1, 2, 3});
        });

    assertThat(http.send(request("GET", "/"), soon()).body()).containsExactly(1, 2, 3);
  }

  /** Answers one request per connection, says keep-alive, and closes: a server's idle timeout. */
  @Test
  void aPooledConnectionThatTheAppClosedDoesNotFailARead() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      workers.submit(
          () -> {
            while (true) {
              try (Socket socket = door.accept()) {
                connections.incrementAndGet();
                readHead(socket.getInputStream());
                socket
                    .getOutputStream()
                    .write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                            .getBytes(StandardCharsets.US_ASCII));
              }
            }
          });
      Request get =
          new Request(
              "GET",
              URI.create("http://127.0.0.1:" + door.getLocalPort() + "/"),
              Map.of(),
              null,
              RateClass.READ);
      for (int i = 0; i < 50; i++) {
        assertThat(http.send(get, soon()).text()).isEqualTo("ok");
      }
      assertThat(connections).hasValueGreaterThanOrEqualTo(50);
    }
  }

  private static void readHead(InputStream in) throws IOException {
    int blank = 0;
    while (blank < 4) {
      int c = in.read();
      blank = c == '\r' || c == '\n' ? blank + 1 : 0;
    }
  }

  @Test
  void manyThreadsGetTheirOwnAnswers() throws Exception {
    serve(
        exchange ->
            reply(
                exchange,
                200,
                exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8)));
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String path = "/n" + i;
      calls.add(() -> path + "=" + http.send(request("GET", path), soon()).text());
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
      int n = 0;
      for (Future<String> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isEqualTo("/n" + n + "=/n" + n);
        n++;
      }
    }
  }

  @Test
  void eachClassKeepsItsOwnRate() throws Exception {
    serve(exchange -> reply(exchange, 200, new byte[0]));
    http.close();
    http = new CamelAppHttp(camel, "crm", Map.of(RateClass.READ, 20), meters);
    long start = System.nanoTime();

    for (int i = 0; i < 12; i++) {
      http.send(request("GET", "/"), soon());
    }

    // Two at once, then one every 50 ms.
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(490), Duration.ofSeconds(4));
  }

  @Test
  void aCallThatItsRateWouldHoldBeyondTheDeadlineIsNotSentAndTellsTheWait() throws Exception {
    serve(exchange -> reply(exchange, 200, new byte[0]));
    http.close();
    http = new CamelAppHttp(camel, "crm", Map.of(RateClass.READ, 1), meters);
    http.send(request("GET", "/first"), soon());
    long start = System.nanoTime();

    HttpFailure failure = failure(request("GET", "/second"), Deadline.in(Duration.ofMillis(200)));

    assertThat(failure.sent()).isFalse();
    assertThat(failure.waitFor()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(1));
    assertThat(failure).hasMessageContaining("limits.rate.reads");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(150));
    assertThat(requests).containsExactly("GET /first ");
  }

  @Test
  void callsAreTimedByAppClassAndStatus() throws Exception {
    serve(exchange -> reply(exchange, 404, new byte[0]));

    http.send(request("GET", "/"), soon());

    assertThat(
            meters
                .get("idbridge.app.http")
                .tags("app", "crm", "class", "reads", "status", "404")
                .timer()
                .count())
        .isEqualTo(1);
  }

  @Test
  void anAddressThatIsNoUrlIsRefusedBeforeSending() {
    Request odd =
        new Request("GET", URI.create("file:///etc/passwd"), Map.of(), null, RateClass.READ);

    assertThat(failure(odd, soon()).sent()).isFalse();
  }
}
