package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.delivery.Scopes.Verdict;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Above;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.HeldRows;
import dev.idbridge.ledger.HeldRows.HeldRole;
import dev.idbridge.ledger.HeldRows.HeldTeam;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.NamedTeams.NamedTeam;
import dev.idbridge.model.Account;
import dev.idbridge.model.Resource;
import dev.idbridge.model.RoleRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What rules would change in an app, as directory and notes are now: page by page, in memory that
 * does not grow with the directory, and nothing is written. One use, one thread.
 *
 * <p>Not looked at: evidence after reactivations, teams that were detached, and what the app itself
 * would answer.
 */
public final class RuleEffects {
  private static final int PAGE = 200;

  /** Examples of each kind. */
  private static final int FEW = 10;

  private static final int GROUPS_KEPT = 2_000;
  private static final int DEEPEST = 64;

  /** Something that would happen. */
  public enum Kind {
    CREATE,
    ENABLE,
    UPDATE,
    DISABLE,
    GRANT,
    REVOKE,
    ADD,
    REMOVE,
    TEAM,
    TEAM_GOES,
    /** Rules that give nothing for somebody: a dead letter. */
    FAILED;

    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether somebody loses something. */
    boolean takes() {
      return this == DISABLE || this == REVOKE || this == REMOVE || this == TEAM_GOES;
    }
  }

  /**
   * @param who a userName, or a group's name
   * @param what a role, a team, or why
   */
  public record Example(String kind, String who, String what) {}

  /**
   * @param whole whether all users and groups were looked at in the time there was
   * @param counts by kind; what does not happen is left out
   * @param removals how often somebody loses something
   */
  public record Effects(
      long users,
      long groups,
      boolean whole,
      Map<String, Long> counts,
      long removals,
      List<Example> first) {}

  private final App app;
  private final AppConfig rules;
  private final Targets targets;
  private final Ledger ledger;
  private final HeldRows held;
  private final Scopes scopes;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final List<Example> first = new ArrayList<>();
  private long removals;

