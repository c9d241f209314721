package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.Page;
import dev.idbridge.admin.PageRequest;
import dev.idbridge.admin.SyncLogLine;
import dev.idbridge.admin.SyncLogQuery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Shows lines of the sync log as they are written. A line may become visible a little after one
 * that is younger, since nodes commit side by side: the last seconds are read again each time, and
 * what was shown of them is remembered.
 */
final class SyncLogFollower {
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Duration EVERY = Duration.ofMillis(500);

  private final AdminOperations bridge;
  private final SyncLogQuery query;
  private final Predicate<SyncLogLine> show;
  private final Clock clock;
  private Map<String, Instant> shown = new HashMap<>();
  private Instant newest = Instant.EPOCH;

  /**
   * @param show shows a line; false ends the following
   */
  SyncLogFollower(
      AdminOperations bridge, SyncLogQuery query, Predicate<SyncLogLine> show, Clock clock) {
    this.bridge = bridge;
    this.query = query;
    this.show = show;
    this.clock = clock;
  }

  /** Until nobody reads, or the thread is interrupted. */
  void run() {
    Instant from = query.since() == null ? clock.instant() : query.since();
    while (!Thread.currentThread().isInterrupted()) {
      newest = from;
      if (!round(from)) {
        return;
      }
      Instant again = newest.minus(AGAIN);
      from = again.isAfter(from) ? again : from;
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  /** Everything since then that was not shown yet, the oldest first. */
  private boolean round(Instant from) {
    Map<String, Instant> recent = new HashMap<>();
    @Nullable String after = null;
    do {
      Page<SyncLogLine> page =
          bridge.syncLog(query.oldestFirst(from).at(new PageRequest(PageRequest.MOST, after)));
      for (SyncLogLine line : page.items()) {
        newest = line.at().isAfter(newest) ? line.at() : newest;
        recent.put(line.id(), line.at());
        if (!shown.containsKey(line.id()) && !show.test(line)) {
          return false;
        }
      }
      Instant window = newest.minus(AGAIN);
      recent.values().removeIf(at -> at.isBefore(window));
      after = page.next();
    } while (after != null);
    shown = recent;
    return true;
  }
}
