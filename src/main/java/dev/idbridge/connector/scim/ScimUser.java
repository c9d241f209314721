package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An account as SCIM says it: a whole user, or the PATCH from one state to the next. */
final class ScimUser {
  static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
  static final String PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ScimUser() {}

  /** The whole user, for POST and PUT. */
  static ObjectNode body(Account account, boolean externalId) {
    ObjectNode user = NODES.objectNode();
    ArrayNode schemas = user.putArray("schemas").add(SCHEMA);
    paths(account, externalId)
        .forEach(
            (path, value) -> {
              int colon = path.lastIndexOf(':');
              int dot = path.indexOf('.');
              if (colon > 0) {
                String urn = path.substring(0, colon);
                if (!user.has(urn)) {
                  schemas.add(urn);
                }
                user.withObjectProperty(urn).set(path.substring(colon + 1), value);
              } else if (dot > 0) {
                user.withObjectProperty(path.substring(0, dot)).set(path.substring(dot + 1), value);
              } else {
                user.set(path, value);
              }
            });
    user.put("active", account.active());
    return user;
  }

  /**
   * The operations that bring {@code before} to {@code now}; everything {@code now} says when
   * {@code before} is null. May be empty.
   */
  static ArrayNode operations(Account now, @Nullable Account before, boolean externalId) {
    Map<String, JsonNode> wanted = paths(now, externalId);
    Map<String, JsonNode> had = before == null ? Map.of() : paths(before, externalId);
    ArrayNode operations = NODES.arrayNode();
    wanted.forEach(
        (path, value) -> {
          if (!value.equals(had.get(path))) {
            operations.addObject().put("op", "replace").put("path", path).set("value", value);
          }
        });
    for (String path : had.keySet()) {
      if (!wanted.containsKey(path)) {
        operations.addObject().put("op", "remove").put("path", path);
      }
    }
    return operations;
  }

  static ArrayNode activeOperation(boolean active) {
    ArrayNode operations = NODES.arrayNode();
    operations.addObject().put("op", "replace").put("path", "active").put("value", active);
    return operations;
  }

  /** A PATCH request (RFC 7644 section 3.5.2). */
  static ObjectNode patch(ArrayNode operations) {
    ObjectNode patch = NODES.objectNode();
    patch.putArray("schemas").add(PATCH_OP);
    patch.set("Operations", operations);
    return patch;
  }

  /** Whether a user that was read has a value at this PATCH path of ours. */
  static boolean has(JsonNode user, String path) {
    JsonNode value = at(user, path);
    return !value.isMissingNode() && !value.isNull() && !(value.isArray() && value.isEmpty());
  }

  /**
   * The PATCH paths at which a user that was read shows something else than the account says. What
   * it does not show, and what is no plain value, is not compared; neither is the case of names.
   */
  static List<String> differing(Account written, JsonNode user, boolean externalId) {
    List<String> differing = new ArrayList<>();
    paths(written, externalId)
        .forEach(
            (path, value) -> {
              JsonNode shown = at(user, path);
              boolean other =
                  path.equals("emails")
                      ? shown.isArray() && !addresses(shown).containsAll(addresses(value))
                      : value.isValueNode()
                          && shown.isValueNode()
                          && !shown.isNull()
                          && !same(path, value.asText(), shown.asText());
              if (other) {
                differing.add(path);
              }
            });
    return differing;
  }

  private static boolean same(String path, String written, String shown) {
    return path.equals("userName") ? written.equalsIgnoreCase(shown) : written.equals(shown);
  }

  private static Set<String> addresses(JsonNode emails) {
    Set<String> addresses = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    emails.forEach(email -> addresses.add(email.path("value").asText()));
    return addresses;
  }

  private static JsonNode at(JsonNode user, String path) {
    int colon = path.lastIndexOf(':');
    int dot = path.indexOf('.');
    if (colon > 0) {
      return user.path(path.substring(0, colon)).path(path.substring(colon + 1));
    }
    return dot > 0
        ? user.path(path.substring(0, dot)).path(path.substring(dot + 1))
        : user.path(path);
  }

  /** What the account says, by PATCH path, in a fixed order; {@code active} is apart. */
  private static Map<String, JsonNode> paths(Account account, boolean externalId) {
    Map<String, JsonNode> paths = new LinkedHashMap<>();
    text(paths, "userName", account.userName());
    text(paths, "externalId", externalId ? account.externalId() : null);
    text(paths, "displayName", account.displayName());
    text(paths, "name.givenName", account.givenName());
    text(paths, "name.familyName", account.familyName());
    if (!account.emails().isEmpty()) {
      ArrayNode emails = NODES.arrayNode();
      for (String email : account.emails()) {
        boolean primary = emails.isEmpty();
        emails
            .addObject()
            .put("value", email)
            .put("type", primary ? "work" : "other")
            .put("primary", primary);
      }
      paths.put("emails", emails);
    }
    for (String name : account.more().names()) {
      Object value = account.more().get(name);
      if (value instanceof Attributes extension && name.startsWith("urn:")) {
        for (String inner : extension.names()) {
          paths.put(name + ":" + inner, json(extension.get(inner)));
        }
      } else {
        paths.put(name, json(value));
      }
    }
    return paths;
  }

  private static void text(Map<String, JsonNode> paths, String path, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      paths.put(path, NODES.textNode(value));
    }
  }

  private static JsonNode json(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case Boolean flag -> NODES.booleanNode(flag);
      case Long number -> NODES.numberNode(number);
      case BigDecimal number -> NODES.numberNode(number);
      case List<?> list -> {
        ArrayNode array = NODES.arrayNode();
        list.forEach(item -> array.add(json(item)));
        yield array;
      }
      case Attributes tree -> {
        ObjectNode object = NODES.objectNode();
        tree.names().forEach(name -> object.set(name, json(tree.get(name))));
        yield object;
      }
      default -> NODES.textNode(value.toString());
    };
  }
}
