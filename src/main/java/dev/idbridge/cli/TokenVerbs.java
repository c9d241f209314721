package dev.idbridge.cli;

import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.NewToken;
import dev.idbridge.admin.Page;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Bearer tokens and OAuth clients that identity providers use.",
    synopsisSubcommandLabel = "VERB")
final class TokenVerbs {
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes a token and prints its secret, this once.")
  static final class Create extends InDirectory {
    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "Who uses it, such as okta (default: idp).")
    private String name = "idp";

    @Option(
        names = "--expires",
        paramLabel = "WHEN",
        description =
            "When it ends: a duration from now (P90D) or a time in UTC; never by default.")
    private @Nullable String expires;

    @Option(
        names = "--kind",
        paramLabel = "KIND",
        description =
            "bearer, or client: an OAuth client whose id is told and whose secret is printed; for"
                + " /oauth/token and Basic (default: bearer).")
    private String kind = "bearer";

    @Option(
        names = "--scope",
        paramLabel = "SCOPE",
        description = "full, or read-only: writes are refused (default: full).")
    private String scope = "full";

    Create(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Instant end =
          expires == null ? null : Moment.from(expires, Clock.systemUTC(), this::usage, true);
      NewToken made = bridge.createToken(directory, name, kind, scope, end);
      print(made, () -> out().println(made.secret()));
      err()
          .println(
              "token "
                  + made.token().id()
                  + " for directory "
                  + directory
                  + " made; its secret is not shown again"
                  + (made.token().clientId() == null
                      ? ""
                      : "; the client's id is " + made.token().clientId()));
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows the tokens of a directory.")
  static final class Show extends InDirectory {
    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return print(
          new Page<>(bridge.tokens(directory), null),
          "directory "
              + directory
              + " has no token; make one with: idbridge token create --directory "
              + directory,
          new Table(
              "ID",
              "NAME",
              "SCOPE",
              "STATE",
              "CREATED",
              "EXPIRES",
              "LAST USED",
              "FROM",
              "REPLACED BY",
              "STILL USED",
              "CLIENT"),
          t ->
              new @Nullable Object[] {
                t.id(),
                t.name(),
                t.scope(),
                t.state(),
                t.created(),
                t.expires(),
                t.lastUsed(),
                t.lastUsedFrom(),
                t.replacedBy(),
                t.usedSinceReplaced() == null ? null : t.usedSinceReplaced() ? "yes" : "no",
                t.clientId()
              });
    }
  }

  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a token that replaces another, and prints its secret, this once.",
        "Both work until the overlap ends; token list shows whether the old one is still used."
      })
  static final class Rotate extends InDirectory {
    @Parameters(paramLabel = "ID", description = "As token list shows it.")
    private String id = "";

    @Option(
        names = "--overlap",
        paramLabel = "DURATION",
        description = "How long the old one goes on working, such as P7D (default: PT24H).")
    private Duration overlap = AdminApi.OVERLAP;

    @Option(
        names = "--expires",
        paramLabel = "WHEN",
        description =
            "When the new one ends: a duration from now (P90D) or a time in UTC; by default it"
                + " lasts as long as the old one was made to.")
    private @Nullable String expires;

    Rotate(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      Instant end =
          expires == null ? null : Moment.from(expires, Clock.systemUTC(), this::usage, true);
      NewToken made = bridge.rotateToken(directory, id, overlap, end);
      print(made, () -> out().println(made.secret()));
      err()
          .println(
              "token "
                  + made.token().id()
                  + " replaces "
                  + id
                  + " of directory "
                  + directory
                  + ", which works for "
                  + overlap
                  + " more at most; the new secret is not shown again");
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Ends a token at once; its identity provider is refused from then on.")
  static final class Revoke extends InDirectory {
    @Parameters(paramLabel = "ID", description = "As token list shows it.")
    private String id = "";

    @Mixin private YesOption yes = new YesOption();

    Revoke(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      if (!yes.said()) {
        err()
            .println(
                "would end token "
                    + id
                    + " of directory "
                    + directory
                    + ": every request with it is refused from then on; add --yes to do it");
        return ExitCode.USAGE;
      }
      bridge.revokeToken(directory, id);
      err().println("token " + id + " of directory " + directory + " is revoked");
      return ExitCode.DONE;
    }
  }
}
