package dev.idbridge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What Okta sends when its administrator acts: it looks before it creates, replaces whole users,
 * never deletes one, and renames a group with the group's id inside the value.
 */
final class OktaAdmin {
  private final ScimCaller scim;

  OktaAdmin(ScimCaller scim) {
    this.scim = scim;
  }

  /** "Test API Credentials". */
  void testConnection() throws DemoFailed {
    scim.get("Users?startIndex=1&count=2");
  }

  /** Assigns a person to the app. Gives the id that Okta stores. */
  String assign(String userName, String given, String family) throws DemoFailed {
    JsonNode there =
        scim.find("Users", "userName eq \"" + userName + "\"", "&startIndex=1&count=100");
    if (!there.isEmpty()) {
      throw new DemoFailed("user " + userName + " is there before it was created");
    }
    String body =
        """
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
         "userName": "%1$s", "name": {"givenName": "%2$s", "familyName": "%3$s"},
         "emails": [{"primary": true, "value": "%1$s", "type": "work"}],
         "displayName": "%2$s %3$s", "locale": "en-US", "externalId": "00u-%1$s",
         "groups": [], "password": "1mz050nq", "active": true}
        """
            .formatted(userName, given, family);
    return scim.call("POST", "Users", body).path("id").asText();
  }

  /** Changes a profile: reads the whole user and replaces it. */
  void rename(String user, String userName, String displayName) throws DemoFailed {
    ObjectNode whole = (ObjectNode) scim.get("Users/" + user);
    whole.put("userName", userName).put("displayName", displayName);
    scim.call("PUT", "Users/" + user, whole.toString());
  }

  /** Unassigns a person, or assigns one again. */
  void active(String user, boolean active) throws DemoFailed {
    scim.call(
        "PATCH",
        "Users/" + user,
        patch("{\"op\": \"replace\", \"value\": {\"active\": " + active + "}}"));
  }

  /** Pushes a group that is not linked yet. Gives its id. */
  String push(String displayName) throws DemoFailed {
    scim.find("Groups", "displayName eq \"" + displayName + "\"", "&startIndex=1&count=100");
    String body =
        """
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
         "displayName": "%s", "members": []}
        """
            .formatted(displayName);
    return scim.call("POST", "Groups", body).path("id").asText();
  }

  /** Sent when a group is renamed, and before every change of its members. */
  void name(String group, String displayName) throws DemoFailed {
    scim.call(
        "PATCH",
        "Groups/" + group,
        patch(
            "{\"op\": \"replace\", \"value\": {\"id\": \"%s\", \"displayName\": \"%s\"}}"
                .formatted(group, displayName)));
  }

  /** Changes members: one request with all removals and additions. */
  void members(String group, String displayName, List<String> add, List<String> remove)
      throws DemoFailed {
    name(group, displayName);
    String removals =
        remove.stream()
            .map(id -> "{\"op\": \"remove\", \"path\": \"members[value eq \\\"" + id + "\\\"]\"}, ")
            .collect(Collectors.joining());
    String values =
        add.stream()
            .map(id -> "{\"value\": \"" + id + "\", \"display\": \"\"}")
            .collect(Collectors.joining(", "));
    String operations =
        removals + "{\"op\": \"add\", \"path\": \"members\", \"value\": [" + values + "]}";
    scim.call("PATCH", "Groups/" + group, patch(operations));
  }

  private static String patch(String operations) {
    return "{\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"], \"Operations\": ["
        + operations
        + "]}";
  }
}
