package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.Nested;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.Lane;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random groups in groups, and random changes of them, against a plain slow reference: who is in a
 * team of the app is found by walking all memberships anew each time.
 */
final class NestingModelTest {
  private static final int STEPS = 120;
  private static final Map<String, String> NAMED =
      Map.of(
          "RnD one",
          "RnD",
          "rnd TWO",
          "RnD",
          "rnd three",
          "RnD",
          "Design one",
          "Design",
          "Design two",
          "Design");

  private static final class Group {
    final String id;
    String name;
    final Set<String> users = new TreeSet<>();
    final Set<String> groups = new TreeSet<>();

    Group(String id, String name) {
      this.id = id;
      this.name = name;
    }
  }

  private final Map<String, Group> groups = new TreeMap<>();
  private final Map<String, String> users = new TreeMap<>();
  private final Set<String> inactive = new HashSet<>();
  private final List<String> mapped = new ArrayList<>();
  private int made;

  @ParameterizedTest
  @EnumSource
  void aFlatAppHoldsInEachTeamWhoIsInTheGroupOrAnyBelow(DatabaseKind kind) throws Exception {
    run(kind, new AppConfig.Groups.All(), Map.of(), 20261122);
  }

  @ParameterizedTest
  @EnumSource
  void selectedAndMappedGroupsEndAsTheUnionOfWhatFeedsThem(DatabaseKind kind) throws Exception {
    run(kind, new AppConfig.Groups.All(), NAMED, 7);
  }

  @ParameterizedTest
  @EnumSource
  void groupsThatAreNotSelectedStillBringWhomTheyHoldToThoseAbove(DatabaseKind kind)
      throws Exception {
    run(kind, new AppConfig.Groups.Prefix("OM_"), Map.of(), 99);
  }

  private void run(
      DatabaseKind kind, AppConfig.Groups selection, Map<String, String> named, long seed)
      throws Exception {
    System.out.println("NestingModelTest seed " + seed);
    Random random = new Random(seed);
    groups.clear();
    users.clear();
    inactive.clear();
    mapped.clear();
    mapped.addAll(List.of("RnD one", "Design one", "RnD two", "design TWO", "RnD three"));
    AppConfig.Teams teams =
        new AppConfig.Teams(selection, OnGroupDelete.OWNED, Nested.FLATTEN, named);
    try (TestBridge bridge =
        new TestBridge(kind, new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE), teams)) {
      for (int i = 0; i < 5; i++) {
        user(bridge);
      }
      for (int step = 0; step < STEPS; step++) {
        String what = change(bridge, random);
        switch (random.nextInt(4)) {
          case 0 -> {
            bridge.deliver();
            compare(bridge, teams, seed, step + " " + what);
          }
          case 1 -> {
            List<Lane> some = bridge.claimOnly();
            some.forEach(bridge::deliver);
          }
          case 2 -> bridge.feeds.page();
          default -> {
            // The next change comes before anything is delivered.
          }
        }
      }
      bridge.deliver();
      compare(bridge, teams, seed, "the end");
      assertThat(bridge.rows("SELECT * FROM feed")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM team_source WHERE gone = TRUE")).isEmpty();
    }
  }