  /** Groups above a group, of those that were asked for last. */
  private final Map<Long, List<Resource.Group>> above =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, List<Resource.Group>> eldest) {
          return size() > GROUPS_KEPT;
        }
      };

  /**
   * @param rules the app under the rules that are asked about
   */
  public RuleEffects(App app, AppConfig rules, Targets targets, Ledger ledger, HeldRows held) {
    this.app = app;
    this.rules = rules;
    this.targets = targets;
    this.ledger = ledger;
    this.held = held;
    this.scopes = new Scopes(targets);
  }

  /** Looks at everybody, for so long at most. */
  public Effects within(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    long users = 0;
    long groups = 0;
    boolean whole = true;
    for (long directory : app.directories()) {
      long after = 0;
      for (List<Long> page = targets.usersAfter(directory, after, PAGE); !page.isEmpty(); ) {
        users(page);
        users += page.size();
        after = page.getLast();
        if (System.nanoTime() - deadline > 0) {
          whole = false;
          break;
        }
        page = targets.usersAfter(directory, after, PAGE);
      }
      after = 0;
      Set<String> named = new HashSet<>();
      for (List<Long> page = targets.groupsAfter(directory, after, PAGE); !page.isEmpty(); ) {
        groups(directory, page, named);
        groups += page.size();
        after = page.getLast();
        if (System.nanoTime() - deadline > 0) {
          whole = false;
          break;
        }
        page = targets.groupsAfter(directory, after, PAGE);
      }
    }
    return new Effects(users, groups, whole, counts, removals, first);
  }

  private void note(Kind kind, String who, String what) {
    long so = counts.merge(kind.word(), 1L, Long::sum);
    if (so <= FEW) {
      first.add(new Example(kind.word(), who, what));
    }
    if (kind.takes()) {
      removals++;
    }
  }

  private void users(List<Long> page) {
    Map<Long, Target> users = targets.users(page);
    Map<Long, Verdict> verdicts = scopes.of(rules.scope(), users);
    Map<Long, Link> links = ledger.links(app.id(), LaneKind.ACCOUNT, page);
    Map<Long, List<Resource.Group>> direct = targets.holders(page);
    Map<Long, List<HeldRole>> roles = held.roles(app.id(), LaneKind.ACCOUNT, page);
    Map<Long, List<HeldTeam>> teams = held.teams(app.id(), page);
    Map<Long, String> names = names(teams.values());
    for (long id : page) {
      Target target = users.get(id);
      if (target == null
          || target.deleted()
          || target.imported()
          || !(target.resource() instanceof Resource.User user)) {
        continue;
      }
      RoleRules granted = rules.roles() == null ? RoleRules.NONE : rules.roles();
      Verdict verdict = verdicts.getOrDefault(id, Verdict.IN);
      Link link = links.get(id);
      if (!verdict.unclear().isEmpty()) {
        note(Kind.FAILED, user.userName(), verdict.unclear());
        continue;
      }
      if (granted.protects(user.userName())) {
        continue;
      }
      boolean usable = user.active() && verdict.inside();
      account(user, usable, link);
      List<Resource.Group> holders = direct.getOrDefault(id, List.of());
      if (rules.roles() != null && app.capabilities().roles().onAccounts()) {
        Set<Role> wanted = usable ? wanted(granted, user, holders) : Set.of();
        roles(user.userName(), granted, wanted, roles.getOrDefault(id, List.of()));
      }
      teams(user.userName(), usable, holders, teams.getOrDefault(id, List.of()), names);
    }
  }

  private void account(Resource.User user, boolean usable, @Nullable Link link) {
    if (!usable) {
      if (link != null && link.active()) {
        note(Kind.DISABLE, user.userName(), user.active() ? "not in scope" : "not active");
      }
      return;
    }
    Account account;
    try {
      account = Mapped.of(user, Desired.account(user), rules.mapping());
    } catch (MappingFailed failed) {
      note(Kind.FAILED, user.userName(), String.valueOf(failed.getMessage()));
      return;
    }
    if (link == null) {
      note(Kind.CREATE, user.userName(), account.userName());
    } else if (!link.active()) {
      note(Kind.ENABLE, user.userName(), account.userName());
    } else {
      Account before = AccountJson.read(link.applied());
      if (before != null && !before.equals(account)) {
        note(Kind.UPDATE, user.userName(), account.userName());
      }
    }
  }

  private Set<Role> wanted(RoleRules granted, Resource.User user, List<Resource.Group> holders) {
    List<Above> all = new ArrayList<>();
    for (Resource.Group holder : holders) {
      all.add(above(holder, holder.id()));
      above(holder.id()).forEach(higher -> all.add(above(higher, holder.id())));
    }
    Set<Role> wanted = new HashSet<>(GrantsWanted.ofUser(granted, user, all).keySet());
    if (app.capabilities().roles().oneOnly()) {
      wanted.removeAll(GrantsWanted.outranked(granted, wanted).keySet());
    }
    return wanted;
  }

  private static Above above(Resource.Group group, long direct) {
    String name = group.displayName();
    return new Above(group.id(), name, Targets.key(name), name, 0, 0, direct);
  }

  /** Every group above, through other groups too. */
  private List<Resource.Group> above(long group) {
    List<Resource.Group> known = above.get(group);
    if (known != null) {
      return known;
    }
    Map<Long, Resource.Group> found = new LinkedHashMap<>();
    Set<Long> level = Set.of(group);
    for (int depth = 0; !level.isEmpty() && depth <= DEEPEST; depth++) {
      Set<Long> next = new HashSet<>();
      for (List<Resource.Group> holders : targets.holders(level).values()) {
        for (Resource.Group holder : holders) {
          if (found.putIfAbsent(holder.id(), holder) == null) {
            next.add(holder.id());
          }
        }
      }
      level = next;
    }
    List<Resource.Group> all = List.copyOf(found.values());
    above.put(group, all);
    return all;
  }

  private void roles(String who, RoleRules granted, Set<Role> wanted, List<HeldRole> rows) {
    Set<Role> there = new HashSet<>();
    for (HeldRole row : rows) {
      if (row.held() || row.suppressed() || row.direct()) {
        there.add(row.role());
      }
      boolean ours = row.ours() || granted.strip() == RoleRules.Strip.ALL;
      if (row.held() && ours && !row.direct() && !wanted.contains(row.role())) {
        note(Kind.REVOKE, who, text(row.role()));
      }
    }
    wanted.stream()
        .filter(role -> !there.contains(role))
        .forEach(role -> note(Kind.GRANT, who, text(role)));
  }

  private static String text(Role role) {
    return new RoleRules.Grant(role.name(), role.resource()).toString();
  }

  /** The team that a group is, as a word that tells it from others; null for none. */
  private @Nullable String team(Resource.Group group) {
    try {
      if (!Desired.selected(rules.teams().groups(), group)) {
        return null;
      }
    } catch (EvaluationFailed unclear) {
      return null;
    }
    String named = rules.teams().named(group.displayName());
    return named == null ? Long.toString(group.id()) : "=" + Targets.key(named);
  }

  private Map<Long, String> names(Collection<List<HeldTeam>> teams) {
    Set<Long> ids = new HashSet<>();
    teams.forEach(some -> some.forEach(one -> ids.add(one.team())));
    Map<Long, String> names = new HashMap<>();
    for (Map.Entry<Long, NamedTeam> named : ledger.namedTeams(ids).entrySet()) {
      names.put(named.getKey(), "=" + Targets.key(named.getValue().name()));
    }
    return names;
  }

  private void teams(
      String who,
      boolean usable,
      List<Resource.Group> holders,
      List<HeldTeam> rows,
      Map<Long, String> names) {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (Resource.Group holder : holders) {
      put(wanted, holder);
      if (!app.placed()) {
        above(holder.id()).forEach(higher -> put(wanted, higher));
      }
    }
    Set<String> there = new HashSet<>();
    boolean frozen = rules.teams().onGroupDelete() == OnGroupDelete.DETACH;
    for (HeldTeam row : rows) {
      String team = names.getOrDefault(row.team(), Long.toString(row.team()));
      there.add(team);
      boolean stays = wanted.containsKey(team) && (usable || !app.capabilities().membersConfer());
      if (row.ours() && !stays && !frozen) {
        note(Kind.REMOVE, who, wanted.getOrDefault(team, team.replaceFirst("^=", "")));
      }
    }
    if (usable) {
      wanted.forEach(
          (team, name) -> {
            if (!there.contains(team)) {
              note(Kind.ADD, who, name);
            }
          });
    }
  }

  private void put(Map<String, String> wanted, Resource.Group group) {
    String team = team(group);
    if (team != null) {
      String named = rules.teams().named(group.displayName());
      wanted.put(team, named == null ? group.displayName() : named);
    }
  }

  private void groups(long directory, List<Long> page, Set<String> named) {
    Map<Long, Link> links = ledger.links(app.id(), LaneKind.TEAM, page);
    Map<Long, List<HeldRole>> roles = held.roles(app.id(), LaneKind.TEAM, page);
    OnGroupDelete policy = rules.teams().onGroupDelete();
    for (Target target : targets.groups(page).values()) {
      if (target.deleted()
          || target.imported()
          || !(target.resource() instanceof Resource.Group group)) {
        continue;
      }
      try {
        Desired.selected(rules.teams().groups(), group);
      } catch (EvaluationFailed failed) {
        note(Kind.FAILED, group.displayName(), "teams.groups.expression: " + failed.getMessage());
        continue;
      }
      String team = team(group);
      boolean own = Long.toString(group.id()).equals(team);
      boolean linked = links.containsKey(group.id());
      if (own && !linked) {
        note(Kind.TEAM, group.displayName(), "made, or adopted");
      } else if (!own && linked && policy != OnGroupDelete.DETACH) {
        note(
            Kind.TEAM_GOES,
            group.displayName(),
            team == null
                ? "not selected"
                : "it is team " + rules.teams().named(group.displayName()));
      }
      if (team != null && !own && named.add(team)) {
        namedTeam(directory, group);
      }
      if (rules.roles() != null && app.capabilities().roles().onTeams()) {
        Set<Role> wanted =
            own ? GrantsWanted.ofTeam(rules.roles(), group).keySet() : Set.<Role>of();
        roles(
            group.displayName(), rules.roles(), wanted, roles.getOrDefault(group.id(), List.of()));
      }
    }
  }

  private void namedTeam(long directory, Resource.Group group) {
    String name = String.valueOf(rules.teams().named(group.displayName()));
    boolean there =
        held.namedTeam(app.id(), directory, name)
            .map(id -> !ledger.links(app.id(), LaneKind.TEAM, List.of(id)).isEmpty())
            .orElse(false);
    if (!there) {
      note(Kind.TEAM, name, "made, or adopted");
    }
  }
}
