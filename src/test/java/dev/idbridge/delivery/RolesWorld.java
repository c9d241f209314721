package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.AppConfig.OnUserDelete;
import dev.idbridge.config.AppConfig.Verify;
import dev.idbridge.config.Scope;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A bridge with one app, and the reference beside it: what is asked of one is asked of both. Users
 * and groups go by number, so that the same can be asked of another bridge.
 */
final class RolesWorld implements AutoCloseable {
  static final int USERS = 5;

  final TestBridge bridge;
  final RolesReference reference = new RolesReference();
  private final DirectGrants direct;
  private final Map<Integer, String> users = new HashMap<>();
  private final Map<Integer, String> groups = new HashMap<>();
  private int now;

  /** Roles that had to keep a holder all through the deliveries that go on. */
  private final Set<String> guarded = new TreeSet<>();

  RolesWorld(DatabaseKind kind, RoleRules rules, OnReactivate grants) throws Exception {
    AppConfig.Accounts accounts =
        new AppConfig.Accounts(
            OnUserDelete.DISABLE, Duration.ZERO, OnReactivate.RESTORE, grants, "");
    bridge = new TestBridge(kind, accounts, GrantsTest.TEAMS, rules, Verify.OFF);
    bridge.app.roles = GrantsTest.ALL;
    bridge.app.needed = guarded::contains;
    reference.restores = grants == OnReactivate.RESTORE;
    direct =
        new DirectGrants(
            bridge.store.transactions(),
            new LaneTriggers(),
            bridge.store.ids(),
            bridge.store.clock());
    activate(rules, new Scope.Everyone());
    for (int i = 0; i < USERS; i++) {
      makeUser(i);
    }
  }

  private void makeUser(int user) {
    try {
      users.put(user, bridge.user(name(user)));
    } catch (ChangeRefused refused) {
      throw new AssertionError(refused);
    }
    reference.users.put(user, new RolesReference.User());
  }

  static String name(int user) {
    return "user" + user;
  }

  private int tick() {
    bridge.forward(Duration.ofSeconds(1));
    return ++now;
  }

  /** The account holds the role already, by nobody's act that is known here. */
  void found(int user, String role) {
    bridge
        .app
        .grants
        .computeIfAbsent(bridge.app.account(name(user)).id, id -> new TreeSet<>())
        .add(role);
    reference.found.computeIfAbsent(user, u -> new TreeSet<>()).add(role);
  }

  void activate(RoleRules rules, Scope scope) {
    reference.activate(rules, scope);
    guarded.retainAll(rules.lastHolder());
    bridge.reconfigure(TestBridge.with(bridge.apps.getFirst().config(), rules, scope));
  }

  private boolean accepted(ResourceChange change) {
    try {
      bridge.write(change);
      return true;
    } catch (ChangeRefused refused) {
      assertThat(refused.detail()).containsAnyOf("cannot", "taken", "there is no");
      return false;
    }
  }

  private void must(ResourceChange change) {
    assertThat(accepted(change)).isTrue();
  }

  private boolean members(int group, MemberOp op) {
    return accepted(new GroupChange.Patch(groups.get(group), current -> current, List.of(op)));
  }

  void makeGroup(int group, String name) throws ChangeRefused {
    tick();
    RolesReference.Group one = new RolesReference.Group();
    one.name = name;
    try {
      groups.put(group, bridge.group(name));
      reference.groups.put(group, one);
    } catch (ChangeRefused taken) {
      assertThat(taken.detail()).contains("taken");
    }
  }

  void dropGroup(int group) {
    tick();
    assertThat(accepted(new GroupChange.Delete(groups.get(group)))).isTrue();
    reference.groups.get(group).alive = false;
    reference.groups.get(group).groups.clear();
    reference.groups.get(group).users.clear();
    reference.groups.values().forEach(one -> one.groups.remove(group));
  }

