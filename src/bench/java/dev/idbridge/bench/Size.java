package dev.idbridge.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * How much is measured.
 *
 * @param rounds of each measurement; the median counts
 * @param roundMillis length of a round
 * @param warmUp rounds at most until a daemon's compiler is idle
 * @param largeGroup members of the large group
 * @param patches pairs of add and remove in a round
 * @param deliveries in a round
 */
record Size(
    boolean smoke,
    int rounds,
    long roundMillis,
    int warmUp,
    List<Integer> clients,
    List<Integer> apps,
    int largeGroup,
    int patches,
    int deliveries) {

  /** From {@code -Dbench.smoke} and {@code -Dbench.rounds}. */
  static Size asked() {
    String smoke = System.getProperty("bench.smoke", "false");
    if (smoke.isEmpty() || smoke.equals("true")) {
      return new Size(true, 1, 300, 3, List.of(1, 8), List.of(1), 100_000, 5, 300);
    }
    return new Size(
        false, Integer.getInteger("bench.rounds", 3), 1_000,
        Integer.getInteger("bench.warmup", 60), List.of(1, 8, 32),
        askedApps(), 100_000, 20, 20_000);
  }

  private static List<Integer> askedApps() {
    return Stream.of(System.getProperty("bench.apps", "0,1,5").split(","))
        .map(Integer::valueOf)
        .toList();
  }
}
