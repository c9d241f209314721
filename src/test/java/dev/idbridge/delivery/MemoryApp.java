package dev.idbridge.delivery;

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
import dev.idbridge.model.Account;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An app in memory whose every call can be made to fail at a chosen point, which no real app can
 * do. Counts what was done to it.
 */
final class MemoryApp implements Connector {
  static final class Held {
    final String id;
    Account account;
    boolean active;

    Held(String id, Account account) {
      this.id = id;
      this.account = account;
      this.active = account.active();
    }
  }

  static final class Group {
    final String id;
    String name;
    final String type;
    String parent = "";
    final TreeSet<String> members = new TreeSet<>();

    Group(String id, String name, String type) {
      this.id = id;
      this.name = name;
      this.type = type;
    }
  }

  final Map<String, Held> accounts = new TreeMap<>();
  final Map<String, Group> teams = new TreeMap<>();
  final List<String> calls = new java.util.concurrent.CopyOnWriteArrayList<>();

  /** Consulted before an effect: an outcome here replaces it. */
  Function<Object, @Nullable Outcome> before = plan -> null;

  /** Consulted after an effect: an outcome here hides that it took place. */
  Function<Object, @Nullable Outcome> after = plan -> null;

  /** Consulted after each member or role of a call: an outcome here hides that one's. */
  Function<String, @Nullable Outcome> item = key -> null;

  /** Consulted before each member or role of a call: an outcome here replaces that one's effect. */
  Function<String, @Nullable Outcome> instead = key -> null;

  /** Which accounts a look-up does not show, though they are there. */
  java.util.function.Predicate<Held> hides = held -> false;

  /** Run in the middle of a call, as another request of the IdP would. */
  Runnable meanwhile = () -> {};

  /** Whether its teams stand in teams. */
  boolean places;

  boolean sees = true;

  /** Whether a look-up tells accounts by what others call them. */
  boolean externalIds = true;

  /** Whether it can be asked for one team. */
  boolean seesTeams = true;

  Capabilities.Roles roles = Capabilities.Roles.NONE;

  /** Roles that somebody has to hold: a revocation from the last one fails the test. */
  java.util.function.Predicate<String> needed = key -> false;

  /** Role keys by the remote id of who holds them. */
  final Map<String, TreeSet<String>> grants = new TreeMap<>();

  int perCall = 100;
  private int next = 1;

  synchronized Held account(String userName) {
    return accounts.values().stream()
        .filter(held -> held.account.userName().equalsIgnoreCase(userName))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no account " + userName + " in " + accounts));
  }

  synchronized boolean has(String userName) {
    return accounts.values().stream().anyMatch(h -> h.account.userName().equals(userName));
  }

  synchronized int size() {
    return accounts.size();
  }

