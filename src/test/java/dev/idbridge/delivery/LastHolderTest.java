package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Roles that are never taken from the last active account that holds them. */
class LastHolderTest {
  private static final GrantPlan.Role ADMIN = new GrantPlan.Role("admin", "");

  private static RoleRules rules(RoleRules.Rule... rules) {
    return new RoleRules(
        List.of(), List.of(rules), Strip.OURS, List.of(), List.of(), List.of(), List.of("admin"));
  }

  private static TestBridge bridge(DatabaseKind kind) throws Exception {
    return GrantsTest.bridge(kind, rules(GrantsTest.members("Admins", "admin", "pager")));
  }

  private static DirectGrants direct(TestBridge bridge) {
    return new DirectGrants(
        bridge.store.transactions(), new LaneTriggers(), bridge.store.ids(), bridge.store.clock());
  }

  private static DirectGrants.Subject account(String user) {
    return new DirectGrants.Subject(LaneKind.ACCOUNT, Long.parseLong(user), 1);
  }

  private static void remove(TestBridge bridge, String group, String... users) throws Exception {
    bridge.members(group, new MemberOp.Remove(List.of(users)));
    bridge.deliver();
  }

  private static List<String> letters(TestBridge bridge) {
    return bridge.rows("SELECT name, action FROM dead_letter ORDER BY name");
  }

