package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An account as Keycloak says it: a user with one address, and attributes that are lists of texts.
 */
final class KeycloakUser {
  private KeycloakUser() {}

  static ObjectNode created(Account account, Realm realm) {
    ObjectNode user = JsonNodeFactory.instance.objectNode();
    fields(account).forEach((name, value) -> set(user, name, value));
    user.put("enabled", account.active());
    if (realm.emailVerified() && account.email() != null) {
      user.put("emailVerified", true);
    }
    attributes(account, realm)
        .forEach((name, values) -> user.withObjectProperty("attributes").set(name, list(values)));
    return user;
  }

  /**
   * The whole user as it should be, made of what Keycloak holds; null when it says so already.
   *
   * @param before what we wrote last, or null: then nothing is taken away
   */
  static @Nullable ObjectNode updated(
      Account now, @Nullable Account before, ObjectNode held, Realm realm) {
    ObjectNode user = JsonNodeFactory.instance.objectNode();
    boolean changed = false;
    Map<String, @Nullable String> had = before == null ? Map.of() : fields(before);
    for (Map.Entry<String, @Nullable String> field : fields(now).entrySet()) {
      String name = field.getKey();
      String wanted = field.getValue();
      String is = held.path(name).asText("");
      if (wanted == null) {
        wanted = had.get(name) == null ? is : "";
      }
      boolean caseless = name.equals("username") || name.equals("email");
      changed |= !(caseless ? wanted.equalsIgnoreCase(is) : wanted.equals(is));
      user.put(name, wanted);
    }
    if (realm.emailVerified()
        && now.email() != null
        && !held.path("emailVerified").asBoolean(false)) {
      user.put("emailVerified", true);
      changed = true;
    }
    ObjectNode attributes = user.putObject("attributes");
    if (held.path("attributes") instanceof ObjectNode kept) {
      attributes.setAll(kept);
    }
    Map<String, List<String>> wanted = attributes(now, realm);
    if (before != null) {
      for (String name : attributes(before, realm).keySet()) {
        if (!wanted.containsKey(name)) {
          changed |= attributes.remove(name) != null;
        }
      }
    }
    for (Map.Entry<String, List<String>> attribute : wanted.entrySet()) {
      JsonNode values = list(attribute.getValue());
      changed |= !values.equals(attributes.get(attribute.getKey()));
      attributes.set(attribute.getKey(), values);
    }
    return changed ? user : null;
  }

  private static void set(ObjectNode user, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      user.put(name, value);
    }
  }

  private static Map<String, @Nullable String> fields(Account account) {
    Map<String, @Nullable String> fields = new LinkedHashMap<>();
    fields.put("username", account.userName());
    fields.put("email", account.email());
    fields.put("firstName", account.givenName());
    fields.put("lastName", account.familyName());
    return fields;
  }

  private static Map<String, List<String>> attributes(Account account, Realm realm) {
    Map<String, List<String>> attributes = new LinkedHashMap<>();
    for (String name : account.more().names()) {
      List<String> values =
          account.more().list(name).stream()
              .filter(value -> !(value instanceof Attributes))
              .map(Object::toString)
              .toList();
      if (!values.isEmpty()) {
        attributes.put(name, values);
      }
    }
    if (realm.externalId() != null && account.externalId() != null) {
      attributes.put(realm.externalId(), List.of(account.externalId()));
    }
    if (realm.displayName() != null) {
      attributes.put(realm.displayName(), List.of(account.displayName()));
    }
    return attributes;
  }

  private static JsonNode list(List<String> values) {
    var list = JsonNodeFactory.instance.arrayNode();
    values.forEach(list::add);
    return list;
  }
}
