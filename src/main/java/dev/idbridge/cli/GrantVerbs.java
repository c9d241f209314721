package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.GrantAct;
import dev.idbridge.admin.GrantEntry;
import dev.idbridge.admin.GrantQuery;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "grant",
    mixinStandardHelpOptions = true,
    description = "Roles in apps: who holds which, why, and what administrators add to the rules.",
    synopsisSubcommandLabel = "VERB")
final class GrantVerbs {

  /** One of both. */
  static final class Whom {
    @Option(names = "--user", paramLabel = "USER", description = "userName or id.")
    private @Nullable String user;

    @Option(names = "--group", paramLabel = "GROUP", description = "displayName or id.")
    private @Nullable String group;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows grants with what asks for them; direct ones apart from those by rules.")
  static final class Show extends Verb {
    @Option(names = "--app", paramLabel = "NAME", description = "Only in this app.")
    private @Nullable String app;

    @ArgGroup private @Nullable Whom whom;
    @Mixin private PageOptions page = new PageOptions();

    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Whom who = whom == null ? new Whom() : whom;
      return print(
          bridge.grants(new GrantQuery(app, who.user, who.group, page.request())),
          "no grant",
          new Table("APP", "OF", "ROLE", "ON", "STATE", "BY", "REASON"),
          g ->
              new @Nullable Object[] {
                g.app(), g.name(), g.role(), g.on(), g.state(), by(g), g.reason()
              });
    }

    private static String by(GrantEntry grant) {
      return Stream.concat(
              Stream.of(
                  grant.origin().equals("found") ? "found" : "", grant.direct() ? "direct" : ""),
              grant.rules().stream()
                  .map(
                      why ->
                          why.path().contains(" > ")
                              ? why.rule() + " (" + why.path() + ")"
                              : why.rule()))
          .filter(text -> !text.isEmpty())
          .collect(Collectors.joining("; "));
    }
  }

  /** What the verbs that change something have in common. */
  abstract static class Change extends Verb {
    @ArgGroup(multiplicity = "1")
    private Whom whom = new Whom();

    @Option(names = "--app", required = true, paramLabel = "NAME", description = "The app.")
    private String app = "";

    @Option(names = "--resource", paramLabel = "RESOURCE", description = "What it is limited to.")
    private @Nullable String resource;

    Change(Composition composition) {
      super(composition);
    }

    final int act(AdminOperations bridge, GrantAct.Kind kind, @Nullable String role) {
      return done(
          bridge.actOnGrant(app, new GrantAct(kind, whom.user, whom.group, role, resource)));
    }
  }

  /** What the verbs about one role share. */
  abstract static class OfRole extends Change {
    private final GrantAct.Kind kind;

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "The app's word.")
    private String role = "";

    OfRole(Composition composition, GrantAct.Kind kind) {
      super(composition);
      this.kind = kind;
    }

    @Override
    final int run(AdminOperations bridge) {
      return act(bridge, kind, role);
    }
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Grants a role whatever the rules say; until it is removed again.")
  static final class Add extends OfRole {
    Add(Composition composition) {
      super(composition, GrantAct.Kind.ADD);
    }
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Takes back a role that was added; what rules ask for stays.")
  static final class Remove extends OfRole {
    Remove(Composition composition) {
      super(composition, GrantAct.Kind.REMOVE);
    }
  }

  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description = "Gives back what is suppressed since a reactivation: one role, or all.")
  static final class Restore extends Change {
    @Option(names = "--role", paramLabel = "ROLE", description = "Only this one.")
    private @Nullable String role;

    Restore(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return act(bridge, GrantAct.Kind.RESTORE, role);
    }
  }
}
