package dev.idbridge.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A SCIM filter (RFC 7644 section 3.4.2.2) after parsing: attribute names resolved against the
 * schema, literals typed. Depth is bounded by the parser.
 */
public sealed interface Filter {

  /** Comparison operators of RFC 7644 table 3. */
  enum Operator {
    EQ,
    NE,
    CO,
    SW,
    EW,
    GT,
    GE,
    LT,
    LE
  }

  /**
   * {@code path op value}; value is a String, Boolean, Long, BigDecimal, or null for {@code null}.
   */
  record Compare(AttributePath path, Operator operator, @Nullable Object value) implements Filter {}

  /** {@code path pr}. */
  record Present(AttributePath path) implements Filter {}

  record And(List<Filter> all) implements Filter {
    public And {
      all = List.copyOf(all);
    }
  }

  record Or(List<Filter> any) implements Filter {
    public Or {
      any = List.copyOf(any);
    }
  }

  record Not(Filter inner) implements Filter {}

  /** {@code path[inner]}: all conditions hold for one and the same element. */
  record Element(AttributePath path, Filter inner) implements Filter {}
}
