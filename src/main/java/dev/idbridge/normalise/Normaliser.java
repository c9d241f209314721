package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.ScimSchema;

/**
 * SCIM writes as the product's own messages. Whatever can be found wrong without looking at the
 * stored resource is refused here, so that nothing half-read is ever written. Thread-safe.
 */
public final class Normaliser {
  private final ForType users;
  private final ForType groups;

  public Normaliser(ScimSchema schema) {
    users = new ForType(schema.of(ResourceType.USER));
    groups = new ForType(schema.of(ResourceType.GROUP));
  }

  /** From the body of a POST, read leniently. */
  public ResourceChange create(ResourceType type, JsonNode body) throws ChangeRefused {
    return create(type, body, new Reading(DirectorySettings.DEFAULT));
  }

  /** From the body of a POST. */
  public ResourceChange create(ResourceType type, JsonNode body, Reading reading)
      throws ChangeRefused {
    BodyReader.Body read = of(type).bodies.read(body, reading);
    return switch (type) {
      case USER -> new UserChange.Create(read.attributes());
      case GROUP -> new GroupChange.Create(read.attributes(), read.members());
    };
  }

  /** From the body of a PUT, read leniently. */
  public ResourceChange replace(ResourceType type, String id, JsonNode body) throws ChangeRefused {
    return replace(type, id, body, new Reading(DirectorySettings.DEFAULT));
  }

  /**
   * From the body of a PUT: what it does not name is unassigned, except a group's members where the
   * directory empties no group without being told whom to remove.
   */
  public ResourceChange replace(ResourceType type, String id, JsonNode body, Reading reading)
      throws ChangeRefused {
    BodyReader.Body read = of(type).bodies.read(body, reading);
    return switch (type) {
      case USER -> new UserChange.Replace(id, read.attributes());
      case GROUP ->
          new GroupChange.Replace(
              id,
              read.attributes(),
              read.members(),
              !read.saysMembers() && !reading.honoursRemoveAll());
    };
  }

  /** From the body of a PATCH, read leniently. */
  public ResourceChange patch(ResourceType type, String id, JsonNode body) throws ChangeRefused {
    return patch(type, id, body, new Reading(DirectorySettings.DEFAULT));
  }

  /** From the body of a PATCH. */
  public ResourceChange patch(ResourceType type, String id, JsonNode body, Reading reading)
      throws ChangeRefused {
    ForType forType = of(type);
    PatchCompiler.Compiled compiled =
        forType.compiler.compile(forType.patches.steps(body, reading), reading);
    return switch (type) {
      case USER -> new UserChange.Patch(id, compiled.patch());
      case GROUP -> new GroupChange.Patch(id, compiled.patch(), compiled.members());
    };
  }

  public ResourceChange delete(ResourceType type, String id) {
    return switch (type) {
      case USER -> new UserChange.Delete(id);
      case GROUP -> new GroupChange.Delete(id);
    };
  }

  private ForType of(ResourceType type) {
    return type == ResourceType.USER ? users : groups;
  }

  private static final class ForType {
    private final BodyReader bodies;
    private final PatchNormaliser patches;
    private final PatchCompiler compiler;

    ForType(ResourceSchema schema) {
      bodies = new BodyReader(schema);
      patches = new PatchNormaliser(schema);
      compiler = new PatchCompiler(schema);
    }
  }
}
