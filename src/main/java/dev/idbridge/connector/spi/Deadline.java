package dev.idbridge.connector.spi;

import java.time.Duration;

/**
 * The moment by which a call must have ended, on the monotonic clock: no step of the wall clock
 * moves it.
 */
public final class Deadline {
  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Time left; zero when it has passed, never negative. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  public boolean passed() {
    return nanoTime - System.nanoTime() <= 0;
  }

  /** The earlier of this deadline and one in the given time. */
  public Deadline atMost(Duration time) {
    Deadline other = in(time);
    return other.nanoTime - nanoTime < 0 ? other : this;
  }
}
