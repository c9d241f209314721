package dev.idbridge.directory;

import dev.idbridge.model.Timestamps;
import dev.idbridge.model.schema.AttributeDef;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Any value as a text that sorts as the value does and is equal when it is: numbers by size, dates
 * by instant, texts folded unless case counts. Pure.
 */
final class ValueKey {
  private static final long MIDDLE = 5_000_000_000L;
  private static final long FIRST_SECOND = -31_557_014_167_219_200L;

  private ValueKey() {}

  /** Null for a value that is none of its type, which then compares as the text it is. */
  static @Nullable String of(AttributeDef def, Object value) {
    return switch (def.type()) {
      case BOOLEAN -> value instanceof Boolean flag ? (flag ? "1" : "0") : null;
      case INTEGER, DECIMAL ->
          value instanceof Number ? number(new BigDecimal(value.toString())) : null;
      case DATE_TIME -> {
        Instant moment = Timestamps.read(value.toString());
        yield moment == null ? null : moment(moment);
      }
      case STRING, REFERENCE, BINARY, COMPLEX ->
          def.caseExact() ? value.toString() : NameKey.of(value.toString());
    };
  }

  /** Whether an order of keys is an order of texts, so that their beginnings mean something. */
  static boolean isText(AttributeDef def) {
    return switch (def.type()) {
      case STRING, REFERENCE, BINARY, COMPLEX -> true;
      case BOOLEAN, INTEGER, DECIMAL, DATE_TIME -> false;
    };
  }

  private static String moment(Instant moment) {
    return String.format(
        Locale.ROOT, "%018d%09d", moment.getEpochSecond() - FIRST_SECOND, moment.getNano());
  }

  // The sign, how many digits stand before the point, the digits. Of negative numbers all of it is
  // turned round, and an end beyond every digit makes the shorter the larger.
  private static String number(BigDecimal value) {
    if (value.signum() == 0) {
      return "1";
    }
    BigDecimal plain = value.abs().stripTrailingZeros();
    String digits = plain.unscaledValue().toString();
    long before = (long) plain.precision() - plain.scale();
    if (value.signum() > 0) {
      return String.format(Locale.ROOT, "2%010d%s", MIDDLE + before, digits);
    }
    StringBuilder turned = new StringBuilder(digits.length());
    for (int i = 0; i < digits.length(); i++) {
      turned.append((char) ('9' - digits.charAt(i) + '0'));
    }
    return String.format(Locale.ROOT, "0%010d%s~", MIDDLE - before, turned);
  }
}
