package dev.idbridge.admin;

import info.faljse.SDNotify.SDNotify;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the daemon is ready, what it does and that it lives (sd_notify(3)). Outside of
 * systemd every method does nothing.
 *
 * <p>The watchdog is fed only while {@link Heartbeat} moves: a delivery loop that hangs is
 * restarted by systemd.
 */
public final class SystemdNotifier implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SystemdNotifier.class);
  private static final Duration EXTENDED = Duration.ofSeconds(60);
  private static final Duration EXTEND_EVERY = Duration.ofSeconds(15);
  private static final Duration STATUS_EVERY = Duration.ofSeconds(10);

  private final Heartbeat heartbeat;
  private final Supplier<String> status;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("systemd-notify").factory());
  private Instant fedFor = Instant.MIN;
  private volatile String slow = "";
  private final AtomicBoolean extending = new AtomicBoolean();

  /**
   * @param status one line for {@code systemctl status}
   */
  public SystemdNotifier(Heartbeat heartbeat, Supplier<String> status, Clock clock) {
    this.heartbeat = heartbeat;
    this.status = status;
    this.clock = clock;
  }

  /**
   * Says what is done now that may take longer than the unit allows, before {@link #ready} or after
   * {@link #stopping}: systemd is asked for more time until it is done.
   *
   * @param doing {@code ""} when it is done
   */
  public void slow(String doing) {
    slow = doing;
    if (underSystemd() && !doing.isEmpty()) {
      extend();
      if (extending.compareAndSet(false, true)) {
        repeat(this::extend, EXTEND_EVERY, EXTEND_EVERY);
      }
    }
  }

  private void extend() {
    String doing = slow;
    if (!doing.isEmpty()) {
      SDNotify.sendRaw(extension(doing));
    }
  }

  /** What systemd hears of something slow. */
  static String extension(String doing) {
    return "EXTEND_TIMEOUT_USEC="
        + EXTENDED.toNanos() / 1_000
        + "\nSTATUS="
        + doing.replace('\n', ' ');
  }

  /** Says that requests are served from now on, and begins to feed the watchdog. */
  public void ready() {
    if (!underSystemd()) {
      return;
    }
    SDNotify.sendRaw("READY=1\nSTATUS=" + oneLine());
    Duration watchdog = watchdog(System.getenv("WATCHDOG_USEC"));
    if (!watchdog.isZero()) {
      repeat(() -> feed(watchdog), Duration.ZERO, watchdog.dividedBy(4));
    }
    repeat(() -> SDNotify.sendStatus(oneLine()), STATUS_EVERY, STATUS_EVERY);
  }

  private void repeat(Runnable task, Duration first, Duration every) {
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(
            () -> guarded(task),
            first.toMillis(),
            Math.max(1, every.toMillis()),
            TimeUnit.MILLISECONDS);
  }

  /** Says that the daemon ends. */
  public void stopping() {
    if (underSystemd()) {
      SDNotify.sendRaw("STOPPING=1\nSTATUS=finishing requests and deliveries");
    }
  }

  /**
   * Whether a beat is fresh enough to vouch for the loop: at most half the watchdog's time old, so
   * that a hang is seen before one and a half times that time has passed.
   */
  boolean beats(Duration watchdog) {
    Instant beat = heartbeat.lastBeat();
    boolean moved = beat.isAfter(fedFor);
    fedFor = beat;
    return moved || Duration.between(beat, clock.instant()).compareTo(watchdog.dividedBy(2)) <= 0;
  }

  /** systemd's answer in microseconds; zero when there is no watchdog. */
  static Duration watchdog(@Nullable String microseconds) {
    try {
      return microseconds == null
          ? Duration.ZERO
          : Duration.of(Long.parseLong(microseconds), ChronoUnit.MICROS);
    } catch (NumberFormatException e) {
      return Duration.ZERO;
    }
  }

  private void feed(Duration watchdog) {
    if (beats(watchdog)) {
      SDNotify.sendWatchdog();
    } else {
      log.warn(
          "the delivery loop has not ended a round since {}; systemd will restart the daemon",
          heartbeat.lastBeat());
    }
  }

  private String oneLine() {
    return status.get().replace('\n', ' ');
  }

  private static boolean underSystemd() {
    String socket = System.getenv("NOTIFY_SOCKET");
    return socket != null && !socket.isEmpty() && SDNotify.isAvailable();
  }

  /** A scheduled task that throws would never run again. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.warn("telling systemd failed: {}", e.toString());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
