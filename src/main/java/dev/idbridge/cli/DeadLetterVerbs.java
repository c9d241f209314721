package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.DeadLetter;
import dev.idbridge.admin.DeadLetterQuery;
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

    @Mixin private PageOptions page = new PageOptions();

    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return print(
          bridge.deadLetters(new DeadLetterQuery(app, page.request())),
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
      return table;
    }
  }
}
