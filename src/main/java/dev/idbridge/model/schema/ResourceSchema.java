package dev.idbridge.model.schema;

import dev.idbridge.model.ResourceType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything one resource type may carry: its core schema, its extensions and the attributes that
 * every resource has. Immutable.
 */
public final class ResourceSchema {
  private final ResourceType type;
  private final SchemaDef core;
  private final List<SchemaDef> extensions;
  private final Set<String> required;

  ResourceSchema(
      ResourceType type, SchemaDef core, List<SchemaDef> extensions, Set<String> required) {
    this.type = type;
    this.core = core;
    this.extensions = List.copyOf(extensions);
    this.required = Set.copyOf(required);
  }

  public ResourceType type() {
    return type;
  }

  public SchemaDef core() {
    return core;
  }

  public List<SchemaDef> extensions() {
    return extensions;
  }

  /** Whether a resource without this extension is refused (RFC 7643 section 6). */
  public boolean requires(SchemaDef extension) {
    return required.contains(extension.id());
  }

  /** A core or common attribute, in any case, or null. */
  public @Nullable AttributeDef attribute(String name) {
    AttributeDef own = core.attribute(name);
    return own != null ? own : ScimSchema.COMMON.attribute(name);
  }

  /** The extension with this URN, in any case, or null. */
  public @Nullable SchemaDef extension(String urn) {
    for (SchemaDef extension : extensions) {
      if (extension.id().equalsIgnoreCase(urn)) {
        return extension;
      }
    }
    return null;
  }

  /** The one extension that defines an attribute of this name, or null. */
  public @Nullable SchemaDef extensionWith(String attribute) {
    for (SchemaDef extension : extensions) {
      if (extension.attribute(attribute) != null) {
        return extension;
      }
    }
    return null;
  }
}
