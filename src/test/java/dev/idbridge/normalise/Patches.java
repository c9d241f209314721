package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import java.util.List;

/** Short forms for tests of normalising: JSON in single quotes, operations only. */
final class Patches {
  static final Normaliser NORMALISER = new Normaliser(ScimSchema.STANDARD);
  static final String ENTERPRISE = ScimSchema.ENTERPRISE;

  private Patches() {}

  static JsonNode json(String singleQuoted) {
    try {
      return new JsonMapper().readTree(singleQuoted.replace('\'', '"'));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Attributes user(String json) throws ChangeRefused {
    return ((UserChange.Create) NORMALISER.create(ResourceType.USER, json(json))).attributes();
  }

  static Attributes patched(Attributes before, String operations) throws ChangeRefused {
    return patchedWith(before, json("{'Operations':[" + operations + "]}"));
  }

  static Attributes patchedWith(Attributes before, JsonNode body) throws ChangeRefused {
    UserChange.Patch patch = (UserChange.Patch) NORMALISER.patch(ResourceType.USER, "1", body);
    return patch.patch().applyTo(before);
  }

  static final DirectorySettings STRICT = DirectorySettings.DEFAULT.with("strictness", "strict");
  static final DirectorySettings KEEPING =
      DirectorySettings.DEFAULT.with("unknown-attributes", "keep");
  static final String PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

  /** The user after a POST that a directory with these settings reads. */
  static Attributes user(Reading reading, String json) throws ChangeRefused {
    return ((UserChange.Create) NORMALISER.create(ResourceType.USER, json(json), reading))
        .attributes();
  }

  /**
   * The user after a PATCH, with the message's schema, that a directory with these settings reads.
   */
  static Attributes patched(Reading reading, Attributes before, String operations)
      throws ChangeRefused {
    JsonNode body = json("{'schemas':['%s'],'Operations':[%s]}".formatted(PATCH_OP, operations));
    return ((UserChange.Patch) NORMALISER.patch(ResourceType.USER, "1", body, reading))
        .patch()
        .applyTo(before);
  }

  static List<MemberOp> members(Reading reading, String operations) throws ChangeRefused {
    JsonNode body = json("{'schemas':['%s'],'Operations':[%s]}".formatted(PATCH_OP, operations));
    return ((GroupChange.Patch) NORMALISER.patch(ResourceType.GROUP, "9", body, reading)).members();
  }

  static GroupChange.Patch group(String operations) throws ChangeRefused {
    return (GroupChange.Patch)
        NORMALISER.patch(ResourceType.GROUP, "9", json("{'Operations':[" + operations + "]}"));
  }

  static List<MemberOp> members(String operations) throws ChangeRefused {
    return group(operations).members();
  }

  static ChangeRefused.Reason refusal(Refusable refusable) {
    try {
      refusable.run();
    } catch (ChangeRefused e) {
      return e.reason();
    }
    throw new AssertionError("was not refused");
  }

  interface Refusable {
    void run() throws ChangeRefused;
  }
}
