package dev.idbridge.normalise;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Timestamps;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.AttributeDef.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON to typed values, forgiving in shape and strict in type. {@code null}, {@code []}, {@code ""}
 * and {@code {}} are unassigned; {@code "True"} and {@code "False"} are booleans where the schema
 * says boolean (Entra ID sends them), digits in a string are a number; one object stands for a list
 * of one, a list of one for a single value, a string for a complex value's {@code value}, and a
 * JSON object in that string for the whole element (Entra ID's roles). Read-only sub-attributes are
 * dropped, and {@code displayName} is read as {@code display} where only that exists. A strict
 * directory takes none of these shapes but the unassigned ones.
 *
 * <p>The empty string counts as unassigned because apps such as LDAP directories cannot hold it.
 */
final class ValueReader {
  /**
   * Where an element keeps the string that its other sub-attributes were read from; no name that
   * RFC 7643 section 2.1 allows, and never returned.
   */
  static final String RAW = "_raw";

  /** A number in a string. */
  static final String NUMBER = "-?[0-9]{1,30}([.][0-9]{1,30})?";

  private static final JsonMapper NESTED =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .build();

  private static final Pattern LAST_SEGMENT = Pattern.compile("(?:Users|Groups)/([^/?#]+)/?$");

  private final Reading reading;

  ValueReader(Reading reading) {
    this.reading = reading;
  }

  static boolean unassigned(@Nullable JsonNode node) {
    return node == null
        || node.isNull()
        || node.isMissingNode()
        || (node.isContainerNode() && node.isEmpty())
        || (node.isTextual() && node.textValue().isEmpty());
  }

  /** Whether it is {@code {}}: in a PATCH that takes nothing away (RFC 7644 section 3.5.2.3). */
  static boolean isEmptyObject(@Nullable JsonNode node) {
    return node != null && node.isObject() && node.isEmpty();
  }

  /** The value, or null when it is unassigned. */
  @Nullable Object read(AttributeDef def, @Nullable JsonNode node, String label)
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
  List<Object> list(AttributeDef def, JsonNode node, String label) throws ChangeRefused {
    if (reading.strict() && !node.isArray()) {
      throw invalid(label, "is multi-valued: send a list");
    }
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
  @Nullable Attributes element(AttributeDef def, @Nullable JsonNode node, String label)
      throws ChangeRefused {
    JsonNode one = node == null ? null : only(node, label);
    if (one == null || unassigned(one)) {
      return null;
    }
    return single(def, one, label) instanceof Attributes complex ? complex : null;
  }

  /** The one value that a node stands for, or null for an empty list. */
  @Nullable JsonNode only(JsonNode node, String label) throws ChangeRefused {
    if (!node.isArray()) {
      return node;
    }
    if (node.size() > 1 || (reading.strict() && !node.isEmpty())) {
      throw invalid(label, "takes one value, not " + node.size());
    }
    return node.get(0);
  }

  /** Sub-attributes that an object names in order to unassign them. */
  List<String> cleared(AttributeDef def, JsonNode object) {
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

  private Object single(AttributeDef def, JsonNode node, String label) throws ChangeRefused {
    return switch (def.type()) {
      case STRING -> text(node, label);
      case REFERENCE -> {
        String text = text(node, label);
        if (reading.strict() && !isReference(text)) {
          throw invalid(label, "is a reference: send an absolute or relative URI");
        }
        yield text;
      }
      case BOOLEAN -> {
        if (node.isBoolean()) {
          yield node.booleanValue();
        }
        yield switch (node.isTextual() && !reading.strict()
            ? node.textValue().toLowerCase(Locale.ROOT)
            : "") {
          case "true" -> true;
          case "false" -> false;
          default -> throw invalid(label, "is a boolean: send true or false");
        };
      }
      case INTEGER -> {
        if (!(node.isIntegralNumber() && node.canConvertToLong())
            && !digits(node, "-?[0-9]{1,18}")) {
          throw invalid(label, "is an integer of at most 64 bits");
        }
        yield node.asLong();
      }
      case DECIMAL -> {
        if (!node.isNumber() && !digits(node, NUMBER)) {
          throw invalid(label, "is a number");
        }
        yield node.isNumber() ? node.decimalValue() : new BigDecimal(node.textValue());
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
        if (!isBase64(text)) {
          throw invalid(label, "is binary: send base64");
        }
        yield text;
      }
      case COMPLEX -> complex(def, node, label);
    };
  }

  private Attributes complex(AttributeDef def, JsonNode node, String label) throws ChangeRefused {
    AttributeDef value = def.sub("value");
    if (node.isTextual() && value != null && !reading.strict()) {
      return nested(def, value, text(node, label), label);
    }
    if (!node.isObject()) {
      throw invalid(label, "is complex: send an object with its sub-attributes");
    }
    Map<String, @Nullable Object> values = new HashMap<>();
    Set<String> said = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      once(said, field.getKey());
      AttributeDef sub = sub(def, field.getKey());
      if (sub == null) {
        String name = field.getKey();
        if (reading.keeps(label + "." + name, Reason.INVALID_SYNTAX) && RawValues.named(name)) {
          values.put(name, RawValues.read(field.getValue(), label));
        }
        continue;
      }
      if (sub.isReadOnly() || sub.mutability() == AttributeDef.Mutability.WRITE_ONLY) {
        continue;
      }
      Object own = read(sub, field.getValue(), label + "." + sub.name());
      if (own != null) {
        values.put(sub.name(), own);
      }
    }
    if (reading.strict() || value == null || value.type() != Type.STRING) {
      return Attributes.of(values);
    }
    Object text = values.get(value.name());
    if (text instanceof String own && def.multiValued() && own.startsWith("{")) {
      Attributes inner = nested(def, value, own, label);
      inner.names().forEach(name -> values.put(name, inner.get(name)));
    } else if (text == null && def.sub("$ref") != null) {
      values.put(value.name(), referred(node));
    }
    return Attributes.of(values);
  }

  /**
   * The element that a string stands for: its {@code value}, unless it holds a JSON object that
   * tells more. What no sub-attribute has a place for stays readable in {@link #RAW}.
   */
  private Attributes nested(AttributeDef def, AttributeDef value, String text, String label)
      throws ChangeRefused {
    JsonNode object = def.multiValued() && text.startsWith("{") ? parsed(text) : null;
    JsonNode inner = object == null ? null : PatchNormaliser.field(object, "value");
    if (object == null || inner == null || !inner.isTextual() || inner.textValue().isEmpty()) {
      JsonNode plain = TextNode.valueOf(text);
      return Attributes.NONE.with(value.name(), single(value, plain, label));
    }
    Attributes element = Attributes.NONE.with(RAW, text);
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      AttributeDef sub = sub(def, field.getKey());
      if (sub != null && !sub.isReadOnly()) {
        element = element.with(sub.name(), read(sub, field.getValue(), label + "." + sub.name()));
      }
    }
    return element;
  }

  private static @Nullable JsonNode parsed(String text) {
    try {
      JsonNode node = NESTED.readTree(text);
      return node != null && node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** The id at the end of a {@code $ref}, or null: some clients send nothing else. */
  static @Nullable String referred(JsonNode object) {
    JsonNode ref = PatchNormaliser.field(object, "$ref");
    String text = ref == null || !ref.isTextual() ? "" : ref.textValue();
    Matcher matcher = LAST_SEGMENT.matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }

  private boolean digits(JsonNode node, String pattern) {
    return !reading.strict() && node.isTextual() && node.textValue().matches(pattern);
  }

  private static boolean isReference(String text) {
    try {
      return !new URI(text).toString().isBlank();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** RFC 4648 sections 4 and 5, with or without padding and line breaks. */
  private static boolean isBase64(String text) {
    String plain = text.replaceAll("\\s", "").replace('-', '+').replace('_', '/');
    try {
      Base64.getDecoder().decode(plain);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private @Nullable AttributeDef sub(AttributeDef def, String name) {
    AttributeDef sub = def.sub(name);
    return sub == null && name.equalsIgnoreCase("displayName") && !reading.strict()
        ? def.sub("display")
        : sub;
  }

  /** Text that every store and app can hold: no NUL, no half of a surrogate pair. */
  static String text(JsonNode node, String label) throws ChangeRefused {
    if (!node.isTextual()) {
      throw invalid(label, "is a string");
    }
    String text = node.textValue();
    String problem = unfit(text);
    if (problem != null) {
      throw invalid(label, problem);
    }
    return text;
  }

  /** What of a text not every store and app can hold; null when all of it fits. */
  static @Nullable String unfit(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return "contains the character U+0000";
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return "contains half of a surrogate pair";
        }
        i++;
      }
    }
    return null;
  }

  /**
   * Refuses a name that was there before: names differ by more than case (RFC 7643 section 2.1),
   * and which of two values is meant nobody can know.
   *
   * @param said the names before, without case
   */
  static void once(Set<String> said, String name) throws ChangeRefused {
    if (!said.add(name)) {
      throw PatchNormaliser.syntax(
          "'%s' is said twice; upper and lower case do not tell names apart"
              .formatted(Reading.shortened(name)));
    }
  }

  static ChangeRefused invalid(String label, String problem) {
    return new ChangeRefused(Reason.INVALID_VALUE, "'" + label + "' " + problem);
  }
}
