package dev.idbridge.model.filter;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Timestamps;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a resource, or an element of a complex attribute, matches a filter (RFC 7644 section
 * 3.4.2.2). Thread-safe.
 *
 * <ul>
 *   <li>Case counts where the schema says so, dates compare as instants, numbers as numbers.
 *   <li>A multi-valued attribute matches when any of its elements does; between brackets, all
 *       conditions hold for one and the same element.
 *   <li>An unassigned attribute equals {@code null} and differs from every value. An empty text is
 *       not present.
 *   <li>A boolean that an element leaves out is false; one that a resource leaves out is
 *       unassigned.
 * </ul>
 */
public final class FilterEvaluator {
  private final UnaryOperator<String> folding;

  /**
   * @param folding makes two texts equal that are the same where case does not count
   */
  public FilterEvaluator(UnaryOperator<String> folding) {
    this.folding = folding;
  }

  /**
   * Whether a whole resource matches.
   *
   * @param stored answers the conditions on {@code members} and {@code groups}, which no resource
   *     carries: each {@code Compare}, {@code Present} or {@code Element} on them as it stands in
   *     the filter
   */
  public boolean resource(
      Filter filter, Resource resource, ResourceSchema schema, Predicate<Filter> stored) {
    return switch (filter) {
      case Filter.And and -> {
        for (Filter part : and.all()) {
          if (!resource(part, resource, schema, stored)) {
            yield false;
          }
        }
        yield true;
      }
      case Filter.Or or -> {
        for (Filter part : or.any()) {
          if (resource(part, resource, schema, stored)) {
            yield true;
          }
        }
        yield false;
      }
      case Filter.Not not -> !resource(not.inner(), resource, schema, stored);
      case Filter.Present present -> {
        Place place = Place.of(schema, present.path());
        if (place.elsewhere()) {
          yield stored.test(present);
        }
        yield place.values(resource).stream().anyMatch(FilterEvaluator::present);
      }
      case Filter.Element element -> {
        Place place = Place.of(schema, element.path());
        if (place.elsewhere()) {
          yield stored.test(element);
        }
        yield place.values(resource).stream()
            .anyMatch(
                one ->
                    one instanceof Attributes complex
                        && element(element.inner(), complex, place.def()));
      }
      case Filter.Compare compare -> {
        Place place = Place.of(schema, compare.path());
        if (place.elsewhere()) {
          yield stored.test(compare);
        }
        yield any(compare, place.values(resource), place.def(), place.inElements());
      }
    };
  }

  private boolean any(
      Filter.Compare compare, List<@Nullable Object> values, AttributeDef def, boolean inElements) {
    if (values.isEmpty()) {
      return compares(compare.operator(), null, compare.value(), def);
    }
    for (Object value : values) {
      Object own = value == null && inElements ? otherwise(def) : value;
      if (compares(compare.operator(), own, compare.value(), def)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one element matches a filter that was read for its attribute. */
  public boolean element(Filter filter, Attributes element, AttributeDef attribute) {
    return switch (filter) {
      case Filter.And and -> {
        for (Filter part : and.all()) {
          if (!element(part, element, attribute)) {
            yield false;
          }
        }
        yield true;
      }
      case Filter.Or or -> {
        for (Filter part : or.any()) {
          if (element(part, element, attribute)) {
            yield true;
          }
        }
        yield false;
      }
      case Filter.Not not -> !element(not.inner(), element, attribute);
      case Filter.Present present -> present(element.get(present.path().name()));
      case Filter.Element nested -> false;
      case Filter.Compare compare -> {
        AttributeDef def = attribute.sub(compare.path().name());
        if (def == null) {
          yield false;
        }
        Object value = element.get(def.name());
        if (value instanceof List<?> many) {
          yield many.stream()
              .anyMatch(one -> compares(compare.operator(), one, compare.value(), def));
        }
        yield compares(
            compare.operator(), value == null ? otherwise(def) : value, compare.value(), def);
      }
    };
  }

  private static @Nullable Object otherwise(AttributeDef def) {
    return def.type() == AttributeDef.Type.BOOLEAN ? false : null;
  }

  private static boolean present(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case String text -> !text.isEmpty();
      case List<?> many -> many.stream().anyMatch(FilterEvaluator::present);
      default -> true;
    };
  }

  private boolean compares(
      Filter.Operator operator,
      @Nullable Object value,
      @Nullable Object literal,
      AttributeDef def) {
    if (value == null || literal == null) {
      boolean same = value == null && literal == null;
      return switch (operator) {
        case EQ -> same;
        case NE -> !same;
        default -> false;
      };
    }
    return switch (operator) {
      case EQ -> order(value, literal, def) == 0;
      case NE -> order(value, literal, def) != 0;
      case GT -> order(value, literal, def) > 0;
      case GE -> order(value, literal, def) >= 0;
      case LT -> order(value, literal, def) < 0;
      case LE -> order(value, literal, def) <= 0;
      case CO -> folded(value, def).contains(folded(literal, def));
      case SW -> folded(value, def).startsWith(folded(literal, def));
      case EW -> folded(value, def).endsWith(folded(literal, def));
    };
  }

  private int order(Object value, Object literal, AttributeDef def) {
    if (value instanceof Boolean a && literal instanceof Boolean b) {
      return Boolean.compare(a, b);
    }
    if (value instanceof Number && literal instanceof Number) {
      return new BigDecimal(value.toString()).compareTo(new BigDecimal(literal.toString()));
    }
    if (def.type() == AttributeDef.Type.DATE_TIME) {
      Instant a = Timestamps.read(value.toString());
      Instant b = Timestamps.read(literal.toString());
      if (a != null && b != null) {
        return a.compareTo(b);
      }
    }
    return folded(value, def).compareTo(folded(literal, def));
  }

  /** The text by which a value of this attribute is compared. */
  public String folded(Object value, AttributeDef def) {
    String text = value.toString();
    return def.caseExact() ? text : folding.apply(text);
  }
}
