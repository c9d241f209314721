package dev.idbridge.admin;

import java.util.List;
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
}
