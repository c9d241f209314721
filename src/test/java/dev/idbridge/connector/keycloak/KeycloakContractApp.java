package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.HttpContractApp;
import dev.idbridge.testing.Keycloak;
import dev.idbridge.testing.KeycloakAdmin;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Keycloak, real or not, behind the fault shim; seen as an administrator sees it. */
final class KeycloakContractApp extends HttpContractApp {
  final Keycloak keycloak;
  final KeycloakAdmin admin;
  private final String stranger;
  private final String division;

  KeycloakContractApp(Keycloak keycloak) {
    super(keycloak.url());
    this.keycloak = keycloak;
    admin = new KeycloakAdmin(keycloak.url());
    faults.leaveAlone("/protocol/openid-connect/");
    stranger = admin.addUser("stranger", true);
    division = admin.addGroup("", "Division");
    admin.addRole("", "viewer");
    admin.addRole("", "deploy/eu west ü");
    for (String client : List.of("billing", "crm")) {
      admin.addClient(client);
      admin.addRole(client, "clerk");
    }
  }

  @Override
  public Connector connectWith(String secret) {
    return connect(Clock.systemUTC(), Map.of("client-secret", secret));
  }

  Connector connect(Clock clock, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("base-url", faults.url());
    settings.put("realm", Keycloak.REALM);
    settings.put("client-secret", Keycloak.SECRET);
    settings.put("page-size", "3");
    settings.putAll(more);
    return connect(new KeycloakConnectorFactory(), clock, settings);
  }

  @Override
  public String secret() {
    return Keycloak.SECRET;
  }

  @Override
  public List<String> accounts(String userName) {
    return admin.users(userName).stream().map(user -> user.path("id").asText()).toList();
  }

  @Override
  public boolean active(String account) {
    return admin.user(account).path("enabled").asBoolean();
  }

  @Override
  public String displayName(String account) {
    return admin.user(account).path("attributes").path("displayName").path(0).asText();
  }

  @Override
  public List<String> emails(String account) {
    String email = admin.user(account).path("email").asText("");
    return email.isEmpty() ? List.of() : List.of(email);
  }

  @Override
  public List<String> teams(String name) {
    return admin.groups(name).stream().map(group -> group.path("id").asText()).toList();
  }

  @Override
  public boolean atRootAsGroup(String team) {
    JsonNode group = admin.call("GET", "/groups/" + team, null);
    return group.path("parentId").isMissingNode()
        && group.path("attributes").path("teamType").path(0).asText().equals("group");
  }

  @Override
  public String shape(String team) {
    JsonNode group = admin.call("GET", "/groups/" + team, null);
    return group.path("path").asText() + group.path("attributes");
  }

  @Override
  public String parent(String team) {
    return admin.call("GET", "/groups/" + team, null).path("parentId").asText("");
  }

  @Override
  public List<String> members(String team) {
    return admin.members(team);
  }

  @Override
  public String asMember(String account) {
    return admin.user(account).path("username").asText();
  }

  @Override
  public String foreignAccount(String userName, boolean active) {
    return admin.addUser(userName, active);
  }

  @Override
  public String foreignTeam(String name) {
    String id = admin.addGroup(division, name);
    admin.join(stranger, id);
    return id;
  }

  @Override
  public String foreignMember() {
    return "stranger";
  }

  @Override
  public List<GrantPlan.Role> rolesToGrant() {
    return List.of(
        new GrantPlan.Role("viewer", ""),
        new GrantPlan.Role("clerk", "billing"),
        new GrantPlan.Role("clerk", "crm"),
        new GrantPlan.Role("deploy/eu west ü", ""));
  }

  @Override
  public Optional<GrantPlan.Role> unknownRole() {
    return Optional.of(new GrantPlan.Role("nobody", "billing"));
  }

  @Override
  public List<String> roles(String subject, boolean onTeam) {
    List<String> keys = new ArrayList<>();
    for (String client : List.of("", "billing", "crm")) {
      admin.granted(onTeam ? "groups" : "users", subject, client).stream()
          .map(name -> new GrantPlan.Role(name, client).key())
          .filter(key -> !key.equals("default-roles-acme"))
          .forEach(keys::add);
    }
    return keys;
  }

  @Override
  public void foreignGrant(String subject, boolean onTeam, GrantPlan.Role role) {
    admin.grant(onTeam ? "groups" : "users", subject, role.resource(), role.name());
  }

  @Override
  public String sameNameAgain(String name) {
    return admin.addGroup("", name);
  }

  @Override
  public void close() {
    super.close();
    admin.close();
    keycloak.close();
  }
}
