package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.ImportState;
import dev.idbridge.admin.Json;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes what an app holds visible in a directory. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Makes accounts and teams of an app visible as users and groups of a directory.",
      "One whose name a user or group has is linked with it; nothing is written to the app."
    })
final class ImportVerb extends Verb {
  private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

  @Option(names = "--app", required = true, paramLabel = "NAME", description = "From which app.")
  private String app = "";

  @Option(
      names = "--directory",
      required = true,
      paramLabel = "NAME",
      description = "Into which directory; the app must follow it.")
  private String directory = "";

  @Mixin private YesOption yes = new YesOption();

  ImportVerb(Composition composition) {
    super(composition);
  }

  @Override
  int run(AdminOperations bridge) {
    if (!yes.said()) {
      return ask(
          "list all accounts and teams of app "
              + app
              + ", link those whose names directory "
              + directory
              + " knows, and make users and groups of the others; nothing is written to the app");
    }
    ImportState now = bridge.beginImport(app, directory);
    while (now.state().equals("running")) {
      LockSupport.parkNanos(EVERY);
      now = bridge.importState(app);
    }
    if (json) {
      out().println(Json.write(now));
    } else {
      people(now);
    }
    return now.state().equals("done") && now.undecided().isEmpty()
        ? ExitCode.DONE
        : ExitCode.PROBLEM;
  }

  private void people(ImportState now) {
    if (!now.undecided().isEmpty()) {
      Table table = new Table("KIND", "IN THE APP", "ID", "WHY");
      now.undecided().forEach(one -> table.row(one.kind(), one.label(), one.remoteId(), one.why()));
      out().print(table);
    }
    err()
        .println(
            now.seen()
                + " seen: "
                + now.created()
                + " created, "
                + now.linked()
                + " linked, "
                + now.known()
                + " known before, "
                + now.doubts()
                + " undecided");
    if (!now.reason().isEmpty()) {
      err().println("it ended early: " + now.reason() + "; the same verb again goes on");
    }
  }
}
