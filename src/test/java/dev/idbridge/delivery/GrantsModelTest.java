package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens in whatever order, with calls that fail and daemons that die: the roles held are
 * those of a plain reference that works everything out from the beginning.
 */
class GrantsModelTest {
  private static final List<String> NAMES = List.of("A", "B", "C", "D", "E");
  private static final RoleRules RULES =
      new RoleRules(
          GrantsTest.role("base"),
          List.of(
              GrantsTest.members("A", "ra"),
              GrantsTest.members("B", "rb", "rab"),
              GrantsTest.members("a", "rab"),
              new RoleRules.OfAttribute("title", "boss", GrantsTest.role("boss"))),
          Strip.OURS,
          List.of(),
          List.of(),
          List.of());

  /** What the identity provider and the administrator said, and when. */
  private static final class Reference {
    final Map<String, String> groupNames = new HashMap<>();
    final Map<String, Map<String, Integer>> members = new HashMap<>();
    final Map<String, Boolean> active = new HashMap<>();
    final Map<String, Integer> returned = new HashMap<>();
    final Map<String, Map<String, Integer>> direct = new HashMap<>();
    final Set<String> bosses = new HashSet<>();
    final Map<String, Set<String>> found = new HashMap<>();
    int now;

    Set<String> above(String member) {
      Set<String> all = new HashSet<>();
      for (String group : members.keySet()) {
        if (members.get(group).containsKey(member) && all.add(group)) {
          all.addAll(above(group));
        }
      }
      return all;
    }

    Set<String> held(String user) {
      Set<String> held = new TreeSet<>(found.getOrDefault(user, Set.of()));
      if (!active.get(user)) {
        return held;
      }
      int since = returned.getOrDefault(user, 0);
      if (since == 0) {
        held.add("base");
        if (bosses.contains(user)) {
          held.add("boss");
        }
      }
      for (String group : members.keySet()) {
        Integer said = members.get(group).get(user);
        if (said != null && said > since) {
          Set<String> reached = new HashSet<>(above(group));
          reached.add(group);
          for (RoleRules.Rule rule : RULES.rules()) {
            if (rule instanceof OfGroup of
                && reached.stream()
                    .anyMatch(one -> groupNames.get(one).equalsIgnoreCase(of.group()))) {
              of.grants().forEach(grant -> held.add(grant.role()));
            }
          }
        }
      }
      direct
          .getOrDefault(user, Map.of())
          .forEach(
              (role, said) -> {
                if (said > since) {
                  held.add(role);
                }
              });
      return held;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20261122})
  void theRolesHeldAreThoseOfTheReference(long seed) throws Exception {
    Random random = new Random(seed);
    Reference reference = new Reference();
    try (TestBridge bridge = GrantsTest.bridge(DatabaseKind.H2, RULES)) {
      DirectGrants direct =
          new DirectGrants(
              bridge.store.transactions(),
              new LaneTriggers(),
              bridge.store.ids(),
              bridge.store.clock());
      List<String> users = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        names.add("user" + i);
        users.add(bridge.user("user" + i));
        reference.active.put(users.get(i), true);
      }
      bridge.deliver();
      for (int i = 0; i < 2; i++) {
        Set<String> held =
            bridge.app.grants.computeIfAbsent(
                bridge.app.account(names.get(i)).id, id -> new TreeSet<>());
        held.add(i == 0 ? "ra" : "other");
        reference.found.put(users.get(i), Set.of(i == 0 ? "ra" : "other"));
      }
      List<String> groups = new ArrayList<>();
      for (String name : NAMES) {
        groups.add(bridge.group(name));
        reference.groupNames.put(groups.getLast(), name);
        reference.members.put(groups.getLast(), new HashMap<>());
      }
      for (int step = 0; step < 120; step++) {
        String user = users.get(random.nextInt(users.size()));
        String group = groups.get(random.nextInt(groups.size()));
        String other = groups.get(random.nextInt(groups.size()));
        int now = ++reference.now;
        bridge.forward(Duration.ofMillis(2));
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> {
            bridge.members(group, new MemberOp.Add(List.of(user)));
            reference.members.get(group).put(user, now);
          }
          case 3 -> {
            bridge.members(group, new MemberOp.Remove(List.of(user)));
            reference.members.get(group).remove(user);
          }
          case 4 -> {
            try {
              bridge.members(group, new MemberOp.Add(List.of(other)));
              reference.members.get(group).put(other, now);
            } catch (ChangeRefused cycle) {
              assertThat(cycle.detail()).contains("cannot");
            }
          }
          case 5 -> {
            bridge.members(group, new MemberOp.Remove(List.of(other)));
            reference.members.get(group).remove(other);
          }
          case 6 -> {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            try {
              bridge.rename(group, name);
              reference.groupNames.put(group, name);
            } catch (ChangeRefused taken) {
              assertThat(taken.detail()).contains("taken");
            }
          }
          case 7 -> {
            boolean was = reference.active.get(user);
            bridge.active(user, !was);
            reference.active.put(user, !was);
            if (!was) {
              reference.returned.put(user, now);
            }
          }
          case 8 -> {
            boolean boss = random.nextBoolean();
            bridge.write(
                new UserChange.Patch(
                    user,
                    current -> boss ? current.with("title", "Boss") : current.without("title")));
            if (boss) {
              reference.bosses.add(user);
            } else {
              reference.bosses.remove(user);
            }
          }
          case 9 -> {
            String role = random.nextBoolean() ? "direct" : "ra";
            DirectGrants.Subject subject =
                new DirectGrants.Subject(LaneKind.ACCOUNT, Long.parseLong(user), 1);
            GrantPlan.Role what = new GrantPlan.Role(role, "");
            if (random.nextInt(3) > 0) {
              direct.add(1, subject, what, "root");
              reference.direct.computeIfAbsent(user, u -> new HashMap<>()).put(role, now);
            } else {
              direct.remove(1, subject, what, "root");
              reference.direct.getOrDefault(user, new HashMap<>()).remove(role);
            }
          }
          case 10 -> {
            // A daemon that dies with lanes in its hands.
            bridge.claimOnly();
            bridge.forward(TestBridge.LEASE.plusSeconds(1));
          }
          default -> {
            bridge.app.after =
                plan ->
                    plan instanceof GrantPlan && random.nextInt(3) == 0
                        ? new Outcome.Retry("cut off", true)
                        : null;
            bridge.deliver();
            bridge.app.after = plan -> null;
          }
        }
      }
      for (int round = 0; round < 4; round++) {
        bridge.deliver();
        bridge.forward(Duration.ofHours(1));
      }

      for (int i = 0; i < users.size(); i++) {
        assertThat(bridge.app.held(names.get(i)))
            .as(
                "seed %d, %s: %s",
                seed,
                names.get(i),
                bridge.rows(
                    "SELECT subject_id, role, state, held, origin, direct, asserted, provenance, reason FROM app_grant"))
            .containsExactlyElementsOf(reference.held(users.get(i)));
      }
      assertThat(
              bridge.rows(
                  "SELECT role FROM app_grant WHERE held = TRUE AND origin = 'OURS'"
                      + " AND direct = FALSE AND provenance = ''"))
          .as("roles of ours that nothing explains, seed %d", seed)
          .isEmpty();
    }
  }
}
