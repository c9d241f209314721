package dev.idbridge.directory;

import dev.idbridge.directory.Resources.Page;
import dev.idbridge.directory.Search.Position;
import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.filter.Place;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ScimSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search that no index brings in order. Every row is looked at, no more of them than
 * the limit, and of each only its key is kept, and only while it may stand on the page.
 */
final class Sorting {
  private final Rows rows;
  private final Search search;
  private final List<Run> runs;
  private final Map<Run, Matches> rests;
  private final ScimSchema schemas;
  private final Walks walks;
  private final long question;

  /** The order of the answer: the later a row stands in it, the larger. */
  private final Comparator<Keyed> order;

  /**
   * @param runs one for each type, in the order of creation
   */
  Sorting(
      Rows rows,
      Search search,
      List<Run> runs,
      Map<Run, Matches> rests,
      ScimSchema schemas,
      Walks walks,
      long question) {
    this.rows = rows;
    this.search = search;
    this.runs = runs;
    this.rests = rests;
    this.schemas = schemas;
    this.walks = walks;
    this.question = question;
    Comparator<Keyed> rising =
        Comparator.comparing(Keyed::key, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparingLong(Keyed::id);
    this.order = search.descending() ? rising.reversed() : rising;
  }

  private record Keyed(int run, @Nullable String key, long id) {
    Position position() {
      return new Position(run, key, id);
    }
  }

  Page page(int limit) {
    Listing.checkSize(rows, runs, limit);
    return switch (search.place()) {
      case Search.Place.Index index -> numbered(index.startIndex());
      case Search.Place.Beside beside -> beside(beside);
    };
  }

  private Page numbered(int start) {
    int count = search.count();
    Walks.Mark mark = start > 1 && count > 0 ? walks.find(question, start) : null;
    Pass pass =
        mark == null
            ? new Pass(null, false, (int) Math.min(start - 1L + count, Integer.MAX_VALUE))
            : new Pass(mark.after(), false, count);
    pass.run();
    List<Keyed> sorted = pass.sorted();
    int skip = mark == null ? Math.min(start - 1, sorted.size()) : 0;
    List<Listing.Item> items = loaded(sorted.subList(skip, sorted.size()));
    if (!items.isEmpty() && count > 0) {
      Position last = items.getLast().position();
      walks.remember(question, start + items.size(), last, pass.total, null);
    }
    return Page.of(pass.total, count == 0 ? List.of() : Listing.resources(items));
  }

  private Page beside(Search.Place.Beside place) {
    int count = search.count();
    Pass pass = new Pass(place.from(), place.back(), count + 1);
    pass.run();
    List<Keyed> sorted = pass.sorted();
    boolean more = sorted.size() > count;
    if (more) {
      // The one too many stands farthest from where the page begins.
      sorted = place.back() ? sorted.subList(1, count + 1) : sorted.subList(0, count);
    }
    return Listing.page(
        place.total() < 0 ? pass.total : place.total(), loaded(sorted), place, more);
  }

  /** One look at every row. */
  private final class Pass {
    private final @Nullable Keyed from;
    private final boolean back;
    private final int most;
    private final PriorityQueue<Keyed> kept;
    private long total;

    Pass(@Nullable Position from, boolean back, int most) {
      this.from = from == null ? null : new Keyed(from.run(), from.key(), from.id());
      this.back = back;
      this.most = most;
      this.kept = new PriorityQueue<>(back ? order : order.reversed());
    }

    void run() {
      for (int i = 0; i < runs.size(); i++) {
        Run run = runs.get(i);
        Matches rest = rests.get(run);
        Position last = null;
        List<Resource> chunk;
        do {
          chunk = rows.beside(run, last, false, Listing.CHUNK);
          for (Resource resource : rest == null ? chunk : rest.of(chunk, rows)) {
            total++;
            keep(new Keyed(i, key(resource), resource.id()));
          }
          last = chunk.isEmpty() ? last : new Position(i, null, chunk.getLast().id());
        } while (chunk.size() == Listing.CHUNK);
      }
    }

    private void keep(Keyed keyed) {
      if (most == 0 || (from != null && (order.compare(keyed, from) > 0) == back)) {
        return;
      }
      if (from != null && order.compare(keyed, from) == 0) {
        return;
      }
      kept.add(keyed);
      if (kept.size() > most) {
        kept.poll();
      }
    }

    List<Keyed> sorted() {
      List<Keyed> sorted = new ArrayList<>(kept);
      sorted.sort(order);
      return sorted;
    }
  }

  private List<Listing.Item> loaded(List<Keyed> sorted) {
    Map<Long, Resource> found = new HashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      int run = i;
      List<Long> ids = sorted.stream().filter(k -> k.run() == run).map(Keyed::id).toList();
      for (Resource resource : rows.byId(runs.get(i).type(), ids)) {
        found.put(resource.id(), resource);
      }
    }
    List<Listing.Item> items = new ArrayList<>();
    for (Keyed keyed : sorted) {
      Resource resource = found.get(keyed.id());
      if (resource != null) {
        items.add(new Listing.Item(resource, keyed.position()));
      }
    }
    return items;
  }

  /** The primary element of a multi-valued attribute counts, or its first. */
  private @Nullable String key(Resource resource) {
    AttributePath path = path(resource.type());
    if (path == null) {
      return null;
    }
    Place place = Place.of(schemas.of(resource.type()), path);
    Object value = value(place, resource);
    String key = value == null ? null : ValueKey.of(place.def(), value);
    return key == null ? null : TextColumn.cut(key, TextColumn.CUT);
  }

  private static @Nullable Object value(Place place, Resource resource) {
    AttributeDef attribute = place.attribute();
    String sub = place.path().sub();
    if (attribute.multiValued() && sub != null && place.raw(resource) instanceof List<?> elements) {
      Object chosen = elements.isEmpty() ? null : elements.getFirst();
      for (Object element : elements) {
        if (element instanceof Attributes complex && complex.flag("primary", false)) {
          chosen = element;
        }
      }
      return chosen instanceof Attributes complex ? complex.get(sub) : null;
    }
    List<@Nullable Object> values = place.values(resource);
    return values.isEmpty() ? null : values.getFirst();
  }

  private @Nullable AttributePath path(ResourceType type) {
    for (Search.Wanted wanted : search.wanted()) {
      if (wanted.type() == type) {
        return wanted.sort();
      }
    }
    return null;
  }
}