  void join(int user, int group) {
    int said = tick();
    if (reference.users.get(user).alive
        && members(group, new MemberOp.Add(List.of(users.get(user))))) {
      reference.groups.get(group).users.put(user, said);
    }
  }

  void leave(int user, int group) {
    tick();
    members(group, new MemberOp.Remove(List.of(users.get(user))));
    reference.groups.get(group).users.remove(user);
  }

  void nest(int child, int group) {
    tick();
    if (child != group && members(group, new MemberOp.Add(List.of(groups.get(child))))) {
      reference.groups.get(group).groups.add(child);
    }
  }

  void unnest(int child, int group) {
    tick();
    members(group, new MemberOp.Remove(List.of(groups.get(child))));
    reference.groups.get(group).groups.remove(child);
  }

  void rename(int group, String name) {
    tick();
    if (accepted(
        new GroupChange.Patch(
            groups.get(group), current -> current.with("displayName", name), List.of()))) {
      reference.groups.get(group).name = name;
    }
  }

  void turn(int user, boolean active) {
    int said = tick();
    RolesReference.User one = reference.users.get(user);
    if (one.alive && one.active != active) {
      must(new UserChange.Patch(users.get(user), current -> current.with("active", active)));
      one.active = active;
      one.returned = active ? said : one.returned;
    }
  }

  void boss(int user, boolean boss) {
    tick();
    if (reference.users.get(user).alive) {
      must(
          new UserChange.Patch(
              users.get(user),
              current -> boss ? current.with("title", "Boss") : current.without("title")));
      reference.users.get(user).boss = boss;
    }
  }

  /** Deleted; or, of one who was, made anew under the same name. */
  void leaveOrReturn(int user) {
    tick();
    if (reference.users.get(user).alive) {
      must(new UserChange.Delete(users.get(user)));
      reference.users.get(user).alive = false;
      reference.groups.values().forEach(group -> group.users.remove(user));
    } else {
      makeUser(user);
    }
  }

  void grant(int user, String role) {
    int said = tick();
    if (reference.users.get(user).alive) {
      direct.add(1, subject(LaneKind.ACCOUNT, users.get(user)), new GrantPlan.Role(role, ""), "x");
      reference.users.get(user).direct.put(role, said);
    }
  }

  void takeBack(int user, String role) {
    tick();
    direct.remove(1, subject(LaneKind.ACCOUNT, users.get(user)), new GrantPlan.Role(role, ""), "x");
    reference.users.get(user).direct.remove(role);
  }

  void grantToTeam(int group, String role, boolean granted) {
    tick();
    DirectGrants.Subject subject = subject(LaneKind.TEAM, groups.get(group));
    if (granted) {
      direct.add(1, subject, new GrantPlan.Role(role, ""), "x");
      reference.groups.get(group).direct.add(role);
    } else {
      direct.remove(1, subject, new GrantPlan.Role(role, ""), "x");
      reference.groups.get(group).direct.remove(role);
    }
  }

  private static DirectGrants.Subject subject(LaneKind kind, String id) {
    return new DirectGrants.Subject(kind, Long.parseLong(id), 1);
  }

  /** Deliveries begin now: none goes on under rules of before. */
  void begin() {
    guarded.clear();
    guarded.addAll(reference.rules.lastHolder());
  }

  /** Until nothing fails and nothing waits any more. */
  void settle() {
    begin();
    bridge.app.before = plan -> null;
    bridge.app.after = plan -> null;
    bridge.app.item = key -> null;
    bridge.app.meanwhile = () -> {};
    for (int round = 0; round < 5; round++) {
      bridge.forward(Duration.ofHours(25));
      bridge.deliver();
    }
  }

