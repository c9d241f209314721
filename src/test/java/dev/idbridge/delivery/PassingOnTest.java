package dev.idbridge.delivery;

import static dev.idbridge.delivery.GrantsTest.bridge;
import static dev.idbridge.delivery.GrantsTest.members;
import static dev.idbridge.delivery.GrantsTest.role;
import static dev.idbridge.delivery.GrantsTest.rules;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.To;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we did to an account or team stays known when it becomes somebody else's. */
class PassingOnTest {

  /** Until the app takes them, revocations fail for now. */
  private static void refuseRevocations(TestBridge bridge) {
    bridge.app.before =
        plan ->
            plan instanceof GrantPlan grants && !grants.revoked().isEmpty()
                ? new Outcome.Retry("no revocations for now", false)
                : null;
  }

  private static void comesToRest(TestBridge bridge) {
    for (int hour = 0; hour < 4; hour++) {
      bridge.deliver();
      bridge.forward(Duration.ofHours(1));
    }
    bridge.deliver();
    assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void rolesOfADeletedUserAreTakenFromTheAccountThatTheNextOneGets(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "admin", "viewer")))) {
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("admin", "viewer");
      refuseRevocations(bridge);
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();

      String next = bridge.user("ada");
      bridge.deliver();
      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.account("ada").active).isTrue();
      bridge.app.before = plan -> null;
      comesToRest(bridge);

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
      assertThat(
              bridge.rows(
                  "SELECT resource_id, action, outcome FROM sync_log WHERE action = 'REVOKE' AND outcome <> 'FAILED'"))
          .containsExactly(next + " REVOKE SUCCESS", next + " REVOKE SUCCESS");
    }
  }

  @Test
  void aRoleThatTheNextOneIsToHaveAsWellStaysAndIsOursToTakeBack() throws Exception {
    try (TestBridge bridge =
        bridge(DatabaseKind.H2, rules(members("Engineering", "admin", "viewer")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      refuseRevocations(bridge);
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();

      String next = bridge.user("ada");
      bridge.members(group, new MemberOp.Add(List.of(next)));
      comesToRest(bridge);
      assertThat(bridge.app.held("ada")).containsExactly("admin", "viewer");
      bridge.app.before = plan -> null;
      bridge.members(group, new MemberOp.Remove(List.of(next)));
      comesToRest(bridge);

      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @Test
  void whatAnAdministratorGaveOnePersonIsNotTheNextOnesButWhatTheNextWasGivenIs() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules())) {
      String ada = bridge.user("ada");
      bridge.deliver();
      DirectGrants direct =
          new DirectGrants(
              bridge.store.transactions(),
              new LaneTriggers(),
              bridge.store.ids(),
              bridge.store.clock());
      direct.add(1, account(ada), new GrantPlan.Role("pager", ""), "root");
      direct.add(1, account(ada), new GrantPlan.Role("auditor", ""), "root");
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("auditor", "pager");
      refuseRevocations(bridge);
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();

      bridge.app.before = plan -> null;
      String next = bridge.user("ada");
      direct.add(1, account(next), new GrantPlan.Role("auditor", ""), "root");
      comesToRest(bridge);

      assertThat(bridge.app.held("ada")).containsExactly("auditor");
      assertThat(bridge.rows("SELECT subject_id, role, held, direct FROM app_grant"))
          .hasSize(1)
          .allMatch(row -> row.startsWith(next + " auditor"));
    }
  }

  private static DirectGrants.Subject account(String user) {
    return new DirectGrants.Subject(LaneKind.ACCOUNT, Long.parseLong(user), 1);
  }

  @Test
  void whatTheAppHeldBeforeUsStaysFoundUnderTheNextOne() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.grants.put(bridge.app.account("ada").id, new TreeSet<>(List.of("admin")));
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      assertThat(bridge.rows("SELECT role, origin FROM app_grant")).containsExactly("admin FOUND");
      bridge.write(new UserChange.Delete(ada));
      String next = bridge.user("ada");
      bridge.members(group, new MemberOp.Add(List.of(next)));
      comesToRest(bridge);

      bridge.members(group, new MemberOp.Remove(List.of(next)));
      comesToRest(bridge);

      assertThat(bridge.app.held("ada")).containsExactly("admin");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void theNextOneWaitsWhileARoleOfTheOldOneIsUnderWay(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      // The account is there, and its roles are claimed: their grant is on its way.
      List<Lane> claimed = bridge.claimOnly();
      claimed.stream().filter(lane -> lane.kind() == LaneKind.ACCOUNT).forEach(bridge::deliver);
      claimed.stream().filter(lane -> lane.kind() != LaneKind.ACCOUNT).forEach(bridge::deliver);
      List<Lane> roles = bridge.claimOnly();
      assertThat(roles).anyMatch(lane -> lane.kind() == LaneKind.GRANTS);
      bridge.app.meanwhile =
          () -> {
            bridge.app.meanwhile = () -> {};
            try {
              bridge.write(new UserChange.Delete(ada));
              bridge.user("ada");
            } catch (Exception e) {
              throw new AssertionError(e);
            }
            bridge.deliver();
            bridge.forward(Duration.ofSeconds(10));
            bridge.deliver();
          };

      roles.forEach(bridge::deliver);
      comesToRest(bridge);

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.held("ada")).as("of " + group).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRoleThatIsGrantedLateIsTakenFromTheNextOne(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.group("Engineering", ada);
      bridge.claimOnly().forEach(bridge::deliver);
      List<Lane> sleeper = bridge.claimOnly();
      assertThat(sleeper).extracting(Lane::kind).contains(LaneKind.GRANTS);
      AtomicBoolean slept = new AtomicBoolean();
      bridge.app.before =
          plan -> {
            if (plan instanceof GrantPlan && slept.compareAndSet(false, true)) {
              // The lease ends; somebody else has the lanes, and the account becomes another's.
              bridge.forward(TestBridge.LEASE.plusSeconds(1));
              try {
                bridge.write(new UserChange.Delete(ada));
                bridge.user("ada");
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              bridge.deliver();
              bridge.forward(Duration.ofMinutes(1));
              bridge.deliver();
            }
            return null;
          };
      sleeper.forEach(bridge::deliver);
      assertThat(slept).isTrue();
      assertThat(bridge.app.held("ada")).as("granted late").containsExactly("admin");
      comesToRest(bridge);

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @Test
  void aDeadLetterAboutARoleGoesWithTheRole() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.app.instead =
          role -> role.equals("admin") ? new Outcome.Reject("the last administrator stays") : null;
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();
      assertThat(bridge.rows("SELECT target_id, reason FROM dead_letter"))
          .containsExactly(ada + " the last administrator stays");

      bridge.app.instead = role -> null;
      bridge.user("ada");
      comesToRest(bridge);

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void rolesOfATeamGoWithTheTeamToTheNextGroup(DatabaseKind kind) throws Exception {
    try (TestBridge bridge =
        bridge(kind, rules(new OfGroup("Engineering", role("deploy"), To.TEAM)))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      // Somebody else is in it, too: it is not deleted with its group.
      bridge.deliver();
      assertThat(bridge.app.held("Engineering")).containsExactly("deploy");
      bridge.app.before =
          plan ->
              plan instanceof GrantPlan || plan instanceof dev.idbridge.connector.spi.MemberPlan
                  ? new Outcome.Retry("nothing for now", false)
                  : null;
      bridge.write(new GroupChange.Delete(group));
      bridge.deliver();
      String next = bridge.group("Engineering");
      bridge.deliver();
      assertThat(bridge.app.teams).hasSize(1);
      bridge.app.before = plan -> null;
      comesToRest(bridge);
      assertThat(bridge.app.held("Engineering")).containsExactly("deploy");

      bridge.rename(next, "Support");
      comesToRest(bridge);
      assertThat(bridge.app.held("Support")).isEmpty();
    }
  }
}
