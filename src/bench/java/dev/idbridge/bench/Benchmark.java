package dev.idbridge.bench;

import dev.idbridge.testing.MariaDbServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Everything that is measured, in order. Ends with 1 when a claim about cost does not hold. */
public final class Benchmark {
  private final Size size = Size.asked();
  private final Report report = new Report();
  private final Path folder;
  private final MariaDbServer server;
  private final String only =
      System.getProperty(
          "bench.only", "creates,deliveries,patch,memory,requests,rotation,backlog,latency,nodes");
  private boolean held = true;

  private Benchmark(Path folder, MariaDbServer server) {
    this.folder = folder;
    this.server = server;
  }

  public static void main(String[] arguments) throws Exception {
    long begin = System.nanoTime();
    boolean held;
    try (MariaDbServer server = MariaDbServer.start(true, List.of())) {
      Benchmark benchmark = new Benchmark(Files.createTempDirectory("idbridge-bench"), server);
      benchmark.run();
      benchmark.report.print();
      held = benchmark.held;
    }
    System.out.printf("%nTook %d s.%n", (System.nanoTime() - begin) / 1_000_000_000);
    System.exit(held ? 0 : 1);
  }

  private Database fresh(String name) {
    server.execute("CREATE DATABASE " + name);
    return new Database(server.url(name));
  }

  private void run() throws Exception {
    Database plain = fresh("plain");
    report.line(
        "Surroundings", "%s; %d processors; Java %s; %d rounds of %d ms; medians",
        plain.durability(), Runtime.getRuntime().availableProcessors(),
        Runtime.version().feature(), size.rounds(), size.roundMillis());
    report.table(
        Creates.TITLE, "inserts/s (reference)", "creates/s", "ratio (lowest-highest round)",
        "processor time of the daemon for one, its deliveries included");
    report.table(
        Deliveries.TITLE, "inserts/s at 8 clients (reference)", "deliveries/s",
        "ratio (lowest-highest round)", "processor time for one, daemon + database",
        "processor time for one insert", "transactions and selects for one");
    StartUp.table(report);
    if (Stream.of("creates", "deliveries", "patch", "memory").anyMatch(only::contains)) {
      try (Reference reference = new Reference(plain)) {
        for (int apps : size.apps()) {
          withApps(apps, reference);
        }
      }
    }
    if (only.contains("requests")) {
      Requests.table(report);
      Requests.measure(size, fresh("requests"), folder.resolve("requests"), report);
    }
    if (only.contains("rotation")) {
      Rotation.measure(size, fresh("rotation"), folder.resolve("rotation"), report);
    }
    if (only.contains("nested")) {
      Nested.measure(fresh("nested"), folder.resolve("nested"), report);
    }
    if (only.contains("backlog")) {
      Backlog.table(report);
      Backlog.measure(size, fresh("backlog"), folder.resolve("backlog"), report);
    }
    if (only.contains("latency")) {
      Latency.table(report);
      Latency.creates(size, fresh("creates"), folder.resolve("creates"), report);
      Latency.leavers(size, fresh("leavers"), folder.resolve("leavers"), report);
    }
    if (only.contains("nodes")) {
      Nodes.table(report);
      Nodes.measure(size, fresh("nodes"), folder.resolve("nodes"), report);
    }
    if (only.contains("scale")) {
      held &= Scale.measure(size, fresh("few"), fresh("many"), folder.resolve("scale"), report);
    }
    if (only.contains("restart")) {
      Restart.table(report);
      held &= Restart.measure(size, fresh("due"), folder.resolve("due"), report);
    }
    if (only.contains("memory")) {
      StartUp h2 = new StartUp(size, "H2", folder.resolve("h2"), Map.of());
      h2.run(1, bridge -> {});
      h2.report(1, report);
    }
  }

  private void withApps(int apps, Reference reference) throws Exception {
    Database database = fresh("apps" + apps);
    StartUp starts =
        new StartUp(size, "MariaDB", folder.resolve("apps" + apps), database.asStore());
    starts.run(
        apps,
        bridge -> {
          if (only.contains("creates")) {
            Creates.measure(size, database, reference, bridge, apps, report);
          }
          if (only.contains("deliveries") && apps > 0) {
            Deliveries.measure(size, database, reference, bridge, apps, report);
          }
          if (only.contains("patch") && apps == 1) {
            try (MemberPatch patch = new MemberPatch(size, database, bridge, report)) {
              held &= patch.sameCost();
              patch.times(reference);
            }
          }
        });
    if (only.contains("memory") && apps == 1) {
      starts.report(apps, report);
    }
  }
}
