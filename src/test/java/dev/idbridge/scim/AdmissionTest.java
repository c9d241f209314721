package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.scim.IntakeServer.Answer;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Who is let in, how fast, and how large. */
class AdmissionTest {
  private static final String ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";
  private final Executor anyThread = task -> Thread.ofPlatform().start(task);

  private static EdgeSettings settings(int workers, int rate, int burst, Duration patience) {
    return new EdgeSettings(null, List.of(), List.of(), workers)
        .with(
            new EdgeSettings.Limits(
                1 << 20, rate, burst, patience, 10, 1 << 16, Duration.ofSeconds(50)));
  }

  private List<Answer> atOnce(IntakeServer server, int count) {
    List<CompletableFuture<Answer>> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return server.send("GET", "/Users", null);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              },
              anyThread));
    }
    return sent.stream().map(CompletableFuture::join).toList();
  }

  @Test
  void aTokenAboveItsRateWaitsAndIsThenRefusedWithRetryAfterAndAScimError() throws Exception {
    try (IntakeServer server = new IntakeServer(settings(8, 4, 3, Duration.ofMillis(600)))) {
      assertThat(server.send("GET", "/Users", null).status()).isEqualTo(200);
      List<Answer> answers = atOnce(server, 20);
      List<Answer> refused = answers.stream().filter(a -> a.status() == 429).toList();
      assertThat(answers).allMatch(a -> a.status() == 200 || a.status() == 429);
      assertThat(refused).hasSizeBetween(10, 18);
      for (Answer answer : refused) {
        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(answer.header("Content-Type")).startsWith("application/scim+json");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        assertThat(answer.at("/schemas/0")).isEqualTo(ERROR);
        assertThat(answer.at("/status")).isEqualTo("429");
        assertThat(answer.at("/detail")).contains("Retry-After");
      }
    }
  }

  @Test
  void whoWaitsForItsTurnHoldsNoWorkerAndDelaysNoOtherToken() throws Exception {
    try (IntakeServer server = new IntakeServer(settings(1, 1, 1, Duration.ofSeconds(20)))) {
      String other = "Bearer " + MemoryDirectory.OTHER_TOKEN;
      String url = "http://127.0.0.1:" + server.port + "/scim/other/v2/Users";
      assertThat(server.send("GET", "/Users", null).status()).isEqualTo(200);
      CompletableFuture<List<Answer>> waiting =
          CompletableFuture.supplyAsync(() -> atOnce(server, 5), anyThread);
      // The first of the second token counts by address; by then it is known.
      long begin = System.nanoTime();
      assertThat(server.sendTo(url, "GET", null, other).status()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
      assertThat(waiting.join()).allMatch(a -> a.status() == 200);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void strangersCannotUseUpTheShareOfAnIdentityProvider() throws Exception {
    try (IntakeServer server = new IntakeServer(settings(8, 1, 3, Duration.ZERO))) {
      assertThat(server.send("GET", "/Users", null).status()).isEqualTo(200);
      for (int i = 0; i < 10; i++) {
        server.sendTo(server.base() + "/Users", "GET", null, "Bearer wrong" + i);
      }
      assertThat(server.sendTo(server.base() + "/Users", "GET", null, "Bearer wrong").status())
          .isEqualTo(429);
      assertThat(server.send("GET", "/Users", null).status()).isEqualTo(200);
    }
  }

  @Test
  void aRequestThatWaitedTooLongForAWorkerIsRefusedAndNotDone() throws Exception {
    EdgeSettings settings =
        new EdgeSettings(null, List.of(), List.of(), 1)
            .with(
                new EdgeSettings.Limits(
                    1 << 20, 100, 100, Duration.ZERO, 10, 1 << 16, Duration.ofSeconds(1)));
    try (IntakeServer server = new IntakeServer(settings)) {
      server.gate = new CountDownLatch(1);
      CompletableFuture<Answer> first = post(server, "slow");
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (server.waiting.get() == 0 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      CompletableFuture<Answer> second = post(server, "late");
      long until = System.nanoTime() + Duration.ofMillis(1_300).toNanos();
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      server.gate.countDown();
      assertThat(first.join().status()).isIn(201, 503);
      Answer late = second.join();
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.header("Retry-After")).isEqualTo("5");
      assertThat(server.directory.requests).hasSize(1);
    }
  }

  private CompletableFuture<Answer> post(IntakeServer server, String name) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return server.send("POST", "/Users", "{'userName':'" + name + "'}");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        anyThread);
  }

  @Test
  void largeBodiesWaitForTheMemoryOfThoseBeforeThemAndStrangersLeaveHalfOfIt() throws Exception {
    List<Socket> announced = new ArrayList<>();
    try (IntakeServer server =
        new IntakeServer(settings(8, 10_000, 10_000, Duration.ofMillis(300)))) {
      String large = "{'userName':'%s','junk':'" + "x".repeat(100 * 1024) + "'}";
      assertThat(server.send("POST", "/Users", large.formatted("large-0")).status()).isEqualTo(201);
      long most = Runtime.getRuntime().maxMemory() / 32 / (1 << 20);
      for (long i = 0; i <= most / 2; i++) {
        announced.add(announce(server, "wrong"));
      }
      assertThat(server.send("POST", "/Users", large.formatted("large-1")).status())
          .as("a known token has the other half")
          .isEqualTo(201);
      // More than fit: the memory of the requests before may be given back a moment late.
      for (long i = 0; i <= most / 2 + 16; i++) {
        announced.add(announce(server, MemoryDirectory.TOKEN));
      }
      Answer refused = null;
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      for (int i = 2;
          System.nanoTime() < deadline && (refused == null || refused.status() == 201);
          i++) {
        refused = server.send("POST", "/Users", large.formatted("large-" + i));
      }
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(server.send("GET", "/Users?count=1", null).status()).isEqualTo(200);
      for (Socket socket : announced) {
        socket.close();
      }
      Answer after = refused;
      while (System.nanoTime() < deadline && after.status() != 201) {
        after = server.send("POST", "/Users", large.formatted("large-after"));
      }
      assertThat(after.status()).isEqualTo(201);
    } finally {
      for (Socket socket : announced) {
        socket.close();
      }
    }
  }

  @Test
  void aBodyThatDoesNotSayHowLongItIsCountsAsLargeUntilItsTokenIsKnown() throws Exception {
    List<Socket> begun = new ArrayList<>();
    try (IntakeServer server =
        new IntakeServer(settings(8, 10_000, 10_000, Duration.ofMillis(300)))) {
      long most = Runtime.getRuntime().maxMemory() / 32 / (1 << 20);
      for (long i = 0; i <= most / 2; i++) {
        Socket socket = new Socket("127.0.0.1", server.port);
        begun.add(socket);
        socket
            .getOutputStream()
            .write(
                ("POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
      }
      HttpRequest untold =
          HttpRequest.newBuilder(URI.create(server.base() + "/Users"))
              .header("Authorization", "Bearer another")
              .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10])))
              .build();
      HttpResponse<String> answer = null;
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while ((answer == null || answer.statusCode() != 503) && System.nanoTime() < deadline) {
        answer = server.http.send(untold, BodyHandlers.ofString());
      }
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(server.send("GET", "/Users?count=1", null).status()).isEqualTo(200);
      assertThat(server.send("POST", "/Users", "{'userName':'small'}").status()).isEqualTo(201);
    } finally {
      for (Socket socket : begun) {
        socket.close();
      }
    }
  }

  /** Says that a mebibyte will come, and sends nothing of it. */
  private static Socket announce(IntakeServer server, String token) throws Exception {
    Socket socket = new Socket("127.0.0.1", server.port);
    socket
        .getOutputStream()
        .write(
            ("POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 1048576\r\n\r\n")
                .formatted(token)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Test
  void longRequestLinesAreReadAndTooLongOnesAnsweredWithScimErrors() throws Exception {
    try (IntakeServer server = new IntakeServer(EdgeSettings.plain())) {
      String name = "%78".repeat(5 * 1024);
      assertThat(
              raw(server, "GET /scim/v2/Users?filter=userName+eq+%22" + name + "%22 HTTP/1.1", ""))
          .startsWith("HTTP/1.1 200")
          .contains("\"totalResults\":0");
      assertThat(raw(server, "GET /scim/v2/Users?x=" + "y".repeat(60 * 1024) + " HTTP/1.1", ""))
          .startsWith("HTTP/1.1 200");
      assertThat(raw(server, "GET /scim/v2/Users?x=" + "y".repeat(70 * 1024) + " HTTP/1.1", ""))
          .containsPattern("^HTTP/1\\.[01] 414")
          .contains(ERROR, "\"status\":\"414\"", "search by POST");
      assertThat(
              raw(
                  server,
                  "GET /scim/v2/Users HTTP/1.1",
                  "X-Big: " + "z".repeat(70 * 1024) + "\r\n"))
          .containsPattern("^HTTP/1\\.[01] 431")
          .contains(ERROR);
      assertThat(raw(server, "GET /scim/v2/Users/%zz HTTP/1.1", ""))
          .startsWith("HTTP/1.1 4")
          .contains(ERROR);
      assertThat(raw(server, "GET /scim/v2/Users?filter=%zz HTTP/1.1", ""))
          .startsWith("HTTP/1.1 400")
          .contains(ERROR);
      assertThat(raw(server, "NONSENSE", "")).containsPattern("^HTTP/1\\.[01] 400").contains(ERROR);
    }
  }

  private static String raw(IntakeServer server, String requestLine, String headers)
      throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port)) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          (requestLine
                  + "\r\nHost: localhost\r\nConnection: close\r\n"
                  + headers
                  + "Authorization: Bearer "
                  + MemoryDirectory.TOKEN
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
