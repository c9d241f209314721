package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.ledger.Called;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A holder that slept through its lease, and whose call arrives after those of the next one. */
class LateCallsTest {

  /** In the middle of the first such call, before its effect. */
  private static void once(TestBridge bridge, Class<?> plan, Runnable meanwhile) {
    AtomicBoolean done = new AtomicBoolean();
    bridge.app.before =
        call -> {
          if (plan.isInstance(call) && done.compareAndSet(false, true)) {
            meanwhile.run();
          }
          return null;
        };
  }

  private static void sleepThroughTheLease(TestBridge bridge, Change change) {
    bridge.forward(TestBridge.LEASE.plus(Duration.ofSeconds(1)));
    try {
      change.happens();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    bridge.deliver();
  }

  private interface Change {
    void happens() throws Exception;
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anOldUpdateThatArrivesLateIsOverwrittenAgain(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "Old")));
      List<Lane> sleeper = bridge.claimOnly();
      once(
          bridge,
          AccountPlan.Update.class,
          () ->
              sleepThroughTheLease(
                  bridge,
                  () ->
                      bridge.write(
                          new UserChange.Patch(
                              ada, current -> current.with("displayName", "New")))));

      sleeper.forEach(bridge::deliver);
      assertThat(bridge.app.account("ada").account.displayName()).as("undone").isEqualTo("Old");
      bridge.deliver();

      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("New");
      assertThat(bridge.rows("SELECT state FROM lane WHERE in_doubt = TRUE")).isEmpty();
      assertThat(bridge.laneStates()).containsExactly("account idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anEnableThatArrivesAfterTheDeactivationIsTakenBack(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();
      bridge.active(ada, true);
      List<Lane> sleeper = bridge.claimOnly();
      once(
          bridge,
          AccountPlan.Enable.class,
          () -> sleepThroughTheLease(bridge, () -> bridge.active(ada, false)));

      sleeper.forEach(bridge::deliver);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAccountCreatedAfterItsUserHasLeftIsDisabled(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      List<Lane> sleeper = bridge.claimOnly();
      once(
          bridge,
          AccountPlan.Create.class,
          () -> sleepThroughTheLease(bridge, () -> bridge.active(ada, false)));

      sleeper.forEach(bridge::deliver);
      assertThat(bridge.app.account("ada").active).as("came late").isTrue();
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.rows("SELECT origin FROM link")).containsExactly("OURS");
      assertThat(bridge.rows("SELECT target_id FROM lane WHERE in_doubt = TRUE")).isEmpty();
      assertThat(bridge.rows("SELECT target_id FROM lane WHERE intent_seen IS NOT NULL")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAccountCreatedLateByAHolderWithoutADatabaseIsDisabledWhenItHasOneAgain(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      Lane cutOff = bridge.claimOnly().getFirst();
      sleepThroughTheLease(bridge, () -> bridge.active(ada, false));
      bridge.app.foreignAccount(
          new Account("ada", null, "ADA", null, null, List.of(), true, Attributes.NONE));

      bridge.ledger.abandon(cutOff, new Called("ada", List.of(), LaneKind.ACCOUNT, List.of()));
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTeamCreatedAfterItsGroupHasGoneIsDeleted(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ops = bridge.group("Ops");
      List<Lane> sleeper = bridge.claimOnly();
      once(
          bridge,
          TeamPlan.Create.class,
          () -> sleepThroughTheLease(bridge, () -> bridge.write(new GroupChange.Delete(ops))));

      sleeper.forEach(bridge::deliver);
      assertThat(bridge.app.teams).as("came late").hasSize(1);
      bridge.deliver();

      assertThat(bridge.app.teams).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aMemberAddedLateIsRemovedAndOneRemovedLateIsAddedAgain(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String ops = bridge.group("Ops", bob);
      bridge.deliver();
      bridge.members(ops, new MemberOp.Add(List.of(ada)), new MemberOp.Remove(List.of(bob)));
      List<Lane> sleeper = bridge.claimOnly();
      once(
          bridge,
          MemberPlan.class,
          () ->
              sleepThroughTheLease(
                  bridge,
                  () ->
                      bridge.members(
                          ops, new MemberOp.Remove(List.of(ada)), new MemberOp.Add(List.of(bob)))));

      sleeper.forEach(bridge::deliver);
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void theCallOfAHolderThatLostItsDatabaseIsGoneOverWhenItHasOneAgain(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "Old")));
      Lane cutOff = bridge.claimOnly().getFirst();
      sleepThroughTheLease(
          bridge,
          () ->
              bridge.write(
                  new UserChange.Patch(ada, current -> current.with("displayName", "New"))));
      MemoryApp.Held held = bridge.app.account("ada");
      held.account =
          new Account("ada", null, "Old", null, null, held.account.emails(), true, Attributes.NONE);

      bridge.ledger.abandon(cutOff, new Called(null, List.of(), LaneKind.ACCOUNT, List.of()));
      bridge.deliver();

      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("New");
      assertThat(bridge.laneStates()).containsExactly("account idle");
    }
  }
}
