package dev.idbridge.scim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.Search;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.JitSettings;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.normalise.FilterReader;
import dev.idbridge.normalise.Normaliser;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which user a token's claims mean, and what they say of it. A user is known by {@code externalId},
 * which is the provider's own name for the person; by {@code userName} only as long as it has none,
 * because names are given to other people again.
 */
final class ClaimedUsers {
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:";
  private static final String WORK_EMAIL = "emails[type eq \"work\"]";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Resources resources;
  private final Normaliser normaliser;
  private final FilterReader filters;

  ClaimedUsers(Resources resources, ScimSchema schemas) {
    this.resources = resources;
    this.normaliser = new Normaliser(schemas);
    this.filters = new FilterReader(schemas.of(ResourceType.USER));
  }

  /**
   * What the claims say.
   *
   * @param values by attribute; what the token does not say is missing
   */
  record Claimed(String externalId, String userName, Map<String, String> values) {}

  /**
   * @throws Refusal 403 when the claims name nobody
   */
  static Claimed claimed(JitSettings settings, Map<String, Object> claims) throws Refusal {
    Map<String, String> values = new LinkedHashMap<>();
    for (String attribute : JitSettings.ATTRIBUTES) {
      for (String claim : settings.claimsFor(attribute)) {
        String value = text(claims.get(claim));
        if (value != null && !(claim.equals("email") && unverified(claims))) {
          values.put(attribute, value);
          break;
        }
      }
    }
    return new Claimed(
        needed(settings, values, "externalId"), needed(settings, values, "userName"), values);
  }

  /** Anybody can claim an address that the provider says it did not verify. */
  private static boolean unverified(Map<String, Object> claims) {
    Object verified = claims.get("email_verified");
    return verified != null && !String.valueOf(verified).equalsIgnoreCase("true");
  }

  private static String needed(JitSettings settings, Map<String, String> values, String attribute)
      throws Refusal {
    String value = values.get(attribute);
    if (value == null) {
      throw new Refusal(
          403,
          "the ID token has no %s for %s, or only an e-mail address that was never verified; let the"
                  .formatted(String.join(" or ", settings.claimsFor(attribute)), attribute)
              + " identity provider send it, or choose another claim (directory mode --claim)");
    }
    return value;
  }

  private static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case String s -> s.isBlank() ? null : s.strip();
      case Boolean b -> b.toString();
      case Integer i -> i.toString();
      case Long l -> l.toString();
      case BigDecimal d -> d.toPlainString();
      case Collection<?> c -> c.size() == 1 ? text(c.iterator().next()) : null;
      case null, default -> null;
    };
  }

  /**
   * The user these claims mean, or null for a new one.
   *
   * @throws ChangeRefused when they mean several, or somebody who goes by another externalId
   */
  Resource.@Nullable User find(long directory, Claimed claimed) throws ChangeRefused {
    List<Resource> same = matching(directory, "externalId", claimed.externalId());
    if (same.size() > 1) {
      throw new ChangeRefused(
          Reason.UNIQUENESS,
          "several users of this directory have externalId '%s'; give each its own"
              .formatted(claimed.externalId()));
    }
    if (!same.isEmpty() && same.getFirst() instanceof Resource.User user) {
      return user;
    }
    List<Resource> named = matching(directory, "userName", claimed.userName());
    if (named.isEmpty() || !(named.getFirst() instanceof Resource.User user)) {
      return null;
    }
    if (user.attributes().string("externalId") != null) {
      throw new ChangeRefused(
          Reason.UNIQUENESS,
          "userName '%s' belongs to user %s, who has another externalId than this sign-in. If it is"
                  .formatted(claimed.userName(), user.publicId())
              + " the same person, take externalId from the claim that its identity provider used"
              + " (directory mode --claim externalId=...), else rename or delete that user");
    }
    return user;
  }

  private List<Resource> matching(long directory, String attribute, String value)
      throws ChangeRefused {
    Filter filter = filters.read(attribute + " eq " + JSON.textNode(value));
    return resources.list(Search.of(directory, ResourceType.USER, filter, 1, 2, false)).resources();
  }

  /** A new user, or what the claims change of a known one; what they do not say stays. */
  UserChange change(Claimed claimed, Resource.@Nullable User known) throws ChangeRefused {
    ArrayNode operations = JSON.arrayNode();
    claimed
        .values()
        .forEach(
            (attribute, value) -> {
              replace(operations, path(attribute), value);
              if (known == null && attribute.equals("emails")) {
                operations
                    .addObject()
                    .put("op", "replace")
                    .put("path", WORK_EMAIL + ".primary")
                    .put("value", true);
              }
            });
    ObjectNode body = JSON.objectNode();
    body.putArray("schemas").add("urn:ietf:params:scim:api:messages:2.0:PatchOp");
    body.set("Operations", operations);
    String id = known == null ? "" : known.publicId();
    if (!(normaliser.patch(ResourceType.USER, id, body) instanceof UserChange.Patch patch)) {
      throw new IllegalStateException("a PATCH of a user was read as something else");
    }
    return known == null ? new UserChange.Create(patch.patch().applyTo(Attributes.NONE)) : patch;
  }

  private static void replace(ArrayNode operations, String path, String value) {
    operations.addObject().put("op", "replace").put("path", path).put("value", value);
  }

  private static String path(String attribute) {
    return switch (attribute) {
      case "emails" -> WORK_EMAIL + ".value";
      case "phoneNumbers" -> "phoneNumbers[type eq \"work\"].value";
      case "department", "division", "organization", "costCenter", "employeeNumber" ->
          ENTERPRISE + attribute;
      default -> attribute;
    };
  }
}
