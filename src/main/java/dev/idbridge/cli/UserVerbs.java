package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.Edit;
import dev.idbridge.admin.Edited;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    description = "Users of a directory; edited here where its mode is manual.",
    synopsisSubcommandLabel = "VERB")
final class UserVerbs {

  /** What edits of users and groups share. */
  abstract static class Editing extends InDirectory {
    Editing(Composition composition) {
      super(composition);
    }

    final int edit(AdminOperations bridge, Edit edit) {
      Edited edited = bridge.edit(directory, edit);
      print(
          edited,
          () -> {
            if (edit.verb().equals("create")) {
              out().println(edited.id());
            }
            err().println(edited.text());
          });
      return ExitCode.DONE;
    }
  }

  /** What edits of one user that is there share. */
  abstract static class OfUser extends Editing {
    @Parameters(paramLabel = "USER", description = "Id or userName.")
    String user = "";

    OfUser(Composition composition) {
      super(composition);
    }

    /** Does what needs no more words than the verb. */
    final int edit(AdminOperations bridge, String verb) {
      return edit(bridge, new Edit(verb, "user", user, null, null, null));
    }
  }

  /** What is said of a user. */
  static final class Profile {
    @Option(names = "--display-name", paramLabel = "TEXT", description = "Display name.")
    private @Nullable String displayName;

    @Option(names = "--given-name", paramLabel = "TEXT", description = "Given name.")
    private @Nullable String givenName;

    @Option(names = "--family-name", paramLabel = "TEXT", description = "Family name.")
    private @Nullable String familyName;

    @Option(names = "--title", paramLabel = "TEXT", description = "Title.")
    private @Nullable String title;

    @Option(names = "--external-id", paramLabel = "TEXT", description = "externalId.")
    private @Nullable String externalId;

    @Option(
        names = "--email",
        paramLabel = "ADDRESS",
        description = "All addresses, one --email each, the first one primary.")
    private @Nullable List<String> emails;

    Map<String, String> set() {
      Map<String, String> set = new LinkedHashMap<>();
      put(set, "display-name", displayName);
      put(set, "given-name", givenName);
      put(set, "family-name", familyName);
      put(set, "title", title);
      put(set, "external-id", externalId);
      return set;
    }

    private static void put(Map<String, String> set, String name, @Nullable String value) {
      if (value != null) {
        set.put(name, value);
      }
    }
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description =
          "Creates a user and prints its id; apps that follow the directory get an account.")
  static final class Create extends Editing {
    @Parameters(paramLabel = "USERNAME", description = "The new userName.")
    private String name = "";

    @ArgGroup(exclusive = false, heading = "")
    private Profile profile = new Profile();

    Create(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return edit(bridge, new Edit("create", "user", name, profile.set(), profile.emails, null));
    }
  }

  @Command(
      name = "change",
      mixinStandardHelpOptions = true,
      description = "Changes a user; what is not named stays, an empty text takes away.")
  static final class Change extends OfUser {
    @Option(names = "--user-name", paramLabel = "TEXT", description = "Another userName.")
    private @Nullable String userName;

    @ArgGroup(exclusive = false, heading = "")
    private Profile profile = new Profile();

    Change(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Map<String, String> set = profile.set();
      if (userName != null) {
        set.put("user-name", userName);
      }
      if (set.isEmpty() && profile.emails == null) {
        throw usage("say what is to change, for instance --display-name TEXT");
      }
      return edit(bridge, new Edit("change", "user", user, set, profile.emails, null));
    }
  }

  @Command(
      name = "deactivate",
      mixinStandardHelpOptions = true,
      description = "Disables a user's accounts and takes away what they were given.")
  static final class Deactivate extends OfUser {
    Deactivate(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return edit(bridge, "deactivate");
    }
  }

  @Command(
      name = "reactivate",
      mixinStandardHelpOptions = true,
      description = "Enables a user's accounts; accounts.on-reactivate says what comes back.")
  static final class Reactivate extends OfUser {
    Reactivate(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return edit(bridge, "reactivate");
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Deletes a user; accounts.on-user-delete says what becomes of the accounts.")
  static final class Delete extends OfUser {
    @Mixin private YesOption yes = new YesOption();

    Delete(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return yes.said()
          ? edit(bridge, "delete")
          : ask("delete user " + user + " of directory " + directory + ", with its memberships");
    }
  }
}
