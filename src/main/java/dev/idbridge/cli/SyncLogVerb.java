package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.SyncLogQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
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

  @Option(names = "--resource", paramLabel = "ID", description = "Only this user or group.")
  private @Nullable String resource;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "Not before: a duration back from now (PT1H) or a time in UTC.")
  private @Nullable String since;

  @Option(names = "--oldest-first", description = "In the order in which it happened.")
  private boolean oldestFirst;

  @Mixin private PageOptions page = new PageOptions();

  SyncLogVerb(Composition composition) {
    super(composition);
  }

  @Override
  int run(AdminOperations bridge) {
    Instant from = since == null ? null : Moment.from(since, Clock.systemUTC(), this::usage, false);
    String word = result == null ? null : result.toUpperCase(Locale.ROOT);
    return print(
        bridge.syncLog(
            new SyncLogQuery(app, word, direction, resource, from, !oldestFirst, page.request())),
        "nothing in the sync log matches",
        new Table("AT", "DIR", "RESULT", "APP", "ACTION", "TYPE", "RESOURCE", "TARGET", "REASON"),
        line ->
            new @Nullable Object[] {
              line.at(),
              line.direction(),
              line.result(),
              line.app(),
              line.action(),
              line.type(),
              line.resource(),
              line.target(),
              line.reason()
            });
  }
}
