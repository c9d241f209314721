package dev.idbridge.connector.spi;

import dev.idbridge.testing.HttpFaults;
import java.util.List;
import java.util.Optional;

/**
 * A real app behind a fault shim, for {@link ConnectorContract}: what the contract does to the app
 * and sees in it past the connector.
 */
public interface ContractApp extends AutoCloseable {
  /** A new connector for the app; closed by the caller. */
  Connector connect();

  /** A new connector whose password or token is this. */
  Connector connectWith(String secret);

  /** The right password or token. */
  String secret();

  /** Remote ids of the accounts with this user name, usable or not. */
  List<String> accounts(String userName);

  boolean active(String account);

  /** The display name the account has in the app. */
  String displayName(String account);

  /** The e-mail addresses the account has in the app. */
  List<String> emails(String account);

  /** Remote ids of the teams of this name. */
  List<String> teams(String name);

  /** Whether the team stands at the app's place for new teams, with team type {@code group}. */
  boolean atRootAsGroup(String team);

  /** Everything about the team that is not its members: place, name, type. */
  String shape(String team);

  /**
   * Remote id of the team it stands under, empty at the root. Only asked where there are places.
   */
  default String parent(String team) {
    throw new AssertionError("an app whose connector says hierarchy tells its teams' parents");
  }

  /** Members of the team as the app names them, without a placeholder. */
  List<String> members(String team);

  /** How the app names this account as a member. */
  String asMember(String account);

  /** Makes an account as an admin would; answers its remote id. */
  String foreignAccount(String userName, boolean active);

  /** Makes a team as an admin would, not at the root where the app has places, with one member. */
  String foreignTeam(String name);

  /** The name of the one member that {@link #foreignTeam} puts into teams. */
  String foreignMember();

  /**
   * Four roles the app knows, none of them the role of a fresh account or team; on different
   * resources where the app has any. Empty where the app has no roles.
   */
  default List<GrantPlan.Role> rolesToGrant() {
    return List.of();
  }

  /** A role the app does not know; empty for apps that take any. */
  default Optional<GrantPlan.Role> unknownRole() {
    return Optional.empty();
  }

  /**
   * Keys of those among {@link #rolesToGrant} that the account or team holds itself; without what
   * it inherits.
   */
  default List<String> roles(String subject, boolean onTeam) {
    return List.of();
  }

  /** Grants a role as an admin would. */
  default void foreignGrant(String subject, boolean onTeam, GrantPlan.Role role) {
    throw new AssertionError("this app has no roles");
  }

  /** Whether an account's user name can be changed in the app; where not, it stays as it was. */
  default boolean renamesAccounts() {
    return true;
  }

  /** Whether the app takes no account without an e-mail address. */
  default boolean wantsEmail() {
    return false;
  }

  /**
   * Makes a second team of a name that is there already; answers its remote id, or nothing where
   * names are unique.
   */
  String sameNameAgain(String name);

  void stop();

  void start();

  /** The app does the next write, and its answer is lost. */
  void loseTheNextAnswer();

  /** The app's next answers do not come, until told otherwise. */
  void silent(boolean from);

  /** HTTP faults, for apps that speak HTTP. */
  Optional<HttpFaults> http();

  @Override
  void close();
}
