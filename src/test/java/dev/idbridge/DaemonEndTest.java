package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConfigReader;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.config.Places;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An end that takes longer than it may. */
class DaemonEndTest {
  @TempDir Path folder;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  /** Closes when it is told to, as one whose database hangs. */
  private static final class Slow implements Engine {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch closing = new CountDownLatch(1);
    final CountDownLatch close = new CountDownLatch(1);
    String last = "";
    volatile @Nullable Listener daemon;

    @Override
    public Bound start(String adminToken, Listener daemon) {
      daemon.slow(last);
      this.daemon = daemon;
      started.countDown();
      return new Bound(1, 2);
    }

    @Override
    public Instant lastBeat() {
      return Instant.now();
    }

    @Override
    public String oneLine() {
      return "";
    }

    @Override
    public void close() {
      closing.countDown();
      try {
        close.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private CompletableFuture<Void> stop(Slow engine) throws Exception {
    return run(engine, true);
  }

  private CompletableFuture<Void> run(Slow engine, boolean end) throws Exception {
    Files.createDirectories(folder.resolve("conf"));
    Files.createFile(folder.resolve("conf/idbridge.yaml"));
    BridgeConfig config =
        ConfigReader.read(
            new Places(folder.resolve("conf"), folder.resolve("data"), Path.of(".")),
            Map.of(),
            ConnectorKinds.installed());
    Daemon daemon = new Daemon(config, engine, Clock.systemUTC(), Duration.ofMillis(300));
    PrintStream nobody = new PrintStream(OutputStream.nullOutputStream());
    Thread unused =
        Thread.ofPlatform().daemon().start(() -> exit.complete(daemon.run(nobody, nobody)));
    assertThat(engine.started.await(20, TimeUnit.SECONDS)).isTrue();
    return CompletableFuture.runAsync(
        end ? daemon::stop : () -> {}, task -> Thread.ofPlatform().daemon().start(task));
  }

  @Test
  void isCutOffBeforeSystemdWouldKill() throws Exception {
    Slow engine = new Slow();
    stop(engine).get(20, TimeUnit.SECONDS);

    assertThat(engine.closing.await(20, TimeUnit.SECONDS)).isTrue();
    engine.close.countDown();
  }

  @Test
  void comesByItselfWhenTheNumberIsLostAndSystemdStartsItAnew() throws Exception {
    Slow engine = new Slow();
    engine.close.countDown();
    run(engine, false);

    Objects.requireNonNull(engine.daemon).lost("node number 3 was taken");

    assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void goesOnWhileTheStoreIsCompacted() throws Exception {
    Slow engine = new Slow();
    engine.last = "compacting the embedded store, 4096 MiB";
    CompletableFuture<Void> stopped = stop(engine);
    try {
      stopped.get(1, TimeUnit.SECONDS);
      throw new AssertionError("the store's file was not waited for");
    } catch (TimeoutException stillWaiting) {
      engine.close.countDown();
    }
    stopped.get(20, TimeUnit.SECONDS);
  }
}
