package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the identity provider knows of one user: acknowledged, or read back after a lost answer. */
record Person(
    String id,
    String userName,
    String externalId,
    String email,
    String displayName,
    boolean active) {

  Person with(String id) {
    return new Person(id, userName, externalId, email, displayName, active);
  }

  Person named(String fresh) {
    return new Person(id, fresh, externalId, email, displayName, active);
  }

  Person shown(String fresh) {
    return new Person(id, userName, externalId, email, fresh, active);
  }

  Person active(boolean now) {
    return new Person(id, userName, externalId, email, displayName, now);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("schemas").add("urn:ietf:params:scim:schemas:core:2.0:User");
    json.put("userName", userName).put("externalId", externalId).put("displayName", displayName);
    json.putObject("name").put("givenName", "G " + displayName).put("familyName", "F");
    json.putArray("emails")
        .addObject()
        .put("value", email)
        .put("type", "work")
        .put("primary", true);
    return json.put("active", active);
  }

  static Person of(JsonNode json) {
    return new Person(
        json.path("id").asText(),
        json.path("userName").asText(),
        json.path("externalId").asText(),
        json.path("emails").path(0).path("value").asText(),
        json.path("displayName").asText(),
        json.path("active").asBoolean());
  }
}
