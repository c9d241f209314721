package dev.idbridge.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.store.DatabaseKind;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * kill -9 at any moment loses nothing acknowledged and repeats no effect. {@code -Dcrash.kills=N}
 * sets the number of deaths over both stores, {@code -Dcrash.seed=S} repeats a run. With {@code
 * -Dcrash.record=FILE} the deaths of earlier invocations count, and those that led to a problem do
 * not: what was broken off goes on, and a thousand deaths come together in any number of sittings.
 */
class CrashTest {
  private static final int KILLS = Integer.getInteger("crash.kills", 4);
  private static final int CROWD = Integer.getInteger("crash.crowd", 0);

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDaemonKilledAtAnyMomentLosesNothingAndRepeatsNothing(DatabaseKind kind) throws Exception {
    String file = System.getProperty("crash.record", "");
    CrashRecord record = new CrashRecord(file.isEmpty() ? null : Path.of(file));
    long seed = Long.getLong("crash.seed", RandomGenerator.getDefault().nextLong(1_000_000));
    CrashSeries series = new CrashSeries(record, seed, CROWD);
    int goal = KILLS / DatabaseKind.values().length;
    while (record.kills(kind) < goal) {
      assertThat(series.next(kind, goal - record.kills(kind))).isEmpty();
    }
  }
}
