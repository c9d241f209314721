package dev.idbridge.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What Microsoft Entra ID's provisioning job sends without any flag in its URL: operations in
 * capitals, booleans as strings, nulls, the enterprise extension, members as lists of values.
 */
final class EntraAdmin {
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  private final ScimCaller scim;

  EntraAdmin(ScimCaller scim) {
    this.scim = scim;
  }

  /** "Test connection": somebody who cannot exist is looked for and must not be found. */
  void testConnection() throws DemoFailed {
    if (!scim.find("Users", "userName eq \"" + UUID.randomUUID() + "\"", "").isEmpty()) {
      throw new DemoFailed("a user with a random name was found");
    }
  }

  /** Provisions a person. Gives the id that Entra stores. */
  String provision(String userName, String given, String family, String department)
      throws DemoFailed {
    JsonNode there = scim.find("Users", "userName eq \"" + userName + "\"", "");
    if (!there.isEmpty()) {
      throw new DemoFailed("user " + userName + " is there before it was created");
    }
    String body =
        """
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "%5$s"],
         "externalId": "%6$s", "userName": "%1$s", "active": true, "displayName": "%2$s %3$s",
         "emails": [{"primary": true, "type": "work", "value": "%1$s"}],
         "meta": {"resourceType": "User"},
         "name": {"formatted": "%2$s %3$s", "familyName": "%3$s", "givenName": "%2$s"},
         "title": null, "roles": [], "%5$s": {"department": "%4$s", "employeeNumber": null}}
        """
            .formatted(
                userName,
                given,
                family,
                department,
                ENTERPRISE,
                userName.substring(0, userName.indexOf('@')));
    return scim.call("POST", "Users", body).path("id").asText();
  }

  /** Changes one attribute. */
  void replace(String user, String path, String value) throws DemoFailed {
    scim.call(
        "PATCH",
        "Users/" + user,
        patch("{\"op\": \"Replace\", \"path\": \"%s\", \"value\": \"%s\"}".formatted(path, value)));
  }

  /** Names the manager, in a request of its own, after both are there. */
  void manager(String user, String manager) throws DemoFailed {
    scim.call(
        "PATCH",
        "Users/" + user,
        patch(
            "{\"op\": \"Add\", \"path\": \"%s:manager\", \"value\": \"%s\"}"
                .formatted(ENTERPRISE, manager)));
  }

  /** The person left the scope of the app, or is back. */
  void active(String user, boolean active) throws DemoFailed {
    replace(user, "active", active ? "True" : "False");
  }

  /** Provisions a group, empty as Entra does. Gives its id. */
  String group(String displayName) throws DemoFailed {
    scim.find("Groups", "displayName eq \"" + displayName + "\"", "&excludedAttributes=members");
    String body =
        """
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "externalId": "%s",
         "displayName": "%s", "meta": {"resourceType": "Group"}, "members": []}
        """
            .formatted(UUID.nameUUIDFromBytes(displayName.getBytes(UTF_8)), displayName);
    return scim.call("POST", "Groups", body).path("id").asText();
  }

  void add(String group, List<String> members) throws DemoFailed {
    members(group, "Add", members);
  }

  void remove(String group, List<String> members) throws DemoFailed {
    members(group, "Remove", members);
  }

  private void members(String group, String op, List<String> members) throws DemoFailed {
    String values =
        members.stream()
            .map(id -> "{\"$ref\": null, \"value\": \"" + id + "\"}")
            .collect(Collectors.joining(", "));
    scim.call(
        "PATCH",
        "Groups/" + group,
        patch("{\"op\": \"" + op + "\", \"path\": \"members\", \"value\": [" + values + "]}"));
  }

  /** The group is not assigned to the app any more. */
  void deleteGroup(String group) throws DemoFailed {
    scim.call("DELETE", "Groups/" + group, null);
  }

  private static String patch(String operation) {
    return "{\"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"], \"Operations\": ["
        + operation
        + "]}";
  }
}
