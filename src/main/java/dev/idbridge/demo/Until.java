package dev.idbridge.demo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do: looks again and again until a deadline. */
final class Until {
  private static final Duration BETWEEN = Duration.ofMillis(60);

  private Until() {}

  /** What is looked at: the reasons why it is not so yet, none when it is. */
  interface Look {
    List<String> missing() throws DemoFailed;
  }

  /** Waits until nothing is missing; gives what still was at the deadline. */
  static List<String> nothingIsMissing(Duration most, Look look) throws DemoFailed {
    long end = System.nanoTime() + most.toNanos();
    List<String> missing = look.missing();
    while (!missing.isEmpty() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(BETWEEN.toNanos());
      missing = look.missing();
    }
    return missing;
  }
}
