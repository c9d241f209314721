package dev.idbridge.scim;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request, decoded as a form: {@code +} and {@code %20} are spaces, raw quotes are
 * taken as they are, empty parts and unknown names do no harm. Names in any case; of repeated ones
 * the first counts.
 */
final class Query {
  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  Query(@Nullable String raw) {
    int from = 0;
    while (raw != null && from < raw.length()) {
      int and = raw.indexOf('&', from);
      int end = and < 0 ? raw.length() : and;
      int equals = raw.indexOf('=', from);
      if (equals > from && equals < end) {
        values.putIfAbsent(
            decoded(raw.substring(from, equals)), decoded(raw.substring(equals + 1, end)));
      }
      from = end + 1;
    }
  }

  @Nullable String get(String name) {
    return values.get(name);
  }

  /**
   * An integer.
   *
   * @throws Refusal 400 {@code invalidValue} when the parameter is there and no integer
   */
  int integer(String name, int otherwise) throws Refusal {
    String text = values.get(name);
    if (text == null || text.isBlank()) {
      return otherwise;
    }
    try {
      return (int)
          Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Long.parseLong(text.strip())));
    } catch (NumberFormatException e) {
      throw new Refusal(400, "invalidValue", "'" + name + "' is an integer", Map.of());
    }
  }

  /** Decoded as far as it can be: a broken escape stays as it is. */
  static String decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
