package dev.idbridge.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Deliveries of one node and of two on the same database, with one app that answers at once: rounds
 * of one, then rounds of both, each after it is warm. They share the processors of one machine with the
 * database: what a second machine would add does not show here, only what the nodes cost each other.
 */
final class Nodes {
  static final String TITLE = "Two nodes on one database";

  private Nodes() {}

  static void table(Report report) {
    report.table(
        TITLE, "deliveries/s of one node", "of two nodes", "ratio (lowest-highest round)");
  }

  static void measure(Size size, Database database, Path folder, Report report) throws Exception {
    int lanes = size.deliveries();
    Report.Pairs pairs = new Report.Pairs();
    List<Double> alone = new ArrayList<>();
    Path one = folder.resolve("one");
    try (BridgeProcess first = new BridgeProcess(one, 1, database.asStore())) {
      database.drained();
      Deliveries.people(database, 1, lanes);
      first.warm(size.warmUp() / 3, () -> round(database, lanes));
      for (int round = 0; round < size.rounds(); round++) {
        alone.add(round(database, lanes));
      }
      try (BridgeProcess second =
          new BridgeProcess(folder.resolve("two"), 1, database.asStore())) {
        second.warm(size.warmUp() / 3, () -> round(database, lanes));
        for (double rate : alone) {
          pairs.add(rate, round(database, lanes));
        }
      }
    }
    report.line(TITLE, "| %,d lanes | %s |", lanes, pairs);
  }

  private static double round(Database database, int lanes) throws Exception {
    Deliveries.reset(database, 1, lanes);
    return Deliveries.drain(database, 1, lanes);
  }
}
