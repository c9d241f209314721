package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.DeadLetter;
import dev.idbridge.admin.DeadLetterQuery;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.LetterAct;
import dev.idbridge.admin.ReplayAll;
import dev.idbridge.admin.Replayed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Deliveries that were given up and wait for a person.",
    synopsisSubcommandLabel = "VERB")
final class DeadLetterVerbs {

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows them, the oldest first.")
  static final class Show extends Verb {
    @Option(names = "--app", paramLabel = "NAME", description = "Only of this app.")
    private @Nullable String app;

    @Option(names = "--kind", paramLabel = "KIND", description = "account, team or grants.")
    private @Nullable String kind;

    @Mixin private PageOptions page = new PageOptions();

    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return print(
          bridge.deadLetters(new DeadLetterQuery(app, kind, page.request())),
          "no dead letter" + (app == null ? "" : " of app " + app),
          new Table("ID", "APP", "KIND", "TARGET", "ATTEMPTS", "DIED", "REASON"),
          d ->
              new @Nullable Object[] {
                d.id(), d.app(), d.kind(), d.target(), d.attempts(), d.died(), d.reason()
              });
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows one with all that is known.")
  static final class Read extends Verb {
    @Parameters(paramLabel = "ID", description = "As dead-letters list shows it.")
    private String id = "";

    Read(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      DeadLetter letter = bridge.deadLetter(id);
      print(letter, () -> out().print(table(letter)));
      return ExitCode.DONE;
    }

    private static Table table(DeadLetter letter) {
      Table table = new Table("id", letter.id());
      table.row("app", letter.app());
      table.row("kind", letter.kind());
      table.row("target", letter.target());
      table.row("resource", letter.resource());
      table.row("attempts", letter.attempts());
      table.row("first failed", letter.firstFailed());
      table.row("died", letter.died());
      table.row("last change", letter.lastChange());
      table.row("reason", letter.reason());
      table.row("plan", letter.plan());
      table.row("to do", letter.suggestion());
      return table;
    }
  }

  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = "Tries one again, or all of an app, as if it were the first time.")
  static final class Replay extends Verb {
    @Parameters(
        paramLabel = "ID",
        arity = "0..1",
        description = "As dead-letters list shows it; or --all.")
    private @Nullable String id;

    @Option(names = "--all", description = "All of an app.")
    private boolean all;

    @Option(names = "--app", paramLabel = "NAME", description = "The app, with --all.")
    private @Nullable String app;

    @Option(
        names = "--kind",
        paramLabel = "KIND",
        description = "account, team or grants, with --all.")
    private @Nullable String kind;

    @Option(
        names = "--rate",
        paramLabel = "N",
        description = "So many per second, with --all; at once by default.")
    private @Nullable Integer rate;

    Replay(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      if (all == (id != null)) {
        throw usage("name one dead letter, or say --all --app NAME");
      }
      if (id != null) {
        if (app != null || kind != null || rate != null) {
          throw usage("--app, --kind and --rate go with --all");
        }
        return done(bridge.actOnDeadLetter(id, new LetterAct(LetterAct.Kind.REPLAY, null)));
      }
      if (app == null) {
        throw usage("--all needs --app NAME");
      }
      Replayed replayed = bridge.replayAll(new ReplayAll(app, kind, rate));
      if (json) {
        out().println(Json.write(replayed));
      } else if (replayed.count() == 0) {
        err().println("app " + app + " has no such dead letter");
      } else {
        err()
            .println(
                replayed.count()
                    + " dead letters of app "
                    + app
                    + " are tried again, the last at "
                    + Table.cell(replayed.lastDue()));
      }
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "discard",
      mixinStandardHelpOptions = true,
      description =
          "Gives one up; the app stays as it is until the next change of that user or group.")
  static final class Discard extends Verb {
    @Parameters(paramLabel = "ID", description = "As dead-letters list shows it.")
    private String id = "";

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "Why, for the sync log.")
    private String reason = "";

    @Mixin private YesOption yes = new YesOption();

    Discard(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      DeadLetter letter = bridge.deadLetter(id);
      if (!yes.said()) {
        return ask(
            "give up dead letter "
                + id
                + " of app "
                + letter.app()
                + " ("
                + Table.cell(letter.plan())
                + "): the app stays as it is until the next change of that user or group");
      }
      return done(bridge.actOnDeadLetter(id, new LetterAct(LetterAct.Kind.DISCARD, reason)));
    }
  }
}