  private String change(TestBridge bridge, Random random) throws ChangeRefused {
    int dice = random.nextInt(20);
    if (groups.size() < 3 || dice == 0) {
      return group(bridge, random);
    }
    Group group = any(random, new ArrayList<>(groups.values()));
    if (dice == 1) {
      return user(bridge);
    }
    if (dice == 2) {
      String user = any(random, new ArrayList<>(users.keySet()));
      boolean active = !inactive.remove(user);
      if (active) {
        inactive.add(user);
      }
      bridge.active(user, !active);
      return (active ? "deactivate " : "activate ") + users.get(user);
    }
    if (dice == 3 && users.size() > 3) {
      String user = any(random, new ArrayList<>(users.keySet()));
      bridge.write(new UserChange.Delete(user));
      groups.values().forEach(one -> one.users.remove(user));
      inactive.remove(user);
      return "delete user " + users.remove(user);
    }
    if (dice == 4) {
      bridge.write(new GroupChange.Delete(group.id));
      groups.remove(group.id);
      groups.values().forEach(one -> one.groups.remove(group.id));
      return "delete group " + group.name;
    }
    if (dice == 5) {
      String name = freeName(random);
      bridge.rename(group.id, name);
      String text = "rename " + group.name + " to " + name;
      group.name = name;
      return text;
    }
    if (dice == 6) {
      List<String> all = new ArrayList<>(some(random, users.keySet()));
      List<String> below = new ArrayList<>(some(random, groups.keySet()));
      below.removeIf(one -> reaches(one, group.id));
      all.addAll(below);
      bridge.write(
          new GroupChange.Replace(group.id, Attributes.of(Map.of("displayName", group.name)), all));
      group.users.clear();
      group.groups.clear();
      all.forEach(one -> (groups.containsKey(one) ? group.groups : group.users).add(one));
      return "put " + group.name;
    }
    if (dice < 12) {
      String user = any(random, new ArrayList<>(users.keySet()));
      boolean in = group.users.add(user);
      if (!in) {
        group.users.remove(user);
      }
      bridge.members(group.id, op(in, user));
      return (in ? "add " : "remove ") + users.get(user) + " in " + group.name;
    }
    Group other = any(random, new ArrayList<>(groups.values()));
    if (reaches(other.id, group.id)) {
      try {
        bridge.members(group.id, new MemberOp.Add(List.of(other.id)));
        throw new AssertionError("a cycle was let in");
      } catch (ChangeRefused refused) {
        assertThat(refused.reason().scimType()).isEqualTo("invalidValue");
      }
      return "refused cycle";
    }
    boolean in = group.groups.add(other.id);
    if (!in) {
      group.groups.remove(other.id);
    }
    bridge.members(group.id, op(in, other.id));
    return (in ? "add group " : "remove group ") + other.name + " in " + group.name;
  }

  private static MemberOp op(boolean in, String id) {
    return in ? new MemberOp.Add(List.of(id)) : new MemberOp.Remove(List.of(id));
  }

  private String group(TestBridge bridge, Random random) throws ChangeRefused {
    String name = freeName(random);
    List<String> members = new ArrayList<>(some(random, users.keySet()));
    List<String> below = some(random, groups.keySet());
    members.addAll(below);
    String id = bridge.group(name, members.toArray(String[]::new));
    Group group = new Group(id, name);
    members.forEach(one -> (groups.containsKey(one) ? group.groups : group.users).add(one));
    groups.put(id, group);
    return "group " + name;
  }

  private String user(TestBridge bridge) throws ChangeRefused {
    String name = "u" + ++made;
    users.put(bridge.user(name), name);
    return "user " + name;
  }

  private String freeName(Random random) {
    // No name twice: who comes under the name of somebody who left is another test's matter.
    String name = mapped.isEmpty() || random.nextInt(3) > 0 ? null : mapped.removeFirst();
    return name != null ? name : (random.nextBoolean() ? "OM_" : "g") + ++made;
  }

  private static <T> T any(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static List<String> some(Random random, Set<String> of) {
    return of.stream().filter(one -> random.nextInt(3) == 0).toList();
  }

  /** Whether one group is the other, or holds it however far down. */
  private boolean reaches(String from, String to) {
    return from.equals(to)
        || groups.get(from).groups.stream().anyMatch(child -> reaches(child, to));
  }

  private void collect(String group, Set<String> into) {
    Group here = groups.get(group);
    here.users.stream().filter(user -> !inactive.contains(user)).map(users::get).forEach(into::add);
    here.groups.forEach(child -> collect(child, into));
  }

  private static boolean selected(AppConfig.Groups groups, String name) {
    try {
      return Desired.selected(groups, NestedTeamsTest.named(name));
    } catch (EvaluationFailed e) {
      throw new AssertionError(e);
    }
  }

  private void compare(TestBridge bridge, AppConfig.Teams teams, long seed, String when) {
    Map<String, Set<String>> wanted =
        new TreeMap<>(Comparator.comparing(n -> n.toLowerCase(Locale.ROOT)));
    for (Group group : groups.values()) {
      if (selected(teams.groups(), group.name)) {
        String named = teams.named(group.name);
        collect(
            group.id,
            wanted.computeIfAbsent(named == null ? group.name : named, n -> new TreeSet<>()));
      }
    }
    Map<String, Set<String>> held = new TreeMap<>();
    bridge.app.teams.values().forEach(team -> held.put(team.name, new TreeSet<>()));
    held.replaceAll((name, none) -> new TreeSet<>(bridge.app.memberNames(name)));
    assertThat(held)
        .as("seed %d, after %s; sources %s", seed, when, bridge.rows("SELECT * FROM team_source"))
        .isEqualTo(new TreeMap<>(wanted));
  }
}
