package dev.idbridge.delivery;

import dev.idbridge.config.Scope;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.RoleRules.To;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the identity provider, the administrator and the app's file said, and what an app should
 * hold for it: plain and slow, worked out from the beginning each time.
 */
final class RolesReference {
  /** A user, and everything that was said of the user alone. */
  static final class User {
    boolean alive = true;
    boolean active = true;
    boolean boss;
    int returned;
    final Map<String, Integer> direct = new TreeMap<>();
  }

  /** A group: when each member, a user's or a group's number, was named last. */
  static final class Group {
    boolean alive = true;
    String name = "";
    final Map<Integer, Integer> users = new HashMap<>();
    final Set<Integer> groups = new HashSet<>();
    final Set<String> direct = new TreeSet<>();
  }

  /** At least these, and nothing beyond those. */
  record Bounds(Set<String> least, Set<String> most) {}

  final Map<Integer, User> users = new TreeMap<>();
  final Map<Integer, Group> groups = new TreeMap<>();

  /** Roles that accounts held before anything, by user. */
  final Map<Integer, Set<String>> found = new HashMap<>();

  RoleRules rules = RoleRules.NONE;
  Scope scope = new Scope.Everyone();
  boolean restores;

  /** Whether the rules ever took away what was found. */
  boolean strippedAll;

  /** Numbers of the groups that hold this group, however far up. */
  Set<Integer> above(int group) {
    Set<Integer> all = new HashSet<>();
    groups.forEach(
        (number, one) -> {
          if (one.alive && one.groups.contains(group) && all.add(number)) {
            all.addAll(above(number));
          }
        });
    return all;
  }

  /** The group and those above it. */
  private Set<String> reached(int group) {
    Set<Integer> all = new HashSet<>(above(group));
    all.add(group);
    return all.stream().map(number -> groups.get(number).name).collect(Collectors.toSet());
  }

  private static boolean named(Set<String> names, String name) {
    return names.stream().anyMatch(name::equalsIgnoreCase);
  }

  boolean inside(int user) {
    return switch (scope) {
      case Scope.Everyone everyone -> true;
      case Scope.Matching matching -> users.get(user).boss;
      case Scope.Groups scoped ->
          groups.entrySet().stream()
              .filter(one -> one.getValue().alive && one.getValue().users.containsKey(user))
              .map(one -> reached(one.getKey()))
              .anyMatch(names -> scoped.names().stream().anyMatch(name -> named(names, name)));
    };
  }

  /** Whether the user has the use of an account. */
  boolean usable(int user) {
    User one = users.get(user);
    return one.alive && one.active && inside(user);
  }

  /** Who is in the team of a group: members of it and of all groups below. */
  Set<Integer> members(int group) {
    Group one = groups.get(group);
    Set<Integer> all = new TreeSet<>();
    one.users.keySet().stream().filter(this::usable).forEach(all::add);
    one.groups.forEach(below -> all.addAll(members(below)));
    return all;
  }

  Set<String> rolesOfTeam(int group) {
    Group one = groups.get(group);
    Set<String> held = new TreeSet<>(one.direct);
    for (RoleRules.Rule rule : rules.rules()) {
      if (rule instanceof OfGroup of
          && of.to() == To.TEAM
          && of.group().equalsIgnoreCase(one.name)) {
        add(held, of.grants());
      }
    }
    return held;
  }

  Bounds roles(int user, String userName) {
    User one = users.get(user);
    Set<String> before = found.getOrDefault(user, Set.of());
    Set<String> least = new TreeSet<>(strippedAll ? Set.of() : before);
    Set<String> most = new TreeSet<>(before);
    boolean guarded = rules.protects(userName);
    Set<String> asked = new TreeSet<>();
    if (usable(user) && !guarded) {
      asked.addAll(byRules(user, one));
    }
    one.direct.forEach(
        (role, said) -> {
          boolean lasting = guarded || rules.protectedRoles().contains(role);
          if (usable(user) && (lasting || restores || said > one.returned)) {
            asked.add(role);
          } else if (lasting && one.alive) {
            most.add(role);
          }
        });
    least.addAll(asked);
    most.addAll(asked);
    rules.lastHolder().stream().filter(role -> !another(user, role)).forEach(most::add);
    return new Bounds(least, most);
  }

  /** Whether another user is to hold the role, so that it is to be taken from this one. */
  private boolean another(int user, String role) {
    return users.keySet().stream()
        .anyMatch(other -> other != user && usable(other) && asked(other).contains(role));
  }

  private Set<String> asked(int user) {
    User one = users.get(user);
    Set<String> asked =
        new TreeSet<>(rules.protects("user" + user) ? Set.of() : byRules(user, one));
    one.direct.forEach(
        (role, said) -> {
          if (restores || said > one.returned || rules.protects("user" + user)) {
            asked.add(role);
          }
        });
    return asked;
  }

  private Set<String> byRules(int user, User one) {
    Set<String> asked = new TreeSet<>();
    int since = restores ? 0 : one.returned;
    if (since == 0) {
      add(asked, rules.base());
    }
    for (RoleRules.Rule rule : rules.rules()) {
      if (rule instanceof OfAttribute && one.boss && since == 0) {
        add(asked, rule.grants());
      } else if (rule instanceof OfGroup of
          && of.to() == To.MEMBERS
          && groups.entrySet().stream()
              .filter(group -> group.getValue().alive)
              .filter(group -> group.getValue().users.getOrDefault(user, 0) > since)
              .anyMatch(group -> named(reached(group.getKey()), of.group()))) {
        add(asked, of.grants());
      }
    }
    return asked;
  }

  private static void add(Set<String> roles, List<Grant> grants) {
    grants.forEach(grant -> roles.add(grant.role()));
  }

  void activate(RoleRules fresh, Scope over) {
    rules = fresh;
    scope = over;
    strippedAll |= fresh.strip() == Strip.ALL;
  }
}
