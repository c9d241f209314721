package dev.idbridge.connector.spi;

import dev.idbridge.model.Account;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one app match what the bridge wants of it, one small operation at a time.
 *
 * <p><b>At least once.</b> The same plan may arrive again, after a crash even when the first call
 * took effect. Applying it twice leaves the app as applying it once would.
 *
 * <p><b>Order.</b> Plans about one account or one team arrive one at a time and in order; plans
 * about different ones arrive at the same time, so implementations are thread-safe.
 *
 * <p><b>Time.</b> A call ends before its deadline; what outlives it is counted as a retry, and the
 * target is read or asserted anew.
 *
 * <p><b>Failure.</b> Every answer of the app becomes an {@link Outcome} or a {@link Lookup}. An
 * exception out of a connector is the connector's bug: counted as a retry with its class name.
 *
 * <p>Lifecycle: {@link ConnectorFactory#create} (no I/O), then any number of operations from any
 * thread, then {@link #close} once, when none is running.
 */
public interface Connector extends AutoCloseable {

  /** What this app can do; constant for the life of the connector. */
  Capabilities capabilities();

  /** Asks whether the app answers and takes our credentials; changes nothing. */
  Health check(Deadline deadline);

  /**
   * Finds accounts by externalId, then userName, then e-mail: the first key that finds any ends the
   * search. Inactive accounts are found too. Compared exactly on our side (names case-insensitively
   * where the app does), whatever the app's own search does.
   */
  Lookup<FoundAccount> findAccounts(AccountKeys keys, Deadline deadline);

  Outcome account(AccountPlan plan, Deadline deadline);

  /**
   * Which attributes of an account the app shows otherwise than they were written, by name, such as
   * {@code displayName}. What the app does not show is not counted, so that the answer of an app
   * that shows nothing is empty, as it is by default.
   *
   * @param account remote id
   * @param written what a plan wrote
   */
  default Lookup<String> seeAccount(String account, Account written, Deadline deadline) {
    return Lookup.of(List.of());
  }

  /** Finds teams of this name anywhere in the app's hierarchy; all of them. */
  Lookup<FoundTeam> findTeams(TeamKeys keys, Deadline deadline);

  /**
   * The team of this id as the app holds it now, under whatever name and wherever it stands;
   * nothing when it is gone. A team is forgotten, with everything that we did in it, only when this
   * says so: no look-up by name is taken as proof, as somebody may have renamed the team in the
   * app.
   *
   * <p>An app that cannot be asked for one team says so by {@link Outcome.Unverified}, as it is by
   * default: what concerns a team that is missed is then tried again until somebody looks.
   *
   * @param team remote id
   */
  default Lookup<FoundTeam> seeTeam(String team, Deadline deadline) {
    return Lookup.failed(new Outcome.Unverified("the app cannot be asked for one team"));
  }

  Outcome team(TeamPlan plan, Deadline deadline);

  /**
   * Which of these accounts are members of the team now, as far as the app can tell cheaply. Never
   * reads the team's whole member list. An account that is missing in the answer, and every account
   * when {@link Capabilities#seesMembers} is false, counts as {@link Seen#UNKNOWN}.
   *
   * @param accounts remote ids
   */
  Map<String, Seen> seeMembers(String team, List<String> accounts, Deadline deadline);

  /**
   * Adds and removes members in as few calls as the app allows; never more than {@link
   * Capabilities#membersPerCall} items arrive at once, and fewer after an attempt that failed. What
   * was done before the time ran out is told item by item, and is not asked for again.
   */
  BatchOutcome members(MemberPlan plan, Deadline deadline);

  /**
   * Which of these roles the subject holds itself now, as far as the app can tell; what it inherits
   * from a team or a parent does not count. A role that is missing in the answer, and every role
   * when {@link Capabilities.Roles#seen} is false, counts as {@link Seen#UNKNOWN}.
   *
   * @param subject remote id of an account or a team
   * @return by {@link GrantPlan.Role#key}
   */
  default Map<String, Seen> seeGrants(
      String subject, boolean onTeam, List<GrantPlan.Role> roles, Deadline deadline) {
    return Map.of();
  }

  /**
   * Every role that the subject holds itself now; what it inherits does not count. Asked only where
   * {@link Capabilities.Roles#listed} says so. An answer that may have missed something, or that
   * has more than {@code most} roles, is a failure.
   *
   * @param subject remote id of an account or a team
   */
  default Lookup<GrantPlan.Role> listGrants(
      String subject, boolean onTeam, int most, Deadline deadline) {
    return Lookup.failed(new Outcome.Reject("the app does not list what somebody holds"));
  }

  /**
   * Accounts that hold this role themselves now, whoever gave it to them; of many the first {@code
   * most}, in any order. Asked only where {@link Capabilities.Roles#holders} says so.
   */
  default Lookup<FoundAccount> holders(GrantPlan.Role role, int most, Deadline deadline) {
    return Lookup.failed(new Outcome.Reject("the app does not list who holds a role"));
  }

  /**
   * Grants and revokes roles of one subject; only kinds of subjects, resources and numbers that
   * {@link Capabilities.Roles} allows arrive. Apps without roles leave it as it is.
   */
  default BatchOutcome grants(GrantPlan plan, Deadline deadline) {
    return new BatchOutcome.Whole(new Outcome.Reject("the app has no roles to grant or revoke"));
  }

  /** How to see everything the app holds; empty where the app has no listing. */
  default Optional<Inventory> inventory() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
