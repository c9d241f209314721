package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.Json;
import dev.idbridge.admin.SyncLogExport;
import dev.idbridge.admin.SyncLogLine;
import dev.idbridge.admin.SyncLogQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "sync-log",
    mixinStandardHelpOptions = true,
    description = "Shows what came in and what was done in the apps, newest first.")
final class SyncLogVerb extends Verb {
  @Option(names = "--app", paramLabel = "NAME", description = "Only effects in this app.")
  private @Nullable String app;

  @Option(names = "--result", paramLabel = "WORD", description = "SUCCESS, SKIPPED or FAILED.")
  private @Nullable String result;

  @Option(names = "--direction", paramLabel = "WORD", description = "in or out.")
  private @Nullable String direction;

  @Option(names = "--action", paramLabel = "WORD", description = "Such as CREATE or MEMBER_ADD.")
  private @Nullable String action;

  @Option(names = "--resource", paramLabel = "ID", description = "Only this user or group.")
  private @Nullable String resource;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "Only this user, by userName or id, also as a member; deleted ones too.")
  private @Nullable String user;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "Only this group and its members, by displayName or id.")
  private @Nullable String group;

  @Option(
      names = "--request",
      paramLabel = "ID",
      description =
          "Only this request of an IdP; without --user, --group or --since, of the last day.")
  private @Nullable String request;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "Not before: a duration back from now (PT1H) or a time in UTC.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "WHEN", description = "Before: as --since.")
  private @Nullable String until;

  @Option(names = "--oldest-first", description = "In the order in which it happened.")
  private boolean oldestFirst;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv or json: every line that matches, whatever --limit says.")
  private @Nullable String format;

  @Option(names = "--follow", description = "Goes on with what happens, until it is interrupted.")
  private boolean follow;

  @Mixin private PageOptions page = new PageOptions();

  SyncLogVerb(Composition composition) {
    super(composition);
  }

  @Override
  int run(AdminOperations bridge) {
    SyncLogQuery query =
        new SyncLogQuery(
            app,
            upper(result),
            direction,
            upper(action),
            resource,
            user,
            group,
            request,
            moment(since),
            moment(until),
            !oldestFirst,
            page.request());
    if (follow) {
      if (format != null || oldestFirst) {
        throw usage("--follow goes with neither --format nor --oldest-first");
      }
      new SyncLogFollower(bridge, query, this::line, Clock.systemUTC()).run();
      return ExitCode.DONE;
    }
    if (format != null) {
      new SyncLogExport(bridge, query, SyncLogExport.Format.of(format)).writeTo(this::piece);
      return ExitCode.DONE;
    }
    return print(
        bridge.syncLog(query),
        "nothing in the sync log matches",
        new Table("AT", "DIR", "RESULT", "APP", "ACTION", "WHAT", "BY", "WHY"),
        SyncLogVerb::row);
  }

  private static @Nullable Object[] row(SyncLogLine line) {
    return new @Nullable Object[] {
      line.at(),
      line.direction(),
      line.result(),
      line.app(),
      line.action(),
      line.what(),
      line.by(),
      line.why().isEmpty() ? null : line.why()
    };
  }

  /** One line as it happens; false when nobody reads any more. */
  private boolean line(SyncLogLine line) {
    if (json) {
      out().println(Json.write(line));
    } else {
      out().println(Arrays.stream(row(line)).map(Table::cell).collect(Collectors.joining("  ")));
    }
    return !out().checkError();
  }

  private void piece(String text) {
    out().print(text);
    if (out().checkError()) {
      throw new AdminRefused(AdminRefused.Kind.CONFLICT, "nobody reads the export any more");
    }
  }

  private @Nullable Instant moment(@Nullable String text) {
    return text == null ? null : Moment.from(text, Clock.systemUTC(), this::usage, false);
  }

  private static @Nullable String upper(@Nullable String word) {
    return word == null ? null : word.toUpperCase(Locale.ROOT);
  }
}
