package dev.idbridge.directory;

import dev.idbridge.model.Filter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tables can say about a filter. Pure.
 *
 * @param lookup holds for every row that matches
 * @param exact whether it holds for no other
 * @param rest what a row for which the look-up holds must match besides, null when exact. Without a
 *     meaning of its own inside an element
 */
record Bound(Lookup lookup, boolean exact, @Nullable Filter rest) {
  static Bound exact(Lookup lookup) {
    return new Bound(lookup, true, null);
  }

  /** The rest is the filter itself; {@link #of} fills it in. */
  static Bound atLeast(Lookup lookup) {
    return new Bound(lookup, false, null);
  }

  /** Reads one condition: a {@code Compare}, {@code Present} or {@code Element}. Null: no bound. */
  interface Leaves {
    @Nullable Bound apply(Filter leaf);
  }

  /** The best the leaves allow for a whole filter. */
  static Bound of(Filter filter, Leaves leaves) {
    return switch (filter) {
      case Filter.And and -> {
        List<Lookup> lookups = new ArrayList<>();
        List<Filter> rests = new ArrayList<>();
        for (Filter part : and.all()) {
          Bound bound = of(part, leaves);
          if (!bound.lookup.equals(Lookup.EVERYTHING)) {
            lookups.add(bound.lookup);
          }
          if (bound.rest != null) {
            rests.add(bound.rest);
          }
        }
        Lookup all = lookups.size() == 1 ? lookups.getFirst() : new Lookup.All(lookups);
        yield switch (rests.size()) {
          case 0 -> exact(all);
          case 1 -> new Bound(all, false, rests.getFirst());
          default -> new Bound(all, false, new Filter.And(rests));
        };
      }
      case Filter.Or or -> {
        List<Lookup> lookups = new ArrayList<>();
        boolean exact = true;
        boolean bounded = true;
        for (Filter part : or.any()) {
          Bound bound = of(part, leaves);
          lookups.add(bound.lookup);
          exact &= bound.exact;
          bounded &= bound.exact || !bound.lookup.equals(Lookup.EVERYTHING);
        }
        Lookup any = new Lookup.Any(lookups);
        yield exact ? exact(any) : new Bound(bounded ? any : Lookup.EVERYTHING, false, filter);
      }
      case Filter.Not not -> {
        Bound inner = of(not.inner(), leaves);
        yield inner.exact
            ? exact(Lookup.not(inner.lookup))
            : new Bound(Lookup.EVERYTHING, false, filter);
      }
      case Filter.Compare leaf -> leaf(leaf, leaves);
      case Filter.Present leaf -> leaf(leaf, leaves);
      case Filter.Element leaf -> leaf(leaf, leaves);
    };
  }

  private static Bound leaf(Filter leaf, Leaves leaves) {
    Bound bound = leaves.apply(leaf);
    if (bound == null) {
      return new Bound(Lookup.EVERYTHING, false, leaf);
    }
    return bound.exact ? bound : new Bound(bound.lookup, false, leaf);
  }
}
