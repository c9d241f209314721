package dev.idbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.MariaDbServer;
import dev.idbridge.testing.TcpWire;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A database that goes away, hangs or is busy under a store that is open, or opening. */
class StoreOutageTest {

  private static Duration timed(Runnable act) {
    long start = System.nanoTime();
    act.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static int one(Store store) {
    return store
        .transactions()
        .run(
            connection -> {
              try (Statement ask = connection.createStatement()) {
                ask.execute("SELECT 1");
                return 1;
              }
            });
  }

  private static void refused(Store store) {
    assertThatThrownBy(() -> one(store)).isInstanceOf(StoreUnavailable.class);
  }

  private static StoreSettings over(TcpWire wire, Databases database, int pool) {
    String name = database.settings().url().replaceFirst(".*/([^/?]+)\\?.*", "$1");
    return new StoreSettings(
        "jdbc:mariadb://127.0.0.1:" + wire.port() + "/" + name + "?sslMode=disable",
        "root",
        "",
        pool);
  }

  @Test
  void whileTheDatabaseIsAwayCallersAreRefusedAtOnceAndItsReturnIsNoticed() {
    try (Databases database = Databases.fresh(DatabaseKind.MARIADB);
        TcpWire wire = new TcpWire(MariaDbServer.shared().port());
        Store store = Store.open(over(wire, database, 4), Databases.ENTITIES)) {
      assertThat(one(store)).isEqualTo(1);

      wire.cut();
      assertThat(timed(() -> refused(store))).as("the first").isLessThan(Duration.ofSeconds(5));
      // Another may be the one who asks again; of two in a row, one is not.
      Duration quickest =
          List.of(timed(() -> refused(store)), timed(() -> refused(store))).stream()
              .min(Duration::compareTo)
              .orElseThrow();
      assertThat(quickest).as("the next").isLessThan(Duration.ofMillis(500));

      wire.mend();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
      while (System.nanoTime() < deadline) {
        try {
          one(store);
          break;
        } catch (StoreUnavailable notYet) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
      }
      assertThatCode(() -> one(store)).doesNotThrowAnyException();
    }
  }

  @Test
  void aPoolThatIsUsedUpIsWaitedForAndIsNoOutage() throws Exception {
    try (Databases database = Databases.fresh(DatabaseKind.MARIADB);
        Store store =
            Store.open(
                new StoreSettings(database.settings().url(), "root", "", 4), Databases.ENTITIES)) {
      List<Connection> held = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        held.add(store.dataSource().getConnection());
      }
      CompletableFuture<Integer> waits = CompletableFuture.supplyAsync(() -> one(store));
      assertThat(timed(() -> refused(store)))
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
      assertThat(waits).isCompletedExceptionally();

      held.getFirst().close();
      assertThat(timed(() -> one(store))).as("at once").isLessThan(Duration.ofSeconds(1));
      for (Connection connection : held) {
        connection.close();
      }
    }
  }

  @Test
  void aDatabaseThatHangsHoldsNoCallerLongerThanItsPatience() {
    try (Databases database = Databases.fresh(DatabaseKind.MARIADB);
        Store store = database.open()) {
      CountDownLatch hangs = new CountDownLatch(1);
      GroupCommit<Integer, Integer> commits =
          new GroupCommit<>(
              "hang",
              store.transactions(),
              1,
              10,
              10,
              Duration.ofMillis(300),
              (connection, items) -> {
                await(hangs);
                items.forEach(item -> item.done(item.request()));
              });
      try (commits) {
        CompletableFuture<Integer> first = commits.submit(1);
        CompletableFuture<Integer> second = commits.submit(2);
        for (CompletableFuture<Integer> caller : List.of(first, second)) {
          assertThatThrownBy(() -> caller.get(5, TimeUnit.SECONDS))
              .hasCauseInstanceOf(StoreUnavailable.class)
              .hasMessageContaining("has not answered")
              .hasMessageContaining("may still be stored");
        }
        hangs.countDown();
        assertThat(commits.submit(3).join()).isEqualTo(3);
      }
    }
  }

