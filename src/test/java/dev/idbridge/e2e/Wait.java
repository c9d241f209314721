package dev.idbridge.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for what must come true by itself. */
final class Wait {
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);

  private Wait() {}

  interface Assertions {
    void hold() throws Exception;
  }

  /** Until the assertions hold; their last failure when they do not in time. */
  static Duration until(Duration most, Assertions assertions) throws Exception {
    long start = System.nanoTime();
    while (true) {
      try {
        assertions.hold();
        return Duration.ofNanos(System.nanoTime() - start);
      } catch (AssertionError | Exception notYet) {
        if (System.nanoTime() - start > most.toNanos()) {
          throw notYet;
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN);
    }
  }

  /** How long an act takes. */
  static <T> Duration timed(Callable<T> act) throws Exception {
    long start = System.nanoTime();
    act.call();
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
