package dev.idbridge.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long a start takes and how much memory the daemon holds, before and after some load. */
final class StartUp {
  private static final int APPS = 1;
  private static final int CLIENTS = 8;

  private StartUp() {}

  /** One line of the table. The first start makes the tables. */
  static void measure(Size size, String name, Path folder, Map<String, String> store)
      throws Exception {
    long first;
    long fresh;
    long loaded;
    try (BridgeProcess bridge = new BridgeProcess(folder, APPS, store)) {
      first = bridge.startUp().toMillis();
      fresh = bridge.residentMiB();
      try (Creates creates = new Creates(bridge, CLIENTS)) {
        creates.warmUp(size);
      }
      loaded = bridge.residentMiB();
    }
    List<Double> later = new ArrayList<>();
    for (int round = 0; round < size.rounds(); round++) {
      try (BridgeProcess bridge = new BridgeProcess(folder, APPS, store)) {
        later.add((double) bridge.startUp().toMillis());
      }
    }
    Report.line(
        "| %s | %.1f s | %.1f s | %d MiB | %d MiB |", name, first / 1000.0,
        Report.median(later) / 1000.0, fresh, loaded);
  }
}
