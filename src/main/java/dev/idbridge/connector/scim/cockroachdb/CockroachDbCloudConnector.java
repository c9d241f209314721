package dev.idbridge.connector.scim.cockroachdb;

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
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import java.util.List;
import java.util.Map;

/** The generic SCIM connector, with the service's roles. */
final class CockroachDbCloudConnector implements Connector {
  private final Connector scim;
  private final CloudRoles roles;

  CockroachDbCloudConnector(Connector scim, CloudRoles roles) {
    this.scim = scim;
    this.roles = roles;
  }

  @Override
  public Capabilities capabilities() {
    Capabilities can = scim.capabilities();
    return new Capabilities(
        can.hierarchy(),
        CloudRoles.CAN,
        can.deletesAccounts(),
        can.seesMembers(),
        can.membersConfer(),
        can.membersPerCall());
  }

  @Override
  public Health check(Deadline deadline) {
    return scim.check(deadline);
  }

  @Override
  public Lookup<FoundAccount> findAccounts(AccountKeys keys, Deadline deadline) {
    return scim.findAccounts(keys, deadline);
  }

  @Override
  public Outcome account(AccountPlan plan, Deadline deadline) {
    return scim.account(plan, deadline);
  }

  @Override
  public Lookup<FoundTeam> findTeams(TeamKeys keys, Deadline deadline) {
    return scim.findTeams(keys, deadline);
  }

  @Override
  public Outcome team(TeamPlan plan, Deadline deadline) {
    return scim.team(plan, deadline);
  }

  @Override
  public Map<String, Seen> seeMembers(String team, List<String> accounts, Deadline deadline) {
    return scim.seeMembers(team, accounts, deadline);
  }

  @Override
  public BatchOutcome members(MemberPlan plan, Deadline deadline) {
    return scim.members(plan, deadline);
  }

  @Override
  public Map<String, Seen> seeGrants(
      String subject, boolean onTeam, List<GrantPlan.Role> asked, Deadline deadline) {
    return roles.see(subject, asked, deadline);
  }

  @Override
  public BatchOutcome grants(GrantPlan plan, Deadline deadline) {
    return roles.apply(plan, deadline);
  }

  @Override
  public void close() {
    scim.close();
  }
}
