package dev.idbridge.admin;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AppView;
import dev.idbridge.ledger.LedgerQueries.LaneView;
import dev.idbridge.ledger.LedgerQueries.Letter;
import dev.idbridge.ledger.LedgerQueries.Line;
import dev.idbridge.ledger.LedgerQueries.LineQuery;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.model.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link LedgerReads} over the ledger's queries. Thread-safe. */
public final class StoreLedger implements LedgerReads {
  private final LedgerQueries queries;
  private final Directories directories;
  private final Function<String, Optional<AppState>> running;

  /**
   * What only the running daemon knows of an app.
   *
   * @param state active, throttled, unavailable or auth-failed
   */
  public record AppState(String state, String reason) {}

  /**
   * @param running the state of an app in this process; empty where no deliveries run
   */
  public StoreLedger(
      LedgerQueries queries,
      Directories directories,
      Function<String, Optional<AppState>> running) {
    this.queries = queries;
    this.directories = directories;
    this.running = running;
  }

  @Override
  public List<AppStatus> apps() {
    return queries.apps().stream().map(this::app).toList();
  }

  private AppStatus app(AppView app) {
    AppState state = new AppState(app.state(), app.reason());
    if (app.state().equals("active")) {
      state = running.apply(app.name()).orElse(state);
    }
    return new AppStatus(
        app.name(),
        app.connector(),
        state.state(),
        state.reason().isEmpty() ? null : state.reason(),
        app.lanes(),
        app.deadLetters(),
        moment(app.oldestDueAt()));
  }

  @Override
  public Page<SyncLogLine> syncLog(SyncLogQuery query) {
    int limit = query.page().limit();
    List<Line> lines =
        queries.lines(
            new LineQuery(
                query.app(),
                query.result(),
                query.direction(),
                query.resource() == null ? 0 : id(query.resource()),
                query.since() == null ? 0 : query.since().toEpochMilli(),
                query.newestFirst(),
                after(query.page()),
                limit + 1));
    Map<Integer, String> apps =
        queries.apps().stream().collect(Collectors.toMap(AppView::id, AppView::name));
    Map<Long, String> names =
        directories.list().stream().collect(Collectors.toMap(Directory::id, Directory::name));
    return page(lines, limit, line -> line(line, apps, names), line -> Long.toString(line.id()));
  }

  private static SyncLogLine line(
      Line numbered, Map<Integer, String> apps, Map<Long, String> names) {
    SyncLine line = numbered.line();
    boolean member = line.memberId() != 0;
    long resource = member ? line.memberId() : line.resourceId();
    return new SyncLogLine(
        Long.toString(numbered.id()),
        Instant.ofEpochMilli(line.at()),
        line.direction(),
        line.outcome().name(),
        names.get(line.directory()),
        apps.get(line.app()),
        line.action().name(),
        member ? "member" : line.resourceType().toLowerCase(Locale.ROOT),
        number(resource),
        text(line.resourceName()),
        text(line.reason()),
        number(line.firstCause()),
        number(line.lastCause()),
        line.causes(),
        text(line.requestId()),
        line.status() == 0 ? null : line.status());
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterQuery query) {
    int limit = query.page().limit();
    return page(
        queries.letters(query.app(), 0, after(query.page()), limit + 1),
        limit,
        StoreLedger::letter,
        letter -> Long.toString(letter.id()));
  }

  @Override
  public Optional<DeadLetter> deadLetter(String id) {
    long number = Ids.parse(id).orElse(0);
    return number == 0
        ? Optional.empty()
        : queries.letters(null, number, 0, 1).stream().findFirst().map(StoreLedger::letter);
  }

  private static DeadLetter letter(Letter letter) {
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
        number(letter.lastCause()));
  }

  @Override
  public Page<Lane> lanes(String app, @Nullable String state, PageRequest page) {
    String kind = "";
    long target = 0;
    String after = page.after();
    if (after != null) {
      int dash = after.indexOf('-');
      kind = dash < 0 ? "" : after.substring(0, dash);
      target = id(after.substring(dash + 1));
    }
    return page(
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

  private static <S, T> Page<T> page(
      List<S> rows, int limit, Function<S, T> item, Function<S, String> key) {
    List<T> items = new ArrayList<>();
    rows.stream().limit(limit).map(item).forEach(items::add);
    return new Page<>(items, rows.size() > limit ? key.apply(rows.get(limit - 1)) : null);
  }

  private static long after(PageRequest page) {
    return page.after() == null ? 0 : id(page.after());
  }

  private static long id(String text) {
    return Ids.parse(text)
        .orElseThrow(() -> AdminRefused.invalid("'" + text + "' is no id of this bridge"));
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
