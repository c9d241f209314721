package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Timestamps;
import dev.idbridge.model.schema.AttributeDef;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON to typed values, forgiving in shape and strict in type. {@code null}, {@code []}, {@code ""}
 * and {@code {}} are unassigned; {@code "True"} and {@code "False"} are booleans where the schema
 * says boolean (Entra ID sends them); one object stands for a list of one, a list of one for a
 * single value, a string for a complex value's {@code value}. Unknown and read-only sub-attributes
 * are dropped, and {@code displayName} is read as {@code display} where only that exists.
 *
 * <p>The empty string counts as unassigned because apps such as LDAP directories cannot hold it.
 */
final class ValueReader {
  private ValueReader() {}

  static boolean unassigned(@Nullable JsonNode node) {
    return node == null
        || node.isNull()
        || node.isMissingNode()
        || (node.isContainerNode() && node.isEmpty())
        || (node.isTextual() && node.textValue().isEmpty());
  }

  /** The value, or null when it is unassigned. */
  static @Nullable Object read(AttributeDef def, @Nullable JsonNode node, String label)
      throws ChangeRefused {
    if (node == null || unassigned(node)) {
      return null;
    }
    if (def.multiValued()) {
      List<Object> list = list(def, node, label);
      return list.isEmpty() ? null : list;
    }
    JsonNode one = only(node, label);
    return one == null || unassigned(one) ? null : single(def, one, label);
  }

  /** The elements of a multi-valued attribute, without repetition, at most one of them primary. */
  static List<Object> list(AttributeDef def, JsonNode node, String label) throws ChangeRefused {
    Set<Object> elements = new LinkedHashSet<>();
    boolean primary = false;
    for (JsonNode each : node.isArray() ? node : List.of(node)) {
      Object element = unassigned(each) ? null : single(def, each, label);
      if (element instanceof Attributes complex) {
        if (hollow(complex)) {
          continue;
        }
        if (complex.flag("primary", false) && elements.add(complex)) {
          if (primary) {
            throw invalid(label, "has more than one element with primary true");
          }
          primary = true;
        }
      }
      if (element != null) {
        elements.add(element);
      }
    }
    return new ArrayList<>(elements);
  }

  /** One element of a multi-valued attribute, or null when it says nothing. */
  static @Nullable Attributes element(AttributeDef def, @Nullable JsonNode node, String label)
      throws ChangeRefused {
    JsonNode one = node == null ? null : only(node, label);
    if (one == null || unassigned(one)) {
      return null;
    }
    return single(def, one, label) instanceof Attributes complex ? complex : null;
  }

  /** The one value that a node stands for, or null for an empty list. */
  static @Nullable JsonNode only(JsonNode node, String label) throws ChangeRefused {
    if (!node.isArray()) {
      return node;
    }
    if (node.size() > 1) {
      throw invalid(label, "takes one value, not " + node.size());
    }
    return node.get(0);
  }

  /** Sub-attributes that an object names in order to unassign them. */
  static List<String> cleared(AttributeDef def, JsonNode object) {
    List<String> cleared = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      AttributeDef sub = sub(def, field.getKey());
      if (sub != null && !sub.isReadOnly() && unassigned(field.getValue())) {
        cleared.add(sub.name());
      }
    }
    return cleared;
  }

  /** Whether an element says nothing but what kind of thing it would be. */
  static boolean hollow(Attributes element) {
    for (String name : element.names()) {
      if (!name.equalsIgnoreCase("type") && !name.equalsIgnoreCase("primary")) {
        return false;
      }
    }
    return true;
  }

  private static Object single(AttributeDef def, JsonNode node, String label) throws ChangeRefused {
    return switch (def.type()) {
      case STRING, REFERENCE -> text(node, label);
      case BOOLEAN -> {
        if (node.isBoolean()) {
          yield node.booleanValue();
        }
        yield switch (node.isTextual() ? node.textValue().toLowerCase(Locale.ROOT) : "") {
          case "true" -> true;
          case "false" -> false;
          default -> throw invalid(label, "is a boolean: send true or false");
        };
      }
      case INTEGER -> {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
          throw invalid(label, "is an integer of at most 64 bits");
        }
        yield node.longValue();
      }
      case DECIMAL -> {
        if (!node.isNumber()) {
          throw invalid(label, "is a number");
        }
        yield node.decimalValue();
      }
      case DATE_TIME -> {
        String text = text(node, label);
        if (Timestamps.read(text) == null) {
          throw invalid(label, "is a dateTime, such as 2026-01-31T12:00:00Z");
        }
        yield text;
      }
      case BINARY -> {
        String text = text(node, label);
        try {
          Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
          throw invalid(label, "is binary: send base64");
        }
        yield text;
      }
      case COMPLEX -> complex(def, node, label);
    };
  }

  private static Attributes complex(AttributeDef def, JsonNode node, String label)
      throws ChangeRefused {
    AttributeDef value = def.sub("value");
    if (node.isTextual() && value != null) {
      return Attributes.NONE.with(value.name(), single(value, node, label));
    }
    if (!node.isObject()) {
      throw invalid(label, "is complex: send an object with its sub-attributes");
    }
    Map<String, Object> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      AttributeDef sub = sub(def, field.getKey());
      if (sub == null || sub.isReadOnly()) {
        continue;
      }
      Object own = read(sub, field.getValue(), label + "." + sub.name());
      if (own != null) {
        values.put(sub.name(), own);
      }
    }
    return Attributes.of(values);
  }

  private static @Nullable AttributeDef sub(AttributeDef def, String name) {
    AttributeDef sub = def.sub(name);
    return sub == null && name.equalsIgnoreCase("displayName") ? def.sub("display") : sub;
  }

  /** Text that every store and app can hold: no NUL, no half of a surrogate pair. */
  static String text(JsonNode node, String label) throws ChangeRefused {
    if (!node.isTextual()) {
      throw invalid(label, "is a string");
    }
    String text = node.textValue();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw invalid(label, "contains the character U+0000");
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw invalid(label, "contains half of a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }

  static ChangeRefused invalid(String label, String problem) {
    return new ChangeRefused(Reason.INVALID_VALUE, "'" + label + "' " + problem);
  }
}
