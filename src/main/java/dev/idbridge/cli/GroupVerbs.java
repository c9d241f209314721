package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.Edit;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "group",
    mixinStandardHelpOptions = true,
    description = "Groups of a directory; edited here where its mode is manual.",
    synopsisSubcommandLabel = "VERB")
final class GroupVerbs {

  /** What edits of one group that is there share. */
  abstract static class OfGroup extends UserVerbs.Editing {
    @Parameters(index = "0", paramLabel = "GROUP", description = "Id or displayName.")
    String group = "";

    OfGroup(Composition composition) {
      super(composition);
    }
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Creates a group and prints its id.")
  static final class Create extends UserVerbs.Editing {
    @Parameters(paramLabel = "NAME", description = "The new displayName.")
    private String name = "";

    @Option(
        names = "--member",
        paramLabel = "WHO",
        description = "Id, userName or name of a group; one --member each.")
    private List<String> members = List.of();

    Create(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return edit(bridge, new Edit("create", "group", name, null, null, members));
    }
  }

  @Command(name = "rename", mixinStandardHelpOptions = true, description = "Renames a group.")
  static final class Rename extends OfGroup {
    @Parameters(index = "1", paramLabel = "NAME", description = "The new displayName.")
    private String name = "";

    Rename(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return edit(
          bridge, new Edit("change", "group", group, Map.of("display-name", name), null, null));
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Deletes a group; teams.on-group-delete says what becomes of its teams.")
  static final class Delete extends OfGroup {
    @Mixin private YesOption yes = new YesOption();

    Delete(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return yes.said()
          ? edit(bridge, new Edit("delete", "group", group, null, null, null))
          : ask("delete group " + group + " of directory " + directory);
    }
  }

  /** What the verbs about members share. */
  abstract static class Membership extends OfGroup {
    private final String verb;

    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "WHO",
        description = "Ids, userNames or names of groups.")
    private List<String> members = List.of();

    Membership(Composition composition, String verb) {
      super(composition);
      this.verb = verb;
    }

    @Override
    final int run(AdminOperations bridge) {
      return edit(bridge, new Edit(verb, "group", group, null, null, members));
    }
  }

  @Command(
      name = "add-member",
      mixinStandardHelpOptions = true,
      description = "Adds users or groups to a group.")
  static final class AddMember extends Membership {
    AddMember(Composition composition) {
      super(composition, "add-members");
    }
  }

  @Command(
      name = "remove-member",
      mixinStandardHelpOptions = true,
      description = "Takes users or groups out of a group.")
  static final class RemoveMember extends Membership {
    RemoveMember(Composition composition) {
      super(composition, "remove-members");
    }
  }
}
