package dev.idbridge.directory;

import dev.idbridge.directory.Resources.Page;
import dev.idbridge.directory.Search.Position;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search that the tables bring in order: whole, or with a rest of the filter asked
 * row by row. Never holds more than a page and a chunk of rows.
 */
final class Listing {
  /** Rows read at a time where each has to be looked at. */
  static final int CHUNK = 500;

  /** Pages up to here are counted off exactly; beyond, walks are remembered. */
  private static final int DEEP = 1_000;

  private final Rows rows;
  private final Search search;
  private final List<Run> runs;
  private final Map<Run, Matches> rests;
  private final int limit;
  private final Walks walks;
  private final long question;

  /**
   * @param rests of those runs that have one
   * @param limit most rows looked at one by one
   */
  Listing(
      Rows rows,
      Search search,
      List<Run> runs,
      Map<Run, Matches> rests,
      int limit,
      Walks walks,
      long question) {
    this.rows = rows;
    this.search = search;
    this.runs = runs;
    this.rests = rests;
    this.limit = limit;
    this.walks = walks;
    this.question = question;
  }

  record Item(Resource resource, Position position) {}

  Page page() {
    return switch (search.place()) {
      case Search.Place.Index index -> rests.isEmpty() ? numbered(index) : scanned(index);
      case Search.Place.Beside beside -> beside(beside);
    };
  }

  private Page numbered(Search.Place.Index index) {
    int start = index.startIndex();
    int count = search.count();
    if (runs.size() == 1 && runs.getFirst().lookup().unique()) {
      List<Resource> found = rows.from(runs.getFirst(), 0, 1);
      return Page.of(found.size(), start == 1 && count > 0 ? found : List.of());
    }
    if (count == 0) {
      return Page.of(total(), List.of());
    }
    Walks.Mark mark = start > DEEP ? walks.find(question, start) : null;
    List<Item> items =
        mark == null ? skipping(start - 1L, count) : reading(mark.after(), false, count);
    boolean counted = false;
    long total;
    if (mark != null && items.size() == count && walks.fresh(mark)) {
      total = mark.total();
    } else if (mark == null && items.size() < count && (start == 1 || !items.isEmpty())) {
      // The page is the last one: what stands before it and what stands on it is all.
      total = start - 1L + items.size();
      counted = true;
    } else {
      total = total();
      counted = true;
    }
    remember(start, items, total, counted ? null : mark);
    return Page.of(total, resources(items));
  }

  private void remember(int start, List<Item> items, long total, Walks.@Nullable Mark mark) {
    if (!items.isEmpty()) {
      walks.remember(question, start + items.size(), items.getLast().position(), total, mark);
    }
  }

  private long total() {
    long total = 0;
    for (Run run : runs) {
      total += rows.count(run);
    }
    return total;
  }

  private List<Item> skipping(long skip, int most) {
    List<Item> items = new ArrayList<>();
    long left = skip;
    for (int i = 0; i < runs.size() && items.size() < most; i++) {
      Run run = runs.get(i);
      if (left > 0 && runs.size() > 1) {
        long size = rows.count(run);
        if (size <= left) {
          left -= size;
          continue;
        }
      }
      int offset = (int) Math.min(left, Integer.MAX_VALUE);
      List<Resource> page =
          offset > DEEP
              ? rows.farFrom(run, offset, most - items.size())
              : rows.from(run, offset, most - items.size());
      add(items, i, page);
      left = 0;
    }
    return items;
  }

  private void add(List<Item> items, int run, List<Resource> page) {
    Order order = runs.get(run).order();
    for (Resource resource : page) {
      String key = order == null ? null : order.key(resource);
      items.add(new Item(resource, new Position(run, key, resource.id())));
    }
  }

  /** Beside a place, nearest first, over the borders of the runs. */
  private List<Item> reading(@Nullable Position from, boolean back, int most) {
    List<Item> items = new ArrayList<>();
    int first = from == null ? (back ? runs.size() - 1 : 0) : from.run();
    int step = back ? -1 : 1;
    for (int i = first; i >= 0 && i < runs.size() && items.size() < most; i += step) {
      Position start = from != null && i == from.run() ? from : null;
      Matches rest = rests.get(runs.get(i));
      if (rest == null) {
        add(items, i, rows.beside(runs.get(i), start, back, most - items.size()));
      } else {
        scan(items, i, rest, start, back, most);
      }
    }
    return items;
  }

