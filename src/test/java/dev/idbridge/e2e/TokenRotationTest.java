package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are rotated and revoked while identity providers work with them at full speed. */
class TokenRotationTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int CLIENTS = 6;

  /** Runs as the machine's does, a while ahead. */
  private static final class AheadClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @TempDir static Path folder;
  private static final AheadClock clock = new AheadClock();
  private static Bridge bridge;

  @BeforeAll
  static void start() throws Exception {
    bridge = new Bridge(DatabaseKind.H2, folder, Map.of(), "", clock);
  }

  @AfterAll
  static void stop() {
    bridge.close();
  }

  /** An identity provider: reads and writes, one request after the other, until it is refused. */
  private static final class Busy {
    private final ScimHttp scim;
    private final String user;
    final AtomicInteger done = new AtomicInteger();
    volatile boolean enough;

    Busy(String token, String user) {
      this.scim = new ScimHttp(bridge.scim.base, token);
      this.user = user;
    }

    /** The first answer that is no success; null when it had enough before. */
    ScimHttp.Answer work() throws Exception {
      while (!enough) {
        ScimHttp.Answer answer =
            done.get() % 4 == 0
                ? scim.patch(
                    "/Users/" + user,
                    "{'op':'replace','path':'title','value':'%d'}".formatted(done.get()))
                : scim.get("/Users/" + user);
        if (answer.status() != 200) {
          return answer;
        }
        done.incrementAndGet();
      }
      return null;
    }
  }

  /** Every one of them has so many requests answered from now on. */
  private static void goOn(List<Busy> all, List<Future<ScimHttp.Answer>> first) throws Exception {
    List<Integer> from = all.stream().map(one -> one.done.get()).toList();
    Wait.until(
        SOON,
        () -> {
          for (int i = 0; i < all.size(); i++) {
            assertThat(first.get(i)).as("refused client " + i).isNotDone();
            assertThat(all.get(i).done.get()).isGreaterThan(from.get(i) + 12);
          }
        });
  }

  private static double oldTokenUsed() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(bridge.daemon.adminUrl() + "/observe/metrics"))
                .build(),
            BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("idbridge_token_old_used_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String id(String name) {
    return bridge
        .verb(0, "token", "list", "--json")
        .out()
        .lines()
        .map(Json::tree)
        .filter(token -> token.path("name").asText().equals(name))
        .map(token -> token.path("id").asText())
        .findFirst()
        .orElseThrow();
  }

  private static String create(String name) {
    return bridge.verb(0, "token", "create", "--name", name).out().strip();
  }

  @Test
  void noRequestFailsThroughARotationUntilTheOverlapEndsAndThenAllAreToldWhy() throws Exception {
    String old = create("okta");
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    List<Busy> idps = new ArrayList<>();
    List<Future<ScimHttp.Answer>> refused = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        Busy busy = new Busy(old, bridge.scim.user("rotation-" + i));
        idps.add(busy);
        refused.add(threads.submit(busy::work));
      }
      goOn(idps, refused);

      String id = id("okta");
      String secret = bridge.verb(0, "token", "rotate", id).out().strip();
      ScimHttp next = new ScimHttp(bridge.scim.base, secret);
      assertThat(next.get("/Users").status()).isEqualTo(200);
      goOn(idps, refused);
      assertThat(oldTokenUsed()).isPositive();
      assertThat(bridge.verb(0, "token", "list").out())
          .containsPattern(id + " +okta +full +replaced .* yes");
      assertThat(bridge.verb(0, "status").out()).contains("warning: token " + id + " (okta)");

      clock.ahead = Duration.ofHours(24).minusMinutes(5);
      goOn(idps, refused);

      clock.ahead = Duration.ofHours(24);
      new ScimHttp(bridge.scim.base, old).get("/Users").isError(401, "use the new one");
      for (Future<ScimHttp.Answer> first : refused) {
        first.get().isError(401, "token 'okta'", "was replaced by another", "use the new one");
      }
      assertThat(next.get("/Users").status()).isEqualTo(200);
    } finally {
      idps.forEach(busy -> busy.enough = true);
      threads.shutdown();
    }
  }

  @Test
  void aSecondRotationIsRefusedAndNamesTheSuccessor() {
    create("entra");
    String id = id("entra");
    bridge.verb(0, "token", "rotate", id);
    assertThat(bridge.verb(1, "token", "rotate", id).err()).contains("replaced");
  }

  @Test
  void aRevokedTokenIsRefusedFromThatMomentOnAndOthersAreNot() throws Exception {
    String other = create("entra-2");
    Busy busy = new Busy(create("leaked"), bridge.scim.user("leak"));
    Busy bystander = new Busy(other, bridge.scim.user("bystander"));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<ScimHttp.Answer> refused = threads.submit(busy::work);
      Future<ScimHttp.Answer> never = threads.submit(bystander::work);
      goOn(List.of(busy, bystander), List.of(refused, never));
      bridge.verb(0, "token", "revoke", id("leaked"), "--yes");
      busy.scim.get("/Users").isError(401, "was revoked at");
      refused.get().isError(401, "was revoked at");
      goOn(List.of(bystander), List.of(never));
    } finally {
      busy.enough = true;
      bystander.enough = true;
      threads.shutdown();
    }
  }
}
