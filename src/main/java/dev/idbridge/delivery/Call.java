package dev.idbridge.delivery;

import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connector operation of a delivery: what {@code direct:app-NAME} carries. */
public sealed interface Call {

  /** Asks the connector; the answer's type belongs to the call. */
  Object on(Connector connector, Deadline deadline);

  /** Whether an interruption leaves it open what the app holds now. */
  default boolean writes() {
    return true;
  }

  /** The name of the account or team that it is to create, or null. */
  default @Nullable String creates() {
    return null;
  }

  /** The failure inside an answer that concerns the call as a whole, or null. */
  static Outcome.@Nullable Failure failure(Object answer) {
    return switch (answer) {
      case Outcome.Failure failure -> failure;
      case Lookup.Failed<?> failed -> failed.why();
      case BatchOutcome.Whole whole -> whole.why();
      default -> null;
    };
  }

  record FindAccounts(AccountKeys keys) implements Call {
    @Override
    public Lookup<FoundAccount> on(Connector connector, Deadline deadline) {
      return connector.findAccounts(keys, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  record SeeAccount(String account, Account written) implements Call {
    @Override
    public Lookup<String> on(Connector connector, Deadline deadline) {
      return connector.seeAccount(account, written, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  record OnAccount(AccountPlan plan) implements Call {
    @Override
    public Outcome on(Connector connector, Deadline deadline) {
      return connector.account(plan, deadline);
    }

    @Override
    public @Nullable String creates() {
      return plan instanceof AccountPlan.Create create ? create.account().userName() : null;
    }
  }

  record FindTeams(TeamKeys keys) implements Call {
    @Override
    public Lookup<FoundTeam> on(Connector connector, Deadline deadline) {
      return connector.findTeams(keys, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  record SeeTeam(String team) implements Call {
    @Override
    public Lookup<FoundTeam> on(Connector connector, Deadline deadline) {
      return connector.seeTeam(team, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  record OnTeam(TeamPlan plan) implements Call {
    @Override
    public Outcome on(Connector connector, Deadline deadline) {
      return connector.team(plan, deadline);
    }

    @Override
    public @Nullable String creates() {
      return plan instanceof TeamPlan.Create create ? create.team().name() : null;
    }
  }

  record SeeMembers(String team, List<String> accounts) implements Call {
    @Override
    public Map<String, Seen> on(Connector connector, Deadline deadline) {
      return connector.seeMembers(team, accounts, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  record OnMembers(MemberPlan plan) implements Call {
    @Override
    public BatchOutcome on(Connector connector, Deadline deadline) {
      return connector.members(plan, deadline);
    }
  }

  record SeeGrants(String subject, boolean onTeam, List<GrantPlan.Role> roles) implements Call {
    @Override
    public Map<String, Seen> on(Connector connector, Deadline deadline) {
      return connector.seeGrants(subject, onTeam, roles, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  record ListGrants(String subject, int most) implements Call {
    @Override
    public Lookup<GrantPlan.Role> on(Connector connector, Deadline deadline) {
      return connector.listGrants(subject, false, most, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  record ListHolders(GrantPlan.Role role, int most) implements Call {
    @Override
    public Lookup<FoundAccount> on(Connector connector, Deadline deadline) {
      return connector.holders(role, most, deadline);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  /**
   * The operator's route for leavers; not an operation of the connector.
   *
   * @param message what the route is given
   */
  record RunFollowUp(String endpoint, long id, Map<String, Object> message) implements Call {
    @Override
    public Outcome on(Connector connector, Deadline deadline) {
      return new Outcome.Retry("a follow-up is no call to the app", false);
    }
  }

  record OnGrants(GrantPlan plan) implements Call {
    @Override
    public BatchOutcome on(Connector connector, Deadline deadline) {
      return connector.grants(plan, deadline);
    }
  }
}
