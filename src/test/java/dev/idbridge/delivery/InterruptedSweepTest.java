package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.Scope;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.store.DatabaseKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sweeps of more than one page whose daemon dies between two of them. */
class InterruptedSweepTest {
  /** More than one page of a sweep. */
  private static final int USERS = 520;

  private static final int FEW = 10;

  private static RoleRules rules(RoleRules.Rule... rules) {
    return new RoleRules(
        GrantsTest.role("viewer"), List.of(rules), Strip.OURS, List.of(), List.of(), List.of());
  }

  private static void configure(TestBridge bridge, RoleRules rules, Scope scope) {
    AppConfig config = bridge.apps.getFirst().config();
    bridge.reconfigure(TestBridge.with(config, rules, scope));
  }

  /** One page, then a daemon that dies with lanes in its hands; another one goes on. */
  private static void dieBetweenPages(TestBridge bridge, String what) {
    assertThat(bridge.sweep()).as(what).isTrue();
    assertThat(bridge.rows("SELECT id FROM sweep")).as("%s goes on", what).isNotEmpty();
    assertThat(bridge.claimOnly()).as(what).isNotEmpty();
    bridge.forward(TestBridge.LEASE.plusSeconds(1));
    bridge.restart();
    bridge.deliver();
    assertThat(bridge.rows("SELECT id FROM sweep")).as("%s is over", what).isEmpty();
    assertThat(bridge.rows("SELECT kind, target_id, state FROM lane WHERE state <> 'idle'"))
        .as(what)
        .isEmpty();
  }

  private static long effects(TestBridge bridge, String action) {
    return Long.parseLong(
        bridge
            .rows(
                "SELECT COUNT(*) FROM sync_log WHERE direction = 'out' AND outcome = 'SUCCESS'"
                    + " AND action = '"
                    + action
                    + "'")
            .getFirst());
  }

  private static long holding(TestBridge bridge, String role) {
    return bridge.app.accounts.values().stream()
        .filter(held -> bridge.app.held(held.account.userName()).contains(role))
        .count();
  }

  @ParameterizedTest
  @EnumSource
  void whatADaemonLeftBetweenTwoPagesIsFinishedWithEveryEffectOnce(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = GrantsTest.bridge(kind, GrantsTest.rules())) {
      List<String> users = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        users.add(bridge.user("user" + i));
      }
      String all = bridge.group("All", users.toArray(String[]::new));
      bridge.group("Few", users.subList(0, FEW).toArray(String[]::new));
      Scope everyone = new Scope.Everyone();
      bridge.deliver();
      assertThat(bridge.app.memberNames("All")).hasSize(USERS);

      configure(bridge, rules(GrantsTest.members("All", "member")), everyone);
      dieBetweenPages(bridge, "roles");
      assertThat(holding(bridge, "viewer")).isEqualTo(USERS);
      assertThat(holding(bridge, "member")).isEqualTo(USERS);
      assertThat(effects(bridge, "GRANT")).isEqualTo(2L * USERS);

      bridge.write(new GroupChange.Delete(all));
      dieBetweenPages(bridge, "a deleted group");
      assertThat(bridge.app.teams.values()).extracting(team -> team.name).containsExactly("Few");
      assertThat(holding(bridge, "member")).isZero();
      assertThat(holding(bridge, "viewer")).isEqualTo(USERS);
      assertThat(effects(bridge, "REVOKE")).isEqualTo(USERS);
      assertThat(effects(bridge, "MEMBER_REMOVE")).isEqualTo(USERS);

      configure(bridge, rules(), new Scope.Groups(List.of("Few")));
      dieBetweenPages(bridge, "scope");
      assertThat(bridge.app.accounts.values().stream().filter(held -> held.active)).hasSize(FEW);
      assertThat(holding(bridge, "viewer")).isEqualTo(FEW);
      assertThat(effects(bridge, "DEACTIVATE")).isEqualTo(USERS - FEW);
      assertThat(effects(bridge, "REVOKE")).isEqualTo(2L * USERS - FEW);
      assertThat(effects(bridge, "CREATE")).as("accounts and teams, once").isEqualTo(USERS + 2L);
    }
  }
}
