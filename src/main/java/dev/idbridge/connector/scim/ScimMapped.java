package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that a mapping sends besides: {@code title}, {@code name.middleName} or {@code
 * urn:...:User:department}. Where the standard schemas define a complex attribute, a text becomes
 * its {@code value}, and a list of texts its elements, the first of them primary (RFC 7643 section
 * 2.4).
 */
final class ScimMapped {
  private static final Pattern PATH =
      Pattern.compile(
          "(urn:[A-Za-z0-9.:_-]+:)?[A-Za-z$][A-Za-z0-9$_-]*(\\.[A-Za-z$][A-Za-z0-9$_-]*)?");

  /** Kept by the app, by the bridge, or by nobody. */
  private static final Set<String> REFUSED =
      Set.of("id", "meta", "schemas", "groups", "members", "password", "name");

  private ScimMapped() {}

  static Optional<String> whyNot(String path) {
    if (!PATH.matcher(path).matches()) {
      return Optional.of(
          "is no SCIM path; write one such as title, name.middleName or"
              + " urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department");
    }
    if (REFUSED.contains(path.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          "cannot be mapped to; write an attribute such as title or name.middleName");
    }
    return Optional.empty();
  }

  /** A mapped value in the form that the attribute has. */
  static JsonNode json(String path, JsonNode plain) {
    AttributeDef def = definition(path);
    if (def == null || plain.isObject()) {
      return plain;
    }
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    boolean complex = def.isComplex();
    if (!def.multiValued()) {
      return complex ? nodes.objectNode().set("value", plain) : plain;
    }
    ArrayNode elements = nodes.arrayNode();
    for (JsonNode one : plain.isArray() ? plain : List.of(plain)) {
      elements.add(
          !complex || one.isObject()
              ? one
              : nodes.objectNode().put("primary", elements.isEmpty()).set("value", one));
    }
    return elements;
  }

  private static @Nullable AttributeDef definition(String path) {
    int colon = path.lastIndexOf(':');
    String name = path.substring(colon + 1);
    SchemaDef extension = colon < 0 ? null : ScimSchema.STANDARD.find(path.substring(0, colon));
    int dot = name.indexOf('.');
    String top = dot < 0 ? name : name.substring(0, dot);
    AttributeDef def =
        colon < 0
            ? ScimSchema.STANDARD.of(ResourceType.USER).attribute(top)
            : extension == null ? null : extension.attribute(top);
    return def == null || dot < 0 ? def : def.sub(name.substring(dot + 1));
  }
}
