package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.GroupOperations;
import dev.idbridge.admin.GroupOperations.Act;
import dev.idbridge.admin.GroupOperations.Detail;
import dev.idbridge.admin.GroupOperations.Entry;
import dev.idbridge.admin.GroupOperations.Node;
import dev.idbridge.admin.Json;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of {@code group} that look at groups in groups, and at their teams. */
final class GroupTreeVerbs {
  private GroupTreeVerbs() {}

  /** What all of them take. */
  abstract static class OfDirectory extends InDirectory {
    OfDirectory(Composition composition) {
      super(composition);
    }

    @Override
    final int run(AdminOperations bridge) {
      return run(bridge.groups());
    }

    abstract int run(GroupOperations groups);
  }

  /** Those about one group. */
  abstract static class OfGroup extends OfDirectory {
    @Parameters(paramLabel = "GROUP", description = "Id or displayName.")
    String group = "";

    OfGroup(Composition composition) {
      super(composition);
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows the groups of a directory, the oldest first.")
  static final class Show extends OfDirectory {
    @Mixin private PageOptions page = new PageOptions();

    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(GroupOperations groups) {
      return print(
          groups.list(directory, page.request()),
          "no group yet; they appear when the identity provider has pushed them",
          new Table("ID", "NAME", "VERSION"),
          g -> new @Nullable Object[] {g.id(), g.displayName(), g.version()});
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows a group, the groups above and below it, and its team in each app.")
  static final class Read extends OfGroup {
    Read(Composition composition) {
      super(composition);
    }

    @Override
    int run(GroupOperations groups) {
      Detail detail = groups.show(directory, group);
      print(detail, () -> people(detail));
      return ExitCode.DONE;
    }

    private void people(Detail detail) {
      Table table = new Table("id", detail.id());
      table.row("name", detail.displayName());
      table.row("direct users", detail.users());
      table.row("direct groups", detail.groups());
      table.row("in", names(detail.parents()));
      table.row("holds", names(detail.children()));
      out().print(table);
      if (!detail.teams().isEmpty()) {
        Table teams = new Table("APP", "TEAM", "REMOTE ID", "STATE", "SHARED", "REASON");
        detail
            .teams()
            .forEach(
                team ->
                    teams.row(
                        team.app(),
                        team.label(),
                        team.remoteId(),
                        team.state(),
                        team.shared() ? "yes" : "no",
                        team.reason()));
        out().print(teams);
      }
    }

    private static @Nullable String names(List<Entry> groups) {
      return groups.isEmpty()
          ? null
          : groups.stream().map(Entry::displayName).collect(Collectors.joining(", "));
    }
  }

  @Command(
      name = "members",
      mixinStandardHelpOptions = true,
      description = {
        "Shows who is in a group: direct members first, then those of the groups below,",
        "once for each group that names them."
      })
  static final class Members extends OfGroup {
    @Mixin private PageOptions page = new PageOptions();

    Members(Composition composition) {
      super(composition);
    }

    @Override
    int run(GroupOperations groups) {
      return print(
          groups.members(directory, group, page.request()),
          "nobody is in it",
          new Table("ID", "USER", "TYPE", "THROUGH"),
          m -> new @Nullable Object[] {m.user(), m.userName(), m.type(), m.throughDisplayName()});
    }
  }

  @Command(
      name = "tree",
      mixinStandardHelpOptions = true,
      description = "Shows a group and the groups below it.")
  static final class Tree extends OfGroup {
    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "At most this many groups, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit = 200;

    Tree(Composition composition) {
      super(composition);
    }

    @Override
    int run(GroupOperations groups) {
      List<Node> nodes = groups.tree(directory, group, limit);
      for (Node node : nodes) {
        out()
            .println(
                json
                    ? Json.write(node)
                    : "  ".repeat(node.depth())
                        + Table.cell(node.displayName())
                        + " ("
                        + node.id()
                        + ")");
      }
      if (nodes.size() == limit) {
        err().println("there may be more: --limit, or the tree of a group below");
      }
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "detach",
      mixinStandardHelpOptions = true,
      description = {
        "Cuts a group's team in an app off from the group: its members freeze,",
        "its roles stay and can be edited."
      })
  static final class Detach extends Acting {
    Detach(Composition composition) {
      super(composition, "detach");
    }
  }

  @Command(
      name = "attach",
      mixinStandardHelpOptions = true,
      description = "Joins a detached team to its group again; all its members are asserted.")
  static final class Attach extends Acting {
    Attach(Composition composition) {
      super(composition, "attach");
    }
  }

  /** Detach and attach. */
  abstract static class Acting extends OfDirectory {
    private final String act;

    @Option(
        names = "--group",
        required = true,
        paramLabel = "GROUP",
        description = "Id or displayName.")
    private String group = "";

    @Option(names = "--app", required = true, paramLabel = "APP", description = "In this app.")
    private String app = "";

    Acting(Composition composition, String act) {
      super(composition);
      this.act = act;
    }

    @Override
    final int run(GroupOperations groups) {
      return done(groups.act(directory, group, new Act(act, app)));
    }
  }
}
