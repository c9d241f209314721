package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that no schema knows, kept as they came: JSON to the values that {@link Attributes}
 * hold. Whatever calls itself a password is left out, at any depth.
 */
final class RawValues {
  private static final int LONGEST_NAME = 256;

  /** Far more than any client sends, and a list of resources can still be written. */
  private static final int DEEPEST = 32;

  private RawValues() {}

  /** The value, or null when it is unassigned. */
  static @Nullable Object read(JsonNode node, String label) throws ChangeRefused {
    return read(node, label, DEEPEST);
  }

  private static @Nullable Object read(JsonNode node, String label, int depth)
      throws ChangeRefused {
    if (depth == 0) {
      throw ValueReader.invalid(label, "is nested deeper than " + DEEPEST + " levels");
    }
    if (ValueReader.unassigned(node)) {
      return null;
    }
    if (node.isTextual()) {
      return ValueReader.text(node, label);
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isNumber()) {
      return node.isIntegralNumber() && node.canConvertToLong()
          ? (Object) node.longValue()
          : node.decimalValue();
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>(node.size());
      for (JsonNode each : node) {
        Object value = read(each, label, depth - 1);
        if (value != null) {
          list.add(value);
        }
      }
      return list.isEmpty() ? null : list;
    }
    Map<String, Object> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      Object value = named(field.getKey()) ? read(field.getValue(), label, depth - 1) : null;
      if (value != null) {
        values.put(field.getKey(), value);
      }
    }
    Attributes complex = Attributes.of(values);
    return complex.isEmpty() ? null : complex;
  }

  /** Whether a value may be kept under this name. */
  static boolean named(String name) {
    return !name.isBlank()
        && name.charAt(0) != '_'
        && name.length() <= LONGEST_NAME
        && !name.equalsIgnoreCase("password")
        && name.chars()
            .noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
  }
}
