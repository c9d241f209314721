package dev.idbridge.admin;

import dev.idbridge.admin.LiveApps.AppState;
import dev.idbridge.directory.Chains;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.Tokens;
import dev.idbridge.ledger.LaneCounts;
import dev.idbridge.ledger.LaneCounts.Counts;
import dev.idbridge.ledger.LaneCounts.Tally;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AppView;
import dev.idbridge.ledger.LedgerQueries.LaneView;
import dev.idbridge.ledger.LedgerQueries.Letter;
import dev.idbridge.ledger.LedgerQueries.Line;
import dev.idbridge.ledger.LedgerQueries.LineQuery;
import dev.idbridge.ledger.LedgerQueries.TargetView;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.model.Ids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link LedgerReads} over the ledger's queries. Thread-safe. */
public final class StoreLedger implements LedgerReads {
  private final LedgerQueries queries;
  private final LaneCounts counts;
  private final Directories directories;
  private final Tokens tokens;
  private final Names names;
  private final LiveApps live;
  private final Chains chains;
  private final ScopeWatch scopes;
  private final Clock clock;

  /**
   * @param live the apps of this process; {@link LiveApps#NONE} where no deliveries run
   */
  public StoreLedger(
      LedgerQueries queries,
      LaneCounts counts,
      Directories directories,
      Tokens tokens,
      Names names,
      LiveApps live,
      Chains chains,
      Clock clock) {
    this.queries = queries;
    this.counts = counts;
    this.directories = directories;
    this.tokens = tokens;
    this.names = names;
    this.live = live;
    this.chains = chains;
    this.scopes = new ScopeWatch(queries, names);
    this.clock = clock;
  }

  @Override
  public Set<String> appNames() {
    return new TreeSet<>(queries.names().values());
  }

  @Override
  public List<String> warnings() {
    return scopes.warnings(null);
  }

  List<String> warnings(AppView app) {
    return scopes.warnings(app.name());
  }

  @Override
  public List<AppStatus> apps() {
    Counts now = counts.counts();
    return queries.apps().stream().map(app -> status(app, now.of(app.id()))).toList();
  }

  AppStatus status(AppView app) {
    return status(app, counts.counts().of(app.id()));
  }

  private AppStatus status(AppView app, Tally tally) {
    AppState state = live.state(app.name()).orElseGet(() -> asStored(app));
    return new AppStatus(
        app.name(),
        app.connector(),
        state.state(),
        state.reason().isEmpty() ? null : state.reason(),
        tally.lanes(),
        tally.deadLetters(),
        tally.parked(),
        moment(tally.oldestDueAt()));
  }

  private AppState asStored(AppView app) {
    boolean paused = app.state().equals("active") && app.pausedUntil() > clock.millis();
    return paused
        ? new AppState("paused", "by " + app.pausedBy() + ": " + app.pausedReason())
        : new AppState(app.state(), app.reason());
  }

  @Override
  public Page<SyncLogLine> syncLog(SyncLogQuery query) {
    int limit = query.page().limit();
    List<Long> about = new ArrayList<>();
    if (query.resource() != null) {
      about.add(PageRequest.id(query.resource()));
    }
    List<Long> groups = ids(query.group(), names::groups, "group");
    about.addAll(ids(query.user(), names::users, "user"));
    List<Line> lines =
        queries.lines(
            new LineQuery(
                query.app(),
                query.result(),
                query.direction(),
                query.action(),
                about,
                groups,
                query.request(),
                since(query),
                query.until() == null ? 0 : query.until().toEpochMilli(),
                query.newestFirst(),
                query.page().afterId(),
                limit + 1));
    Words words = words(lines);
    return Page.of(lines, limit, words::line, line -> Long.toString(line.id()));
  }

  /**
   * No index finds the lines of a request: unless something else narrows them, a day of lines is
   * looked at.
   */
  private long since(SyncLogQuery query) {
    if (query.since() != null) {
      return query.since().toEpochMilli();
    }
    boolean narrow = query.resource() != null || query.user() != null || query.group() != null;
    return query.request() == null || narrow ? 0 : clock.millis() - Duration.ofDays(1).toMillis();
  }

  /** The ids of a name that is there or was; an id stands for itself. */
  private static List<Long> ids(
      @Nullable String text, Function<String, List<Long>> look, String what) {
    if (text == null) {
      return List.of();
    }
    List<Long> found = new ArrayList<>(look.apply(text));
    Ids.parse(text).ifPresent(found::add);
    if (found.isEmpty()) {
      throw AdminRefused.notFound(
          "no directory has a " + what + " '" + text + "', live or deleted");
    }
    return found;
  }