  /** What the app holds, and what the ledger says of it, against the reference. */
  void compare(String when) {
    String rows =
        when
            + String.join(
                "\n  ",
                bridge.rows(
                    "SELECT subject_kind, subject_id, role, state, held, origin, direct, asserted,"
                        + " provenance, reason FROM app_grant"))
            + "\n"
            + String.join(
                "\n  ",
                bridge.rows(
                    "SELECT team_id, account_id, state, held, origin, seen, cause, attempts, reason"
                        + " FROM app_member"));
    Map<String, String> links = new HashMap<>();
    bridge
        .rows("SELECT resource_id, remote_id FROM link")
        .forEach(row -> links.put(row.split(" ")[0], row.split(" ")[1]));
    users.forEach(
        (user, id) -> {
          RolesReference.Bounds bounds = reference.roles(user, name(user));
          if (!bridge.app.has(name(user))) {
            assertThat(reference.usable(user)).as("%s without account, %s", user, rows).isFalse();
            return;
          }
          MemoryApp.Held account = bridge.app.account(name(user));
          if (reference.usable(user) || !reference.rules.protects(name(user))) {
            assertThat(account.active)
                .as("%s is active, %s", name(user), rows)
                .isEqualTo(reference.usable(user));
          }
          assertThat(bridge.app.held(name(user)))
              .as("roles of %s, id %s, %s", name(user), id, rows)
              .containsAll(bounds.least())
              .isSubsetOf(bounds.most());
        });
    reference.groups.forEach(
        (group, one) -> {
          MemoryApp.Group team = bridge.app.teams.get(links.getOrDefault(groups.get(group), ""));
          if (!one.alive) {
            assertThat(team).as("team of %s, %s", one.name, rows).isNull();
            return;
          }
          assertThat(team).as("team of %s, %s", one.name, rows).isNotNull();
          assertThat(team.name).as("%s %s", group, rows).isEqualTo(one.name);
          Set<String> guarded =
              reference.users.keySet().stream()
                  .map(RolesWorld::name)
                  .filter(reference.rules::protects)
                  .collect(Collectors.toSet());
          assertThat(
                  team.members.stream()
                      .map(id -> bridge.app.accounts.get(id).account.userName())
                      .filter(name -> !guarded.contains(name)))
              .as("members of %s, %s", one.name, rows)
              .containsExactlyInAnyOrderElementsOf(
                  reference.members(group).stream()
                      .map(RolesWorld::name)
                      .filter(name -> !guarded.contains(name))
                      .toList());
          assertThat(bridge.app.grants.getOrDefault(team.id, new TreeSet<>()))
              .as("roles of team %s, %s", one.name, rows)
              .isEqualTo(reference.rolesOfTeam(group));
        });
    assertThat(
            bridge.rows(
                "SELECT subject_id, role FROM app_grant WHERE held = TRUE AND origin = 'OURS'"
                    + " AND direct = FALSE AND provenance = '' AND state <> 'kept'"))
        .as("roles of ours that nothing explains, %s", rows)
        .isEmpty();
    assertThat(bridge.rows("SELECT kind, target_id, state, reason FROM lane WHERE state <> 'idle'"))
        .as("lanes that never come to rest, %s", rows)
        .isEmpty();
  }

  /** Who has the use of an account, with roles and teams, by name. */
  List<String> snapshot() {
    List<String> all = new ArrayList<>();
    // Whether somebody who has no use of an account has a disabled one depends on what was seen.
    bridge.app.accounts.values().stream()
        .filter(held -> held.active || !bridge.app.held(held.account.userName()).isEmpty())
        .forEach(
            held ->
                all.add(
                    held.account.userName()
                        + " "
                        + held.active
                        + " "
                        + bridge.app.held(held.account.userName())));
    bridge
        .app
        .teams
        .values()
        .forEach(
            team ->
                all.add(
                    team.name
                        + " "
                        + team.members.stream()
                            .map(id -> bridge.app.accounts.get(id).account.userName())
                            .sorted()
                            .toList()
                        + " "
                        + bridge.app.grants.getOrDefault(team.id, new TreeSet<>())));
    return all.stream().sorted().toList();
  }

  @Override
  public void close() throws Exception {
    bridge.close();
  }
}
