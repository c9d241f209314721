package dev.idbridge.directory;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.filter.Place;
import java.util.List;

/**
 * The attributes that are declared filterable: which of them every write keeps look-up rows of, and
 * which of them can be answered from these rows. Thread-safe.
 */
public class ValueIndex {
  /** No attribute is declared. */
  public static final ValueIndex NONE = new ValueIndex();

  private volatile List<Entry> entries = List.of();

  ValueIndex() {}

  /**
   * One declared attribute.
   *
   * @param complete whether every resource has its rows
   */
  record Entry(long id, ResourceType type, Place place, boolean complete) {}

  void set(List<Entry> all) {
    entries = List.copyOf(all);
  }

  /** What the rows of a resource of this type are made of. */
  final List<Entry> written(ResourceType type) {
    return entries.stream().filter(entry -> entry.type() == type).toList();
  }

  /** The id of the attribute when its rows can be relied on, else 0. */
  final long answering(ResourceType type, AttributePath path) {
    for (Entry entry : entries) {
      if (entry.complete() && entry.type() == type && entry.place().path().equals(path)) {
        return entry.id();
      }
    }
    return 0;
  }
}
