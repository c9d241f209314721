package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffsTest {
  private static final Duration FIRST = Duration.ofSeconds(5);

  private static long[] waits(int failures) {
    Backoffs backoffs =
        new Backoffs(FIRST, Duration.ofHours(6), Duration.ofDays(28), new Random(failures));
    return java.util.stream.LongStream.range(0, 20_000)
        .map(i -> backoffs.after(failures).toMillis())
        .sorted()
        .toArray();
  }

  @Test
  void noRetryComesAtOnceAndWhatFailedTogetherComesBackSpreadOverTheWholeBound() {
    for (int failures = 1; failures < 30; failures++) {
      long bound = Math.min(Duration.ofHours(6).toMillis(), 5_000L << Math.min(20, failures - 1));
      long[] waits = waits(failures);
      assertThat(waits[0]).isGreaterThanOrEqualTo(FIRST.toMillis() / 2);
      assertThat(waits[waits.length - 1]).isLessThanOrEqualTo(bound);
      long middle = FIRST.toMillis() / 4 + bound / 2;
      assertThat(waits[waits.length / 2])
          .as("half of the waits after failure " + failures)
          .isBetween(middle - bound / 20, middle + bound / 20);
    }
  }
}
