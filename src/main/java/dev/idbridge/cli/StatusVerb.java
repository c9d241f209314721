package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.AppStatus;
import dev.idbridge.admin.DirectoryEntry;
import dev.idbridge.admin.NodeEntry;
import dev.idbridge.admin.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows daemon, store, directories and apps at a glance.")
final class StatusVerb extends Verb {
  StatusVerb(Composition composition) {
    super(composition);
  }

  @Override
  int run(AdminOperations bridge) {
    Status status = bridge.status();
    print(status, () -> people(status));
    return ExitCode.DONE;
  }

  private void people(Status status) {
    Table top = new Table("version", status.version());
    top.row(
        "daemon",
        status.pid() == null
            ? "not running"
            : "process " + status.pid() + ", since " + Table.cell(status.started()));
    top.row("intake", status.intake());
    top.row("store", status.store() + (status.embedded() ? " (embedded)" : ""));
    top.row(
        "directories",
        status.directories().stream().map(StatusVerb::directory).collect(Collectors.joining(", ")));
    out().print(top);
    out().println();
    if (!status.warnings().isEmpty()) {
      status.warnings().forEach(warning -> out().println("warning: " + warning));
      out().println();
    }
    nodes(status);
    if (status.apps().isEmpty()) {
      out().println("no app is configured; add a file to conf/apps/");
      return;
    }
    Table apps = appTable();
    status.apps().forEach(app -> apps.row(appRow(app)));
    out().print(apps);
  }

  private static String directory(DirectoryEntry directory) {
    Instant heard = directory.idpLastSeen();
    return directory.name()
        + ": "
        + DirectoryVerbs.dialect(directory)
        + (heard == null
            ? ""
            : ", last heard " + age(Duration.between(heard, Instant.now())) + " ago");
  }

  private void nodes(Status status) {
    if (status.nodes().isEmpty()) {
      return;
    }
    Table nodes = new Table("NODE", "HOST", "PROCESS", "VERSION", "SINCE", "HEARD", "LIVES");
    for (NodeEntry node : status.nodes()) {
      nodes.row(
          node.number(),
          node.host(),
          node.pid(),
          node.version(),
          node.started(),
          node.heard(),
          node.live() ? "yes" : "no");
    }
    out().print(nodes);
    out().println();
  }

  /** One line per app: its queue by state, what waits longest, and why it rests. */
  static Table appTable() {
    return new Table(
        "APP",
        "CONNECTOR",
        "STATE",
        "DUE",
        "LEASED",
        "BACKOFF",
        "WAITING",
        "DEAD",
        "PARKED",
        "OLDEST",
        "WHY");
  }

  static @Nullable Object[] appRow(AppStatus app) {
    return new @Nullable Object[] {
      app.name(),
      app.connector(),
      app.state(),
      lanes(app, "due"),
      lanes(app, "leased"),
      lanes(app, "backoff"),
      lanes(app, "waiting"),
      app.deadLetters(),
      app.parked(),
      app.oldestDue() == null ? null : age(Duration.between(app.oldestDue(), Instant.now())),
      app.why()
    };
  }

  private static long lanes(AppStatus app, String state) {
    return app.lanes().getOrDefault(state, 0L);
  }

  /** In the largest unit that still tells something. */
  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7_200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
  }
}
