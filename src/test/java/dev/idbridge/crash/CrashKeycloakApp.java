package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.crash.View.Account;
import dev.idbridge.crash.View.Team;
import dev.idbridge.testing.Keycloak;
import dev.idbridge.testing.KeycloakAdmin;
import dev.idbridge.testing.KeycloakSimulator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Keycloak: teams stand in teams, teams have roles, too, and roles come back with a reactivation.
 * The team to adopt stands under one that nobody touches.
 */
final class CrashKeycloakApp implements CrashApp {
  private static final String ITS_OWN = "default-roles-acme";

  private final KeycloakSimulator keycloak = new KeycloakSimulator();
  private final KeycloakAdmin admin = new KeycloakAdmin(keycloak.url());
  private final int seeds;

  CrashKeycloakApp() {
    List<String> roles = new ArrayList<>(Rules.COLOURS);
    roles.addAll(List.of(Rules.BASE, Rules.EVERYBODY, Rules.TEAM_ROLE, OLD_ROLE, FOREIGN_ROLE));
    roles.forEach(role -> admin.addRole("", role));
    String adopted = admin.addUser(ADOPTED, true);
    String foreigner = admin.addUser(FOREIGNER, true);
    admin.grant("users", adopted, "", OLD_ROLE);
    admin.grant("users", foreigner, "", FOREIGN_ROLE);
    String untouched = admin.addGroup("", UNTOUCHED);
    String everyone = admin.addGroup(untouched, EVERYONE);
    String joined = admin.addGroup("", JOINED);
    List.of(untouched, everyone, joined).forEach(group -> admin.join(foreigner, group));
    admin.join(adopted, everyone);
    seeds = keycloak.made().size();
  }

  @Override
  public String name() {
    return "sso";
  }

  @Override
  public String file() {
    return """
    connector: keycloak
    settings:
      base-url: "%s"
      realm: "%s"
      client-secret: "%s"
      members-per-call: "3"
    accounts: {on-reactivate: {grants: restore}}
    """
            .formatted(keycloak.url(), Keycloak.REALM, Keycloak.SECRET)
        + Rules.section("all", true);
  }

  @Override
  public boolean hierarchy() {
    return true;
  }

  @Override
  public boolean roles() {
    return true;
  }

  @Override
  public boolean stripsAll() {
    return true;
  }

  @Override
  public boolean rolesReturn() {
    return true;
  }

  @Override
  public View view() {
    List<JsonNode> groups = admin.list("/groups?populateHierarchy=false&max=100000&search=*");
    Map<String, String> names = new HashMap<>();
    groups.forEach(group -> names.put(group.path("id").asText(), group.path("name").asText()));
    List<KeycloakSimulator.Made> made = keycloak.made().subList(seeds, keycloak.made().size());
    return new View(
        admin.list("/users?max=100000").stream().map(this::account).toList(),
        groups.stream().map(group -> team(group, names)).toList(),
        made.stream().filter(m -> m.type().equals("User")).map(m -> m.name()).toList(),
        made.stream().filter(m -> m.type().equals("Group")).map(m -> m.name()).toList());
  }

  private Account account(JsonNode user) {
    JsonNode attributes = user.path("attributes");
    return new Account(
        user.path("id").asText(),
        user.path("username").asText(),
        attributes.path("externalId").path(0).asText(),
        attributes.path("displayName").path(0).asText(),
        user.path("enabled").asBoolean(),
        roles("users", user));
  }

  private List<String> roles(String kind, JsonNode subject) {
    return admin.granted(kind, subject.path("id").asText(), "").stream()
        .filter(role -> !role.equals(ITS_OWN))
        .sorted()
        .toList();
  }

  private Team team(JsonNode group, Map<String, String> names) {
    return new Team(
        group.path("id").asText(),
        group.path("name").asText(),
        admin.list("/groups/" + group.path("id").asText() + "/members?max=100000").stream()
            .map(user -> user.path("username").asText())
            .sorted()
            .toList(),
        names.getOrDefault(group.path("parentId").asText(), ""),
        roles("groups", group));
  }

  @Override
  public void close() {
    admin.close();
    keycloak.close();
  }
}
