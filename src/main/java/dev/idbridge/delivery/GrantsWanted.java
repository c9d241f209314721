package dev.idbridge.delivery;

import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Above;
import dev.idbridge.ledger.GrantRow.Why;
import dev.idbridge.model.Resource;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Rule;
import dev.idbridge.model.RoleRules.To;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which roles the rules of an app ask for: pure functions of the directory and the rules. */
final class GrantsWanted {
  private GrantsWanted() {}

  /**
   * Why one role is asked for.
   *
   * @param asserted the latest change that is evidence for it; 0 when none is
   * @param cause the change that brought it, 0 when it is no single one
   * @param groups the directly holding groups that bring it; empty when anything else brings it
   */
  record Wanted(List<Why> why, long asserted, long cause, Set<Long> groups) {
    Wanted and(Wanted other) {
      List<Why> both = new ArrayList<>(why);
      both.addAll(other.why);
      Set<Long> all = new HashSet<>(groups);
      all.addAll(other.groups);
      return new Wanted(
          both,
          Math.max(asserted, other.asserted),
          Math.max(cause, other.cause),
          groups.isEmpty() || other.groups.isEmpty() ? Set.of() : all);
    }
  }

  /** Of a user's account. */
  static Map<Role, Wanted> ofUser(RoleRules rules, Resource.User user, Collection<Above> above) {
    Map<Role, Wanted> wanted = new LinkedHashMap<>();
    Wanted base = new Wanted(List.of(new Why("default", "", 0)), 0, 0, Set.of());
    rules.base().forEach(grant -> add(wanted, grant, base));
    Map<String, List<Above>> byName = new HashMap<>();
    above.forEach(one -> byName.computeIfAbsent(one.key(), k -> new ArrayList<>()).add(one));
    for (Rule rule : rules.rules()) {
      switch (rule) {
        case OfGroup of when of.to() == To.MEMBERS ->
            byName
                .getOrDefault(Targets.key(of.group()), List.of())
                .forEach(one -> addAll(wanted, rule, because(rule, one)));
        case OfAttribute of when of.holds(user.attributes()) ->
            addAll(wanted, rule, new Wanted(List.of(new Why(rule.text(), "", 0)), 0, 0, Set.of()));
        default -> {}
      }
    }
    return wanted;
  }

  private static Wanted because(Rule rule, Above group) {
    return new Wanted(
        List.of(new Why(rule.text(), group.path(), group.cause())),
        group.asserted(),
        group.cause(),
        Set.of(group.direct()));
  }

  /** Of the team that a group is. */
  static Map<Role, Wanted> ofTeam(RoleRules rules, Resource.Group group) {
    Map<Role, Wanted> wanted = new LinkedHashMap<>();
    String key = Targets.key(group.displayName());
    for (Rule rule : rules.rules()) {
      if (rule instanceof OfGroup of && of.to() == To.TEAM && Targets.key(of.group()).equals(key)) {
        addAll(
            wanted,
            rule,
            new Wanted(List.of(new Why(rule.text(), group.displayName(), 0)), 0, 0, Set.of()));
      }
    }
    return wanted;
  }

  private static void addAll(Map<Role, Wanted> wanted, Rule rule, Wanted because) {
    rule.grants().forEach(grant -> add(wanted, grant, because));
  }

  private static void add(Map<Role, Wanted> wanted, Grant grant, Wanted because) {
    wanted.merge(new Role(grant.role(), grant.resource()), because, Wanted::and);
  }

  /**
   * Where a subject holds one role only: of each resource the highest by the declared order, then
   * by name.
   *
   * @return of those that give way, the one they give way to
   */
  static Map<Role, Role> outranked(RoleRules rules, Collection<Role> all) {
    Map<String, List<Role>> byResource =
        all.stream()
            .collect(Collectors.groupingBy(Role::resource, TreeMap::new, Collectors.toList()));
    Map<Role, Role> outranked = new HashMap<>();
    for (List<Role> one : byResource.values()) {
      Role highest =
          one.stream()
              .min(
                  java.util.Comparator.comparingInt((Role role) -> rank(rules, role))
                      .thenComparing(Role::name))
              .orElseThrow();
      one.stream().filter(role -> !role.equals(highest)).forEach(r -> outranked.put(r, highest));
    }
    return outranked;
  }

  private static int rank(RoleRules rules, Role role) {
    int rank = rules.order().indexOf(role.name());
    return rank < 0 ? Integer.MAX_VALUE : rank;
  }

  /**
   * What a group brings those it holds: the groups, itself and above it, that rules ask about.
   * Empty for nothing.
   */
  static String basis(RoleRules rules, Resource.Group group, Collection<Above> above) {
    Set<String> asked =
        rules.rules().stream()
            .filter(rule -> rule instanceof OfGroup of && of.to() == To.MEMBERS)
            .map(rule -> Targets.key(((OfGroup) rule).group()))
            .collect(Collectors.toSet());
    TreeMap<Long, String> brings = new TreeMap<>();
    above.stream()
        .filter(one -> asked.contains(one.key()))
        .forEach(one -> brings.put(one.group(), one.key()));
    String own = Targets.key(group.displayName());
    if (asked.contains(own)) {
      brings.put(group.id(), own);
    }
    return brings.isEmpty() ? "" : Digest.of(brings.toString());
  }
}
