package dev.idbridge.connector.http;

import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A token bucket: lets calls through at a steady rate, a tenth of a second's worth at once. Callers
 * wait in the order they came, and never beyond their deadline. Thread-safe.
 */
final class CallRate {
  private final String name;
  private final long nanosPerCall;
  private final long burstNanos;

  /** When the bucket is full again, on the monotonic clock. */
  private long full = System.nanoTime();

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
    this.nanosPerCall = 1_000_000_000L / perSecond;
    this.burstNanos = nanosPerCall * Math.max(1, perSecond / 10);
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
