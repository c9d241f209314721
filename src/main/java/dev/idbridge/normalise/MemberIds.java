package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ids of members, from the shapes clients give them in. */
final class MemberIds {
  private MemberIds() {}

  /**
   * From a list of {@code {"value": id}}; from lenient directories also a single one, plain strings
   * or numbers, and elements with a {@code $ref} alone. What else an element says is not looked at.
   */
  static List<String> read(@Nullable JsonNode node, Reading reading) throws ChangeRefused {
    if (node == null || ValueReader.unassigned(node)) {
      return List.of();
    }
    if (reading.strict() && !node.isArray()) {
      throw ValueReader.invalid("members", "is multi-valued: send a list");
    }
    Set<String> ids = new LinkedHashSet<>();
    for (JsonNode element : node.isArray() ? node : List.of(node)) {
      if (!ValueReader.unassigned(element)) {
        ids.add(id(element, reading));
      }
    }
    return new ArrayList<>(ids);
  }

  private static String id(JsonNode element, Reading reading) throws ChangeRefused {
    JsonNode value = element.isObject() ? PatchNormaliser.field(element, "value") : element;
    if (reading.strict()) {
      if (!element.isObject()) {
        throw ValueReader.invalid("members", "is a list of objects with 'value', the member's id");
      }
    } else if (value != null && value.isIntegralNumber()) {
      return value.asText();
    } else if (ValueReader.unassigned(value) && element.isObject()) {
      String referred = ValueReader.referred(element);
      if (referred != null) {
        return referred;
      }
    }
    if (value == null || ValueReader.unassigned(value)) {
      throw ValueReader.invalid("members", "has an element without 'value', the member's id");
    }
    return ValueReader.text(value, "members.value");
  }

  /**
   * The ids a filter between brackets chooses when it compares {@code value} only, as in {@code
   * members[value eq "1" or value eq "2"]}; null when choosing would need the members themselves. A
   * {@code type} beside the id is ignored: ids are unique over both types.
   */
  static @Nullable Set<String> chosen(Filter filter) {
    return switch (filter) {
      case Filter.Compare c
          when c.operator() == Filter.Operator.EQ
              && c.path().name().equals("value")
              && c.value() instanceof String id ->
          new LinkedHashSet<>(Set.of(id));
      case Filter.Or or -> {
        Set<String> union = new LinkedHashSet<>();
        for (Filter part : or.any()) {
          Set<String> ids = chosen(part);
          if (ids == null) {
            yield null;
          }
          union.addAll(ids);
        }
        yield union;
      }
      case Filter.And and -> {
        Set<String> common = null;
        for (Filter part : and.all()) {
          if (part instanceof Filter.Compare c
              && c.operator() == Filter.Operator.EQ
              && c.path().name().equals("type")) {
            continue;
          }
          Set<String> ids = chosen(part);
          if (ids == null) {
            yield null;
          }
          if (common == null) {
            common = ids;
          } else {
            common.retainAll(ids);
          }
        }
        yield common;
      }
      default -> null;
    };
  }
}
