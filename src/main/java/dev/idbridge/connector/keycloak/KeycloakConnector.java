package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.rest.ClientCredentials;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.Settings;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import java.util.List;
import java.util.Map;

/** One realm. */
final class KeycloakConnector implements Connector {
  private final Realm realm;
  private final RestClient client;
  private final KeycloakAccounts accounts;
  private final KeycloakTeams teams;
  private final KeycloakMembers members;
  private final KeycloakRoles roles;

  KeycloakConnector(Realm realm, Settings settings, Services services) {
    this.realm = realm;
    String home = settings.get("client-realm");
    client =
        new RestClient(
            realm.admin(),
            new ClientCredentials(
                Realm.tokenEndpoint(
                    realm.server(), home == null || home.isBlank() ? realm.realm() : home),
                settings,
                services),
            services);
    Pages pages = new Pages(client, realm.pageSize());
    accounts = new KeycloakAccounts(realm, client, pages);
    teams = new KeycloakTeams(realm, client, pages);
    members = new KeycloakMembers(client, pages);
    roles = new KeycloakRoles(client);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, KeycloakRoles.CAN, true, true, true, realm.membersPerCall());
  }

  /** Reads a user and a group, and looks whether the realm keeps the attributes we write. */
  @Override
  public Health check(Deadline deadline) {
    for (String path : List.of("/users?max=1", "/groups?max=1")) {
      RestAnswer answer = client.get(path, About.APP, deadline);
      if (!(answer instanceof RestAnswer.Ok ok) || !ok.body().isArray()) {
        return unwell(answer, path);
      }
    }
    String asked = "realm " + realm.realm() + " answers";
    boolean writes = realm.externalId() != null || realm.displayName() != null;
    if (writes && drops(client.get("/users/profile", About.APP, deadline))) {
      asked +=
          ", but drops the user attributes that are written: let its user profile take unmanaged"
              + " attributes from administrators, or set external-id-attribute and"
              + " display-name-attribute to none";
    }
    return new Health(Health.State.UP, asked);
  }

  private boolean drops(RestAnswer profile) {
    if (!(profile instanceof RestAnswer.Ok ok)) {
      return false;
    }
    String policy = ok.body().path("unmanagedAttributePolicy").asText("");
    if (policy.equals("ENABLED") || policy.equals("ADMIN_EDIT")) {
      return false;
    }
    List<String> managed =
        ok.body().path("attributes").findValues("name").stream().map(JsonNode::asText).toList();
    return (realm.externalId() != null && !managed.contains(realm.externalId()))
        || (realm.displayName() != null && !managed.contains(realm.displayName()));
  }

  private static Health unwell(RestAnswer answer, String path) {
    return switch (answer) {
      case RestAnswer.Ok ok ->
          new Health(Health.State.DOWN, "GET " + path + " gave no list; check base-url and realm");
      case RestAnswer.Gone gone -> new Health(Health.State.DOWN, gone.reason());
      case RestAnswer.No no ->
          Health.failed(no.why(), "check client-id, client-secret and the client's roles");
    };
  }

  @Override
  public Lookup<FoundAccount> findAccounts(AccountKeys keys, Deadline deadline) {
    return accounts.find(keys, deadline);
  }

  @Override
  public Outcome account(AccountPlan plan, Deadline deadline) {
    return accounts.apply(plan, deadline);
  }

  @Override
  public Lookup<FoundTeam> findTeams(TeamKeys keys, Deadline deadline) {
    return teams.find(keys, deadline);
  }

  @Override
  public Lookup<FoundTeam> seeTeam(String team, Deadline deadline) {
    return teams.see(team, deadline);
  }

  @Override
  public Outcome team(TeamPlan plan, Deadline deadline) {
    return teams.apply(plan, deadline);
  }

  @Override
  public Map<String, Seen> seeMembers(String team, List<String> accounts, Deadline deadline) {
    return members.see(team, accounts, deadline);
  }

  @Override
  public BatchOutcome members(MemberPlan plan, Deadline deadline) {
    return members.apply(plan, deadline);
  }

  @Override
  public Map<String, Seen> seeGrants(
      String subject, boolean onTeam, List<GrantPlan.Role> granted, Deadline deadline) {
    return roles.see(subject, onTeam, granted, deadline);
  }

  @Override
  public Lookup<GrantPlan.Role> listGrants(
      String subject, boolean onTeam, int most, Deadline deadline) {
    return roles.list(subject, onTeam, most, deadline);
  }

  @Override
  public Lookup<FoundAccount> holders(GrantPlan.Role role, int most, Deadline deadline) {
    return roles.holders(role, most, deadline);
  }

  @Override
  public BatchOutcome grants(GrantPlan plan, Deadline deadline) {
    return roles.apply(plan, deadline);
  }
}
