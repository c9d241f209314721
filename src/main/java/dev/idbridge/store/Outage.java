package dev.idbridge.store;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once, for all who meet it, that the store is away, every few minutes that it still is, and
 * that it is back. Thread-safe.
 */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final Duration STILL = Duration.ofMinutes(5);

  /** One connection that breaks, and the next that does not, are no news each time. */
  private static final Duration FLAPPING = Duration.ofSeconds(30);

  private final LongSupplier nanos;
  private volatile boolean away;
  private boolean told;
  private boolean over;
  private long since;
  private long toldAt;

  /**
   * @param nanos a monotonic clock
   */
  Outage(LongSupplier nanos) {
    this.nanos = nanos;
    this.toldAt = nanos.getAsLong() - STILL.toNanos();
  }

  boolean away() {
    return away;
  }

  /** The store failed somebody. */
  synchronized void failed(String why) {
    long now = nanos.getAsLong();
    if (over) {
      return;
    }
    if (!away) {
      away = true;
      since = now;
      told = now - toldAt >= FLAPPING.toNanos();
      if (told) {
        toldAt = now;
        LOG.error(
            "the store does not answer: {}. The intake answers 503, deliveries wait, and nothing"
                + " that was acknowledged is lost; it is asked again all the time",
            why);
      }
    } else if (now - toldAt >= (told ? STILL : FLAPPING).toNanos()) {
      told = true;
      toldAt = now;
      LOG.error(
          "the store still does not answer, for {} s now: {}", (now - since) / 1_000_000_000L, why);
    }
  }

  /** The store did what somebody asked for. */
  void answered() {
    if (away) {
      back();
    }
  }

  private synchronized void back() {
    if (away) {
      away = false;
      if (told) {
        LOG.info(
            "the store answers again after {} s", (nanos.getAsLong() - since) / 1_000_000_000L);
      }
    }
  }

  /** The store is being closed: what fails now is no news. */
  synchronized void end() {
    over = true;
  }
}
