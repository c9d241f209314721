package dev.idbridge;

import dev.idbridge.admin.SystemdNotifier;
import dev.idbridge.cli.ExitCode;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.DaemonFiles;
import dev.idbridge.connector.spi.Deadline;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the daemon process: takes the data folder, starts the {@link Engine}, tells people,
 * the command line and systemd where it is, and ends it in order.
 *
 * <p>SIGTERM and SIGINT run {@link #stop} in a shutdown hook; the JVM then exits with 143 or 130 by
 * itself.
 */
final class Daemon {
  private static final Logger log = LoggerFactory.getLogger(Daemon.class);

  /** What an end in order may take; systemd waits longer (TimeoutStopSec). */
  static final Duration ENDING = Duration.ofSeconds(45);

  private final BridgeConfig config;
  private final Engine engine;
  private final Clock clock;
  private final DaemonFiles files;
  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Duration ending;
  private volatile String slow = "";
  private volatile int exit = ExitCode.DONE;

  Daemon(BridgeConfig config, Engine engine, Clock clock) {
    this(config, engine, clock, ENDING);
  }

  /** The same with another time for the end. */
  Daemon(BridgeConfig config, Engine engine, Clock clock, Duration ending) {
    this.ending = ending;
    this.config = config;
    this.engine = engine;
    this.clock = clock;
    this.files = new DaemonFiles(config.data());
  }

  /**
   * Serves until {@link #stop}.
   *
   * @param out what people should read
   * @return an {@link ExitCode}
   */
  int run(PrintStream out, PrintStream err) {
    try (DaemonFiles.Claim claim = claim()) {
      log.debug("took {}", claim);
      serve(out);
      log.info("ended");
      return exit;
    } catch (StartFailed e) {
      err.println("idbridge: " + e.getMessage());
      return e.exitCode();
    } catch (IOException e) {
      err.println("idbridge: the data folder " + config.data() + " cannot be used: " + reason(e));
      return ExitCode.UNREACHABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.UNREACHABLE;
    } finally {
      stopped.countDown();
    }
  }

  private void serve(PrintStream out) throws StartFailed, IOException, InterruptedException {
    Thread hook = new Thread(this::stop, "stop");
    try (SystemdNotifier systemd = new SystemdNotifier(engine, engine::oneLine, clock)) {
      Engine.Bound bound = engine.start(files.newToken(), heard(systemd));
      Runtime.getRuntime().addShutdownHook(hook);
      files.publish(ServeBanner.url(config.management().host(), bound.managementPort()));
      out.print(new ServeBanner(config, bound));
      out.flush();
      systemd.ready();
      log.info("ready");
      end.await();
      log.info("ending");
      systemd.stopping();
    } finally {
      engine.close();
      files.withdraw();
    }
  }

  private Engine.Listener heard(SystemdNotifier systemd) {
    return new Engine.Listener() {
      @Override
      public void slow(String doing) {
        slow = doing;
        systemd.slow(doing);
      }

      @Override
      public void lost(String why) {
        log.error(why);
        exit = ExitCode.PROBLEM;
        end.countDown();
      }
    };
  }

  /**
   * Ends {@link #run} in order and waits for that, though not for ever; may be called again. What
   * has not ended by then is cut off, as a kill would.
   */
  void stop() {
    end.countDown();
    try {
      Deadline deadline = Deadline.in(ending);
      while (!stopped.await(50, TimeUnit.MILLISECONDS)) {
        if (deadline.passed() && slow.isEmpty()) {
          log.error(
              "the end takes longer than {} s; the rest is cut off. What was acknowledged is"
                  + " committed, and deliveries under way are asserted anew",
              ending.toSeconds());
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private DaemonFiles.Claim claim() throws IOException, StartFailed {
    Optional<DaemonFiles.Claim> claim = files.claim();
    if (claim.isEmpty()) {
      String who = files.daemon().map(d -> "process " + d.pid()).orElse("another process");
      throw new StartFailed(
          ExitCode.UNREACHABLE,
          who
              + " already serves from the data folder "
              + config.data()
              + "; end it first or give this one its own --data");
    }
    return claim.get();
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