  Group team(String name) {
    return teams.values().stream()
        .filter(team -> team.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no team " + name));
  }

  List<String> memberNames(String team) {
    return team(team).members.stream().map(id -> accounts.get(id).account.userName()).toList();
  }

  Group foreignTeam(String name, String type, String... members) {
    Group group = new Group("t" + next++, name, type);
    group.members.addAll(List.of(members));
    teams.put(group.id, group);
    return group;
  }

  Held foreignAccount(Account account) {
    Held held = new Held("a" + next++, account);
    accounts.put(held.id, held);
    return held;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(places, roles, true, sees, true, perCall);
  }

  @Override
  public Health check(Deadline deadline) {
    return new Health(Health.State.UP, "in memory");
  }

  private synchronized Outcome around(
      String name, Object plan, java.util.function.Supplier<Outcome> effect) {
    calls.add(name);
    Outcome early = before.apply(plan);
    if (early != null) {
      return early;
    }
    Outcome outcome = effect.get();
    meanwhile.run();
    Outcome late = after.apply(plan);
    return late != null ? late : outcome;
  }

  @Override
  public synchronized Lookup<FoundAccount> findAccounts(AccountKeys keys, Deadline deadline) {
    calls.add("find-accounts");
    if (before.apply(keys) instanceof Outcome.Failure failure) {
      return Lookup.failed(failure);
    }
    List<Function<Held, Boolean>> ways =
        List.of(
            held ->
                externalIds
                    && keys.externalId() != null
                    && keys.externalId().equals(held.account.externalId()),
            held -> held.account.userName().equalsIgnoreCase(keys.userName()),
            held -> held.account.emails().stream().anyMatch(keys.emails()::contains));
    for (Function<Held, Boolean> way : ways) {
      List<FoundAccount> found =
          accounts.values().stream()
              .filter(way::apply)
              .filter(held -> !hides.test(held))
              .map(held -> new FoundAccount(held.id, held.account.userName(), held.active))
              .toList();
      if (!found.isEmpty()) {
        return Lookup.of(found);
      }
    }
    return Lookup.of(List.of());
  }

  @Override
  public Outcome account(AccountPlan plan, Deadline deadline) {
    return around(plan.getClass().getSimpleName(), plan, () -> apply(plan));
  }

  private Outcome apply(AccountPlan plan) {
    return switch (plan) {
      case AccountPlan.Create create -> {
        if (accounts.values().stream()
            .anyMatch(h -> h.account.userName().equalsIgnoreCase(create.account().userName()))) {
          yield new Outcome.Conflict("userName is taken");
        }
        Held held = new Held("a" + next++, create.account());
        accounts.put(held.id, held);
        yield new Outcome.Applied(held.id);
      }
      case AccountPlan.Update update -> set(update.remoteId(), update.account());
      case AccountPlan.Enable enable -> active(enable.remoteId(), true);
      case AccountPlan.Disable disable -> active(disable.remoteId(), false);
      case AccountPlan.Delete delete -> {
        if (accounts.remove(delete.remoteId()) == null) {
          yield new Outcome.NotFound("no account " + delete.remoteId());
        }
        grants.remove(delete.remoteId());
        teams.values().forEach(team -> team.members.remove(delete.remoteId()));
        yield new Outcome.Applied(delete.remoteId());
      }
    };
  }

  private Outcome set(String id, Account account) {
    Held held = accounts.get(id);
    if (held == null) {
      return new Outcome.NotFound("no account " + id);
    }
    held.account = account;
    return new Outcome.Applied(id);
  }

  private Outcome active(String id, boolean active) {
    Held held = accounts.get(id);
    if (held == null) {
      return new Outcome.NotFound("no account " + id);
    }
    held.active = active;
    return new Outcome.Applied(id);
  }

  @Override
  public synchronized Lookup<FoundTeam> findTeams(TeamKeys keys, Deadline deadline) {
    calls.add("find-teams");
    if (before.apply(keys) instanceof Outcome.Failure failure) {
      return Lookup.failed(failure);
    }
    return Lookup.of(
        teams.values().stream()
            .filter(team -> team.name.equalsIgnoreCase(keys.name()))
            .map(team -> new FoundTeam(team.id, "/" + team.id + "/" + team.name, team.type))
            .toList());
  }

  @Override
  public synchronized Lookup<FoundTeam> seeTeam(String team, Deadline deadline) {
    calls.add("see-team");
    if (!seesTeams) {
      return Connector.super.seeTeam(team, deadline);
    }
    Group group = teams.get(team);
    return Lookup.of(
        group == null
            ? List.of()
            : List.of(new FoundTeam(team, "/" + team + "/" + group.name, group.type)));
  }

  @Override
  public Outcome team(TeamPlan plan, Deadline deadline) {
    return around("Team" + plan.getClass().getSimpleName(), plan, () -> apply(plan));
  }

  private Outcome apply(TeamPlan plan) {
    return switch (plan) {
      case TeamPlan.Create create -> {
        if (!create.parent().isEmpty() && !teams.containsKey(create.parent())) {
          yield new Outcome.NotFound("no team " + create.parent());
        }
        Group group = foreignTeam(create.team().name(), "group");
        group.parent = create.parent();
        yield new Outcome.Applied(group.id);
      }
      case TeamPlan.Rename rename -> {
        Group group = teams.get(rename.remoteId());
        if (group == null) {
          yield new Outcome.NotFound("no team");
        }
        group.name = rename.team().name();
        yield new Outcome.Applied(group.id);
      }
      case TeamPlan.Move move -> {
        Group group = teams.get(move.remoteId());
        if (group == null) {
          yield new Outcome.NotFound("no team");
        }
        if (!move.parent().isEmpty() && !teams.containsKey(move.parent())) {
          yield new Outcome.Conflict("no team " + move.parent());
        }
        group.parent = move.parent();
        yield new Outcome.Applied(group.id);
      }
      case TeamPlan.Delete delete -> {
        Group group = teams.get(delete.remoteId());
        if (group == null) {
          yield new Outcome.NotFound("no team");
        }
        if (!group.members.isEmpty() && !delete.evenIfNotEmpty()) {
          yield new Outcome.Conflict("it has members that are not ours");
        }
        if (teams.values().stream().anyMatch(team -> team.parent.equals(group.id))) {
          yield new Outcome.Conflict("it has child teams");
        }
        teams.remove(delete.remoteId());
        yield new Outcome.Applied(delete.remoteId());
      }
    };
  }

  @Override
  public synchronized Map<String, Seen> seeMembers(
      String team, List<String> accounts, Deadline deadline) {
    calls.add("see-members");
    Map<String, Seen> seen = new LinkedHashMap<>();
    Group group = teams.get(team);
    for (String account : accounts) {
      seen.put(
          account,
          group == null
              ? Seen.UNKNOWN
              : group.members.contains(account) ? Seen.PRESENT : Seen.ABSENT);
    }
    return seen;
  }

  @Override
  public synchronized BatchOutcome members(MemberPlan plan, Deadline deadline) {
    calls.add("members+" + plan.added().size() + "-" + plan.removed().size());
    if (before.apply(plan) instanceof Outcome.Failure failure) {
      return new BatchOutcome.Whole(failure);
    }
    Group group = teams.get(plan.team());
    Map<String, Outcome> items = new LinkedHashMap<>();
    for (String account : plan.removed()) {
      if (items.values().stream().anyMatch(Outcome::stops)) {
        return new BatchOutcome.Items(items);
      }
      Outcome early = instead.apply(account);
      items.put(
          account,
          early != null
              ? early
              : group == null
                  ? new Outcome.NotFound("no team")
                  : group.members.remove(account)
                      ? new Outcome.Applied(account)
                      : new Outcome.Already(account));
    }
    for (String account : plan.added()) {
      Outcome early = instead.apply(account);
      items.put(
          account,
          early != null
              ? early
              : group == null || !accounts.containsKey(account)
                  ? new Outcome.NotFound("no such team or account")
                  : group.members.add(account)
                      ? new Outcome.Applied(account)
                      : new Outcome.Already(account));
    }
    meanwhile.run();
    if (after.apply(plan) instanceof Outcome.Failure failure) {
      return new BatchOutcome.Whole(failure);
    }
    items.replaceAll(
        (key, outcome) -> {
          Outcome late = item.apply(key);
          return late != null ? late : outcome;
        });
    return new BatchOutcome.Items(items);
  }

  /** What the account, or the team, of this name holds. */
  synchronized List<String> held(String name) {
    String id =
        teams.values().stream()
            .filter(team -> team.name.equals(name))
            .map(team -> team.id)
            .findFirst()
            .orElseGet(() -> account(name).id);
    return List.copyOf(grants.getOrDefault(id, new TreeSet<>()));
  }

  @Override
  public synchronized Map<String, Seen> seeGrants(
      String subject, boolean onTeam, List<GrantPlan.Role> asked, Deadline deadline) {
    calls.add("see-grants");
    Map<String, Seen> seen = new LinkedHashMap<>();
    TreeSet<String> held = grants.getOrDefault(subject, new TreeSet<>());
    for (GrantPlan.Role role : roles.seen() ? asked : List.<GrantPlan.Role>of()) {
      seen.put(role.key(), held.contains(role.key()) ? Seen.PRESENT : Seen.ABSENT);
    }
    return seen;
  }

  @Override
  public synchronized BatchOutcome grants(GrantPlan plan, Deadline deadline) {
    calls.add("grants+" + plan.granted() + "-" + plan.revoked());
    if (before.apply(plan) instanceof Outcome.Failure failure) {
      return new BatchOutcome.Whole(failure);
    }
    Map<String, Outcome> items = new LinkedHashMap<>();
    boolean there =
        plan.onTeam() ? teams.containsKey(plan.subject()) : accounts.containsKey(plan.subject());
    TreeSet<String> held = grants.computeIfAbsent(plan.subject(), id -> new TreeSet<>());
    for (GrantPlan.Role role : plan.revoked()) {
      if (!plan.onTeam()
          && needed.test(role.key())
          && held.contains(role.key())
          && accounts.keySet().stream()
              .noneMatch(
                  id ->
                      !id.equals(plan.subject())
                          && grants.getOrDefault(id, new TreeSet<>()).contains(role.key()))) {
        throw new AssertionError("the last holder " + plan.subject() + " loses " + role.key());
      }
      Outcome early = instead.apply(role.key());
      if (early != null) {
        items.put(role.key(), early);
        continue;
      }
      items.put(role.key(), outcome(there, () -> held.remove(role.key()), plan));
    }
    for (GrantPlan.Role role : plan.granted()) {
      Outcome early = instead.apply(role.key());
      if (early != null) {
        items.put(role.key(), early);
        continue;
      }
      if (role.name().equals("no-such-role")) {
        items.put(role.key(), new Outcome.Reject("unknown role " + role.name()));
        continue;
      }
      items.put(role.key(), outcome(there, () -> held.add(role.key()), plan));
    }
    if (roles.oneOnly() && held.size() > 1) {
      throw new AssertionError("the app takes one role only, and was given " + held);
    }
    meanwhile.run();
    if (after.apply(plan) instanceof Outcome.Failure failure) {
      return new BatchOutcome.Whole(failure);
    }
    items.replaceAll(
        (key, outcome) -> {
          Outcome late = item.apply(key);
          return late != null ? late : outcome;
        });
    return new BatchOutcome.Items(items);
  }

  @Override
  public synchronized Lookup<GrantPlan.Role> listGrants(
      String subject, boolean onTeam, int most, Deadline deadline) {
    calls.add("list-grants");
    if (before.apply("list-grants") instanceof Outcome.Failure failure) {
      return Lookup.failed(failure);
    }
    return Lookup.of(
        grants.getOrDefault(subject, new TreeSet<>()).stream()
            .map(key -> key.split("@", 2))
            .map(key -> new GrantPlan.Role(key[0], key.length > 1 ? key[1] : ""))
            .toList());
  }

  @Override
  public synchronized Lookup<FoundAccount> holders(GrantPlan.Role role, int most, Deadline d) {
    calls.add("holders");
    if (before.apply(role) instanceof Outcome.Failure failure) {
      return Lookup.failed(failure);
    }
    return Lookup.of(
        accounts.values().stream()
            .filter(held -> grants.getOrDefault(held.id, new TreeSet<>()).contains(role.key()))
            .map(held -> new FoundAccount(held.id, held.account.userName(), held.active))
            .limit(most)
            .toList());
  }

  private static Outcome outcome(
      boolean there, java.util.function.BooleanSupplier change, GrantPlan plan) {
    if (!there) {
      return new Outcome.NotFound("no " + plan.subject());
    }
    return change.getAsBoolean()
        ? new Outcome.Applied(plan.subject())
        : new Outcome.Already(plan.subject());
  }
}
