package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ids of members, from the shapes clients give them in. */
final class MemberIds {
  private MemberIds() {}

  /** From a list or a single one of {@code {"value": id}}, plain strings or numbers. */
  static List<String> read(@Nullable JsonNode node) throws ChangeRefused {
    if (node == null || ValueReader.unassigned(node)) {
      return List.of();
    }
    Set<String> ids = new LinkedHashSet<>();
    for (JsonNode element : node.isArray() ? node : List.of(node)) {
      if (!ValueReader.unassigned(element)) {
        ids.add(id(element));
      }
    }
    return new ArrayList<>(ids);
  }

  private static String id(JsonNode element) throws ChangeRefused {
    JsonNode value = element;
    if (element.isObject()) {
      value = null;
      for (Map.Entry<String, JsonNode> field : element.properties()) {
        if (field.getKey().equalsIgnoreCase("value")) {
          value = field.getValue();
        }
      }
    }
    if (value != null && value.isIntegralNumber()) {
      return value.asText();
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
