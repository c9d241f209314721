package dev.idbridge.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares an answer with what was written of it. */
final class JsonPattern {
  private static final String MORE = "...";

  private final Variables variables;

  JsonPattern(Variables variables) {
    this.variables = variables;
  }

  /** What differs, and where; null when nothing does. */
  @Nullable String difference(String at, JsonNode expected, @Nullable JsonNode actual) {
    if (nothing(expected)) {
      return actual == null || nothing(actual)
          ? null
          : at + " is " + shown(actual) + " and should not be there";
    }
    if (actual == null || actual.isMissingNode()) {
      return at + " is missing; " + shown(expected) + " is expected";
    }
    if (expected.isObject()) {
      return object(at, expected, actual);
    }
    if (expected.isArray()) {
      return list(at, expected, actual);
    }
    boolean same =
        expected.isTextual()
            ? expected.textValue().equals("*")
                ? !nothing(actual)
                : actual.isTextual() && variables.matches(expected.textValue(), actual.textValue())
            : expected.isNumber() && actual.isNumber()
                ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
                : expected.equals(actual);
    return same ? null : at + " is " + shown(actual) + "; " + shown(expected) + " is expected";
  }

  private @Nullable String object(String at, JsonNode expected, JsonNode actual) {
    for (Map.Entry<String, JsonNode> member : expected.properties()) {
      String difference =
          difference(at + "/" + member.getKey(), member.getValue(), actual.get(member.getKey()));
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private @Nullable String list(String at, JsonNode expected, JsonNode actual) {
    int size = expected.size();
    boolean open =
        expected.get(size - 1).isTextual() && MORE.equals(expected.get(size - 1).textValue());
    int named = open ? size - 1 : size;
    if (!actual.isArray() || (open ? actual.size() < named : actual.size() != named)) {
      return at + " is " + shown(actual) + "; " + shown(expected) + " is expected";
    }
    for (int i = 0; i < named; i++) {
      String difference = difference(at + "/" + i, expected.get(i), actual.get(i));
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private static boolean nothing(JsonNode node) {
    return node.isNull() || node.isMissingNode() || (node.isArray() && node.isEmpty());
  }

  private String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 300 ? text : text.substring(0, 300) + "...";
  }
}
