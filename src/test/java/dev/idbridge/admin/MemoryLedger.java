package dev.idbridge.admin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A ledger in memory, for tests of what stands above the store. */
public final class MemoryLedger implements LedgerReads {
  public final List<SyncLogLine> lines = new CopyOnWriteArrayList<>();
  public final List<DeadLetter> letters = new ArrayList<>();
  public final List<Lane> lanes = new ArrayList<>();

  public MemoryLedger effect(int id, String app, String result, String target) {
    Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(id);
    lines.add(
        new SyncLogLine(
            String.valueOf(id),
            at,
            "out",
            result,
            "default",
            app,
            "create",
            "account",
            "77",
            target,
            null,
            null,
            "r-9",
            result.equals("FAILED") ? "the app said 409" : null,
            "5",
            "6",
            2,
            1,
            null,
            null,
            null,
            null,
            null));
    return this;
  }

  @Override
  public Set<String> appNames() {
    return Set.of("crm");
  }

  @Override
  public List<String> warnings() {
    return List.of();
  }

  @Override
  public List<AppStatus> apps() {
    return List.of(
        new AppStatus(
            "crm",
            "scim",
            "paused",
            "an operator paused it",
            Map.of("due", 3L, "dead", 1L),
            letters.size(),
            5,
            Instant.parse("2026-01-01T00:00:00Z")));
  }

  @Override
  public Page<SyncLogLine> syncLog(SyncLogQuery query) {
    Comparator<SyncLogLine> order = Comparator.comparingInt(l -> Integer.parseInt(l.id()));
    return page(
        lines.stream()
            .filter(l -> query.app() == null || query.app().equals(l.app()))
            .filter(l -> query.result() == null || query.result().equals(l.result()))
            .filter(l -> query.direction() == null || query.direction().equals(l.direction()))
            .filter(l -> query.since() == null || !l.at().isBefore(query.since()))
            .sorted(query.newestFirst() ? order.reversed() : order)
            .toList(),
        SyncLogLine::id,
        query.page());
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterQuery query) {
    return page(letters, DeadLetter::id, query.page());
  }

  @Override
  public Optional<DeadLetter> deadLetter(String id) {
    return letters.stream().filter(l -> l.id().equals(id)).findFirst();
  }

  @Override
  public Page<Lane> lanes(String app, @Nullable String state, PageRequest page) {
    return page(
        lanes.stream().filter(l -> state == null || state.equals(l.state())).toList(),
        Lane::id,
        page);
  }

  private static <T> Page<T> page(List<T> all, Function<T, String> key, PageRequest request) {
    int from = 0;
    if (request.after() != null) {
      while (from < all.size() && !key.apply(all.get(from)).equals(request.after())) {
        from++;
      }
      from++;
    }
    int to = Math.min(all.size(), from + request.limit());
    List<T> items = from >= all.size() ? List.of() : all.subList(from, to);
    return new Page<>(items, to < all.size() ? key.apply(all.get(to - 1)) : null);
  }
}
