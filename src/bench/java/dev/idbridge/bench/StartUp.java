package dev.idbridge.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long a start takes and how much memory the daemon holds, before and after some load. */
final class StartUp {
  private static final String TITLE = "Start-up time and resident memory";
  private static final int CLIENTS = 32;

  private final Size size;
  private final String name;
  private final Path folder;
  private final Map<String, String> store;
  private final List<Double> later = new ArrayList<>();
  private final List<Double> laterUsed = new ArrayList<>();
  private double first;
  private long fresh;
  private long loaded;

  StartUp(Size size, String name, Path folder, Map<String, String> store) {
    this.size = size;
    this.name = name;
    this.folder = folder;
    this.store = store;
  }

  /** What loads the daemon. */
  @FunctionalInterface
  interface Work {
    void on(BridgeProcess bridge) throws Exception;
  }

  /** The first start, which makes the tables; then creates, and the work. */
  void run(int apps, Work work) throws Exception {
    try (BridgeProcess bridge = new BridgeProcess(folder, apps, store)) {
      first = bridge.startUp().toMillis() / 1000.0;
      fresh = bridge.residentMiB();
      try (Creates creates = new Creates(bridge, CLIENTS)) {
        creates.warmUp(size, bridge);
      }
      work.on(bridge);
      loaded = bridge.residentMiB();
    }
  }

  /** Starts it again a few times and adds a line to the table. */
  void report(int apps, Report report) throws Exception {
    for (int round = 0; round < size.rounds(); round++) {
      try (BridgeProcess bridge = new BridgeProcess(folder, apps, store)) {
        later.add(bridge.startUp().toMillis() / 1000.0);
        laterUsed.add(bridge.processorTime().toMillis() / 1000.0);
      }
    }
    report.line(
        TITLE, "| %s | %.1f s | %.1f s | %.1f s | %d MiB | %d MiB |", name, first,
        Report.median(later), Report.median(laterUsed), fresh, loaded);
  }

  static void table(Report report) {
    report.table(
        TITLE, "first start", "later starts", "processor time of a later start",
        "resident after the start", "after all the load");
  }
}
