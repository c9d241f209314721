package dev.idbridge.connector.openmetadata;

import dev.idbridge.connector.rest.BearerToken;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.rest.Steps;
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
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One OpenMetadata server. */
final class OpenMetadataConnector implements Connector {
  private static final Capabilities.Roles ROLES =
      new Capabilities.Roles(true, true, false, false, false, true, 50).listing(true, false);

  private final RestClient client;
  private final int membersPerCall;
  private final OpenMetadataUsers users;
  private final OpenMetadataTeams teams;
  private final OpenMetadataRoles roles;

  OpenMetadataConnector(Settings settings, Services services) {
    client =
        new RestClient(
            RestClient.base(settings, "base-url") + "/api/v1",
            new BearerToken(settings, "token"),
            services);
    membersPerCall = settings.integer("members-per-call", 1, 200);
    String lookup = settings.require("external-id-lookup");
    if (!lookup.equals("list") && !lookup.equals("off")) {
      throw new SettingException("external-id-lookup", "is '" + lookup + "', must be list or off");
    }
    References references = new References(client);
    users =
        new OpenMetadataUsers(
            client, references, lookup.equals("list"), settings.integer("page-size", 1, 1000));
    teams = new OpenMetadataTeams(client);
    roles = new OpenMetadataRoles(client, references, users);
  }

  /** Teams made here are of type Group, and a Group has no children: nesting is flattened. */
  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, ROLES, true, true, true, membersPerCall);
  }

  /** Every server has the team Organization. */
  @Override
  public Health check(Deadline deadline) {
    String path = "/teams/name/Organization";
    return switch (client.get(path, About.APP, deadline)) {
      case RestAnswer.Ok ok when ok.body().path("teamType").asText().equals("Organization") ->
          new Health(Health.State.UP, "GET /api/v1" + path + " answers");
      case RestAnswer.Ok ok ->
          new Health(Health.State.DOWN, "GET /api/v1" + path + " gave no team; check base-url");
      case RestAnswer.Gone gone -> new Health(Health.State.DOWN, gone.reason());
      case RestAnswer.No no -> Health.failed(no.why(), "check the bot's token");
    };
  }

  @Override
  public Lookup<FoundAccount> findAccounts(AccountKeys keys, Deadline deadline) {
    return users.find(keys, deadline);
  }

  @Override
  public Outcome account(AccountPlan plan, Deadline deadline) {
    return users.apply(plan, deadline);
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
    Map<String, Seen> seen = new HashMap<>();
    for (String account : accounts) {
      seen.putAll(users.see(account, team, deadline));
    }
    return seen;
  }

  @Override
  public BatchOutcome members(MemberPlan plan, Deadline deadline) {
    Steps steps = new Steps(deadline);
    Lookup<String> team = teams.here(plan.team(), deadline);
    for (String user : plan.removed()) {
      steps.take(user, () -> users.leave(user, team, plan.team(), deadline));
    }
    for (String user : plan.added()) {
      steps.take(user, () -> users.join(user, team, plan.team(), deadline));
    }
    return steps.outcome();
  }

  @Override
  public Map<String, Seen> seeGrants(
      String subject, boolean onTeam, List<GrantPlan.Role> asked, Deadline deadline) {
    return roles.see(subject, onTeam, asked, deadline);
  }

  @Override
  public Lookup<GrantPlan.Role> listGrants(
      String subject, boolean onTeam, int most, Deadline deadline) {
    return roles.list(subject, onTeam, most, deadline);
  }

  @Override
  public BatchOutcome grants(GrantPlan plan, Deadline deadline) {
    return roles.apply(plan, deadline);
  }
}
