package dev.idbridge.directory;

import dev.idbridge.model.Filter;
import dev.idbridge.model.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * A part of a search's answer that the tables bring in order: rows of one type for which a look-up
 * holds, less those that do not match the rest of the filter.
 *
 * @param rest null when the look-up says it all
 * @param order null for the order of creation
 */
record Run(
    ResourceType type,
    Lookup lookup,
    @Nullable Filter rest,
    @Nullable Order order,
    boolean descending) {
  Run narrowed(Lookup more) {
    return new Run(type, Lookup.both(lookup, more), rest, order, descending);
  }

  Run with(Lookup resolved) {
    return new Run(type, resolved, rest, order, descending);
  }

  Run inOrder(@Nullable Order column, boolean turned) {
    return new Run(type, lookup, rest, column, turned);
  }
}