  @Test
  void aDiskThatIsFullRefusesWritesAndTheStoreGoesOnByItselfWhenThereIsRoomAgain(
      @TempDir Path folder) throws Exception {
    FilePath.register(new FullDisk());
    StoreSettings settings =
        new StoreSettings("jdbc:h2:full:" + folder.resolve("idbridge"), null, null, 4);
    try (Store store = Store.open(settings, Databases.ENTITIES);
        Intake intake = new Intake(store)) {
      intake.newUsers("before", 3);
      FullDisk.full = true;
      try {
        for (int i = 0; i < 3; i++) {
          String name = "lost" + i;
          assertThatThrownBy(() -> intake.newUsers(name, 1))
              .hasStackTraceContaining("StoreUnavailable");
        }
      } finally {
        FullDisk.full = false;
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (true) {
        try {
          intake.newUsers("after", 2);
          break;
        } catch (Exception | AssertionError notYet) {
          assertThat(System.nanoTime()).as(notYet.toString()).isLessThan(deadline);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
      }
      assertThat(intake.rows("SELECT user_name FROM directory_user"))
          .as("nothing half, nothing lost")
          .extracting(List::getFirst)
          .allMatch(name -> name.startsWith("before") || name.startsWith("after"))
          .hasSize(5);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same connections, which break at the so-manieth statement. */
  private static DataSource breaking(DataSource source, int after) {
    AtomicInteger left = new AtomicInteger(after);
    return proxy(
        DataSource.class,
        source,
        (name, result) ->
            result instanceof Connection connection
                ? proxy(
                    Connection.class,
                    connection,
                    (of, made) -> {
                      if (made instanceof Statement && left.decrementAndGet() < 0) {
                        // As when the server went: it gives up what the connection held.
                        connection.abort(Runnable::run);
                        throw new SQLNonTransientConnectionException("Socket error", "08000", -1);
                      }
                      return made;
                    })
                : result);
  }

  /** A connection of its own for each caller. */
  private static DataSource unpooled(String url) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (self, method, arguments) ->
                method.getName().equals("getConnection")
                    ? DriverManager.getConnection(url, "root", "")
                    : null);
  }

  private interface After {
    Object of(String name, Object result) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, T real, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.of(method.getName(), method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 40, 90})
  void aConnectionThatBreaksDuringTheMigrationIsNoReasonToRestoreABackup(int statement)
      throws Exception {
    try (Databases database = Databases.fresh(DatabaseKind.MARIADB)) {
      String url = database.settings().url();
      DataSource pool = unpooled(url);
      assertThatThrownBy(
              () -> Migrations.apply(breaking(pool, statement), DatabaseKind.MARIADB, url))
          .hasMessageContaining("nothing usable answers there")
          .hasMessageNotContaining("backup")
          .isInstanceOfSatisfying(
              StoreUnavailable.class, e -> assertThat(e.passing()).as("waited for").isTrue());
      // It goes on where it was.
      Migrations.apply(pool, DatabaseKind.MARIADB, url);
      Migrations.apply(pool, DatabaseKind.MARIADB, url);
    }
  }

  @Test
  void aStoreOfANewerStepIsToleratedWhereItSaysSoAndElseRefusedUntouched() {
    try (Databases database = Databases.fresh(DatabaseKind.MARIADB)) {
      database.open().close();
      step(database, 2, 1);
      database.open().close();
      step(database, 3, 2);
      assertThatThrownBy(database::open)
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("step 3, made by a newer version")
          .hasMessageContaining("Install the newer version here");
    }
  }

  private static void step(Databases database, int step, int least) {
    String name = database.settings().url().replaceFirst(".*/([^/?]+)\\?.*", "$1");
    MariaDbServer.shared()
        .execute("UPDATE " + name + ".schema_step SET step = " + step + ", least = " + least);
  }

  @Test
  void theSchedulersTracesAreDroppedWhileTheDatabaseIsAwayOrItIsStoppedAndKeptOtherwise() {
    OutageFilter filter = new OutageFilter();
    Logger quartz = (Logger) LoggerFactory.getLogger("org.quartz.impl.jdbcjobstore.JobStoreTX");
    Logger ours = (Logger) LoggerFactory.getLogger("dev.idbridge");
    Exception away =
        new IllegalStateException("misfires", new SQLNonTransientConnectionException("gone"));
    Exception other = new IllegalStateException("misfires", new SQLException("no such table"));
    Exception stopped = new IllegalStateException("Received interrupted exception");

    assertThat(filter.decide(event(quartz, away))).isEqualTo(FilterReply.DENY);
    assertThat(filter.decide(event(quartz, stopped))).isEqualTo(FilterReply.DENY);
    assertThat(filter.decide(event(quartz, other))).isEqualTo(FilterReply.NEUTRAL);
    assertThat(filter.decide(event(ours, away))).isEqualTo(FilterReply.NEUTRAL);
  }

  private static LoggingEvent event(Logger logger, Exception e) {
    return new LoggingEvent("test", logger, Level.ERROR, "failed", e, null);
  }
}
