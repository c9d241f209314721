package dev.idbridge.demo;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Okta sends when its administrator acts: it looks before it creates, replaces whole users,
 * never deletes one, and renames a group with the group's id inside the value.
 */
final class OktaAdmin {
  private final Acts acts;

  OktaAdmin(Acts acts) {
    this.acts = acts;
  }

  /** "Test API Credentials". */
  void testConnection() throws DemoFailed {
    acts.play("test-connection");
  }

  /** Assigns a person to the app. Gives the id that Okta stores. */
  String assign(String userName, String given, String family) throws DemoFailed {
    return acts.make("user", "assign", "userName", userName, "given", given, "family", family);
  }

  /** Changes a profile: reads the whole user and replaces it. */
  void rename(String user, String userName, String displayName) throws DemoFailed {
    acts.play("rename", "user", user, "userName", userName, "displayName", displayName);
  }

  /** Unassigns a person, or assigns one again. */
  void active(String user, boolean active) throws DemoFailed {
    acts.play("active", "user", user, "active", Boolean.toString(active));
  }

  /** Pushes a group that is not linked yet. Gives its id. */
  String push(String name) throws DemoFailed {
    return acts.make("group", "push", "name", name, "nameInUrl", ScimCaller.encoded(name));
  }

  /** Sent when a group is renamed, and before every change of its members. */
  void name(String group, String name) throws DemoFailed {
    acts.play("name", "group", group, "name", name);
  }

  /** Changes members: one request with all removals and additions. */
  void members(String group, String name, List<String> add, List<String> remove) throws DemoFailed {
    name(group, name);
    String added =
        add.stream()
            .map("{\"value\": \"%s\", \"display\": \"\"}"::formatted)
            .collect(Collectors.joining(", "));
    String operations =
        Stream.concat(
                remove.stream()
                    .map(
                        "{\"op\": \"remove\", \"path\": \"members[value eq \\\"%s\\\"]\"}"
                            ::formatted),
                Stream.of("{\"op\": \"add\", \"path\": \"members\", \"value\": [" + added + "]}"))
            .collect(Collectors.joining(", "));
    acts.play("members", "group", group, "operations", operations);
  }
}
