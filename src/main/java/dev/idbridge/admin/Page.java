package dev.idbridge.admin;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a long answer.
 *
 * @param next {@link PageRequest#after} of the next page; null on the last
 */
public record Page<T>(List<T> items, @Nullable String next) {
  public Page {
    items = List.copyOf(items);
  }

  /**
   * Of rows that were read with one beyond the page, which tells whether there is a next one.
   *
   * @param limit how many rows make a page
   * @param key of the last row of a page: where the next one goes on
   */
  static <S, T> Page<T> of(List<S> rows, int limit, Function<S, T> item, Function<S, String> key) {
    return new Page<>(
        rows.stream().limit(limit).map(item).toList(),
        rows.size() > limit ? key.apply(rows.get(limit - 1)) : null);
  }
}
