package dev.idbridge.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What Microsoft Entra ID's provisioning job sends without any flag in its URL: operations in
 * capitals, booleans as strings, nulls, the enterprise extension, members as lists of values.
 */
final class EntraAdmin {
  private final Acts acts;

  EntraAdmin(Acts acts) {
    this.acts = acts;
  }

  /** "Test connection": somebody who cannot exist is looked for and must not be found. */
  void testConnection() throws DemoFailed {
    acts.play("test-connection", "nobody", UUID.randomUUID().toString());
  }

  /** Provisions a person. Gives the id that Entra stores. */
  String provision(String userName, String given, String family, String department)
      throws DemoFailed {
    return acts.make(
        "user",
        "provision",
        "userName",
        userName,
        "externalId",
        userName.substring(0, userName.indexOf('@')),
        "given",
        given,
        "family",
        family,
        "department",
        department);
  }

  /** Changes one attribute. */
  void replace(String user, String path, String value) throws DemoFailed {
    acts.play("replace", "user", user, "path", path, "value", value);
  }

  /** Names the manager, in a request of its own, after both are there. */
  void manager(String user, String manager) throws DemoFailed {
    acts.play("manager", "user", user, "manager", manager);
  }

  /** The person left the scope of the app, or is back. */
  void active(String user, boolean active) throws DemoFailed {
    replace(user, "active", active ? "True" : "False");
  }

  /** Provisions a group, empty as Entra does. Gives its id. */
  String group(String name) throws DemoFailed {
    return acts.make(
        "group",
        "group",
        "name",
        name,
        "nameInUrl",
        ScimCaller.encoded(name),
        "externalId",
        UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString());
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
            .map("{\"$ref\": null, \"value\": \"%s\"}"::formatted)
            .collect(Collectors.joining(", "));
    acts.play("members", "group", group, "op", op, "members", values);
  }

  /** The group is not assigned to the app any more. */
  void deleteGroup(String group) throws DemoFailed {
    acts.play("delete-group", "group", group);
  }
}
