package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.AppStatus;
import dev.idbridge.admin.Status;
import java.util.stream.Collectors;
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
        status.directories().stream()
            .map(d -> d.name() + ": " + DirectoryVerbs.dialect(d))
            .collect(Collectors.joining(", ")));
    out().print(top);
    out().println();
    if (status.apps().isEmpty()) {
      out().println("no app is configured; add a file to conf/apps/");
      return;
    }
    Table apps =
        new Table("APP", "CONNECTOR", "STATE", "LANES", "DEAD LETTERS", "OLDEST DUE", "WHY");
    for (AppStatus app : status.apps()) {
      apps.row(
          app.name(),
          app.connector(),
          app.state(),
          lanes(app),
          app.deadLetters(),
          app.oldestDue(),
          app.why());
    }
    out().print(apps);
  }

  private static String lanes(AppStatus app) {
    return app.lanes().entrySet().stream()
        .map(e -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", "));
  }
}
