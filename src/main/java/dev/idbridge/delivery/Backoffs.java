package dev.idbridge.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a failed delivery is tried again: full jitter over a doubling bound, so that many lanes that
 * failed together do not come back together. Thread-safe as far as its random source is.
 *
 * @param first bound of the first back-off
 * @param max bound of any back-off
 * @param keep how long transient failures are retried before a person has to look
 */
public record Backoffs(Duration first, Duration max, Duration keep, RandomGenerator random) {

  /** Anything up to the bound, but half of {@code first} at least: no retry comes at once. */
  public Duration after(int failedAttempts) {
    long bound = first.toMillis();
    for (int i = 1; i < failedAttempts && bound < max.toMillis(); i++) {
      bound *= 2;
    }
    bound = Math.max(4, Math.min(bound, max.toMillis()));
    long floor = Math.min(bound, Math.max(2, first.toMillis())) / 2;
    return Duration.ofMillis(floor + random.nextLong(bound - floor));
  }

  /** About a day: for what only changes when a person changes something. */
  public Duration daily() {
    long day = Duration.ofDays(1).toMillis();
    return Duration.ofMillis(day - day / 24 + random.nextLong(day / 12));
  }

  /** Whether a lane that first failed then has used up its time. */
  public boolean usedUp(long firstFailedAt, long now) {
    return firstFailedAt != 0 && now - firstFailedAt > keep.toMillis();
  }
}
