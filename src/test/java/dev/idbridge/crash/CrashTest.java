package dev.idbridge.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.store.DatabaseKind;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * kill -9 at any moment loses nothing acknowledged and repeats no effect. {@code -Dcrash.kills=N}
 * sets the number of deaths over both stores (10 at least), {@code -Dcrash.seed=S} repeats a run.
 */
class CrashTest {
  private static final int KILLS = Integer.getInteger("crash.kills", 10);

  /** Every boundary once, three on each store, the others at the second half of the run. */
  private static List<String> boundaries(DatabaseKind kind) {
    List<String> all =
        List.of(
            "after-commit",
            "after-intent",
            "mid-slice",
            "after-claim",
            "after-effect",
            "before-completion");
    if (KILLS >= 2 * all.size()) {
      return Stream.concat(all.stream(), Stream.of("before-commit")).toList();
    }
    return kind == DatabaseKind.H2 ? all.subList(0, 3) : all.subList(3, 6);
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDaemonKilledAtAnyMomentLosesNothingAndRepeatsNothing(
      DatabaseKind kind, @TempDir Path folder) throws Exception {
    long seed = Long.getLong("crash.seed", RandomGenerator.getDefault().nextLong(1_000_000));
    List<String> boundaries = boundaries(kind);
    try (CrashRun run = new CrashRun(kind, seed, folder)) {
      System.out.println("crash run " + run.title() + " begins");

      List<String> problems = run.problems(boundaries, Math.max(0, KILLS / 2 - boundaries.size()));

      assertThat(problems)
          .as(() -> "%s; the daemon's log ends:%n%s".formatted(run.title(), run.log()))
          .isEmpty();
    }
  }
}
