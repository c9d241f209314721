package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.store.DatabaseKind;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop that claims, with apps that answer, do not answer, and answer slowly. */
class DispatcherTest {

  private static void await(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: " + what).isLessThan(end);
      LockSupport.parkNanos(2_000_000);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void eightSilentAppsHoldNoWorkerOfTheNinth(DatabaseKind kind) throws Exception {
    CountDownLatch silence = new CountDownLatch(1);
    try (TestBridge bridge = new TestBridge(kind)) {
      List<MemoryApp> silent = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        MemoryApp app = new MemoryApp();
        app.before =
            plan -> {
              try {
                silence.await(60, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return null;
            };
        bridge.addApp("silent" + i, app);
        silent.add(app);
      }
      try (Dispatcher dispatcher = bridge.dispatcher(64)) {
        dispatcher.start();
        for (int i = 0; i < 20; i++) {
          bridge.user("first" + i);
        }
        dispatcher.wake();
        await(
            "the silent apps are called", () -> silent.stream().allMatch(a -> !a.calls.isEmpty()));
        for (int i = 0; i < 40; i++) {
          bridge.user("user" + i);
        }
        dispatcher.wake();

        await("the ninth app has everybody", () -> bridge.app.size() == 60);

        assertThat(silence.getCount()).isEqualTo(1);
        silence.countDown();
        await("the others catch up", () -> silent.stream().allMatch(a -> a.size() == 60));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLeaverOvertakesABacklog(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      for (int i = 0; i < 1_500; i++) {
        bridge.user("user" + i);
      }
      bridge.app.before =
          plan -> {
            LockSupport.parkNanos(2_000_000);
            return null;
          };
      try (Dispatcher dispatcher = bridge.dispatcher(64)) {
        dispatcher.start();
        await("the backlog is worked on", () -> bridge.app.size() > 20);
        bridge.active(ada, false);
        dispatcher.wake();
        await("ada is disabled", () -> !bridge.app.account("ada").active);
        assertThat(bridge.app.size()).as("accounts by then").isLessThan(1_200);
        await("the backlog is done", () -> bridge.app.size() == 1_501);
      }
    }
  }

  @Test
  void aClaimThatWaitsForTheDatabaseCountsAsBeating() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.MARIADB);
        Connection other = bridge.store.dataSource().getConnection();
        Statement lock = other.createStatement()) {
      String waits =
          "SELECT 1 FROM information_schema.processlist"
              + " WHERE state LIKE 'Waiting for table metadata lock%' AND time_ms > 1500";
      lock.execute("LOCK TABLES lane WRITE");
      try (Dispatcher dispatcher = bridge.dispatcher(64)) {
        dispatcher.start();

        await("the claim waits", () -> !bridge.rows(waits).isEmpty());

        assertThat(dispatcher.sinceLastBeat()).isLessThan(Duration.ofSeconds(1));
        lock.execute("UNLOCK TABLES");
      }
    }
  }

  @Test
  void aLoopWithoutAppsBeats() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      bridge.apps.clear();
      try (Dispatcher dispatcher = bridge.dispatcher(64)) {
        long made = System.nanoTime();
        dispatcher.start();

        await("two rounds", () -> System.nanoTime() - made > 1_500_000_000L);

        assertThat(dispatcher.sinceLastBeat()).isLessThan(Duration.ofSeconds(1));
      }
    }
  }
}
