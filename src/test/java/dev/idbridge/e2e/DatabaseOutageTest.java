package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.ServedBridge;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.MariaDbServer;
import dev.idbridge.testing.ScimApp;
import dev.idbridge.testing.TcpWire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is not there: at the start, and while the daemon runs. */
class DatabaseOutageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(6);

  @TempDir Path folder;

  private final Executor anyThread = task -> Thread.ofPlatform().start(task);

  @Test
  void anUnreachableDatabaseAtTheStartIsToldWithWhatToDo() throws Exception {
    Path conf =
        Bridge.configure(
            folder,
            new StoreSettings(
                "jdbc:mariadb://127.0.0.1:1/idbridge?sslMode=disable", "bridge", null, 4),
            Map.of());
    Path settings = conf.resolve("idbridge.yaml");
    Files.writeString(
        settings, Files.readString(settings).replace("store: {", "store: {start-wait: PT0S, "));

    ServedBridge.Ran ran = ServedBridge.serve(conf, folder.resolve("data"));

    assertThat(ran.code()).isEqualTo(69);
    assertThat(ran.err())
        .startsWith("idbridge: the store MariaDB at 127.0.0.1:1/idbridge cannot be used")
        .contains("Is MariaDB running", "host and port")
        .doesNotContain("\tat ");
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(folder.resolve("data/daemon.json")).doesNotExist();
  }

  @Test
  void aStartWaitsForADatabaseThatIsNotThereYet() throws Exception {
    try (Databases database = Databases.fresh(DatabaseKind.MARIADB);
        TcpWire wire = new TcpWire(MariaDbServer.shared().port())) {
      String url =
          database.settings().url().replace(":" + MariaDbServer.shared().port(), ":" + wire.port());
      Path conf = Bridge.configure(folder, new StoreSettings(url, "root", "", 4), Map.of());
      wire.cut();
      CompletableFuture<ServedBridge> starting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new ServedBridge(conf, folder.resolve("data"));
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              anyThread);
      assertThatThrownBy(() -> starting.get(4, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(folder.resolve("data/daemon.json")).as("nobody is told yet").doesNotExist();

      wire.mend();
      try (ServedBridge daemon = starting.get(60, TimeUnit.SECONDS)) {
        assertThat(daemon.verb("status").code()).isZero();
        wire.cut();
        ScimHttp idp = new ScimHttp(daemon.intake(), "idb_any");
        unavailable(idp, "GET", "/Users", null);
        Duration quickest = Duration.ofDays(1);
        for (int i = 0; i < 4; i++) {
          Duration took = unavailable(idp, "POST", "/Users", "{'userName':'lost'}");
          quickest = took.compareTo(quickest) < 0 ? took : quickest;
        }
        assertThat(quickest).as("told at once").isLessThan(Duration.ofMillis(500));
        wire.mend();
        Wait.until(Duration.ofSeconds(20), () -> assertThat(daemon.verb("status").code()).isZero());
      }
    }
  }

  @Test
  void brokenConfigurationIsToldWithFileAndLine() throws Exception {
    Path conf =
        Bridge.configure(
            folder,
            new StoreSettings("jdbc:h2:file:" + folder.resolve("db"), null, null, 4),
            Map.of("crm", "connector: scim\nsettings: {base-url: [\n", "odd", "conector: log\n"));

    ServedBridge.Ran ran = ServedBridge.verb(conf, folder.resolve("data"), "serve");

    assertThat(ran.code()).isEqualTo(78);
    assertThat(ran.err())
        .contains(conf.resolve("apps/crm.yaml") + ":3:1: ")
        .contains(conf.resolve("apps/odd.yaml") + ":1:1: ")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("db.mv.db")).doesNotExist();
  }

  @Test
  void whileTheDatabaseIsAwayEverythingAnswers503AndThenResumesByItself() throws Exception {
    MariaDbServer database = MariaDbServer.start(true, List.of());
    database.execute("CREATE DATABASE bridge");
    try (ScimApp crm = new ScimApp()) {
      Path conf =
          Bridge.configure(
              folder,
              new StoreSettings(database.url("bridge"), "root", "", 8),
              Map.of("crm", Bridge.scimApp(crm.baseUrl())));
      // What was being delivered when the database went is taken up when its lease ends.
      Path settings = conf.resolve("idbridge.yaml");
      Files.writeString(
          settings, Files.readString(settings).replace("delivery: {", "delivery: {lease: PT10S, "));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp idp = Bridge.client(daemon);
        String ada = idp.user("ada");
        Held held = new Held.InScim(crm);
        Wait.until(
            Duration.ofSeconds(20), () -> assertThat(held.accounts()).containsExactly("ada"));
        crm.stop();
        String bob = idp.user("bob");

        database.stop();
        List<CompletableFuture<Duration>> answers = new ArrayList<>();
        for (String[] request :
            new String[][] {
              {"GET", "/Users", null},
              {"GET", "/Users/" + ada, null},
              {"POST", "/Users", "{'userName':'lost'}"},
              {"DELETE", "/Users/" + bob, null}
            }) {
          answers.add(CompletableFuture.supplyAsync(() -> unavailable(idp, request), anyThread));
        }
        for (CompletableFuture<Duration> answer : answers) {
          assertThat(answer.get()).isLessThan(PATIENCE);
        }
        for (String[] request :
            new String[][] {{"GET", "/Users", null}, {"POST", "/Users", "{'userName':'lost'}"}}) {
          assertThat(unavailable(idp, request))
              .as("once the store is known to be away")
              .isLessThan(Duration.ofSeconds(1));
        }
        ServedBridge.Ran status = daemon.verb("status");
        assertThat(status.code()).isEqualTo(69);
        assertThat(status.err()).contains("store").doesNotContain("\tat ");
        crm.start();

        database.restart();
        Wait.until(
            Duration.ofSeconds(20), () -> assertThat(idp.get("/Users").status()).isEqualTo(200));
        assertThat(idp.get("/Users").at("/totalResults")).as("nothing half").isEqualTo("2");
        idp.user("cyd");
        Wait.until(
            Duration.ofSeconds(60),
            () -> assertThat(held.accounts()).containsExactly("ada", "bob", "cyd"));
        assertThat(daemon.lastBeat()).isAfter(Instant.now().minusSeconds(6));
        assertThat(daemon.verb("status").code()).isZero();
      }
    } finally {
      database.stop();
    }
  }

  /** How long it takes to be told that the store is away. */
  private static Duration unavailable(ScimHttp idp, String... request) {
    try {
      return Wait.timed(
          () -> {
            ScimHttp.Answer answer = idp.send(request[0], request[1], request[2]);
            answer.isError(503);
            assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
            return answer;
          });
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
