package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole resource. What the service alone says ({@code id}, {@code meta}, {@code schemas},
 * {@code groups}), passwords and whatever no schema knows is ignored; an extension counts even when
 * {@code schemas} does not list it.
 */
final class BodyReader {
  private final ResourceSchema schema;

  BodyReader(ResourceSchema schema) {
    this.schema = schema;
  }

  /** The resource's own attributes, and the ids of a group's members. */
  record Body(Attributes attributes, List<String> members) {}

  Body read(JsonNode body) throws ChangeRefused {
    if (!body.isObject()) {
      throw PatchNormaliser.syntax("a %s is a JSON object".formatted(schema.type().word()));
    }
    Map<String, Object> values = new HashMap<>();
    List<String> members = List.of();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      String key = field.getKey();
      AttributeDef def = schema.attribute(key);
      if (def == null) {
        SchemaDef extension = schema.extension(key);
        if (extension != null) {
          values.put(extension.id(), extension(extension, field.getValue()));
        }
      } else if (schema.type() == ResourceType.GROUP && def.name().equals("members")) {
        members = MemberIds.read(field.getValue());
      } else {
        values.put(def.name(), value(def, field.getValue(), def.name()));
      }
    }
    Attributes attributes = Attributes.of(values);
    for (AttributeDef def : schema.core().attributes()) {
      if (def.required()) {
        String text = attributes.string(def.name());
        if (text == null || text.isBlank()) {
          throw ValueReader.invalid(def.name(), "is required and cannot be empty");
        }
      }
    }
    return new Body(attributes, members);
  }

  private static @Nullable Attributes extension(SchemaDef extension, JsonNode node)
      throws ChangeRefused {
    if (ValueReader.unassigned(node)) {
      return null;
    }
    if (!node.isObject()) {
      throw ValueReader.invalid(extension.id(), "is an object with the extension's attributes");
    }
    Map<String, Object> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      AttributeDef def = extension.attribute(field.getKey());
      if (def != null) {
        values.put(def.name(), value(def, field.getValue(), extension.id() + ":" + def.name()));
      }
    }
    return Attributes.of(values);
  }

  private static @Nullable Object value(AttributeDef def, JsonNode node, String label)
      throws ChangeRefused {
    return def.isReadOnly() || def.mutability() == AttributeDef.Mutability.WRITE_ONLY
        ? null
        : ValueReader.read(def, node, label);
  }
}
