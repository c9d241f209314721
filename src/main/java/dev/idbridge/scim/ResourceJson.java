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

  /**
   * @param members ids to show as members when the resource carries none itself, or null
   */
  void write(
      JsonGenerator json,
      Resource resource,
      Projection projection,
      String base,
      @Nullable List<String> members)
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
      for (String name : own.names()) {
        if (extension.attribute(name) == null
            && projection.shows(extension.id(), name, AttributeDef.Returned.DEFAULT)) {
          json.writeFieldName(name);
          raw(json, own.get(name));
        }
      }
      json.writeEndObject();
    }
    for (String name : attributes.names()) {
      if (schema.attribute(name) == null
          && schema.extension(name) == null
          && projection.shows(name)) {
        json.writeFieldName(name);
        raw(json, attributes.get(name));
      }
    }
    switch (resource) {
      case Resource.User user -> groups(json, user, projection, base);
      case Resource.Group group -> members(json, group, projection, base, members);
    }
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
      json.writeFieldName(def.name());
      value(json, extension, def, value, projection);
      return;
    }
    json.writeArrayFieldStart(def.name());
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      value(json, extension, def, element, projection);
    }
    json.writeEndArray();
  }

  private static void value(
      JsonGenerator json,
      @Nullable String extension,
      AttributeDef def,
      Object value,
      Projection projection)
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
          if (own != null && projection.showsSub(extension, def.name(), sub.name())) {
            json.writeFieldName(sub.name());
            value(json, extension, sub, own, Projection.DEFAULT);
          }
        }
        for (String name : complex.names()) {
          if (def.sub(name) == null
              && !name.startsWith("_")
              && projection.showsSub(extension, def.name(), name)) {
            json.writeFieldName(name);
            raw(json, complex.get(name));
          }
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          value(json, extension, def, element, projection);
        }
        json.writeEndArray();
      }
      default -> throw new IllegalStateException(value.getClass() + " is no attribute value");
    }
  }

  /** A value that no schema knows and that the directory keeps as it came. */
  private static void raw(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      case Long number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number);
      case Attributes complex -> {
        json.writeStartObject();
        for (String name : complex.names()) {
          json.writeFieldName(name);
          raw(json, complex.get(name));
        }
        json.writeEndObject();
      }
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          raw(json, element);
        }
        json.writeEndArray();
      }
      default -> throw new IllegalStateException(value.getClass() + " is no attribute value");
    }
  }

  private static void groups(
      JsonGenerator json, Resource.User user, Projection projection, String base)
      throws IOException {
    List<Resource.Member> groups = user.groups();
    if (groups == null || groups.isEmpty() || !projection.shows("groups")) {
      return;
    }
    json.writeArrayFieldStart("groups");
    for (Resource.Member group : groups) {
      member(json, "groups", group, projection, base, "direct");
    }
    json.writeEndArray();
  }

  private static void members(
      JsonGenerator json,
      Resource.Group group,
      Projection projection,
      String base,
      @Nullable List<String> given)
      throws IOException {
    List<Resource.Member> members = group.members();
    boolean none = members == null ? given == null || given.isEmpty() : members.isEmpty();
    if (none || !projection.shows("members")) {
      return;
    }
    json.writeArrayFieldStart("members");
    if (members != null) {
      for (Resource.Member member : members) {
        member(json, "members", member, projection, base, member.type().word());
      }
    } else if (given != null) {
      for (String id : given) {
        json.writeStartObject();
        json.writeStringField("value", id);
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static void member(
      JsonGenerator json,
      String attribute,
      Resource.Member member,
      Projection projection,
      String base,
      String type)
      throws IOException {
    String id = Long.toString(member.id());
    json.writeStartObject();
    if (projection.showsSub(null, attribute, "value")) {
      json.writeStringField("value", id);
    }
    if (projection.showsSub(null, attribute, "$ref")) {
      json.writeStringField("$ref", location(base, member.type(), id));
    }
    if (projection.showsSub(null, attribute, "display")) {
      json.writeStringField("display", member.display());
    }
    if (projection.showsSub(null, attribute, "type")) {
      json.writeStringField("type", type);
    }
    json.writeEndObject();
  }

  private static void meta(
      JsonGenerator json, Resource resource, Projection projection, String base)
      throws IOException {
    if (!projection.shows("meta")) {
      return;
    }
    json.writeObjectFieldStart("meta");
    metaField(json, projection, "resourceType", resource.type().word());
    metaField(json, projection, "created", resource.created().toString());
    metaField(json, projection, "lastModified", resource.modified().toString());
    metaField(json, projection, "location", location(base, resource));
    metaField(json, projection, "version", etag(resource));
    json.writeEndObject();
  }

  private static void metaField(
      JsonGenerator json, Projection projection, String name, String value) throws IOException {
    if (projection.showsSub(null, "meta", name)) {
      json.writeStringField(name, value);
    }
  }
}
