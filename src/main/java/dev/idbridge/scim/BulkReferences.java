package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * References to what another operation of the same bulk request creates: {@code bulkId:NAME}, as a
 * whole value or within a path or filter (RFC 7644 section 3.7.2). A name is any text that a POST
 * of the request was given; a text that merely looks like a reference is one only where a
 * resource's id is expected.
 */
final class BulkReferences {
  private static final String MARK = "bulkId:";

  /** Where an id stands, so that a name which nobody was given is a mistake. */
  private static final Set<String> IDS = Set.of("value", "$ref", "members", "manager");

  /** An unknown name within a path. */
  private static final Pattern UNKNOWN = Pattern.compile("bulkId:([A-Za-z0-9._~@+=-]+)");

  private BulkReferences() {}

  /**
   * @param names what the POSTs of the request are named
   */
  static Set<String> in(String path, @Nullable JsonNode data, Set<String> names) {
    Set<String> found = new LinkedHashSet<>();
    inPath(path, names, found);
    if (data != null) {
      collect("", data, names, found);
    }
    return found;
  }

  private static void inPath(String path, Set<String> names, Set<String> into) {
    String rest = path;
    for (String name : longestFirst(names)) {
      if (rest.contains(MARK + name)) {
        into.add(name);
        rest = rest.replace(MARK + name, "");
      }
    }
    Matcher unknown = UNKNOWN.matcher(rest);
    while (unknown.find()) {
      into.add(unknown.group(1));
    }
  }

  private static List<String> longestFirst(Set<String> names) {
    return names.stream().sorted(Comparator.comparing(String::length).reversed()).toList();
  }

  private static void collect(String key, JsonNode node, Set<String> names, Set<String> into) {
    if (node.isObject()) {
      node.properties().forEach(each -> collect(each.getKey(), each.getValue(), names, into));
    } else if (node.isArray()) {
      node.forEach(element -> collect(key, element, names, into));
    } else if (node.isTextual() && node.textValue().startsWith(MARK)) {
      String name = node.textValue().substring(MARK.length());
      if (names.contains(name) || IDS.contains(key.toLowerCase(Locale.ROOT))) {
        into.add(name);
      }
    } else if (node.isTextual() && key.equalsIgnoreCase("path")) {
      inPath(node.textValue(), names, into);
    }
  }

  /** A path in which names stand replaced by ids. */
  static String resolved(String path, Map<String, String> ids) {
    String resolved = path;
    for (String name : longestFirst(ids.keySet())) {
      resolved = resolved.replace(MARK + name, ids.getOrDefault(name, ""));
    }
    return resolved;
  }

  /** A copy in which known names stand replaced by ids. */
  static JsonNode resolved(JsonNode data, Map<String, String> ids) {
    return resolved("", data, ids);
  }

  private static JsonNode resolved(String key, JsonNode node, Map<String, String> ids) {
    return switch (node) {
      case TextNode text -> {
        String value = text.textValue();
        String id = value.startsWith(MARK) ? ids.get(value.substring(MARK.length())) : null;
        yield id != null
            ? TextNode.valueOf(id)
            : key.equalsIgnoreCase("path") ? TextNode.valueOf(resolved(value, ids)) : text;
      }
      case ObjectNode object -> {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object
            .properties()
            .forEach(e -> copy.set(e.getKey(), resolved(e.getKey(), e.getValue(), ids)));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
        array.forEach(element -> copy.add(resolved(key, element, ids)));
        yield copy;
      }
      default -> node;
    };
  }

  /**
   * A copy without the values that refer to one of these names: elements of lists, complex values,
   * or attributes as a whole.
   */
  static ObjectNode without(ObjectNode resource, Set<String> names) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> attribute : resource.properties()) {
      JsonNode kept = kept(attribute.getValue(), names);
      if (kept != null) {
        copy.set(attribute.getKey(), kept);
      }
    }
    return copy;
  }

  private static @Nullable JsonNode kept(JsonNode value, Set<String> names) {
    if (value instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : array) {
        JsonNode kept = kept(element, names);
        if (kept != null) {
          copy.add(kept);
        }
      }
      return copy;
    }
    if (value instanceof ObjectNode object) {
      // An extension's container keeps its other attributes; a reference's own parts go together.
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> part : object.properties()) {
        if (part.getValue().isTextual() && refers(part.getValue(), names)) {
          return null;
        }
        JsonNode kept = kept(part.getValue(), names);
        if (kept != null) {
          copy.set(part.getKey(), kept);
        }
      }
      return copy;
    }
    return refers(value, names) ? null : value;
  }

  private static boolean refers(JsonNode value, Set<String> names) {
    return value.isTextual()
        && value.textValue().startsWith(MARK)
        && names.contains(value.textValue().substring(MARK.length()));
  }
}