  @ParameterizedTest
  @EnumSource
  void theLastHolderKeepsTheRoleUntilSomebodyElseHoldsIt(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String admins = bridge.group("Admins", ada, bob);
      bridge.deliver();
      remove(bridge, admins, bob);
      assertThat(bridge.app.held("bob")).isEmpty();

      remove(bridge, admins, ada);

      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(bridge.rows("SELECT role, state, retry_at IS NULL FROM app_grant"))
          .singleElement()
          .asString()
          .startsWith("admin kept")
          .matches(".*(0|FALSE|false)");
      assertThat(letters(bridge)).containsExactly("ada: admin REVOKE");
      assertThat(bridge.outLines())
          .filteredOn(line -> line.startsWith("REVOKE SKIPPED ada role admin: nothing asks for it"))
          .singleElement()
          .asString()
          .contains("no other active account", "grant it to another user", "last-holder");

      bridge.forward(Duration.ofHours(25));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(bridge.outLines())
          .filteredOn(line -> line.startsWith("REVOKE SKIPPED ada"))
          .as("told once")
          .hasSize(1);

      bridge.members(admins, new MemberOp.Add(List.of(bob)));
      bridge.deliver();

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.app.held("bob")).containsExactly("admin", "pager");
      assertThat(letters(bridge)).isEmpty();
      assertThat(bridge.rows("SELECT state FROM lane WHERE state <> 'idle'")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoWhoAreToLoseItAtOnceOneStays(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String admins = bridge.group("Admins", ada, bob);
      bridge.deliver();
      bridge.members(admins, new MemberOp.Remove(List.of(ada, bob)));
      bridge.app.before =
          plan -> {
            if (plan instanceof GrantPlan revoke && revoke.revoked().contains(ADMIN)) {
              // Another daemon works on the other one in the middle of this call.
              bridge.app.before = other -> null;
              List<Lane> others = bridge.ledger.claim(1, 50, TestBridge.LEASE);
              others.forEach(bridge::deliver);
            }
            return null;
          };
      List<Lane> lanes = bridge.ledger.claim(1, 50, TestBridge.LEASE);
      lanes.forEach(bridge::deliver);
      bridge.deliver();

      assertThat(List.of(bridge.app.held("ada"), bridge.app.held("bob")))
          .containsExactlyInAnyOrder(List.of(), List.of("admin"));
      assertThat(letters(bridge)).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoDaemonsAtTheSameMomentNeverTakeItFromBoth(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind)) {
      for (int round = 0; round < 5; round++) {
        String ada = bridge.user("ada" + round);
        String bob = bridge.user("bob" + round);
        String admins = bridge.group("Admins " + round, ada, bob);
        String role = "admin" + round;
        bridge.reconfigure(
            TestBridge.with(
                bridge.apps.getFirst().config(),
                new RoleRules(
                    List.of(),
                    List.of(GrantsTest.members("Admins " + round, role)),
                    Strip.OURS,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(role)),
                bridge.apps.getFirst().config().scope()));
        bridge.deliver();
        assertThat(bridge.app.held("bob" + round)).containsExactly(role);
        bridge.members(admins, new MemberOp.Remove(List.of(ada, bob)));
        // The group's lane makes those of its members due.
        bridge.ledger.claim(1, 50, TestBridge.LEASE).forEach(bridge::deliver);
        List<Lane> lanes = bridge.ledger.claim(1, 50, TestBridge.LEASE);
        assertThat(lanes).hasSizeGreaterThanOrEqualTo(2);
        List<Thread> threads =
            lanes.stream()
                .map(lane -> Thread.ofPlatform().start(() -> bridge.deliver(lane)))
                .toList();
        for (Thread thread : threads) {
          thread.join(30_000);
        }
        bridge.deliver();

        assertThat(List.of(bridge.app.held("ada" + round), bridge.app.held("bob" + round)))
            .containsExactlyInAnyOrder(List.of(), List.of(role));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLeaversAccountIsDisabledAndKeepsTheRoleUntilAnotherIsThere(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String admins = bridge.group("Admins", ada);
      bridge.deliver();

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(bridge.outLines())
          .anyMatch(
              line ->
                  line.startsWith("REVOKE SKIPPED ada role admin: the user is not active")
                      && line.contains("kept on the disabled account"));

      bridge.members(admins, new MemberOp.Add(List.of(bob)));
      bridge.deliver();

      assertThat(bridge.app.held("bob")).containsExactly("admin", "pager");
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = "H2")
  void ofTwoWhoLeaveTogetherBothKeepItSinceNeitherIsActive(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.group("Admins", ada, bob);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.active(bob, false);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(bridge.app.held("bob")).containsExactly("admin");

      bridge.forward(Duration.ofSeconds(1));
      bridge.active(bob, true);
      bridge.deliver();

      assertThat(bridge.app.held("bob")).as("the last one who is active").containsExactly("admin");
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = "H2")
  void anAccountThatWouldBeDeletedStaysDisabledForTheSakeOfTheRole(DatabaseKind kind)
      throws Exception {
    AppConfig.Accounts deleting = new AppConfig.Accounts(AppConfig.OnUserDelete.DELETE);
    try (TestBridge bridge =
        GrantsTest.bridge(kind, deleting, rules(GrantsTest.members("Admins", "admin")))) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String admins = bridge.group("Admins", ada);
      bridge.deliver();
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(bridge.rows("SELECT reason FROM lane WHERE kind = 'account' AND reason <> ''"))
          .singleElement()
          .asString()
          .contains("not deleted while no other active account holds admin");

      bridge.members(admins, new MemberOp.Add(List.of(bob)));
      bridge.deliver();

      assertThat(bridge.app.held("bob")).containsExactly("admin");
      assertThat(bridge.app.has("ada")).isFalse();
    }
  }

  @Test
  void rulesThatAskForItNoMoreAndAnAdministratorsRevocationDoNotTakeItEither() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.group("Admins", ada);
      bridge.deliver();
      direct(bridge).add(1, account(ada), ADMIN, "root");
      bridge.deliver();
      bridge.reconfigure(
          TestBridge.with(
              bridge.apps.getFirst().config(), rules(), bridge.apps.getFirst().config().scope()));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(letters(bridge)).isEmpty();

      assertThat(direct(bridge).remove(1, account(ada), ADMIN, "root")).isTrue();
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(letters(bridge)).containsExactly("ada: admin REVOKE");

      bridge.reconfigure(
          TestBridge.with(
              bridge.apps.getFirst().config(),
              RoleRules.NONE,
              bridge.apps.getFirst().config().scope()));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).as("not in last-holder any more").isEmpty();
      assertThat(letters(bridge)).isEmpty();
    }
  }

  @Test
  void whoLostItInTheAppIsNoHolderThatCounts() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String admins = bridge.group("Admins", ada, bob);
      bridge.deliver();
      bridge.app.grants.get(bridge.app.account("bob").id).remove("admin");

      remove(bridge, admins, ada);

      assertThat(bridge.app.held("ada")).containsExactly("admin");
    }
  }

  @Test
  void whereTheAppListsHoldersAnAdministratorOfItsOwnIsEnoughAndAFailureIsNot() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      bridge.app.roles = GrantsTest.ALL.listing(false, true);
      String ada = bridge.user("ada");
      String admins = bridge.group("Admins", ada);
      bridge.deliver();
      MemoryApp.Held root =
          bridge.app.foreignAccount(
              new Account(
                  "root", null, "Root", null, null, List.of(), false, Attributes.of(Map.of())));
      bridge.app.grants.put(root.id, new TreeSet<>(List.of("admin")));

      remove(bridge, admins, ada);
      assertThat(bridge.app.held("ada")).as("the other one is disabled").containsExactly("admin");

      root.active = true;
      bridge.app.before = plan -> plan.equals(ADMIN) ? down() : null;
      bridge.forward(Duration.ofHours(25));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).as("nobody could tell").containsExactly("admin");

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofHours(1));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(letters(bridge)).isEmpty();
    }
  }

  private static Outcome down() {
    return new Outcome.Retry("down", false);
  }

  @Test
  void whereOneHoldsOneRoleOnlyNoOtherTakesThePlaceOfWhatStays() throws Exception {
    RoleRules rules =
        new RoleRules(
            GrantsTest.role("viewer"),
            List.of(GrantsTest.members("Admins", "admin")),
            Strip.OURS,
            List.of("admin", "viewer"),
            List.of(),
            List.of(),
            List.of("admin"));
    try (TestBridge bridge = GrantsTest.bridge(DatabaseKind.H2, rules)) {
      bridge.app.roles = new Capabilities.Roles(true, false, false, false, true, true, 2);
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String admins = bridge.group("Admins", ada);
      bridge.deliver();
      remove(bridge, admins, ada);
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(bridge.app.held("bob")).containsExactly("viewer");

      bridge.members(admins, new MemberOp.Add(List.of(bob)));
      bridge.deliver();

      assertThat(bridge.app.held("bob")).containsExactly("admin");
      bridge.forward(Duration.ofHours(25));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("viewer");
    }
  }

  @Test
  void theFollowUpOfALeaverDoesNotWaitForARoleThatStays() throws Exception {
    AppConfig.Accounts followed =
        new AppConfig.Accounts(
            AppConfig.OnUserDelete.DISABLE,
            Duration.ZERO,
            AppConfig.OnReactivate.RESTORE,
            AppConfig.OnReactivate.NONE,
            "direct:vault");
    try (TestBridge bridge =
        GrantsTest.bridge(
            DatabaseKind.H2, followed, rules(GrantsTest.members("Admins", "admin", "pager")))) {
      List<Object> told = new java.util.ArrayList<>();
      bridge.route("direct:vault", e -> told.add(e.getMessage().getBody()));
      String ada = bridge.user("ada");
      bridge.group("Admins", ada);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("admin");
      assertThat(told)
          .singleElement()
          .asString()
          .contains("{role=admin, resource=, kept=true}", "{role=pager, resource=}");
    }
  }

  @Test
  void aLostAnswerLeavesNobodyWithoutTheRole() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String admins = bridge.group("Admins", ada, bob);
      bridge.deliver();
      bridge.app.item = role -> new Outcome.Retry("the answer about it was lost", true);
      remove(bridge, admins, ada);
      bridge.app.item = role -> null;
      assertThat(bridge.app.held("ada")).isEmpty();

      remove(bridge, admins, bob);

      assertThat(bridge.app.held("bob")).containsExactly("admin");
      assertThat(bridge.app.calls).noneMatch(AccountPlan.Delete.class.getSimpleName()::equals);
    }
  }
}
