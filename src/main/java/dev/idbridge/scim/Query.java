package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of a search: its query, decoded as a form ({@code +} and {@code %20} are
 * spaces, raw quotes are taken as they are, empty parts and unknown names do no harm), or the body
 * of a SearchRequest. Names in any case; of repeated ones the first counts.
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
      } else if (equals != from && end > from) {
        values.putIfAbsent(decoded(raw.substring(from, end)), "");
      }
      from = end + 1;
    }
  }

  /**
   * The members of a SearchRequest (RFC 7644 section 3.4.3).
   *
   * @throws Refusal 400 {@code invalidSyntax} when it is none
   */
  static Query of(JsonNode body) throws Refusal {
    if (!body.isObject()) {
      throw new Refusal(400, "invalidSyntax", "a SearchRequest is a JSON object", Map.of());
    }
    Query query = new Query(null);
    for (Map.Entry<String, JsonNode> member : body.properties()) {
      JsonNode value = member.getValue();
      if (value.isArray()) {
        List<String> parts = new ArrayList<>();
        value.forEach(part -> parts.add(part.asText()));
        query.values.putIfAbsent(member.getKey(), String.join(",", parts));
      } else if (value.isValueNode() && !value.isNull()) {
        query.values.putIfAbsent(member.getKey(), value.asText());
      } else if (!value.isNull()) {
        throw new Refusal(
            400,
            "invalidSyntax",
            "'%s' of a SearchRequest is no object".formatted(shortened(member.getKey())),
            Map.of());
      }
    }
    return query;
  }

  @Nullable String get(String name) {
    return values.get(name);
  }

  /** The value, or null when it says nothing. */
  @Nullable String text(String name) {
    String text = values.get(name);
    return text == null || text.isBlank() ? null : text.strip();
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

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
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
