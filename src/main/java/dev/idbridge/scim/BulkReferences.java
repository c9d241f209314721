package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * References to what another operation of the same bulk request creates: {@code bulkId:NAME}, as a
 * whole value or within a path or filter (RFC 7644 section 3.7.2).
 */
final class BulkReferences {
  private static final Pattern REFERENCE = Pattern.compile("bulkId:([A-Za-z0-9._~@+=-]+)");

  private BulkReferences() {}

  static Set<String> in(String path, @Nullable JsonNode data) {
    Set<String> found = new LinkedHashSet<>();
    collect(path, found);
    if (data != null) {
      collect(data, found);
    }
    return found;
  }

  private static void collect(String text, Set<String> into) {
    Matcher references = REFERENCE.matcher(text);
    while (references.find()) {
      into.add(references.group(1));
    }
  }

  private static void collect(JsonNode node, Set<String> into) {
    if (node.isTextual()) {
      collect(node.textValue(), into);
    } else {
      node.forEach(child -> collect(child, into));
    }
  }

  static String resolved(String text, Map<String, String> ids) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(ids.getOrDefault(found.group(1), found.group())));
  }

  /** A copy in which known names stand replaced by ids. */
  static JsonNode resolved(JsonNode node, Map<String, String> ids) {
    return switch (node) {
      case TextNode text -> TextNode.valueOf(resolved(text.textValue(), ids));
      case ObjectNode object -> {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(e -> copy.set(e.getKey(), resolved(e.getValue(), ids)));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
        array.forEach(element -> copy.add(resolved(element, ids)));
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
    return value.isTextual() && in(value.textValue(), null).stream().anyMatch(names::contains);
  }
}
