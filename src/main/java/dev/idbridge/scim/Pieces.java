package dev.idbridge.scim;

import dev.idbridge.directory.Resources;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Parts of a document one after the other, each made when its turn comes. */
final class Pieces {
  private Pieces() {}

  static Iterator<Json.Writing> of(Json.Writing... pieces) {
    return List.of(pieces).iterator();
  }

  /** All pieces of the first, then of the next. */
  static <T> Iterator<Json.Writing> each(
      Iterator<T> things, Function<T, Iterator<Json.Writing>> pieces) {
    return new Iterator<>() {
      private Iterator<Json.Writing> current = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!current.hasNext() && things.hasNext()) {
          current = pieces.apply(things.next());
        }
        return current.hasNext();
      }

      @Override
      public Json.Writing next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return current.next();
      }
    };
  }

  static Iterator<Json.Writing> joined(List<Iterator<Json.Writing>> parts) {
    return each(parts.iterator(), Function.identity());
  }

  /** A group's members, page by page. */
  static Iterator<Resources.Members> members(Resources resources, long group) {
    return new Iterator<>() {
      private long beyond;
      private boolean more = true;

      @Override
      public boolean hasNext() {
        return more;
      }

      @Override
      public Resources.Members next() {
        if (!more) {
          throw new NoSuchElementException();
        }
        Resources.Members page = resources.members(group, beyond);
        beyond = page.last();
        more = page.more();
        return page;
      }
    };
  }
}
