package dev.idbridge.model.filter;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a resolved path leads in a resource of one type.
 *
 * @param path as the schema spells it
 * @param attribute what the path's name stands for
 * @param def what its values are: the sub-attribute when the path names one, else the attribute
 */
public record Place(AttributePath path, AttributeDef attribute, AttributeDef def) {

  /**
   * @throws IllegalArgumentException for a path that was not read with this schema
   */
  public static Place of(ResourceSchema schema, AttributePath path) {
    AttributeDef attribute;
    if (path.schema() == null) {
      attribute = schema.attribute(path.name());
    } else {
      SchemaDef extension = schema.extension(path.schema());
      attribute = extension == null ? null : extension.attribute(path.name());
    }
    AttributeDef def =
        attribute == null || path.sub() == null ? attribute : attribute.sub(path.sub());
    if (attribute == null || def == null) {
      throw new IllegalArgumentException(
          "'" + path + "' is no attribute of a " + schema.type().word());
    }
    return new Place(path, attribute, def);
  }

  /** Whether the values are no part of the resource: {@code members} and {@code groups}. */
  public boolean elsewhere() {
    return path.schema() == null
        && (path.name().equalsIgnoreCase("members") || path.name().equalsIgnoreCase("groups"));
  }

  /** Whether the values are sub-attributes of the elements of a multi-valued attribute. */
  boolean inElements() {
    return path.sub() != null && attribute.multiValued();
  }

  /**
   * The values there: one for each element of a multi-valued attribute, null where an element has
   * no such sub-attribute; none when the attribute is unassigned.
   */
  public List<@Nullable Object> values(Resource resource) {
    Object raw = raw(resource);
    List<@Nullable Object> values = new ArrayList<>();
    for (Object one : raw instanceof List<?> many ? many : Collections.singletonList(raw)) {
      if (path.sub() == null) {
        if (one != null) {
          values.add(one);
        }
      } else if (one instanceof Attributes complex) {
        Object own = complex.get(path.sub());
        if (own instanceof List<?> many) {
          values.addAll(many);
        } else if (own != null || attribute.multiValued()) {
          values.add(own);
        }
      }
    }
    return values;
  }

  /** The attribute as the resource holds it, or null. */
  public @Nullable Object raw(Resource resource) {
    if (path.schema() != null) {
      return resource.attributes().complex(path.schema()).get(attribute.name());
    }
    return switch (attribute.name()) {
      case "id" -> resource.publicId();
      case "meta" -> meta(resource);
      case "schemas" -> schemas(resource);
      case "active" ->
          resource instanceof Resource.User user
              ? (Object) user.active()
              : resource.attributes().get("active");
      default -> resource.attributes().get(attribute.name());
    };
  }

  private static Attributes meta(Resource resource) {
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("resourceType", resource.type().word());
    meta.put("created", resource.created().toString());
    meta.put("lastModified", resource.modified().toString());
    meta.put("version", "W/\"" + resource.version() + "\"");
    return Attributes.of(meta);
  }

  private static List<Object> schemas(Resource resource) {
    ResourceType type = resource.type();
    List<Object> schemas = new ArrayList<>();
    schemas.add(type.schema());
    for (String name : resource.attributes().names()) {
      if (name.regionMatches(true, 0, "urn:", 0, 4)) {
        schemas.add(name);
      }
    }
    return schemas;
  }
}
