package dev.idbridge.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import dev.idbridge.testing.Keycloak;
import dev.idbridge.testing.KeycloakSimulator;
import dev.idbridge.testing.SettableClock;
import dev.idbridge.testing.TestServices;
import dev.idbridge.testing.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of a token endpoint, and the calls that are made with them. */
class ClientCredentialsTest {
  private static final String TOKEN = "POST /realms/acme/protocol/openid-connect/token";
  private static KeycloakSimulator keycloak;
  private static HttpFaults faults;
  private static DefaultCamelContext camel;
  private static CamelAppHttp http;

  private final SettableClock clock = new SettableClock(Instant.EPOCH);
  private TestSettings settings;
  private RestClient client;

  @BeforeAll
  static void open() {
    keycloak = new KeycloakSimulator();
    faults = new HttpFaults(keycloak.url());
    camel = new DefaultCamelContext();
    camel.start();
    http = new CamelAppHttp(camel, "tokens", Map.of(), new SimpleMeterRegistry());
  }

  @AfterAll
  static void close() {
    http.close();
    camel.stop();
    faults.close();
    keycloak.close();
  }

  @BeforeEach
  void connect() {
    faults.forget();
    keycloak.secret(Keycloak.SECRET);
    keycloak.life(300);
    settings =
        new TestSettings(
            List.of(
                SettingSpec.required("client-id", "."), SettingSpec.secret("client-secret", ".")),
            Map.of("client-id", "idbridge", "client-secret", Keycloak.SECRET));
    TestServices services = new TestServices("tokens", clock, (AppHttp) http);
    URI endpoint = URI.create(faults.url() + "/realms/acme/protocol/openid-connect/token");
    client =
        new RestClient(
            faults.url() + "/admin/realms/acme",
            new ClientCredentials(endpoint, settings, services),
            services);
  }

  private RestAnswer ask() {
    return client.get("/users?max=1", About.APP, Deadline.in(Duration.ofSeconds(20)));
  }

  private Outcome.Failure no() {
    return RestAnswer.failure(ask());
  }

  private static long tokensAsked() {
    return faults.seen().stream().filter(TOKEN::equals).count();
  }

  @Test
  void oneTokenServesManyCallsAndThreadsUntilShortlyBeforeItEnds() throws Exception {
    List<Callable<RestAnswer>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(this::ask);
    }
    try (ExecutorService workers = Executors.newFixedThreadPool(6)) {
      for (Future<RestAnswer> done : workers.invokeAll(calls)) {
        assertThat(done.get()).isInstanceOf(RestAnswer.Ok.class);
      }
    }
    assertThat(tokensAsked()).isEqualTo(1);

    clock.forward(Duration.ofSeconds(260));
    ask();
    assertThat(tokensAsked()).isEqualTo(1);
    clock.forward(Duration.ofSeconds(15));
    assertThat(ask()).isInstanceOf(RestAnswer.Ok.class);
    assertThat(tokensAsked()).isEqualTo(2);
  }

  @Test
  void aTokenThatIsNotTakenAnyMoreIsExchangedOnceAndTheCallRepeated() {
    assertThat(ask()).isInstanceOf(RestAnswer.Ok.class);
    keycloak.forgetTokens();

    assertThat(ask()).isInstanceOf(RestAnswer.Ok.class);
    assertThat(tokensAsked()).isEqualTo(2);

    faults.forgetSeen();
    for (int i = 0; i < 2; i++) {
      faults.next("GET", new Fault.Instead(401, Map.of(), ""));
    }
    assertThat(ask())
        .isInstanceOfSatisfying(
            RestAnswer.No.class, it -> assertThat(it.why()).isInstanceOf(Outcome.AuthFailed.class));
    assertThat(faults.seen()).hasSize(3);
  }

  @Test
  void aRotatedSecretCountsWithoutARestart() {
    keycloak.forgetTokens();
    keycloak.secret("another-secret-entirely");
    assertThat(no()).isInstanceOf(Outcome.AuthFailed.class);

    settings.set("client-secret", "another-secret-entirely");

    assertThat(ask()).isInstanceOf(RestAnswer.Ok.class);
  }

  @Test
  void aConnectionThatBrokeWhileATokenWasAskedForIsTriedAgainOnce() {
    faults.next("POST", new Fault.LoseAnswer());

    assertThat(ask()).isInstanceOf(RestAnswer.Ok.class);
  }

  @Test
  void troubleWithTheTokenIsTheCallsTroubleAndNothingWasApplied() {
    Map<Integer, Class<?>> kinds =
        Map.of(
            400, Outcome.AuthFailed.class,
            401, Outcome.AuthFailed.class,
            429, Outcome.Throttled.class,
            500, Outcome.Retry.class);
    kinds.forEach(
        (status, kind) -> {
          faults.next("POST", new Fault.Instead(status, Map.of(), Keycloak.SECRET));
          assertThat(ask())
              .isInstanceOfSatisfying(
                  RestAnswer.No.class,
                  it -> {
                    assertThat(it.why()).isInstanceOf(kind);
                    assertThat(it.why().reason()).doesNotContain(Keycloak.SECRET);
                  });
        });
    for (Fault fault : List.of(new Fault.LoseAnswer(), new Fault.HalfBody())) {
      faults.next("POST", fault);
      faults.next("POST", fault);
      assertThat(ask())
          .isInstanceOfSatisfying(
              RestAnswer.No.class,
              it ->
                  assertThat(it.why())
                      .isInstanceOfSatisfying(
                          Outcome.Retry.class,
                          retry -> assertThat(retry.mayHaveApplied()).isFalse()));
    }
    faults.next(
        "POST",
        new Fault.Instead(200, Map.of("Content-Type", "application/json"), "{\"token\":1}"));
    assertThat(ask())
        .isInstanceOfSatisfying(
            RestAnswer.No.class, it -> assertThat(it.why()).isInstanceOf(Outcome.Retry.class));
  }
}
