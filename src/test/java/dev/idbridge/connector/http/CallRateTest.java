package dev.idbridge.connector.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How an app's rate is shared: between calls, and between daemons. */
class CallRateTest {
  private static final Deadline SHORT = Deadline.in(Duration.ofSeconds(30)).atMost(Duration.ZERO);

  /** How many calls go out without a wait. */
  private static int atOnce(CallRate rate, int most) {
    for (int calls = 0; calls < most; calls++) {
      try {
        rate.take(SHORT);
      } catch (HttpFailure usedUp) {
        return calls;
      }
    }
    return most;
  }

  @Test
  void aTenthOfASecondsWorthGoesOutAtOnce() {
    assertThat(atOnce(new CallRate("reads", 100), 100)).isBetween(10, 12);
  }

  @Test
  void daemonsOnOneStoreShareTheRate() {
    CallRate rate = new CallRate("reads", 100);
    rate.share(2);
    assertThat(atOnce(rate, 100)).isBetween(5, 7);
    assertThat(atOnce(oneOfMany(), 100)).as("one call at least").isBetween(1, 2);
  }

  private static CallRate oneOfMany() {
    CallRate rate = new CallRate("reads", 10);
    rate.share(50);
    return rate;
  }

  @Test
  void takingAccessAwayWaitsBehindNobodyButOnlyForItsShare() throws Exception {
    CallRate rate = new CallRate("user-writes", 10);
    while (atOnce(rate, 10) > 0) {
      // until the rate is used up
    }
    rate.take(SHORT.leaver());
    assertThatThrownBy(() -> rate.take(SHORT.leaver()))
        .isInstanceOf(HttpFailure.class)
        .hasMessageContaining("limits.rate.user-writes is used up");
    assertThat(SHORT.leaver().atMost(Duration.ofDays(1)).urgent()).isTrue();
  }
}
