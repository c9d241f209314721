package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole resource. What the service alone says ({@code id}, {@code meta}, {@code groups})
 * and what is written only (passwords) is ignored; what no schema knows is treated as the directory
 * says. An extension counts even when {@code schemas} does not list it, unless the directory is
 * strict.
 */
final class BodyReader {
  private final ResourceSchema schema;
  private final PathReader paths;

  BodyReader(ResourceSchema schema) {
    this.schema = schema;
    this.paths = new PathReader(schema);
  }

  /**
   * The resource's own attributes, and the ids of a group's members.
   *
   * @param saysMembers whether the body has a list of members, be it an empty one
   */
  record Body(Attributes attributes, List<String> members, boolean saysMembers) {}

  /** What was read of one body so far. */
  private static final class Fields {
    final Map<String, @Nullable Object> values = new HashMap<>();
    final Set<String> said = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    final ValueReader reader;
    List<String> members = List.of();
    boolean saysMembers;

    Fields(Reading reading) {
      reader = new ValueReader(reading);
    }
  }

  Body read(JsonNode body, Reading reading) throws ChangeRefused {
    if (!body.isObject()) {
      throw PatchNormaliser.syntax("a %s is a JSON object".formatted(schema.type().word()));
    }
    if (reading.strict()) {
      checkSchemas(body);
    }
    Fields fields = new Fields(reading);
    read(body, fields, reading);
    Attributes attributes = Attributes.of(fields.values);
    for (AttributeDef def : schema.core().attributes()) {
      if (def.required()) {
        String text = attributes.string(def.name());
        if (text == null || text.isBlank()) {
          throw ValueReader.invalid(def.name(), "is required and cannot be empty");
        }
      }
    }
    return new Body(attributes, fields.members, fields.saysMembers);
  }

  private void read(JsonNode body, Fields fields, Reading reading) throws ChangeRefused {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      String key = field.getKey();
      JsonNode value = field.getValue();
      AttributeDef def = schema.attribute(key);
      SchemaDef extension = def == null ? schema.extension(key) : null;
      if (def != null) {
        attribute(def, value, fields, reading);
      } else if (extension != null) {
        ValueReader.once(fields.said, extension.id());
        extension(extension, value, fields, reading);
      } else {
        qualified(key, value, fields, reading);
      }
    }
  }

  private void attribute(AttributeDef def, JsonNode value, Fields fields, Reading reading)
      throws ChangeRefused {
    if (!def.isReadOnly() && def.mutability() != AttributeDef.Mutability.WRITE_ONLY) {
      ValueReader.once(fields.said, def.name());
    }
    if (schema.type() == ResourceType.GROUP && def.name().equals("members")) {
      fields.members = MemberIds.read(value, reading);
      fields.saysMembers = !fields.members.isEmpty() || value.isArray();
    } else {
      fields.values.put(def.name(), value(def, value, def.name(), fields.reader));
    }
  }

  /**
   * A key with the URN of its schema in front (RFC 7644 section 3.10), or one that nobody knows.
   */
  private void qualified(String key, JsonNode value, Fields fields, Reading reading)
      throws ChangeRefused {
    switch (paths.readQualified(key, reading)) {
      case Target.Whole whole when value.isObject() -> read(value, fields, reading);
      case Target.Attribute named when named.sub() == null && named.extension() == null ->
          attribute(named.def(), value, fields, reading);
      case Target.Attribute named when named.sub() == null && named.extension() != null ->
          inExtension(named.extension(), named.def(), value, fields);
      case null, default -> {
        if (reading.keeps(key, Reason.INVALID_SYNTAX) && RawValues.named(key)) {
          fields.values.put(key, RawValues.read(value, key));
        }
      }
    }
  }

  /** RFC 7643 section 3: every schema in use is listed, once, and no other. */
  private void checkSchemas(JsonNode body) throws ChangeRefused {
    JsonNode listed = body.get("schemas");
    Set<String> urns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (JsonNode urn : listed == null ? List.<JsonNode>of() : listed) {
      String text = urn.asText();
      if (!text.equalsIgnoreCase(schema.core().id()) && schema.extension(text) == null) {
        throw PatchNormaliser.syntax(
            "'schemas' names '%s', which a %s has not"
                .formatted(Reading.shortened(text), schema.type().word()));
      }
      if (!urns.add(text)) {
        throw PatchNormaliser.syntax("'schemas' names '%s' twice".formatted(text));
      }
    }
    if (!urns.contains(schema.core().id())) {
      throw PatchNormaliser.syntax("'schemas' must name " + schema.core().id());
    }
    for (SchemaDef extension : schema.extensions()) {
      if (PatchNormaliser.field(body, extension.id()) != null && !urns.contains(extension.id())) {
        throw PatchNormaliser.syntax("'schemas' must name " + extension.id() + ": it is used");
      }
    }
  }

  private static void extension(SchemaDef extension, JsonNode node, Fields fields, Reading reading)
      throws ChangeRefused {
    if (ValueReader.unassigned(node)) {
      return;
    }
    if (!node.isObject()) {
      throw ValueReader.invalid(extension.id(), "is an object with the extension's attributes");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = field.getKey();
      AttributeDef def = extension.attribute(key);
      String label = extension.id() + ":" + key;
      if (def != null) {
        inExtension(extension, def, field.getValue(), fields);
      } else if (reading.keeps(label, Reason.INVALID_SYNTAX) && RawValues.named(key)) {
        put(extension, key, RawValues.read(field.getValue(), label), fields);
      }
    }
  }

  private static void inExtension(
      SchemaDef extension, AttributeDef def, JsonNode value, Fields fields) throws ChangeRefused {
    String label = extension.id() + ":" + def.name();
    ValueReader.once(fields.said, label);
    put(extension, def.name(), value(def, value, label, fields.reader), fields);
  }

  private static void put(SchemaDef extension, String name, @Nullable Object value, Fields fields) {
    Attributes before =
        fields.values.get(extension.id()) instanceof Attributes own ? own : Attributes.NONE;
    fields.values.put(extension.id(), before.with(name, value));
  }

  private static @Nullable Object value(
      AttributeDef def, JsonNode node, String label, ValueReader reader) throws ChangeRefused {
    return def.isReadOnly() || def.mutability() == AttributeDef.Mutability.WRITE_ONLY
        ? null
        : reader.read(def, node, label);
  }
}
