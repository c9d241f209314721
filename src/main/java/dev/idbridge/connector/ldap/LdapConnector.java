package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.ResultCode;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.Settings;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One directory server. A disabled account keeps its entry and is marked; as there is no standard
 * way to lock an entry, its memberships are what gives access, and the engine takes them away.
 */
final class LdapConnector implements Connector {
  private final LdapLayout layout;
  private final LdapPool pool;
  private final LdapInventory inventory;
  private final LdapAccounts accounts;
  private final LdapTeams teams;
  private final LdapMembers members;

  LdapConnector(LdapLayout layout, Settings settings, AppHttp rates) {
    this.layout = layout;
    pool = new LdapPool(layout, settings, rates);
    inventory = new LdapInventory(layout, pool);
    accounts = new LdapAccounts(layout, pool);
    teams = new LdapTeams(layout, pool);
    members = new LdapMembers(layout, pool);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        false, Capabilities.Roles.NONE, true, true, true, layout.membersPerCall());
  }

  @Override
  public Optional<Inventory> inventory() {
    return Optional.of(inventory);
  }

  /** Binds and looks for both bases. */
  @Override
  public Health check(Deadline deadline) {
    try {
      return pool.with(
          deadline,
          RateClass.USER_WRITE,
          session -> {
            for (String base :
                List.of(layout.usersBase().toString(), layout.groupsBase().toString())) {
              if (session.get(base, "1.1") == null) {
                return new Health(
                    Health.State.DOWN,
                    layout.address()
                        + " has no entry "
                        + base
                        + ", or does not show it to "
                        + layout.bindDn());
              }
            }
            return new Health(
                Health.State.UP, layout.address() + " takes the bind as " + layout.bindDn());
          });
    } catch (LdapFailure e) {
      boolean refused = e.outcome() instanceof Outcome.AuthFailed;
      return new Health(
          refused ? Health.State.AUTH_FAILED : Health.State.DOWN,
          e.is(ResultCode.INVALID_CREDENTIALS)
              ? e.reason() + "; check bind-dn and password"
              : e.reason());
    }
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
  public void close() {
    pool.close();
  }
}
