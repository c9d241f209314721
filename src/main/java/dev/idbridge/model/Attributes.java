package dev.idbridge.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An immutable tree of SCIM attributes: what a resource says, without {@code id}, {@code meta},
 * {@code groups} and {@code members}, which the directory keeps elsewhere.
 *
 * <p>Names are case-insensitive (RFC 7643 section 2.1) and keep the spelling of the first writer. A
 * value is a {@link String}, {@link Boolean}, {@link Long}, {@link BigDecimal}, {@code Attributes}
 * (complex) or a {@link List} of these (multi-valued). {@code null}, an empty list and an absent
 * attribute are one state (RFC 7643 section 2.5): neither is ever stored.
 *
 * <p>Extension attributes sit in an {@code Attributes} under the extension's URN (RFC 7643 section
 * 3.3).
 */
public final class Attributes {
  /** No attributes at all. */
  public static final Attributes NONE =
      new Attributes(new TreeMap<>(String.CASE_INSENSITIVE_ORDER));

  private final TreeMap<String, Object> values;

  private Attributes(TreeMap<String, Object> values) {
    this.values = values;
  }

  /**
   * A tree from plain maps and lists; nested maps become complex attributes, integers become {@link
   * Long}.
   *
   * @throws IllegalArgumentException for a value of another type
   */
  public static Attributes of(Map<String, ?> map) {
    TreeMap<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    map.forEach(
        (name, value) -> {
          Object own = normal(value);
          if (own != null) {
            values.put(name, own);
          }
        });
    return values.isEmpty() ? NONE : new Attributes(values);
  }

  private static @Nullable Object normal(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String s -> s;
      case Boolean b -> b;
      case Long l -> l;
      case Integer i -> i.longValue();
      case BigDecimal d -> d;
      case Double d -> BigDecimal.valueOf(d);
      case Attributes a -> a.isEmpty() ? null : a;
      case Map<?, ?> m -> {
        TreeMap<String, Object> inner = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        m.forEach(
            (k, v) -> {
              Object own = normal(v);
              if (own != null) {
                inner.put(String.valueOf(k), own);
              }
            });
        yield inner.isEmpty() ? null : new Attributes(inner);
      }
      case Collection<?> c -> {
        List<Object> list = new ArrayList<>(c.size());
        for (Object element : c) {
          Object own = normal(element);
          if (own != null) {
            list.add(own);
          }
        }
        yield list.isEmpty() ? null : Collections.unmodifiableList(list);
      }
      default ->
          throw new IllegalArgumentException(
              value.getClass().getName() + " is no SCIM attribute value");
    };
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** The value of an attribute, or null when it is unassigned. */
  public @Nullable Object get(String name) {
    return values.get(name);
  }

  /** The value when it is a string, else null. */
  public @Nullable String string(String name) {
    return values.get(name) instanceof String s ? s : null;
  }

  /** The value when it is a boolean, else the given one. */
  public boolean flag(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean b ? b : otherwise;
  }

  /** The value when it is complex, else {@link #NONE}. */
  public Attributes complex(String name) {
    return values.get(name) instanceof Attributes a ? a : NONE;
  }

  /** The elements of a multi-valued attribute; a single value is a list of one. */
  public List<Object> list(String name) {
    Object value = values.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return Collections.unmodifiableList(new ArrayList<>(list));
    }
    return List.of(value);
  }

  /** A copy in which the attribute has this value; null or empty unassigns it. */
  public Attributes with(String name, @Nullable Object value) {
    Object own = normal(value);
    TreeMap<String, Object> copy = new TreeMap<>(values);
    String spelling = copy.containsKey(name) ? copy.floorKey(name) : name;
    if (own == null) {
      copy.remove(name);
    } else {
      copy.put(spelling == null ? name : spelling, own);
    }
    return copy.isEmpty() ? NONE : new Attributes(copy);
  }

  public Attributes without(String name) {
    return values.containsKey(name) ? with(name, null) : this;
  }

  /** An unmodifiable view; nested complex values stay {@code Attributes}. */
  public Map<String, Object> asMap() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Attributes a && a.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The names only: values are personal data and stay out of logs. */
  @Override
  public String toString() {
    return "Attributes" + values.keySet();
  }
}
