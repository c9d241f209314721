package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.DirectoryContents;
import dev.idbridge.admin.DirectoryEntry;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.ModeRequest;
import dev.idbridge.admin.ModeSwitch;
import dev.idbridge.admin.NewToken;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.Status;
import dev.idbridge.admin.TokenEntry;
import dev.idbridge.model.JitSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
          new Table("NAME", "MODE", "BASE PATH", "DIALECT", "STRICTNESS", "LAST HEARD"),
          d ->
              new @Nullable Object[] {
                d.name(),
                d.mode(),
                d.basePath(),
                dialect(d),
                d.settings().get("strictness"),
                d.idpLastSeen() == null ? "never" : d.idpLastSeen()
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
      name = "create",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a directory for one more identity provider, served at /scim/NAME/v2 at once.",
        "It has no token yet: token create --directory NAME."
      })
  static final class Create extends Verb {
    @Parameters(paramLabel = "NAME", description = "a-z, 0-9, '.', '_' and '-'.")
    private String name = "";

    Create(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      DirectoryEntry directory = bridge.createDirectory(name);
      print(directory, () -> out().print(people(directory)));
      err().println("now make a token: idbridge token create --directory " + name);
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "mode",
      mixinStandardHelpOptions = true,
      description = {
        "Switches who keeps a directory: scim (its identity provider), jit (users themselves, when they"
            + " sign in: POST /jit/NAME with an ID token) or manual (people).",
        "Leaving scim revokes its tokens at once; users, groups and accounts stay as they are.",
        "Entering scim makes a token and prints its secret, this once."
      })
  static final class Switch extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "As directory list shows it.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "MODE", description = "scim, jit or manual.")
    private String mode = "";

    @Mixin private YesOption yes = new YesOption();

    @Option(
        names = "--issuer",
        paramLabel = "URL",
        description = "jit: whose ID tokens count, as their 'iss' says.")
    private @Nullable String issuer;

    @Option(
        names = "--audience",
        paramLabel = "ID",
        description = "jit: for whom they must be made, as their 'aud' says: the client's id.")
    private @Nullable String audience;

    @Option(
        names = "--jwks-url",
        paramLabel = "URL",
        description = "jit: where the issuer publishes its keys.")
    private @Nullable String jwksUrl;

    @Option(
        names = "--claim",
        paramLabel = "ATTRIBUTE=CLAIM",
        description =
            "jit: where an attribute comes from, if not from the usual claim, such as"
                + " userName=email or externalId=oid; may be repeated.")
    private Map<String, String> claims = new LinkedHashMap<>();

    Switch(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      if (!List.of("scim", "jit", "manual").contains(mode.toLowerCase(Locale.ROOT))) {
        throw usage("mode is '" + mode + "', must be one of scim, jit, manual");
      }
      ModeRequest.Jit jit = jit();
      if (jit != null && !mode.equalsIgnoreCase("jit")) {
        throw usage("--issuer, --audience, --jwks-url and --claim belong to mode jit alone");
      }
      DirectoryEntry before = bridge.directory(name);
      if (!yes.said() && (jit != null || !before.mode().equalsIgnoreCase(mode))) {
        return ask(wouldSwitch(bridge, before));
      }
      ModeSwitch now = bridge.switchMode(name, new ModeRequest(mode, jit));
      NewToken token = now.token();
      if (json) {
        out().println(Json.write(now));
      } else if (token != null) {
        out().println(token.secret());
      }
      err()
          .println(
              token == null
                  ? "directory "
                      + name
                      + " is in mode "
                      + now.directory().mode()
                      + "; "
                      + switch (now.revoked()) {
                        case 0 -> "no token is revoked";
                        case 1 -> "1 token is revoked";
                        default -> now.revoked() + " tokens are revoked";
                      }
                  : "directory "
                      + name
                      + " takes SCIM requests at "
                      + url(bridge.status(), now.directory())
                      + " with token "
                      + token.token().id()
                      + ", whose secret is not shown again");
      return ExitCode.DONE;
    }

    private ModeRequest.@Nullable Jit jit() {
      return issuer == null && audience == null && jwksUrl == null && claims.isEmpty()
          ? null
          : new ModeRequest.Jit(issuer, audience, jwksUrl, claims);
    }

    private String wouldSwitch(AdminOperations bridge, DirectoryEntry before) {
      String to = mode.toUpperCase(Locale.ROOT);
      if (to.equals("SCIM")) {
        return "switch directory "
            + name
            + " from "
            + before.mode()
            + " to SCIM and make a token for it"
            + (before.mode().equals("JIT") ? "; sign-ins are refused from then on" : "");
      }
      if (before.mode().equals(to)) {
        return "change whose ID tokens count for directory " + name;
      }
      return "switch directory "
          + name
          + " from "
          + before.mode()
          + " to "
          + to
          + (before.mode().equals("SCIM")
              ? " and revoke "
                  + live(bridge.tokens(name))
                  + ": every SCIM request is refused from then on"
              : ": sign-ins are refused from then on")
          + "; users, groups and accounts stay";
    }

    private static String live(List<TokenEntry> tokens) {
      String names =
          tokens.stream()
              .filter(t -> t.state().equals("live") || t.state().equals("replaced"))
              .map(t -> t.id() + " (" + t.name() + ")")
              .collect(Collectors.joining(", "));
      return names.isEmpty() ? "no token, as it has none" : "its tokens " + names;
    }

    /** Where the daemon listens, as far as one runs. */
    private static String url(Status status, DirectoryEntry directory) {
      String intake = status.intake();
      return intake == null
          ? directory.basePath()
          : intake.replaceFirst("/scim/v2$", "") + directory.basePath();
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = {
        "Deletes a directory with its users, groups and tokens, once no app follows it.",
        "Nothing changes in any app."
      })
  static final class Delete extends Verb {
    @Parameters(paramLabel = "NAME", description = "As directory list shows it.")
    private String name = "";

    @Mixin private YesOption yes = new YesOption();

    Delete(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      if (!yes.said()) {
        DirectoryContents held = bridge.directoryContents(name);
        return ask(
            "delete directory "
                + name
                + " with "
                + held.users()
                + " users, "
                + held.groups()
                + " groups and "
                + held.tokens()
                + " live tokens; accounts and teams in apps stay"
                + (held.apps().isEmpty()
                    ? ""
                    : "; it is refused as long as "
                        + String.join(", ", held.apps())
                        + " follow it"));
      }
      return done(bridge.deleteDirectory(name));
    }
  }

  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Changes how a directory reads requests; in force within seconds.",
        "dialect=auto|rfc|okta|entra|...  strictness=lenient|strict",
        "remove-all-members=auto|honour|refuse  unknown-attributes=auto|ignore|keep|refuse",
        "foreign-emails=allow|refuse: whether an e-mail address of another directory is a 409"
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
    JitSettings jit = directory.jit();
    if (jit != null) {
      table.row("ID tokens of", jit.issuer());
      table.row("for audience", jit.audience());
      table.row("with keys at", jit.jwksUrl());
      table.row(
          "claims",
          jit.claims().isEmpty()
              ? "as usual"
              : jit.claims().entrySet().stream()
                  .map(claim -> claim.getKey() + "=" + claim.getValue())
                  .collect(Collectors.joining(" ")));
    }
    table.row("last heard", directory.idpLastSeen() == null ? "never" : directory.idpLastSeen());
    table.row("dialect", dialect(directory));
    table.row("strictness", directory.settings().get("strictness"));
    table.row(
        "remove-all-members", shown(directory, "remove-all-members", directory.removeAllMembers()));
    table.row(
        "unknown-attributes",
        shown(directory, "unknown-attributes", directory.unknownAttributes()));
    table.row("foreign-emails", directory.settings().get("foreign-emails"));
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
