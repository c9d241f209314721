package dev.idbridge.admin;

import dev.idbridge.model.Ids;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a long answer. Keyset paging: pages stay right while rows come and go.
 *
 * @param limit at most this many, 1 to {@link #MOST}
 * @param after {@link Page#next} of the page before; null for the first
 */
public record PageRequest(int limit, @Nullable String after) {
  public static final int MOST = 1000;
  public static final int USUAL = 100;

  public PageRequest {
    if (limit < 1 || limit > MOST) {
      throw AdminRefused.invalid("limit is " + limit + ", must be from 1 to " + MOST);
    }
  }

  /** Where a list in the order of ids goes on; 0 for the first page. */
  long afterId() {
    return after == null ? 0 : id(after);
  }

  /** An id that somebody wrote. */
  static long id(String text) {
    return Ids.parse(text)
        .orElseThrow(() -> AdminRefused.invalid("'" + text + "' is no id of this bridge"));
  }
}
