package dev.idbridge.config;

import dev.idbridge.connector.spi.Settings;
import dev.idbridge.expression.Expression;
import dev.idbridge.model.RoleRules;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One app: {@code conf/apps/NAME.yaml}.
 *
 * @param name the file's name
 * @param connector the connector's kind
 * @param directories the directories it follows
 * @param settings belong to the connector
 * @param scope who has an account
 * @param mapping what accounts say
 * @param roles null where the app has none, or they are left alone
 * @param verify which writes are followed by a look
 * @param rules where the rules are edited
 */
public record AppConfig(
    String name,
    String connector,
    List<String> directories,
    Settings settings,
    Scope scope,
    Accounts accounts,
    Mapping mapping,
    Teams teams,
    @Nullable RoleRules roles,
    Limits limits,
    Verify verify,
    Rules rules) {
  public AppConfig {
    directories = List.copyOf(directories);
  }

  /** The same app under other rules. */
  AppConfig under(
      Scope scope,
      Mapping mapping,
      Groups groups,
      Map<String, String> named,
      @Nullable RoleRules roles) {
    return new AppConfig(
        name,
        connector,
        directories,
        settings,
        scope,
        accounts,
        mapping,
        new Teams(groups, teams.onGroupDelete(), teams.nested(), named),
        roles,
        limits,
        verify,
        rules);
  }

  /** What decides about accounts and teams, and always stands in the file. */
  public String policies() {
    return accounts + " " + teams.onGroupDelete() + " " + teams.nested();
  }

  /** Where scope, mapping, selection of groups and roles are edited. */
  public enum Rules {
    FILE,
    /** In the store; the file leaves them out. */
    API
  }

  /** Whether what an app said yes to is looked at afterwards. */
  public enum Verify {
    OFF,
    /** One write in sixteen. */
    SAMPLE,
    ALWAYS
  }

  /** What happens to an account whose user was deleted. */
  public enum OnUserDelete {
    DISABLE,
    /** Disabled, and deleted at once or later. */
    DELETE
  }

  /** Whether what a deactivation took away comes back with a reactivation by itself. */
  public enum OnReactivate {
    RESTORE,
    /** Only what is asserted after the reactivation counts. */
    NONE
  }

  /** What happens to a team whose group was deleted. */
  public enum OnGroupDelete {
    /** Nothing: membership freezes. */
    DETACH,
    /** Our members leave, the team stays. */
    NEVER,
    /** Our members leave; the team goes when it is ours and holds nothing foreign. */
    OWNED,
    /** The team goes. */
    ALWAYS
  }

  /**
   * What becomes of accounts.
   *
   * @param deleteAfter how long a deleted user's account stays, disabled, before it is deleted;
   *     zero with {@link OnUserDelete#DELETE} alone
   * @param followUp the route that is given whoever loses an account, {@code direct:NAME}; empty
   *     for none
   * @param memberships what a reactivation does to the memberships that a deactivation took away
   * @param grants the same of roles
   */
  public record Accounts(
      OnUserDelete onUserDelete,
      Duration deleteAfter,
      OnReactivate memberships,
      OnReactivate grants,
      String followUp) {

    /** At once, and with every other setting at its default. */
    public Accounts(OnUserDelete onUserDelete) {
      this(onUserDelete, Duration.ZERO, OnReactivate.RESTORE, OnReactivate.NONE, "");
    }
  }

  /** What becomes of groups in groups. */
  public enum Nested {
    /** Teams in teams; flattened where the app knows none. */
    REAL,
    /** A team has the members of its group and of all groups below it. */
    FLATTEN
  }

  /**
   * Which groups reach the app, and how.
   *
   * @param groups all, none, a prefix, names or a condition
   * @param named team by group, both as display names: what rules map; such groups have no team of
   *     their own
   */
  public record Teams(
      Groups groups, OnGroupDelete onGroupDelete, Nested nested, Map<String, String> named) {
    public Teams {
      // In one order: as text, it tells whether the rules changed.
      named = Collections.unmodifiableMap(new TreeMap<>(named));
    }

    /** As far as the app can, and with a team for each group. */
    public Teams(Groups groups, OnGroupDelete onGroupDelete) {
      this(groups, onGroupDelete, Nested.REAL, Map.of());
    }

    /**
     * The team that rules map the group to; null when it has its own. A group of the name of such a
     * team is that team, too: the app has one team of a name.
     */
    public @Nullable String named(String displayName) {
      String same = null;
      for (Map.Entry<String, String> rule : named.entrySet()) {
        if (rule.getKey().equalsIgnoreCase(displayName)) {
          return rule.getValue();
        }
        if (rule.getValue().equalsIgnoreCase(displayName)) {
          same = rule.getValue();
        }
      }
      return same;
    }
  }

  /** Selection of groups, by display name (case-insensitive as names are) or by a condition. */
  public sealed interface Groups {
    record All() implements Groups {}

    record None() implements Groups {}

    record Prefix(String prefix) implements Groups {}

    record Names(List<String> names) implements Groups {
      public Names {
        names = List.copyOf(names);
      }
    }

    /** Groups for which a condition holds. */
    record Matching(Expression condition) implements Groups {}
  }

  /**
   * @param concurrency deliveries to this app at one time
   * @param rate calls per second by class ({@code user-writes}, {@code group-writes}, {@code
   *     reads}); absent means unlimited
   */
  public record Limits(int concurrency, Map<String, Integer> rate) {
    public Limits {
      rate = Map.copyOf(rate);
    }

    public @Nullable Integer perSecond(String rateClass) {
      return rate.get(rateClass);
    }
  }
}