  private Words words(List<Line> lines) {
    Map<Long, String> tokenNames = new HashMap<>();
    lines.stream()
        .map(Line::line)
        .filter(line -> line.token() != 0)
        .map(SyncLine::directory)
        .distinct()
        .forEach(
            directory ->
                tokens.list(directory).forEach(token -> tokenNames.put(token.id(), token.name())));
    return new Words(
        queries.names(),
        directories.list().stream().collect(Collectors.toMap(Directory::id, Directory::name)),
        tokenNames,
        chains.changes(
            lines.stream()
                .map(Line::line)
                .filter(line -> line.direction().equals("in") && line.token() == 0)
                .map(SyncLine::firstCause)
                .filter(cause -> cause != 0)
                .collect(Collectors.toSet())),
        names.of(
            lines.stream()
                .map(line -> line.line().memberId())
                .filter(id -> id != 0)
                .collect(Collectors.toSet())));
  }

  /** Names for the ids on one page. */
  private record Words(
      Map<Integer, String> apps,
      Map<Long, String> directories,
      Map<Long, String> tokens,
      Map<Long, Chains.Change> changes,
      Map<Long, String> members) {

    SyncLogLine line(Line numbered) {
      SyncLine line = numbered.line();
      boolean member = line.memberId() != 0;
      return new SyncLogLine(
          Long.toString(numbered.id()),
          Instant.ofEpochMilli(line.at()),
          line.direction(),
          line.outcome().name(),
          directories.get(line.directory()),
          apps.get(line.app()),
          line.action().name(),
          member ? "member" : line.resourceType().toLowerCase(Locale.ROOT),
          number(member ? line.memberId() : line.resourceId()),
          text(line.resourceName()),
          member ? number(line.resourceId()) : null,
          member ? members.get(line.memberId()) : null,
          text(line.remoteId()),
          text(line.reason()),
          number(line.firstCause()),
          number(line.lastCause()),
          line.causes(),
          line.attempt(),
          text(line.requestId()),
          tokens.get(line.token()),
          actor(line),
          line.status() == 0 ? null : line.status(),
          text(line.scimType()));
    }

    private @Nullable String actor(SyncLine line) {
      Chains.Change change = changes.get(line.firstCause());
      return change == null || line.token() != 0 ? null : text(change.actor());
    }
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterQuery query) {
    int limit = query.page().limit();
    return Page.of(
        queries.letters(query.app(), query.kind(), 0, query.page().afterId(), limit + 1),
        limit,
        StoreLedger::letter,
        letter -> Long.toString(letter.id()));
  }

  @Override
  public Optional<DeadLetter> deadLetter(String id) {
    long number = Ids.parse(id).orElse(0);
    return number == 0
        ? Optional.empty()
        : queries.letters(null, null, number, 0, 1).stream().findFirst().map(this::whole);
  }

  private static DeadLetter letter(Letter letter) {
    return letter(letter, null, null);
  }

  /** With what was to be done, and what a person can do. */
  private DeadLetter whole(Letter letter) {
    TargetView target = queries.target(letter.appId(), letter.kind(), letter.target());
    return letter(
        letter,
        plan(letter, target),
        Suggestion.of(
            Long.toString(letter.id()),
            letter.app(),
            letter.reason(),
            letter.member() != 0 || target.state().equals("dead"),
            letter.member() != 0 || target.revived()));
  }

  private static String plan(Letter letter, TargetView target) {
    String there =
        target.remoteId().isEmpty()
            ? "not linked to anything in the app yet"
            : (target.origin().equals("OURS") ? "made by us" : "found there")
                + ", "
                + target.label()
                + " ("
                + target.remoteId()
                + ") in the app";
    String object =
        letter.member() != 0
            ? "user " + letter.name() + " (" + letter.member() + ") of team " + letter.target()
            : letter.kind().word() + " of " + letter.name() + " (" + letter.target() + ")";
    return letter.action() + " " + object + "; " + there;
  }

  private static DeadLetter letter(
      Letter letter, @Nullable String plan, @Nullable String suggestion) {
    return new DeadLetter(
        Long.toString(letter.id()),
        letter.app(),
        letter.kind().word(),
        text(letter.name()),
        number(letter.member() == 0 ? letter.target() : letter.member()),
        letter.attempts(),
        moment(letter.firstFailedAt()),
        Instant.ofEpochMilli(letter.at()),
        letter.action() + ": " + letter.reason(),
        number(letter.lastCause()),
        plan,
        suggestion);
  }

  @Override
  public Page<Lane> lanes(String app, @Nullable String state, PageRequest page) {
    String kind = "";
    long target = 0;
    String after = page.after();
    if (after != null) {
      int dash = after.indexOf('-');
      kind = dash < 0 ? "" : after.substring(0, dash);
      target = PageRequest.id(after.substring(dash + 1));
    }
    return Page.of(
        queries.lanes(app, state, kind, target, page.limit() + 1),
        page.limit(),
        lane -> lane(app, lane),
        lane -> lane.kind() + "-" + lane.target());
  }

  private static Lane lane(String app, LaneView lane) {
    return new Lane(
        lane.kind() + "-" + lane.target(),
        app,
        lane.kind(),
        null,
        Long.toString(lane.target()),
        lane.state(),
        lane.attempts(),
        moment(lane.dueAt()),
        moment(lane.firstFailedAt()),
        text(lane.reason()));
  }

  private static @Nullable Instant moment(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }

  private static @Nullable String number(long id) {
    return id == 0 ? null : Long.toString(id);
  }
}
