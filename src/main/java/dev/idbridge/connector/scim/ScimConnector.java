package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.Settings;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One SCIM app: users are accounts, groups are teams, all at the root, without types. */
final class ScimConnector implements Connector {
  private final ScimDialect dialect;
  private final ScimClient client;
  private final ScimInventory inventory;
  private final ScimAccounts accounts;
  private final ScimTeams teams;
  private final ScimMembers members;
  private final ScimRoles roles;

  /**
   * @param roles how the app takes roles; null for values of the user's roles attribute
   */
  ScimConnector(
      ScimDialect dialect, Settings settings, Services services, @Nullable ScimRoles roles) {
    this.dialect = dialect;
    client = new ScimClient(dialect, settings, services);
    ScimSearch search = new ScimSearch(dialect, client);
    inventory = new ScimInventory(dialect, search);
    accounts = new ScimAccounts(dialect, client, search);
    teams = new ScimTeams(dialect, client, search);
    members = new ScimMembers(dialect, client, search);
    this.roles = roles == null ? new ScimGrants(dialect, client) : roles;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        false,
        roles.can(),
        true,
        dialect.probe() != ScimDialect.Probe.OFF,
        dialect.membersConfer(),
        dialect.membersPerRequest());
  }

  /** Reads one user: unlike ServiceProviderConfig, that always needs the credentials. */
  @Override
  public Health check(Deadline deadline) {
    String path = dialect.usersPath() + "?count=1";
    String asked = "GET " + dialect.baseUrl().getRawPath() + "/" + path;
    return switch (client.call("GET", path, null, RateClass.READ, About.APP, deadline)) {
      case ScimAnswer.Ok ok when ok.body() != null && ok.body().has("totalResults") ->
          new Health(Health.State.UP, asked + " answers");
      case ScimAnswer.Ok ok ->
          new Health(Health.State.DOWN, asked + " gave no list of users; check base-url");
      case ScimAnswer.Gone gone -> new Health(Health.State.DOWN, gone.reason());
      case ScimAnswer.No no -> Health.failed(no.why(), "check the app's credentials");
    };
  }

  @Override
  public Optional<Inventory> inventory() {
    return Optional.of(inventory);
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
  public Lookup<String> seeAccount(String account, Account written, Deadline deadline) {
    return accounts.see(account, written, deadline);
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
      String subject, boolean onTeam, List<GrantPlan.Role> asked, Deadline deadline) {
    return roles.can().any() ? roles.see(subject, onTeam, asked, deadline) : Map.of();
  }

  @Override
  public Lookup<GrantPlan.Role> listGrants(
      String subject, boolean onTeam, int most, Deadline deadline) {
    return roles.can().any()
        ? roles.list(subject, onTeam, most, deadline)
        : Connector.super.listGrants(subject, onTeam, most, deadline);
  }

  @Override
  public BatchOutcome grants(GrantPlan plan, Deadline deadline) {
    return roles.can().any() ? roles.apply(plan, deadline) : Connector.super.grants(plan, deadline);
  }

  /** What a POST came to: the id of what was made, or why there is none. */
  static Outcome created(ScimAnswer answer, String what) {
    return switch (answer) {
      case ScimAnswer.Ok ok -> {
        ObjectNode body = ok.body();
        String id = body == null ? "" : body.path("id").asText("");
        if (id.isEmpty() && ok.location() != null) {
          String path = ok.location().replaceFirst("[?#].*$", "").replaceFirst("/$", "");
          id =
              URLDecoder.decode(
                  path.substring(path.lastIndexOf('/') + 1).replace("+", "%2B"),
                  StandardCharsets.UTF_8);
        }
        yield id.isEmpty()
            ? new Outcome.Retry("the app made the " + what + " but told no id", true)
            : new Outcome.Applied(id);
      }
      case ScimAnswer.Gone gone -> new Outcome.NotFound(gone.reason());
      case ScimAnswer.No no -> no.why();
    };
  }

  /** What a call about one object that we know came to. */
  static Outcome changed(ScimAnswer answer, String remoteId) {
    return switch (answer) {
      case ScimAnswer.Ok ok -> new Outcome.Applied(remoteId);
      case ScimAnswer.Gone gone -> new Outcome.NotFound(gone.reason());
      case ScimAnswer.No no -> no.why();
    };
  }
}
