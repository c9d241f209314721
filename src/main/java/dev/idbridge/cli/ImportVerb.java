package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.ImportOperations;
import dev.idbridge.admin.ImportOperations.Act;
import dev.idbridge.admin.ImportOperations.Decision;
import dev.idbridge.admin.ImportState;
import dev.idbridge.admin.Json;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes what an app holds visible in a directory. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Makes accounts and teams of an app visible as users and groups of a directory.",
      "One whose name a user or group has is linked with it; nothing is written to the app.",
      "What is ambiguous is decided by: import decide."
    })
final class ImportVerb extends Verb {
  private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

  @Option(names = "--app", paramLabel = "NAME", description = "From which app.")
  private String app = "";

  @Option(
      names = "--directory",
      paramLabel = "NAME",
      description = "Into which directory; the app must follow it.")
  private String directory = "";

  @Mixin private YesOption yes = new YesOption();

  ImportVerb(Composition composition) {
    super(composition);
  }

  @Override
  int run(AdminOperations bridge) {
    if (app.isBlank() || directory.isBlank()) {
      throw usage(
          "say --app NAME and --directory NAME to import; or a verb: show, list, decide (--help)");
    }
    if (!yes.said()) {
      return ask(
          "list all accounts and teams of app "
              + app
              + ", link those whose names directory "
              + directory
              + " knows, and make users and groups of the others; nothing is written to the app");
    }
    ImportState now = bridge.imports().begin(app, directory);
    while (now.state().equals("running")) {
      LockSupport.parkNanos(EVERY);
      now = bridge.imports().state(app);
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
      out().print(table(now.undecided()));
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
    if (!now.undecided().isEmpty()) {
      err()
          .println(
              "decide with: idbridge import decide ID --app "
                  + app
                  + " --link USER | --create | --leave");
    }
    if (!now.reason().isEmpty()) {
      err()
          .println(
              "it ended early: " + now.reason() + "; the same verb passes over what is linked");
    }
  }

  private static Table table(List<ImportOperations.Undecided> undecided) {
    Table table = new Table("KIND", "IN THE APP", "ID", "WHY");
    undecided.forEach(one -> table.row(one.kind(), one.label(), one.id(), one.why()));
    return table;
  }

  /** What the verbs beside the import itself share. */
  abstract static class OfApp extends Verb {
    @Option(names = "--app", required = true, paramLabel = "NAME", description = "The app.")
    String app = "";

    OfApp(Composition composition) {
      super(composition);
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows how far the last import from an app is, or what it came to.")
  static final class Show extends OfApp {
    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      ImportState now = bridge.imports().state(app);
      if (!json && now.state().equals("none")) {
        err().println("nothing was imported from app " + app + " yet");
        return ExitCode.DONE;
      }
      print(now, () -> out().print(people(now)));
      return ExitCode.DONE;
    }

    private static Table people(ImportState now) {
      Table table = new Table("app", now.app());
      table.row("state", now.state());
      table.row("why", now.reason());
      table.row("into directory", now.directory());
      table.row("begun", now.started());
      table.row("by", now.by());
      table.row("last page", now.changed());
      table.row("seen", now.seen());
      table.row("created", now.created());
      table.row("linked", now.linked());
      table.row("known before", now.known());
      table.row("undecided then", now.doubts());
      table.row("memberships", now.members());
      return table;
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows what imports could not place and nobody decided about.")
  static final class Undecided extends OfApp {
    @Option(names = "--left", description = "Those instead that somebody left alone.")
    private boolean left;

    @Mixin private PageOptions page = new PageOptions();

    Undecided(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return print(
          bridge.imports().undecided(app, left, page.request()),
          left ? "nothing was left alone" : "nothing is undecided",
          new Table("KIND", "IN THE APP", "ID", left ? "LEFT BY" : "WHY"),
          one ->
              new @Nullable Object[] {
                one.kind(), one.label(), one.id(), left ? one.by() : one.why()
              });
    }
  }

  @Command(
      name = "decide",
      mixinStandardHelpOptions = true,
      description = {
        "Decides about something that an import could not place; no import asks again.",
        "What was left alone can still be linked, or made a user or group."
      })
  static final class Decide extends OfApp {
    @Parameters(paramLabel = "ID", description = "Its id in the app, as import list shows it.")
    private String id = "";

    @Option(
        names = "--kind",
        paramLabel = "KIND",
        description = "account or team, where both have that id.")
    private @Nullable String kind;

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /** One of the three. */
    static final class What {
      @Option(
          names = "--link",
          required = true,
          paramLabel = "NAME",
          description = "It belongs to this user or group: id, userName or displayName.")
      private @Nullable String link;

      @Option(
          names = "--create",
          required = true,
          description = "A user or group is made of it; nothing is written to the app.")
      private boolean create;

      @Option(names = "--leave", required = true, description = "Nothing becomes of it.")
      private boolean leave;
    }

    @Option(
        names = "--as",
        paramLabel = "NAME",
        description = "With --create: another userName or displayName than in the app.")
    private @Nullable String as;

    Decide(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Act act = what.link != null ? Act.LINK : what.create ? Act.CREATE : Act.LEAVE;
      if (as != null && act != Act.CREATE) {
        throw usage("--as goes with --create");
      }
      return done(bridge.imports().decide(app, new Decision(act, kind, id, what.link, as)));
    }
  }
}
