package dev.idbridge.crash;

/**
 * An app that outlives the daemon, with people and teams in it from before: the account {@link
 * #ADOPTED} and the teams {@link #EVERYONE} and {@link #JOINED}, which will be adopted; the account
 * {@link #FOREIGNER} and the team {@link #UNTOUCHED}, of which nobody at the identity provider ever
 * hears. Who is adopted is in {@link #EVERYONE} from before, the foreigner in every team.
 */
interface CrashApp extends AutoCloseable {
  String ADOPTED = "adopted";
  String FOREIGNER = "foreigner";
  String EVERYONE = "Everyone";
  String UNTOUCHED = "Untouched";

  /** Name of a group of one clerk whenever it makes it. */
  String JOINED = "w1g0-found";

  /** Held from before by who is adopted; no rule asks for it. */
  String OLD_ROLE = "old";

  /** Held from before by the foreigner. */
  String FOREIGN_ROLE = "foreign";

  /** Its name, and that of its file. */
  String name();

  /** What stands in its file. */
  String file();

  View view();

  /** Whether teams stand in teams; otherwise whoever is in a group below is in the team. */
  default boolean hierarchy() {
    return false;
  }

  default boolean roles() {
    return false;
  }

  /** Whether an account of ours loses every role that nobody asks for, whoever gave it. */
  default boolean stripsAll() {
    return false;
  }

  /** Whether memberships come back with a reactivation by themselves. */
  default boolean membershipsReturn() {
    return true;
  }

  /** Whether roles come back with a reactivation by themselves. */
  default boolean rolesReturn() {
    return false;
  }

  @Override
  void close();
}
