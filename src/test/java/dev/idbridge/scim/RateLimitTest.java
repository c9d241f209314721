package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The arithmetic of the rate, by a clock of the test's own. */
class RateLimitTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final RateLimit limit =
      new RateLimit(
          new EdgeSettings.Limits(
              1 << 20, 10, 5, Duration.ofMillis(300), 10, 1 << 20, Duration.ofSeconds(50)));

  @Test
  void aBurstPassesAtOnceThenRequestsWaitTheirTurnThenTheyAreRefused() {
    for (int i = 0; i < 5; i++) {
      assertThat(limit.take("t", SECOND).nanos()).isZero();
    }
    assertThat(limit.take("t", SECOND).nanos()).isEqualTo(SECOND / 10);
    assertThat(limit.take("t", SECOND).nanos()).isEqualTo(SECOND / 5);
    assertThat(limit.take("t", SECOND).nanos()).isEqualTo(3 * SECOND / 10);
    RateLimit.Turn refused = limit.take("t", SECOND);
    assertThat(refused.refused()).isTrue();
    assertThat(refused.retryAfterSeconds()).isEqualTo(1);
    assertThat(limit.take("other", SECOND).nanos()).isZero();
  }

  @Test
  void whatIsRefusedCostsNothingAndQuietEarnsTheBurstBack() {
    for (int i = 0; i < 1_000; i++) {
      limit.take("t", SECOND);
    }
    assertThat(limit.take("t", 2 * SECOND).nanos()).isZero();
    for (int i = 0; i < 5; i++) {
      assertThat(limit.take("t", 10 * SECOND).nanos()).isZero();
    }
    assertThat(limit.take("t", 10 * SECOND).nanos()).isPositive();
  }

  @Test
  void theOperationsOfABulkRequestAreChargedToItsToken() {
    limit.prove("Bearer x", 7);
    String caller = limit.caller("Bearer x", "10.0.0.1");
    assertThat(caller).isEqualTo("token 7");
    assertThat(limit.caller("Bearer y", "10.0.0.1")).isEqualTo("address 10.0.0.1");
    limit.charge(7, 50, SECOND);
    RateLimit.Turn refused = limit.take(caller, SECOND);
    assertThat(refused.refused()).isTrue();
    assertThat(refused.retryAfterSeconds()).isBetween(4L, 6L);
    assertThat(limit.take(caller, 6 * SECOND).nanos()).isZero();
  }
}
