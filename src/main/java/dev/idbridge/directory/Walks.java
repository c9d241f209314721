package dev.idbridge.directory;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of walks by startIndex ended, so that the next page begins there instead of
 * counting off everything before it. Forgets the oldest first, and everything after some minutes:
 * whoever comes later is counted off anew. Thread-safe.
 */
final class Walks {
  private static final int MOST = 20_000;

  /** How long a place is good for the next page. */
  private static final long KEPT = Duration.ofMinutes(5).toNanos();

  /** How long a total is good without counting again. */
  private static final long COUNTED = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanos;
  private final Map<Page, Mark> marks =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Page, Mark> eldest) {
          return size() > MOST;
        }
      };

  Walks(LongSupplier nanos) {
    this.nanos = nanos;
  }

  private record Page(long question, int startIndex) {}

  /**
   * What a page knows when it begins.
   *
   * @param after the last resource of the page before
   * @param total how many there were
   */
  record Mark(Search.Position after, long total, long countedAt, long markedAt) {}

  synchronized @Nullable Mark find(long question, int startIndex) {
    Mark mark = marks.get(new Page(question, startIndex));
    return mark == null || nanos.getAsLong() - mark.markedAt > KEPT ? null : mark;
  }

  boolean fresh(Mark mark) {
    return nanos.getAsLong() - mark.countedAt < COUNTED;
  }

  /**
   * Notes where the next page begins.
   *
   * @param before the mark this page began with, when its total still counts
   */
  synchronized void remember(
      long question, int next, Search.Position after, long total, @Nullable Mark before) {
    long now = nanos.getAsLong();
    Page page = new Page(question, next);
    marks.remove(page);
    marks.put(page, new Mark(after, total, before == null ? now : before.countedAt, now));
  }
}
