package dev.idbridge.connector.spi;

import java.time.Duration;

/**
 * The moment by which a call must have ended, on the monotonic clock: no step of the wall clock
 * moves it.
 */
public final class Deadline {
  private final long nanoTime;
  private final boolean urgent;

  private Deadline(long nanoTime, boolean urgent) {
    this.nanoTime = nanoTime;
    this.urgent = urgent;
  }

  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos(), false);
  }

  /** The same moment, for a call that takes access away. */
  public Deadline leaver() {
    return new Deadline(nanoTime, true);
  }

  /** Whether the call goes before others where the app's rate makes calls wait. */
  public boolean urgent() {
    return urgent;
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
    Deadline other = new Deadline(System.nanoTime() + time.toNanos(), urgent);
    return other.nanoTime - nanoTime < 0 ? other : this;
  }
}