  private void scan(
      List<Item> items, int run, Matches rest, @Nullable Position from, boolean back, int most) {
    Position last = from;
    List<Resource> chunk;
    do {
      chunk = rows.beside(runs.get(run), last, back, CHUNK);
      List<Resource> matching = rest.of(chunk, rows);
      add(items, run, matching.subList(0, Math.min(matching.size(), most - items.size())));
      last = chunk.isEmpty() ? last : position(run, chunk.getLast());
    } while (chunk.size() == CHUNK && items.size() < most);
  }

  private Position position(int run, Resource resource) {
    Order order = runs.get(run).order();
    return new Position(run, order == null ? null : order.key(resource), resource.id());
  }

  // With a rest to ask, only a look at every row tells the total.
  private Page scanned(Search.Place.Index index) {
    int start = index.startIndex();
    Walks.Mark mark = start > 1 && search.count() > 0 ? walks.find(question, start) : null;
    if (mark != null && walks.fresh(mark)) {
      List<Item> items = reading(mark.after(), false, search.count());
      remember(start, items, mark.total(), mark);
      return Page.of(mark.total(), resources(items));
    }
    Tally tally = tally(start - 1L, search.count());
    remember(start, tally.items, tally.total, null);
    return Page.of(tally.total, resources(tally.items));
  }

  private static final class Tally {
    final List<Item> items = new ArrayList<>();
    long total;
  }

  private Tally tally(long skip, int most) {
    checkSize(rows, runs, limit);
    Tally tally = new Tally();
    for (int i = 0; i < runs.size(); i++) {
      Matches rest = rests.get(runs.get(i));
      Position last = null;
      List<Resource> chunk;
      do {
        chunk = rows.beside(runs.get(i), last, false, CHUNK);
        for (Resource resource : rest == null ? chunk : rest.of(chunk, rows)) {
          if (tally.total++ >= skip && tally.items.size() < most) {
            tally.items.add(new Item(resource, position(i, resource)));
          }
        }
        last = chunk.isEmpty() ? last : position(i, chunk.getLast());
      } while (chunk.size() == CHUNK);
    }
    return tally;
  }

  private Page beside(Search.Place.Beside place) {
    int count = search.count();
    if (place.from() != null && (place.from().run() < 0 || place.from().run() >= runs.size())) {
      return Page.of(place.total(), List.of());
    }
    long total = place.total();
    if (total < 0) {
      total = rests.isEmpty() ? total() : tally(0, 0).total;
    }
    if (count == 0) {
      return Page.of(total, List.of());
    }
    List<Item> items = reading(place.from(), place.back(), count + 1);
    boolean more = items.size() > count;
    items = more ? items.subList(0, count) : items;
    if (place.back()) {
      items = Rows.turned(items);
    }
    return page(total, items, place, more);
  }

  static Page page(long total, List<Item> items, Search.Place.Beside place, boolean more) {
    if (items.isEmpty()) {
      return Page.of(total, List.of());
    }
    boolean before = place.back() ? more : place.from() != null;
    boolean after = place.back() || more;
    return new Page(
        total,
        resources(items),
        before ? items.getFirst().position() : null,
        after ? items.getLast().position() : null);
  }

  static List<Resource> resources(List<Item> items) {
    return items.stream().map(Item::resource).toList();
  }

  /** Refuses to look at more rows than the settings allow. */
  static void checkSize(Rows rows, List<Run> runs, int limit) {
    long size = 0;
    for (Run run : runs) {
      size += rows.count(run);
    }
    if (size > limit) {
      List<String> types = new ArrayList<>();
      runs.stream().map(Run::type).map(ResourceType::endpoint).distinct().forEach(types::add);
      Collections.sort(types);
      throw new FilterPlan.Refused(
          Reason.TOO_MANY,
          ("to answer this, %d %s would have to be looked at one by one; at most %d are"
                  + " (scim.scan-limit). Filter or sort by an attribute that has an index, or"
                  + " declare this one under scim.filterable")
              .formatted(size, String.join(" and ", types), limit));
    }
  }
}
