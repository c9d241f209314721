package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.DirectoryEntry;
import dev.idbridge.admin.Page;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "directory",
    mixinStandardHelpOptions = true,
    description = "Populations of identity providers, and how their requests are read.",
    synopsisSubcommandLabel = "VERB")
final class DirectoryVerbs {

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows the directories and whose requests they get.")
  static final class Show extends Verb {
    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return print(
          new Page<>(bridge.directories(), null),
          "there is no directory",
          new Table("NAME", "MODE", "BASE PATH", "DIALECT", "STRICTNESS"),
          d ->
              new @Nullable Object[] {
                d.name(), d.mode(), d.basePath(), dialect(d), d.settings().get("strictness")
              });
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows one directory with its settings.")
  static final class Read extends Verb {
    @Parameters(paramLabel = "NAME", description = "As directory list shows it.")
    private String name = "";

    Read(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      DirectoryEntry directory = bridge.directory(name);
      print(directory, () -> out().print(people(directory)));
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Changes how a directory reads requests; in force within seconds.",
        "dialect=auto|rfc|okta|entra|...  strictness=lenient|strict",
        "remove-all-members=auto|honour|refuse  unknown-attributes=auto|ignore|keep|refuse"
      })
  static final class Change extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "As directory list shows it.")
    private String name = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY=VALUE", description = "What.")
    private Map<String, String> settings = new LinkedHashMap<>();

    Change(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      DirectoryEntry directory = bridge.setDirectory(name, settings);
      print(directory, () -> out().print(people(directory)));
      return ExitCode.DONE;
    }
  }

  private static Table people(DirectoryEntry directory) {
    Table table = new Table("name", directory.name());
    table.row("mode", directory.mode());
    table.row("base path", directory.basePath());
    table.row("dialect", dialect(directory));
    table.row("strictness", directory.settings().get("strictness"));
    table.row(
        "remove-all-members", shown(directory, "remove-all-members", directory.removeAllMembers()));
    table.row(
        "unknown-attributes",
        shown(directory, "unknown-attributes", directory.unknownAttributes()));
    return table;
  }

  private static String shown(DirectoryEntry directory, String key, String inForce) {
    return "auto".equals(directory.settings().get(key)) ? inForce + " (auto)" : inForce;
  }

  /** The dialect in force, and where it comes from. */
  static String dialect(DirectoryEntry directory) {
    String heard = directory.heardDialect();
    if (!"auto".equals(directory.settings().get("dialect"))) {
      return directory.dialect() + (heard == null ? " (pinned)" : " (pinned; heard " + heard + ")");
    }
    return directory.dialect() + (heard == null ? " (nobody recognised yet)" : " (heard)");
  }
}
