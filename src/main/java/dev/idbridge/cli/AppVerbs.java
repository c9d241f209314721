package dev.idbridge.cli;

import dev.idbridge.admin.AccountPreview;
import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.AppAct;
import dev.idbridge.admin.AppAct.Kind;
import dev.idbridge.admin.AppCheck;
import dev.idbridge.admin.AppDetail;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.Trail;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "app",
    mixinStandardHelpOptions = true,
    description = "The apps: how they are, and what people decide about them.",
    synopsisSubcommandLabel = "VERB")
final class AppVerbs {

  /** Verbs about one app. */
  abstract static class OfOne extends Verb {
    @Parameters(paramLabel = "APP", description = "Name of its file in conf/apps, without .yaml.")
    String app = "";

    OfOne(Composition composition) {
      super(composition);
    }

    final int act(AdminOperations bridge, Kind kind) {
      return done(bridge.actOnApp(app, new AppAct(kind, null, null)));
    }
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Shows all of them.")
  static final class Show extends Verb {
    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return print(
          new Page<>(bridge.status().apps(), null),
          "no app is configured; add a file to conf/apps/",
          StatusVerb.appTable(),
          StatusVerb::appRow);
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows one with all that is noted of it.")
  static final class Read extends OfOne {
    Read(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      AppDetail detail = bridge.app(app);
      print(detail, () -> out().print(table(detail)));
      return ExitCode.DONE;
    }

    private static Table table(AppDetail detail) {
      Table table = new Table("app", detail.app().name());
      table.row("connector", detail.app().connector());
      table.row("state", detail.app().state());
      table.row("why", detail.app().why());
      table.row("is", detail.fingerprint());
      if (detail.wantedFingerprint() != null) {
        table.row("file says", detail.wantedFingerprint());
      }
      if (detail.pausedBy() != null) {
        table.row("paused by", detail.pausedBy());
        table.row(
            "paused until",
            detail.pausedUntil() == null ? "somebody resumes it" : detail.pausedUntil());
      }
      table.row("rules", "version " + detail.rulesVersion());
      table.row("linked", counts(detail.linked()));
      table.row("lanes", counts(detail.app().lanes()));
      table.row("memberships", counts(detail.members()));
      table.row("dead letters", detail.app().deadLetters());
      table.row("oldest due", detail.app().oldestDue());
      table.row("sweeps", detail.sweeps());
      detail.warnings().forEach(warning -> table.row("warning", warning));
      return table;
    }
  }

  static String counts(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
  }

  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description = "Asks the app now whether it answers and takes our credentials.")
  static final class Test extends OfOne {
    Test(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      AppCheck check = bridge.checkApp(app);
      print(
          check,
          () -> {
            Table table = new Table("app", check.app());
            table.row("connector", check.connector());
            table.row("health", check.health());
            table.row("detail", check.detail());
            check.can().forEach(can -> table.row("can", can));
            out().print(table);
          });
      return check.up() ? ExitCode.DONE : ExitCode.PROBLEM;
    }
  }

  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description =
          "Holds deliveries to it back, on every node and over restarts; nothing is lost.")
  static final class Pause extends OfOne {
    @Option(
        names = "--until",
        paramLabel = "WHEN",
        description = "When it ends by itself: a duration from now (PT2H) or a time in UTC.")
    private @Nullable String until;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; shown by status.")
    private @Nullable String reason;

    Pause(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Instant end = until == null ? null : Moment.from(until, Clock.systemUTC(), this::usage, true);
      return done(bridge.actOnApp(app, new AppAct(Kind.PAUSE, reason, end)));
    }
  }

  @Command(name = "resume", mixinStandardHelpOptions = true, description = "Ends a pause.")
  static final class Resume extends OfOne {
    Resume(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return act(bridge, Kind.RESUME);
    }
  }

  @Command(
      name = "keep",
      mixinStandardHelpOptions = true,
      description = "Its file names another address, and it is the same app: every link stays.")
  static final class Keep extends OfOne {
    Keep(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return act(bridge, Kind.KEEP);
    }
  }

  /** Verbs that drop what is noted. */
  abstract static class Dropping extends OfOne {
    @Mixin private YesOption yes = new YesOption();

    Dropping(Composition composition) {
      super(composition);
    }

    final int drop(AdminOperations bridge, Kind kind, String then) {
      AppDetail detail = bridge.app(app);
      if (yes.said()) {
        return act(bridge, kind);
      }
      long memberships = detail.members().values().stream().mapToLong(n -> n).sum();
      return ask(
          kind.word()
              + " app "
              + app
              + ": drop what is noted of it ("
              + "links: "
              + counts(detail.linked())
              + "; "
              + memberships
              + " memberships; "
              + detail.app().deadLetters()
              + " dead letters) "
              + then);
    }
  }

  @Command(
      name = "reset",
      mixinStandardHelpOptions = true,
      description =
          "It is another app, or an empty one: drop links and notes, look at everybody anew.")
  static final class Reset extends Dropping {
    Reset(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return drop(
          bridge, Kind.RESET, "and look at everybody anew; nothing is removed in the app itself");
    }
  }

  @Command(
      name = "forget",
      mixinStandardHelpOptions = true,
      description = "Its file is gone for good: delete what is noted of it.")
  static final class Forget extends Dropping {
    Forget(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return drop(
          bridge, Kind.FORGET, "for good; the app keeps what it has, the sync log its lines");
    }
  }

  @Command(
      name = "provision",
      mixinStandardHelpOptions = true,
      description = "Brings one user into line in one app now, and shows each step.")
  static final class Provision extends UserInApp {
    Provision(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Trail trail = bridge.provision(app, user);
      print(
          trail,
          () -> {
            List<Trail.Step> steps = trail.steps();
            Table table = new Table("AT", "STEP", "OF", "WHAT");
            steps.forEach(
                s ->
                    table.row(
                        s.at(),
                        s.step(),
                        s.target() == null ? s.kind() : s.kind() + " " + s.target(),
                        s.text()));
            out().print(table);
          });
      err().println(trail.user() + " in " + trail.app() + ": " + trail.result());
      return trail.complete() ? ExitCode.DONE : ExitCode.PROBLEM;
    }
  }

  @Command(
      name = "preview",
      mixinStandardHelpOptions = true,
      description = {
        "Tells what the app's rules make of a user now: scope, attributes, roles and teams.",
        "mapping preview does the same with other rules."
      })
  static final class Preview extends UserInApp {
    Preview(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return show(this, bridge.preview(app, user));
    }

    static int show(Verb verb, AccountPreview preview) {
      verb.print(
          preview,
          () -> {
            Table table = new Table("ATTRIBUTE", "VALUE");
            preview.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                    one ->
                        table.row(
                            one.getKey(),
                            one.getValue() instanceof String text
                                ? text
                                : Json.write(one.getValue())));
            preview.roles().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                    one ->
                        table.row("role", one.getKey() + ": " + String.join("; ", one.getValue())));
            preview.teams().forEach(team -> table.row("team", team));
            if (!preview.attributes().isEmpty()) {
              verb.out().print(table);
            }
          });
      verb.err()
          .println(
              preview.user()
                  + " in "
                  + preview.app()
                  + ": "
                  + switch (preview.result()) {
                    case "account" -> "an account";
                    case "disabled" -> "no account, or a disabled one: " + preview.why();
                    default -> "no change: " + preview.why();
                  });
      return preview.result().equals("failed") ? ExitCode.PROBLEM : ExitCode.DONE;
    }
  }
}
