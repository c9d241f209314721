package dev.idbridge.cli;

import dev.idbridge.admin.AccountPreview;
import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.GroupOperations.Entry;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.admin.RuleOperations;
import dev.idbridge.admin.RuleOperations.Change;
import dev.idbridge.admin.RuleOperations.Effects;
import dev.idbridge.admin.RuleOperations.Proposal;
import dev.idbridge.admin.RuleOperations.Version;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.RuleText;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "mapping",
    mixinStandardHelpOptions = true,
    description = "The rules of an app: who has an account, what it says, which teams and roles.",
    synopsisSubcommandLabel = "VERB")
final class MappingVerbs {

  /** Verbs about one app's rules. */
  abstract static class OfApp extends Verb {
    @Option(names = "--app", required = true, paramLabel = "NAME", description = "The app.")
    String app = "";

    OfApp(Composition composition) {
      super(composition);
    }

    final @Nullable Proposal proposal(@Nullable String file, boolean yes) {
      if (file == null) {
        return null;
      }
      try {
        return new Proposal(
            file.equals("-") ? "standard input" : file, RuleText.load(file, System.in), yes);
      } catch (ConfigException e) {
        throw usage(String.valueOf(e.getMessage()));
      }
    }

    final void effects(Effects effects) {
      if (effects.counts().isEmpty()) {
        err().println(effects.whole() ? "nothing would change" : "nothing was found so far");
      } else {
        Table table = new Table("WHAT", "WHO", "DETAIL");
        effects.first().forEach(one -> table.row(one.kind(), one.who(), one.what()));
        out().print(table);
        out().flush();
        err().println((effects.whole() ? "" : "at least ") + counts(effects.counts()));
      }
      err()
          .println(
              "of "
                  + effects.users()
                  + " users and "
                  + effects.groups()
                  + " groups"
                  + (effects.whole()
                      ? ""
                      : ", which are not all: looking at everybody takes more than two minutes"));
    }

    static String counts(Map<String, Long> counts) {
      return counts.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(one -> one.getValue() + " " + one.getKey())
          .collect(Collectors.joining(", "));
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "Shows which rules are in force since when and by whom, and the groups that they can",
        "speak of."
      })
  static final class Show extends OfApp {
    @Option(
        names = "--directory",
        paramLabel = "NAME",
        description = "Whose groups (default: ${DEFAULT-VALUE}).")
    private String directory = "default";

    @Mixin private PageOptions page = new PageOptions();

    Show(Composition composition) {
      super(composition);
    }

    /** What the verb prints as JSON. */
    record Listed(String app, List<Version> versions, List<Entry> groups) {}

    @Override
    int run(AdminOperations bridge) {
      List<Version> versions = bridge.rules().versions(app, new PageRequest(10, null)).items();
      Page<Entry> groups = bridge.groups().list(directory, page.request());
      print(new Listed(app, versions, groups.items()), () -> people(versions, groups.items()));
      if (groups.next() != null) {
        err().println("more groups: --after " + groups.next());
      }
      return ExitCode.DONE;
    }

    private void people(List<Version> versions, List<Entry> groups) {
      if (versions.isEmpty()) {
        err().println("nobody has set rules yet: idbridge mapping set --app " + app + " FILE");
      } else {
        Table table = new Table("VERSION", "IN FORCE", "FROM", "SINCE", "BY");
        versions.forEach(
            one ->
                table.row(
                    one.version(), one.inForce() ? "yes" : "no", one.source(), one.at(), one.by()));
        out().print(table);
      }
      if (groups.isEmpty()) {
        err().println("no group yet; they appear when the identity provider has pushed them");
      } else {
        Table table = new Table("GROUP", "ID");
        groups.forEach(group -> table.row(group.displayName(), group.id()));
        out().print(table);
      }
    }
  }

  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description = "Prints the rules in force as YAML that could stand in the app's file.")
  static final class Export extends OfApp {
    @Option(names = "--version-number", paramLabel = "N", description = "An earlier version.")
    private @Nullable Long version;

    Export(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      RuleOperations.Text text = bridge.rules().export(app, version);
      print(text, () -> out().print(text.rules()));
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "preview",
      mixinStandardHelpOptions = true,
      description = {
        "Tells what rules would change in the app, or what they make of one user; writes nothing."
      })
  static final class Preview extends OfApp {
    @Option(names = "--user", paramLabel = "USER", description = "userName or id.")
    private @Nullable String user;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "Proposed rules, - for standard input; without it those in force.")
    private @Nullable String file;

    Preview(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Proposal proposal = proposal(file, false);
      if (user != null) {
        AccountPreview preview = bridge.rules().preview(app, user, proposal);
        return AppVerbs.Preview.show(this, preview);
      }
      Effects effects = bridge.rules().preview(app, proposal);
      print(effects, () -> effects(effects));
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Puts rules into force, of an app whose file says rules: api. Where they take something",
        "away, it tells what and wants --yes."
      })
  static final class Edit extends OfApp {
    @Parameters(paramLabel = "FILE", description = "The rules, - for standard input.")
    private String file = "";

    @Option(names = "--yes", description = "Do it, even where somebody loses something.")
    private boolean yes;

    Edit(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Proposal proposal = proposal(file, yes);
      if (proposal == null) {
        throw usage("say which rules");
      }
      Change change = bridge.rules().set(app, proposal);
      print(change, () -> effects(change.effects()));
      if (change.result().equals("unconfirmed")) {
        return ask(
            "set the rules of app "
                + app
                + ", by which "
                + change.effects().removals()
                + " times somebody loses something");
      }
      err()
          .println(
              change.result().equals("set")
                  ? "version " + change.version() + " of the rules of " + app + " is in force"
                  : "these rules are in force already, version " + change.version());
      return ExitCode.DONE;
    }
  }
}
