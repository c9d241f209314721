package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** Users and PATCH operations as the RFCs write them, by chance from a seed. */
final class RandomUsers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
  private static final String ENTERPRISE = Patches.ENTERPRISE;
  private static final List<String> TYPES = List.of("work", "home", "other");
  private static final List<String> TEXTS = List.of("nickName", "title", "displayName", "locale");
  private static final List<String> LISTS = List.of("emails", "phoneNumbers", "roles");

  private final Random random;

  RandomUsers(long seed) {
    this.random = new Random(seed);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean sometimes() {
    return random.nextInt(3) == 0;
  }

  private String word() {
    return "v" + random.nextInt(4);
  }

  ObjectNode user() {
    ObjectNode user = JSON.objectNode();
    ArrayNode schemas = user.putArray("schemas").add(CORE);
    user.put("userName", "ada");
    for (String name : TEXTS) {
      if (sometimes()) {
        user.put(name, word());
      }
    }
    if (sometimes()) {
      user.put("active", random.nextBoolean());
    }
    if (random.nextBoolean()) {
      user.set("name", name());
    }
    for (String name : LISTS) {
      if (random.nextBoolean()) {
        user.set(name, elements(name, random.nextInt(3) + 1));
      }
    }
    if (sometimes()) {
      schemas.add(ENTERPRISE);
      user.set(ENTERPRISE, enterprise());
    }
    return user;
  }

  private ObjectNode name() {
    ObjectNode name = JSON.objectNode();
    name.put("givenName", word());
    if (random.nextBoolean()) {
      name.put("familyName", word());
    }
    return name;
  }

  private ObjectNode enterprise() {
    ObjectNode enterprise = JSON.objectNode();
    enterprise.put("department", word());
    if (random.nextBoolean()) {
      enterprise.putObject("manager").put("value", word());
    }
    return enterprise;
  }

  /** Elements of which no two have the same value and type, and at most one is primary. */
  private ArrayNode elements(String name, int count) {
    ArrayNode all = JSON.arrayNode();
    java.util.Set<String> seen = new java.util.HashSet<>();
    boolean primary = sometimes();
    for (int i = 0; i < count; i++) {
      ObjectNode element = element(name);
      if (seen.add(element.get("value").asText() + element.path("type").asText())) {
        if (primary) {
          element.put("primary", true);
          primary = false;
        }
        all.add(element);
      }
    }
    return all;
  }

  private ObjectNode element(String name) {
    ObjectNode element = JSON.objectNode();
    element.put("value", word());
    element.put("type", one(TYPES));
    // RFC 7643 calls the display of an e-mail address read-only in words and readWrite in its
    // table.
    if (!name.equals("emails") && sometimes()) {
      element.put("display", word());
    }
    return element;
  }

  ObjectNode operation() {
    String list = one(LISTS);
    return switch (random.nextInt(9)) {
      case 0 -> written(one(TEXTS), JSON.textNode(word()));
      case 1 -> written("name." + one(List.of("givenName", "familyName")), JSON.textNode(word()));
      case 2 -> written("name", name());
      case 3 -> written(list, elements(list, random.nextInt(2) + 1));
      case 4 ->
          written(
              list
                  + "["
                  + filter()
                  + "]."
                  + (list.equals("emails") ? "value" : one(List.of("value", "display"))),
              JSON.textNode(word()));
      case 5 -> written(list + "[" + filter() + "]", element(list));
      case 6 -> written(ENTERPRISE + ":department", JSON.textNode(word()));
      case 7 -> removed();
      default -> pathless();
    };
  }

  private ObjectNode written(String path, JsonNode value) {
    return JSON.objectNode()
        .put("op", random.nextBoolean() ? "add" : "replace")
        .put("path", path)
        .set("value", value);
  }

  private ObjectNode removed() {
    String path =
        switch (random.nextInt(6)) {
          case 0 -> one(TEXTS);
          case 1 -> "name.givenName";
          case 2 -> one(LISTS);
          case 3 -> one(LISTS) + "[" + filter() + "]";
          case 4 -> "roles[" + filter() + "].display";
          default -> ENTERPRISE + ":manager";
        };
    return JSON.objectNode().put("op", "remove").put("path", path);
  }

  private ObjectNode pathless() {
    ObjectNode value = JSON.objectNode();
    value.put(one(TEXTS), word());
    if (sometimes()) {
      value.set("name", name());
    }
    if (sometimes()) {
      String list = one(LISTS);
      value.set(list, elements(list, 1));
    }
    if (sometimes()) {
      value.set(ENTERPRISE, enterprise());
    }
    return JSON.objectNode()
        .put("op", random.nextBoolean() ? "add" : "replace")
        .set("value", value);
  }

  /** A filter over whole users. */
  String resourceFilter() {
    return switch (random.nextInt(8)) {
      case 0 -> resourceFilter() + " and " + resourceFilter();
      case 1 -> resourceFilter() + " or " + resourceFilter();
      case 2 -> "not (" + resourceFilter() + ")";
      case 3 -> "(" + resourceFilter() + ") and " + comparison();
      case 4 -> one(LISTS) + "[" + filter() + "]";
      default -> comparison();
    };
  }

  private String comparison() {
    String text =
        // No extension: the other implementation fails where a user has none of it.
        switch (random.nextInt(4)) {
          case 0 -> "name." + one(List.of("givenName", "familyName"));
          case 1 -> one(LISTS) + "." + one(List.of("value", "type"));
          default -> one(TEXTS);
        };
    if (random.nextInt(6) == 0) {
      return text + " pr";
    }
    String word = sometimes() ? word().toUpperCase(java.util.Locale.ROOT) : word();
    return text
        + " "
        + one(List.of("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"))
        + " \""
        + (sometimes() ? word.substring(random.nextInt(2)) : word)
        + "\"";
  }

  private String filter() {
    return switch (random.nextInt(4)) {
      case 0 -> "type eq \"" + one(TYPES) + "\"";
      case 1 -> "value eq \"" + word() + "\"";
      case 2 -> "type eq \"" + one(TYPES) + "\" and value eq \"" + word() + "\"";
      default -> "type eq \"" + one(TYPES) + "\" or value sw \"" + word() + "\"";
    };
  }
}
