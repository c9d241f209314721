package dev.idbridge.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What we wrote last, as a link keeps it. Thread-safe. */
final class AccountJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AccountJson() {}

  static String write(Account account) {
    ObjectNode node = JSON.createObjectNode();
    node.put("userName", account.userName());
    node.put("externalId", account.externalId());
    node.put("displayName", account.displayName());
    node.put("givenName", account.givenName());
    node.put("familyName", account.familyName());
    ArrayNode emails = node.putArray("emails");
    account.emails().forEach(emails::add);
    node.put("active", account.active());
    if (!account.more().isEmpty()) {
      node.set("more", JSON.valueToTree(account.more().asMap()));
    }
    return node.toString();
  }

  /** Null when we never wrote, or a newer version wrote something this one cannot read. */
  static @Nullable Account read(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      JsonNode node = JSON.readTree(text);
      List<String> emails = new ArrayList<>();
      node.path("emails").forEach(email -> emails.add(email.asText()));
      return new Account(
          node.path("userName").asText(),
          text(node, "externalId"),
          node.path("displayName").asText(),
          text(node, "givenName"),
          text(node, "familyName"),
          emails,
          node.path("active").asBoolean(),
          more(node.path("more")));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Attributes more(JsonNode node) {
    return node.isObject()
        ? Attributes.of(JSON.convertValue(node, new TypeReference<Map<String, Object>>() {}))
        : Attributes.NONE;
  }

  private static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isTextual() ? value.asText() : null;
  }
}
