package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.Happening;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.SyncLogLine;
import dev.idbridge.admin.UserDetail;
import dev.idbridge.admin.UserDetail.InApp;
import dev.idbridge.admin.UserDetail.InGroup;
import dev.idbridge.admin.UserDetail.InTeam;
import dev.idbridge.admin.UserQuery;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs that tell of users. */
final class UserReadVerbs {
  private UserReadVerbs() {}

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows users, oldest first.")
  static final class Show extends Verb {
    @Option(
        names = "--directory",
        paramLabel = "NAME",
        description = "Only this directory's (default: all).")
    private @Nullable String directory;

    @Option(
        names = "--user-name",
        paramLabel = "TEXT",
        description = "Only those whose userName begins like this.")
    private @Nullable String userName;

    @Option(names = "--active", description = "Only active ones.")
    private boolean active;

    @Option(names = "--inactive", description = "Only inactive ones.")
    private boolean inactive;

    @Mixin private PageOptions page = new PageOptions();

    Show(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      if (active && inactive) {
        throw usage("--active and --inactive exclude each other");
      }
      Boolean only = active ? Boolean.TRUE : inactive ? Boolean.FALSE : null;
      return print(
          bridge.users(new UserQuery(directory, userName, only, page.request())),
          "no user matches",
          new Table("ID", "USER", "DIRECTORY", "ACTIVE", "EXTERNAL ID", "MODIFIED"),
          user ->
              new @Nullable Object[] {
                user.id(),
                user.userName(),
                user.directory(),
                user.active() ? "yes" : "no",
                user.externalId(),
                user.modified()
              });
    }
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows one: attributes, groups, and how it is in every app.")
  static final class Read extends Verb {
    @Parameters(paramLabel = "USER", description = "Id or userName; deleted ones too.")
    private String user = "";

    Read(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      UserDetail detail = bridge.user(user);
      print(detail, () -> out().print(table(detail)));
      return ExitCode.DONE;
    }

    private static Table table(UserDetail user) {
      Table table = new Table("user", user.userName());
      table.row("id", user.id());
      table.row("directory", user.directory());
      table.row("state", user.deleted() ? "deleted" : user.active() ? "active" : "inactive");
      table.row("version", user.version());
      table.row("created", user.created());
      table.row("modified", user.modified());
      user.attributes().entrySet().stream()
          .sorted(java.util.Map.Entry.comparingByKey())
          .forEach(
              one ->
                  table.row(
                      one.getKey(),
                      one.getValue() instanceof String text ? text : Json.write(one.getValue())));
      table.row(
          "groups",
          user.groups().isEmpty()
              ? "none"
              : user.groups().stream().map(Read::text).collect(Collectors.joining(", ")));
      for (InApp app : user.apps()) {
        table.row("app " + app.app(), text(app));
        for (InTeam team : app.teams()) {
          table.row("", text(team));
        }
      }
      return table;
    }

    private static String text(InGroup group) {
      return (group.name() == null ? group.id() : group.name())
          + (group.direct() ? "" : " (by group)");
    }

    private static String text(InApp app) {
      String account =
          app.remote() == null
              ? "no account"
              : "account " + app.label() + " (" + app.remote() + ", " + app.origin() + ")";
      return account
          + (app.lane() == null ? "" : ", " + app.lane())
          + (app.why() == null ? "" : ": " + app.why());
    }

    private static String text(InTeam team) {
      return (team.held() ? "in " : "not in ")
          + (team.name() == null ? team.team() : team.name())
          + (team.state().equals("applied") ? "" : ", " + team.state())
          + (team.why() == null ? "" : ": " + team.why());
    }
  }

  @Command(
      name = "trace",
      mixinStandardHelpOptions = true,
      description = "Tells what happened to one, oldest first: changes, deliveries, refusals.")
  static final class Trace extends Verb {
    @Parameters(paramLabel = "USER", description = "Id or userName; deleted ones too.")
    private String user = "";

    @Mixin private PageOptions page = new PageOptions();

    Trace(Composition composition) {
      super(composition);
    }

    @Override
    int run(AdminOperations bridge) {
      return print(
          bridge.trace(user, page.request()),
          "nothing is noted of it",
          new Table("when", "kind", "result", "app", "action", "what", "by", "why"),
          Trace::row);
    }

    private static @Nullable Object[] row(Happening one) {
      Happening.Change change = one.change();
      SyncLogLine line = one.line();
      if (change != null) {
        return new @Nullable Object[] {
          one.at(),
          "change",
          "version " + change.version(),
          null,
          change.action(),
          "change " + one.id(),
          change.by() + (change.request() == null ? "" : " " + change.request()),
          change.detail()
        };
      }
      return line == null
          ? new @Nullable Object[8]
          : new @Nullable Object[] {
            one.at(),
            line.direction().equals("in") ? "request" : "delivery",
            line.result(),
            line.app(),
            line.action(),
            line.what(),
            line.by(),
            line.why()
          };
    }
  }
}
