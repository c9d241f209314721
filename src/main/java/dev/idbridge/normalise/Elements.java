package dev.idbridge.normalise;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.Filter;
import dev.idbridge.model.schema.AttributeDef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the elements of one multi-valued attribute (RFC 7644 section 3.5.2). Two elements are
 * the same when value and type are (RFC 7643 section 2.4), so that elements which a change makes
 * the same become one; an element made primary demotes the others. Linear in the number of
 * elements.
 */
final class Elements {
  private final AttributeDef def;
  private final List<Object> elements;
  private final BitSet touched = new BitSet();

  /** Where what stands; kept while elements are only appended. */
  private @Nullable Map<Object, Integer> places;

  Elements(AttributeDef def, List<Object> current) {
    this.def = def;
    this.elements = new ArrayList<>(current);
  }

  int size() {
    return elements.size();
  }

  List<Object> result() {
    return elements;
  }

  /** Ends one operation: the primary one it made is the only one, and nothing stands twice. */
  void settle() {
    int first = -1;
    for (int i = touched.nextSetBit(0); i >= 0 && first < 0; i = touched.nextSetBit(i + 1)) {
      first = isPrimary(elements.get(i)) ? i : -1;
    }
    for (int i = 0; first >= 0 && i < elements.size(); i++) {
      if (i != first && elements.get(i) instanceof Attributes other && isPrimary(other)) {
        elements.set(i, other.with("primary", false));
      }
    }
    boolean appended = places != null && places.size() == elements.size();
    if (!touched.isEmpty() && !appended) {
      distinct();
    }
    touched.clear();
  }

  /** Of elements that are the same, the changed one counts, at the place of the first. */
  private void distinct() {
    Map<Object, Object> distinct = new LinkedHashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      Object identity = identity(elements.get(i));
      if (touched.get(i)) {
        distinct.put(identity, elements.get(i));
      } else {
        distinct.putIfAbsent(identity, elements.get(i));
      }
    }
    elements.clear();
    elements.addAll(distinct.values());
    places = null;
  }

  private static boolean isPrimary(Object element) {
    return element instanceof Attributes complex && complex.flag("primary", false);
  }

  /** Appends what is not there yet; what is there takes over the other sub-attributes given. */
  Elements append(List<?> given) {
    Map<Object, Integer> known = places();
    for (Object each : given) {
      Integer place = known.putIfAbsent(identity(each), elements.size());
      if (place == null) {
        touched.set(elements.size());
        elements.add(each);
      } else {
        touched.set(place);
        elements.set(place, merged(elements.get(place), each));
      }
    }
    return this;
  }

  private Map<Object, Integer> places() {
    if (places == null) {
      places = new HashMap<>();
      for (int i = 0; i < elements.size(); i++) {
        places.putIfAbsent(identity(elements.get(i)), i);
      }
    }
    return places;
  }

  /** Removes the elements given; one without a type matches its value under any type. */
  Elements removeValues(List<?> given) {
    places = null;
    Set<Object> identities = new HashSet<>();
    for (Object each : given) {
      identities.add(identity(each));
    }
    elements.removeIf(
        element ->
            identities.contains(identity(element))
                || (element instanceof Attributes complex
                    && complex.get("value") != null
                    && identities.contains(identity(complex.without("type")))));
    return this;
  }

  Elements removeMatching(Filter filter) {
    places = null;
    elements.removeIf(element -> matches(filter, element));
    return this;
  }

  /** Unassigns a sub-attribute; what is left of an element without content goes too. */
  Elements removeSub(@Nullable Filter filter, AttributeDef sub) {
    places = null;
    List<Object> kept = new ArrayList<>(elements.size());
    for (Object element : elements) {
      if (element instanceof Attributes complex && matches(filter, element)) {
        Attributes rest = complex.without(sub.name());
        if (!rest.isEmpty() && !(ValueReader.hollow(rest) && !ValueReader.hollow(complex))) {
          kept.add(rest);
        }
      } else {
        kept.add(element);
      }
    }
    elements.clear();
    elements.addAll(kept);
    return this;
  }

  /** Sets a sub-attribute of every matching element; false when none matches. */
  boolean setSub(@Nullable Filter filter, AttributeDef sub, Object value) {
    places = null;
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof Attributes complex && matches(filter, complex)) {
        elements.set(i, complex.with(sub.name(), value));
        touched.set(i);
      }
    }
    return !touched.isEmpty();
  }

  /** Makes every matching element this, or merges this into it; false when none matches. */
  boolean setMatching(Filter filter, Attributes value, boolean merge) {
    places = null;
    for (int i = 0; i < elements.size(); i++) {
      Object element = elements.get(i);
      if (matches(filter, element)) {
        elements.set(i, merge ? merged(element, value) : value);
        touched.set(i);
      }
    }
    return !touched.isEmpty();
  }

  void add(Attributes element) {
    places = null;
    touched.set(elements.size());
    elements.add(element);
  }

  private boolean matches(@Nullable Filter filter, Object element) {
    return filter == null
        || (element instanceof Attributes complex && FilterMatch.test(filter, complex, def));
  }

  private Object identity(Object element) {
    AttributeDef value = def.sub("value");
    if (element instanceof Attributes complex && value != null) {
      Object own = complex.get("value");
      if (own != null) {
        AttributeDef type = def.sub("type");
        Object kind = complex.get("type");
        return List.of(
            FilterMatch.folded(own, value),
            type == null || kind == null ? "" : FilterMatch.folded(kind, type));
      }
    }
    return element instanceof String text && !def.isComplex()
        ? FilterMatch.folded(text, def)
        : element;
  }

  private static Object merged(Object element, Object given) {
    if (!(element instanceof Attributes result) || !(given instanceof Attributes more)) {
      return given;
    }
    for (String name : more.names()) {
      result = result.with(name, more.get(name));
    }
    return result;
  }

  /**
   * The element a filter describes, for a client that has no other way to create it: all terms are
   * {@code eq}, none on {@code value}. Null when the filter describes none.
   */
  static @Nullable Attributes described(Filter filter) {
    return switch (filter) {
      case Filter.Compare c
          when c.operator() == Filter.Operator.EQ
              && c.value() != null
              && !c.path().name().equals("value") ->
          Attributes.NONE.with(c.path().name(), c.value());
      case Filter.And and -> {
        Attributes all = Attributes.NONE;
        for (Filter part : and.all()) {
          Attributes one = described(part);
          if (one == null) {
            yield null;
          }
          all = (Attributes) merged(all, one);
        }
        yield all;
      }
      default -> null;
    };
  }
}
