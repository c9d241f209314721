package dev.idbridge.bench;

import dev.idbridge.testing.MariaDbServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Everything that is measured, in order. Ends with 1 when a claim about cost does not hold. */
public final class Benchmark {
  private final Size size;
  private final Path folder;
  private final MariaDbServer server;
  private int databases;

  private Benchmark(Size size, Path folder, MariaDbServer server) {
    this.size = size;
    this.folder = folder;
    this.server = server;
  }

  public static void main(String[] arguments) throws Exception {
    Size size = Size.asked();
    long begin = System.nanoTime();
    Path folder = Files.createTempDirectory("idbridge-bench");
    boolean held;
    try (MariaDbServer server = MariaDbServer.start(true, List.of())) {
      held = new Benchmark(size, folder, server).run();
    }
    Report.line("%nTook %d s.", (System.nanoTime() - begin) / 1_000_000_000);
    System.exit(held ? 0 : 1);
  }

  private Database fresh() throws Exception {
    String name = "bench" + ++databases;
    server.execute("CREATE DATABASE " + name);
    return new Database(server.url(name));
  }

  private BridgeProcess bridge(int apps, Map<String, String> store) throws IOException {
    return new BridgeProcess(Files.createTempDirectory(folder, "bridge"), apps, store);
  }

  private boolean run() throws Exception {
    Database plain = fresh();
    Report.line(
        "%s, %d processors; %d rounds of %d ms", plain.durability(),
        Runtime.getRuntime().availableProcessors(), size.rounds(), size.roundMillis());
    String only = System.getProperty("bench.only", "creates,deliveries,patch,memory");
    boolean held = true;
    try (Reference reference = new Reference(plain)) {
      if (only.contains("creates")) {
        creates(reference);
      }
      if (only.contains("deliveries")) {
        deliveries(reference);
      }
      if (only.contains("patch")) {
        held = patch(reference);
      }
      if (only.contains("memory")) {
        memory();
      }
    }
    return held;
  }

  private void creates(Reference reference) throws Exception {
    Report.title("User creates over HTTP, deliveries going on beside them");
    Report.line("| | inserts/s (reference) | creates/s | ratio (lowest-highest round)"
            + " | processor time of the daemon for one, deliveries included |");
    Report.line("|---|---|---|---|---|");
    for (int apps : size.apps()) {
      Database database = fresh();
      try (BridgeProcess bridge = bridge(apps, database.asStore())) {
        Creates.measure(size, database, reference, bridge, apps);
      }
    }
  }

  private void deliveries(Reference reference) throws Exception {
    Report.title("Deliveries of new accounts, sync-log line included");
    Report.line("| | inserts/s at 8 clients (reference) | deliveries/s | ratio |");
    Report.line("|---|---|---|---|");
    for (int apps : size.apps()) {
      if (apps > 0) {
        Database database = fresh();
        try (BridgeProcess bridge = bridge(apps, database.asStore())) {
          Deliveries.measure(size, database, reference, bridge, apps);
        }
      }
    }
  }

  private boolean patch(Reference reference) throws Exception {
    Report.title(
        "One member added or removed by PATCH, in a group of 10 and of " + size.largeGroup());
    Database database = fresh();
    try (BridgeProcess bridge = bridge(1, database.asStore());
        MemberPatch patch = new MemberPatch(size, database, bridge)) {
      boolean held = patch.sameCost();
      patch.times(reference);
      return held;
    }
  }

  private void memory() throws Exception {
    Report.title("Start-up time and resident memory");
    Report.line("| | first start | later starts | resident after start | after the load |");
    Report.line("|---|---|---|---|---|");
    StartUp.measure(size, "MariaDB", folder.resolve("mariadb"), fresh().asStore());
    StartUp.measure(size, "H2", folder.resolve("h2"), Map.of());
  }
}
