package dev.idbridge.normalise;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.Filter;
import dev.idbridge.model.schema.AttributeDef;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether an element of a complex attribute matches a filter that was read for that attribute. Case
 * counts where the schema says so; dates compare as instants; an unassigned boolean is false.
 */
final class FilterMatch {
  private FilterMatch() {}

  static boolean test(Filter filter, Attributes element, AttributeDef attribute) {
    return switch (filter) {
      case Filter.And and -> {
        for (Filter part : and.all()) {
          if (!test(part, element, attribute)) {
            yield false;
          }
        }
        yield true;
      }
      case Filter.Or or -> {
        for (Filter part : or.any()) {
          if (test(part, element, attribute)) {
            yield true;
          }
        }
        yield false;
      }
      case Filter.Not not -> !test(not.inner(), element, attribute);
      case Filter.Present present -> element.get(present.path().name()) != null;
      case Filter.Element nested -> false;
      case Filter.Compare compare ->
          compares(compare, element, attribute.sub(compare.path().name()));
    };
  }

  private static boolean compares(
      Filter.Compare compare, Attributes element, @Nullable AttributeDef def) {
    if (def == null) {
      return false;
    }
    Object value = element.get(def.name());
    if (value == null && def.type() == AttributeDef.Type.BOOLEAN) {
      value = false;
    }
    if (value instanceof List<?> many) {
      return many.stream().anyMatch(one -> compares(compare.operator(), one, compare.value(), def));
    }
    return compares(compare.operator(), value, compare.value(), def);
  }

  private static boolean compares(
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

  private static int order(Object value, Object literal, AttributeDef def) {
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

  static String folded(Object value, AttributeDef def) {
    String text = value.toString();
    return def.caseExact() ? text : text.toLowerCase(Locale.ROOT);
  }
}
