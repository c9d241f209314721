package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes users and groups as SCIM JSON. Thread-safe. */
final class ResourceJson {
  private final ScimSchema schemas;

  ResourceJson(ScimSchema schemas) {
    this.schemas = schemas;
  }

  static String location(String base, Resource resource) {
    return location(base, resource.type(), resource.publicId());
  }

  private static String location(String base, ResourceType type, String id) {
    return base + "/" + type.endpoint() + "/" + id;
  }

  static String etag(Resource resource) {
    return "W/\"" + resource.version() + "\"";
  }

  /** Opens the object and writes everything but many members and what stands in {@link #tail}. */
  void head(JsonGenerator json, Resource resource, Projection projection, String base)
      throws IOException {
    ResourceSchema schema = schemas.of(resource.type());
    Attributes attributes = resource.attributes();
    List<SchemaDef> extensions = new ArrayList<>(1);
    for (SchemaDef extension : schema.extensions()) {
      if (!attributes.complex(extension.id()).isEmpty() && showsAny(extension, projection)) {
        extensions.add(extension);
      }
    }
    json.writeStartObject();
    json.writeArrayFieldStart("schemas");
    json.writeString(schema.core().id());
    for (SchemaDef extension : extensions) {
      json.writeString(extension.id());
    }
    json.writeEndArray();
    json.writeStringField("id", resource.publicId());
    String externalId = attributes.string("externalId");
    if (externalId != null && projection.shows("externalId")) {
      json.writeStringField("externalId", externalId);
    }
    for (AttributeDef def : schema.core().attributes()) {
      Object value = attributes.get(def.name());
      if (resource instanceof Resource.User user && def.name().equals("active")) {
        value = user.active();
      }
      write(json, null, def, value, projection);
    }
    for (SchemaDef extension : extensions) {
      Attributes own = attributes.complex(extension.id());
      json.writeObjectFieldStart(extension.id());
      for (AttributeDef def : extension.attributes()) {
        write(json, extension.id(), def, own.get(def.name()), projection);
      }
      json.writeEndObject();
    }
    List<Resource.Member> related =
        switch (resource) {
          case Resource.User user -> user.groups();
          case Resource.Group group -> group.members();
        };
    if (related != null && !related.isEmpty() && projection.shows(Parse.related(resource.type()))) {
      startMembers(json, resource.type());
      members(json, resource.type(), related, projection, base);
      json.writeEndArray();
    }
  }

  /** Opens the array of members, or of groups. */
  static void startMembers(JsonGenerator json, ResourceType type) throws IOException {
    json.writeArrayFieldStart(Parse.related(type));
  }

  /** Writes {@code meta} and closes the object. */
  void tail(JsonGenerator json, Resource resource, Projection projection, String base)
      throws IOException {
    meta(json, resource, projection, base);
    json.writeEndObject();
  }

  private static boolean showsAny(SchemaDef extension, Projection projection) {
    for (AttributeDef def : extension.attributes()) {
      if (projection.shows(extension.id(), def.name(), def.returned())) {
        return true;
      }
    }
    return false;
  }

  private static void write(
      JsonGenerator json,
      @Nullable String extension,
      AttributeDef def,
      @Nullable Object value,
      Projection projection)
      throws IOException {
    if (value == null || !projection.shows(extension, def.name(), def.returned())) {
      return;
    }
    if (!def.multiValued()) {
      Predicate<AttributeDef> parts = parts(extension, def, value, projection);
      if (parts != null) {
        json.writeFieldName(def.name());
        value(json, def, value, parts);
      }
      return;
    }
    boolean open = false;
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      Predicate<AttributeDef> parts = parts(extension, def, element, projection);
      if (parts != null) {
        if (!open) {
          json.writeArrayFieldStart(def.name());
          open = true;
        }
        value(json, def, element, parts);
      }
    }
    if (open) {
      json.writeEndArray();
    }
  }

  /** Which parts of a value appear; null when it does not. */
  private static @Nullable Predicate<AttributeDef> parts(
      @Nullable String extension, AttributeDef def, Object value, Projection projection) {
    return value instanceof Attributes complex
        ? projection.parts(extension, def, complex)
        : sub -> true;
  }

  private static void value(
      JsonGenerator json, AttributeDef def, Object value, Predicate<AttributeDef> parts)
      throws IOException {
    switch (value) {
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      case Long number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number);
      case Attributes complex -> {
        json.writeStartObject();
        for (AttributeDef sub : def.subAttributes()) {
          Object own = complex.get(sub.name());
          if (own != null && parts.test(sub)) {
            json.writeFieldName(sub.name());
            value(json, sub, own, inner -> true);
          }
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          value(json, def, element, parts);
        }
        json.writeEndArray();
      }
      default -> throw new IllegalStateException(value.getClass() + " is no attribute value");
    }
  }

  /** Writes elements of a group's members, or of a user's groups. */
  void members(
      JsonGenerator json,
      ResourceType type,
      List<Resource.Member> members,
      Projection projection,
      String base)
      throws IOException {
    AttributeDef def = schemas.of(type).attribute(Parse.related(type));
    if (def == null) {
      return;
    }
    boolean chooses = projection.chooses(def.name());
    for (Resource.Member member : members) {
      String id = Long.toString(member.id());
      String kind =
          type == ResourceType.GROUP
              ? member.type().word()
              : member.direct() ? "direct" : "indirect";
      String ref = location(base, member.type(), id);
      Predicate<AttributeDef> parts =
          chooses
              ? projection.parts(
                  null,
                  def,
                  Attributes.of(
                      Map.of("value", id, "$ref", ref, "display", member.display(), "type", kind)))
              : sub -> true;
      if (parts != null) {
        json.writeStartObject();
        for (AttributeDef sub : def.subAttributes()) {
          if (parts.test(sub)) {
            switch (sub.name()) {
              case "value" -> json.writeStringField("value", id);
              case "$ref" -> json.writeStringField("$ref", ref);
              case "display" -> json.writeStringField("display", member.display());
              case "type" -> json.writeStringField("type", kind);
              default -> throw new IllegalStateException("unknown part " + sub.name());
            }
          }
        }
        json.writeEndObject();
      }
    }
  }

  private void meta(JsonGenerator json, Resource resource, Projection projection, String base)
      throws IOException {
    if (!projection.shows("meta")) {
      return;
    }
    json.writeObjectFieldStart("meta");
    Attributes meta =
        Attributes.of(
            Map.of(
                "resourceType",
                resource.type().word(),
                "created",
                resource.created().toString(),
                "lastModified",
                resource.modified().toString(),
                "location",
                location(base, resource),
                "version",
                etag(resource)));
    AttributeDef def = schemas.of(resource.type()).attribute("meta");
    Predicate<AttributeDef> parts = def == null ? null : projection.parts(null, def, meta);
    if (def != null && parts != null) {
      for (AttributeDef sub : def.subAttributes()) {
        if (parts.test(sub) && meta.string(sub.name()) instanceof String text) {
          json.writeStringField(sub.name(), text);
        }
      }
    }
    json.writeEndObject();
  }
}
