package dev.idbridge.model.schema;

import dev.idbridge.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The schemas the bridge serves: core User and Group, the enterprise extension, and any further
 * extension it was made with. Immutable.
 */
public final class ScimSchema {
  /** URN of the enterprise extension of users. */
  public static final String ENTERPRISE = StandardSchemas.ENTERPRISE_URN;

  /** What every resource has (RFC 7643 section 3.1); defined by no published schema. */
  static final SchemaDef COMMON = StandardSchemas.common();

  /** The schemas of RFC 7643 and nothing else. */
  public static final ScimSchema STANDARD = new ScimSchema(List.of(), List.of());

  private final ResourceSchema user;
  private final ResourceSchema group;

  /** The standard schemas with further extensions of users and of groups, none of them required. */
  public ScimSchema(List<SchemaDef> userExtensions, List<SchemaDef> groupExtensions) {
    this(userExtensions, groupExtensions, Set.of());
  }

  /**
   * The standard schemas with further extensions of users and of groups.
   *
   * @param required URNs of the extensions without which a resource is refused
   */
  public ScimSchema(
      List<SchemaDef> userExtensions, List<SchemaDef> groupExtensions, Set<String> required) {
    List<SchemaDef> ofUsers = new ArrayList<>();
    ofUsers.add(StandardSchemas.enterprise());
    ofUsers.addAll(userExtensions);
    user = new ResourceSchema(ResourceType.USER, StandardSchemas.user(), ofUsers, required);
    group =
        new ResourceSchema(ResourceType.GROUP, StandardSchemas.group(), groupExtensions, required);
  }

  public ResourceSchema of(ResourceType type) {
    return type == ResourceType.USER ? user : group;
  }

  /** All published schemas: core ones first, each once. */
  public List<SchemaDef> all() {
    List<SchemaDef> all = new ArrayList<>();
    all.add(user.core());
    all.add(group.core());
    for (ResourceType type : ResourceType.values()) {
      for (SchemaDef extension : of(type).extensions()) {
        if (!all.contains(extension)) {
          all.add(extension);
        }
      }
    }
    return all;
  }

  /** The schema with this URN, or null. */
  public @Nullable SchemaDef find(String urn) {
    for (SchemaDef schema : all()) {
      if (schema.id().equalsIgnoreCase(urn)) {
        return schema;
      }
    }
    return null;
  }
}
