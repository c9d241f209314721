package dev.idbridge.connector.http;

import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A token bucket: lets calls through at a steady rate, a tenth of a second's worth at once. Callers
 * wait in the order they came, and never beyond their deadline; those that take access away have a
 * fifth of the rate for which they wait behind nobody. Thread-safe.
 */
final class CallRate {
  /** One call in so many may be one that takes access away and goes first. */
  private static final int LEAVERS = 5;

  private final String name;
  private final int perSecond;
  private long nanosPerCall;
  private long burstNanos;

  /** When the bucket is full again, on the monotonic clock. */
  private long full = System.nanoTime();

  /** The same of the share that only calls which take access away may use. */
  private long fullForLeavers = System.nanoTime();

  /**
   * @param name as in the app's file, for the text of a refusal
   * @param perSecond at least 1
   */
  CallRate(String name, int perSecond) {
    if (perSecond < 1) {
      throw new IllegalArgumentException(
          "limits.rate." + name + " is " + perSecond + ", must be at least 1");
    }
    this.name = name;
    this.perSecond = perSecond;
    share(1);
  }

  /** The app's rate is shared by so many daemons, of which this is one. */
  synchronized void share(int daemons) {
    nanosPerCall = 1_000_000_000L * Math.max(1, daemons) / perSecond;
    burstNanos = Math.max(nanosPerCall, 100_000_000L);
  }

  /** Returns when the next call may go out; a refused caller has taken nothing from the bucket. */
  void take(Deadline deadline) throws HttpFailure {
    long go = reserve(deadline);
    for (long left = go - System.nanoTime(); left > 0; left = go - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      if (Thread.currentThread().isInterrupted()) {
        throw new HttpFailure("interrupted while waiting for limits.rate." + name, false);
      }
    }
  }

  private synchronized long reserve(Deadline deadline) throws HttpFailure {
    long now = System.nanoTime();
    if (full - now < 0) {
      full = now;
    }
    if (deadline.urgent() && fullForLeavers - now <= 0) {
      // A fifth of the rate waits behind nobody; the others wait that much longer.
      fullForLeavers = now + LEAVERS * nanosPerCall;
      full += nanosPerCall;
      return now;
    }
    long after = full + nanosPerCall;
    long wait = after - now - burstNanos;
    if (wait > 0 && wait >= deadline.left().toNanos()) {
      throw HttpFailure.rateLimited(
          "not sent: limits.rate." + name + " is used up for " + wait / 1_000_000 + " ms",
          Duration.ofNanos(wait));
    }
    full = after;
    return now + Math.max(0, wait);
  }
}
