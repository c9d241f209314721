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

  BodyReader(ResourceSchema schema) {
    this.schema = schema;
  }

  /** The resource's own attributes, and the ids of a group's members. */
  record Body(Attributes attributes, List<String> members) {}

  Body read(JsonNode body, Reading reading) throws ChangeRefused {
    if (!body.isObject()) {
      throw PatchNormaliser.syntax("a %s is a JSON object".formatted(schema.type().word()));
    }
    if (reading.strict()) {
      checkSchemas(body);
    }
    ValueReader reader = new ValueReader(reading);
    Map<String, @Nullable Object> values = new HashMap<>();
    List<String> members = List.of();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      String key = field.getKey();
      AttributeDef def = schema.attribute(key);
      if (def == null) {
        SchemaDef extension = schema.extension(key);
        if (extension != null) {
          values.put(extension.id(), extension(extension, field.getValue(), reader, reading));
        } else if (reading.keeps(key, Reason.INVALID_SYNTAX) && RawValues.named(key)) {
          values.put(key, RawValues.read(field.getValue(), key));
        }
      } else if (schema.type() == ResourceType.GROUP && def.name().equals("members")) {
        members = MemberIds.read(field.getValue(), reading);
      } else {
        values.put(def.name(), value(def, field.getValue(), def.name(), reader));
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

  private static @Nullable Attributes extension(
      SchemaDef extension, JsonNode node, ValueReader reader, Reading reading)
      throws ChangeRefused {
    if (ValueReader.unassigned(node)) {
      return null;
    }
    if (!node.isObject()) {
      throw ValueReader.invalid(extension.id(), "is an object with the extension's attributes");
    }
    Map<String, @Nullable Object> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = field.getKey();
      AttributeDef def = extension.attribute(key);
      String label = extension.id() + ":" + (def == null ? key : def.name());
      if (def != null) {
        values.put(def.name(), value(def, field.getValue(), label, reader));
      } else if (reading.keeps(label, Reason.INVALID_SYNTAX) && RawValues.named(key)) {
        values.put(key, RawValues.read(field.getValue(), label));
      }
    }
    return Attributes.of(values);
  }

  private static @Nullable Object value(
      AttributeDef def, JsonNode node, String label, ValueReader reader) throws ChangeRefused {
    return def.isReadOnly() || def.mutability() == AttributeDef.Mutability.WRITE_ONLY
        ? null
        : reader.read(def, node, label);
  }
}
