package dev.idbridge.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;

/**
 * Makes an app's breaker: open when most of its last calls failed, for a time that doubles from
 * seconds to minutes, then tried with a few calls. It goes by the store's clock, as everything that
 * waits does.
 */
final class AppBreaker {
  /** Calls that try an app whose breaker was open. */
  static final int PROBES = 2;

  private static final long FIRST = 5_000;
  private static final long LONGEST = 300_000;

  private AppBreaker() {}

  /**
   * @param opened hears, each time the breaker opens, until when (milliseconds since the epoch)
   */
  static CircuitBreaker of(String app, Clock clock, LongConsumer opened) {
    return CircuitBreaker.of(
        app,
        CircuitBreakerConfig.custom()
            .clock(clock)
            .slidingWindowSize(20)
            .minimumNumberOfCalls(10)
            .failureRateThreshold(80)
            .permittedNumberOfCallsInHalfOpenState(PROBES)
            .waitIntervalFunctionInOpenState(
                times -> {
                  long pause = pause(times);
                  // One more: the breaker lets calls through after its pause, not at its end.
                  opened.accept(clock.millis() + pause + 1);
                  return pause;
                })
            .build());
  }

  private static long pause(int times) {
    long bound = Math.min(LONGEST, FIRST << Math.min(10, Math.max(0, times - 1)));
    return bound - ThreadLocalRandom.current().nextLong(bound / 4);
  }
}
