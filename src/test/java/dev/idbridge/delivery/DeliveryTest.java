package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.config.AppConfig;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneLost;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What deliveries promise, on both stores. */
class DeliveryTest {

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aPushedUserBecomesAnAccountOnce(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");

      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, current -> current.with("title", "Countess")));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.calls).containsExactly("find-accounts", "Create");
      assertThat(bridge.outLines()).containsExactly("CREATE SUCCESS ada ");
      assertThat(bridge.laneStates()).containsExactly("account idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void fiftyEditsWhileTheAppWasDownBecomeOneDelivery(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      for (int i = 0; i < 50; i++) {
        String name = "Ada " + i;
        bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", name)));
      }

      bridge.deliver();

      assertThat(bridge.app.calls).containsExactly("find-accounts", "Create", "Update");
      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Ada 49");
      assertThat(
              bridge.rows(
                  "SELECT action, causes FROM sync_log WHERE direction = 'out' ORDER BY id"))
          .containsExactly("CREATE 1", "UPDATE 50");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aChangeThatCommitsDuringItsDeliveryIsDeliveredToo(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      AtomicBoolean once = new AtomicBoolean(true);
      bridge.app.meanwhile =
          () -> {
            if (once.getAndSet(false)) {
              try {
                bridge.write(
                    new UserChange.Patch(ada, current -> current.with("displayName", "Late")));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
          };

      bridge.deliver();

      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Late");
      assertThat(bridge.laneStates()).containsExactly("account idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aMembershipThatCommitsDuringItsDeliveryIsDeliveredToo(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String team = bridge.group("Ops", ada);
      AtomicBoolean once = new AtomicBoolean(true);
      bridge.app.after =
          plan -> {
            if (plan instanceof MemberPlan && once.getAndSet(false)) {
              try {
                bridge.members(
                    team, new MemberOp.Add(List.of(bob)), new MemberOp.Remove(List.of(ada)));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
            return null;
          };

      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLeaverIsDisabledAndTakenOutOfOurTeamsAndComesBackIntoThem(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.group("Ops", ada, bob);
      bridge.group("Dev", ada);
      bridge.deliver();

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");
      assertThat(bridge.app.memberNames("Dev")).isEmpty();
      assertThat(bridge.app.calls.stream().filter("Disable"::equals)).hasSize(1);

      bridge.active(ada, true);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.memberNames("Ops")).containsExactlyInAnyOrder("ada", "bob");
      assertThat(bridge.app.memberNames("Dev")).containsExactly("ada");
      assertThat(bridge.app.accounts).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLeaverWhoseReturnNeverReachedTheAppIsTakenOutOfTheTeamsAllTheSame(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.claimOnly().forEach(bridge::deliver);
      assertThat(bridge.app.account("ada").active).isFalse();
      bridge.active(ada, true);
      List<Lane> claimed = bridge.claimOnly();
      assertThat(claimed).extracting(Lane::kind).contains(LaneKind.TEAM, LaneKind.ACCOUNT);
      claimed.stream().filter(lane -> lane.kind() == LaneKind.TEAM).forEach(bridge::deliver);
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
      bridge.active(ada, false);

      claimed.stream().filter(lane -> lane.kind() == LaneKind.ACCOUNT).forEach(bridge::deliver);
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(bridge.rows("SELECT state FROM app_member")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLeaverReplacesBackOffAndAnEditDoesNot(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.before = plan -> new Outcome.Retry("503", false);
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "A")));
      bridge.deliver();
      bridge.app.before = plan -> null;
      int calls = bridge.app.calls.size();

      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "B")));
      bridge.deliver();
      assertThat(bridge.app.calls).hasSize(calls);

      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRemovalWhoseAnswerWasLostIsMadeGoodWhenTheUserIsBackBeforeTheAccountIs(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.after =
          plan -> plan instanceof MemberPlan ? new Outcome.Retry("cut off", true) : null;
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).as("removed, and nobody knows").isEmpty();

      bridge.app.after = plan -> null;
      bridge.app.before =
          plan -> plan instanceof AccountPlan.Enable ? new Outcome.Retry("503", false) : null;
      bridge.active(ada, true);
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(5));
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void membershipsAreTakenAwayEvenWhileTheAccountCannotBeDisabled(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof AccountPlan.Disable ? new Outcome.Reject("protected") : null;

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(bridge.rows("SELECT name, reason FROM dead_letter"))
          .containsExactly("ada protected");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anUnknownGroupIsCreatedAndAnExistingOneOnlyGetsItsMembers(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      MemoryApp.Held eve =
          bridge.app.foreignAccount(
              new Account("eve", null, "Eve", null, null, List.of(), true, Attributes.NONE));
      bridge.app.foreignTeam("Platform", "department", eve.id);
      String ada = bridge.user("ada");
      String platform = bridge.group("Platform", ada);
      bridge.group("Fresh", ada);
      bridge.deliver();

      assertThat(bridge.app.team("Fresh").type).isEqualTo("group");
      assertThat(bridge.app.team("Platform").type).isEqualTo("department");
      assertThat(bridge.app.memberNames("Platform")).containsExactlyInAnyOrder("eve", "ada");

      bridge.rename(platform, "Renamed");
      bridge.write(new GroupChange.Delete(platform));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Platform")).containsExactly("eve");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void severalTeamsOfOneNameAreNeverGuessed(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.foreignTeam("Ops", "x");
      bridge.app.foreignTeam("Ops", "y");
      bridge.group("Ops");

      bridge.deliver();

      assertThat(bridge.app.teams).hasSize(2);
      assertThat(bridge.outLines())
          .singleElement()
          .asString()
          .startsWith("LINK FAILED Ops 2 teams of this name")
          .contains("/t1/Ops; /t2/Ops");
      bridge.app.teams.remove("t2");
      bridge.forward(Duration.ofHours(26));
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("team idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void ourTeamIsRenamedAndDeletedWithItsGroupUnlessItHoldsSomebodyElse(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      String dev = bridge.group("Dev", ada);
      bridge.deliver();
      bridge.rename(ops, "Operations");
      bridge.deliver();
      assertThat(bridge.app.memberNames("Operations")).containsExactly("ada");

      bridge.app.team("Dev").members.add("somebody");
      bridge.write(new GroupChange.Delete(ops));
      bridge.write(new GroupChange.Delete(dev));
      bridge.deliver();

      assertThat(bridge.app.teams.values()).extracting(team -> team.name).containsExactly("Dev");
      assertThat(bridge.app.team("Dev").members).containsExactly("somebody");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAccountThatIsThereIsAdoptedAndWhatWasFoundIsNeverRemoved(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      MemoryApp.Held held =
          bridge.app.foreignAccount(
              new Account("ADA", null, "A", null, null, List.of(), true, Attributes.NONE));
      bridge.app.foreignTeam("Ops", "", held.id);
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.rows("SELECT kind, origin FROM link ORDER BY kind"))
          .containsExactly("account FOUND", "team FOUND");
      assertThat(bridge.rows("SELECT origin FROM app_member")).containsExactly("FOUND");

      bridge.members(ops, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();

      assertThat(bridge.app.team("Ops").members).containsExactly(held.id);
      assertThat(bridge.outLines()).last().asString().contains("not ours to remove");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLostAnswerToACreateEndsInOneAccountThatIsOurs(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      AtomicBoolean once = new AtomicBoolean(true);
      bridge.app.after =
          plan ->
              plan instanceof AccountPlan.Create && once.getAndSet(false)
                  ? new Outcome.Retry("no answer", true)
                  : null;
      bridge.user("ada");
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.rows("SELECT origin FROM link")).containsExactly("OURS");
      assertThat(bridge.outLines()).contains("CREATE SUCCESS ada confirmed after interruption");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLostAnswerToAMemberAddIsOursAndIsTakenBackLater(DatabaseKind kind) throws Exception {
    for (boolean sees : new boolean[] {true, false}) {
      try (TestBridge bridge = new TestBridge(kind)) {
        bridge.app.sees = sees;
        AtomicBoolean once = new AtomicBoolean(true);
        bridge.app.after =
            plan ->
                plan instanceof MemberPlan && once.getAndSet(false)
                    ? new Outcome.Retry("no answer", true)
                    : null;
        String ada = bridge.user("ada");
        String ops = bridge.group("Ops", ada);
        bridge.deliver();
        bridge.forward(Duration.ofMinutes(1));
        bridge.deliver();
        assertThat(bridge.rows("SELECT state, held, origin FROM app_member"))
            .singleElement()
            .asString()
            .endsWith("OURS");

        bridge.members(ops, new MemberOp.Remove(List.of(ada)));
        bridge.deliver();
        assertThat(bridge.app.memberNames("Ops")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aMemberRemovedWhileItsAddWasInDoubtIsRemovedFromTheApp(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.app.after =
          plan -> plan instanceof MemberPlan ? new Outcome.Retry("no answer", true) : null;
      bridge.deliver();
      bridge.app.after = plan -> null;

      bridge.members(ops, new MemberOp.Remove(List.of(ada)));
      bridge.forward(Duration.ofHours(1));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_member")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aKilledHoldersLanesComeBackInDoubtAndAreAsserted(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "A")));
      List<Lane> dead = bridge.claimOnly();
      assertThat(dead).hasSize(1);
      bridge.deliver();
      assertThat(bridge.app.calls).doesNotContain("Update");

      bridge.forward(TestBridge.LEASE.plusSeconds(1));
      bridge.deliver();

      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("A");
      assertThatThrownBy(
              () ->
                  bridge.ledger.book(
                      new Booking(dead.getFirst(), 0).ends(new LaneEnd.Done("active"))))
          .isInstanceOf(LaneLost.class);
      assertThat(bridge.laneStates()).containsExactly("account idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aFailedLookUpLeadsNeitherToCreationNorToRemoval(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.app.before = keys -> new Outcome.Retry("half an answer", false);

      bridge.deliver();

      assertThat(bridge.app.accounts).isEmpty();
      assertThat(bridge.app.teams).isEmpty();
      assertThat(bridge.app.calls).containsOnly("find-accounts", "find-teams");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aMemberWaitsForItsAccountAndIsAddedWhenThatArrives(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before =
          plan ->
              plan instanceof AccountPlan.Create create && create.account().userName().equals("bob")
                  ? new Outcome.Retry("busy", false)
                  : null;
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.group("Ops", ada, bob);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
      assertThat(bridge.rows("SELECT reason FROM app_member WHERE state = 'parked'"))
          .containsExactly("waits for the account of bob in the app");

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).containsExactlyInAnyOrder("ada", "bob");
      assertThat(bridge.waiters.wakeSatisfied()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void oneBadMemberOfABatchWaitsAlone(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        ids.add(bridge.user("u" + i));
      }
      bridge.deliver();
      String bad = bridge.app.account("u5").id;
      bridge.app.before =
          plan ->
              plan instanceof MemberPlan members && members.added().contains(bad)
                  ? new Outcome.Reject("guest accounts cannot join")
                  : null;
      String ops = bridge.group("Ops", ids.toArray(String[]::new));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).hasSize(8).doesNotContain("u5");
      assertThat(bridge.rows("SELECT name, action, reason FROM dead_letter"))
          .containsExactly("u5 MEMBER_ADD guest accounts cannot join");

      bridge.app.before = plan -> null;
      bridge.members(ops, new MemberOp.Remove(List.of(ids.get(5))));
      bridge.members(ops, new MemberOp.Add(List.of(ids.get(5))));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).hasSize(9);
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDeadLetterIsRevivedByAnEditOnce(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before =
          plan -> plan instanceof AccountPlan ? new Outcome.Reject("bad mail") : null;
      String ada = bridge.user("ada");
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account dead");

      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "B")));
      bridge.deliver();
      int calls = bridge.app.calls.size();
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "C")));
      bridge.deliver();

      assertThat(bridge.app.calls).hasSize(calls);
      assertThat(bridge.laneStates()).containsExactly("account dead");
      assertThat(bridge.rows("SELECT name FROM dead_letter")).containsExactly("ada");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLeaverRevivesALaneHoweverOftenItDied(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof AccountPlan.Update ? new Outcome.Reject("bad mail") : null;
      for (String name : List.of("A", "B")) {
        bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", name)));
        bridge.deliver();
      }
      assertThat(bridge.laneStates()).containsExactly("account dead");

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTransientFailureIsRetriedForTwentyEightDaysAndThenDead(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before =
          keys ->
              keys instanceof AccountKeys who && who.userName().equals("ada")
                  ? new Outcome.Retry("connection refused", false)
                  : null;
      String bob = bridge.user("bob");
      bridge.user("ada");
      for (int day = 0; day < 28; day++) {
        // Another user's success keeps the app's breaker, which goes by the wall clock, closed.
        String name = "Bob " + day;
        bridge.write(new UserChange.Patch(bob, current -> current.with("displayName", name)));
        bridge.deliver();
        assertThat(bridge.laneStates())
            .containsExactlyInAnyOrder("account idle", "account backoff");
        bridge.forward(Duration.ofDays(1));
      }
      bridge.forward(Duration.ofHours(7));
      bridge.deliver();

      assertThat(bridge.laneStates()).containsExactlyInAnyOrder("account idle", "account dead");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aThrottledCallWaitsAsToldAndIsNoAttempt(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before = plan -> new Outcome.Throttled("429", Duration.ofSeconds(90));
      bridge.user("ada");
      bridge.deliver();
      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofSeconds(89));
      bridge.deliver();
      assertThat(bridge.app.accounts).isEmpty();
      assertThat(bridge.rows("SELECT attempts FROM lane")).containsExactly("0");

      bridge.forward(Duration.ofSeconds(2));
      bridge.deliver();
      assertThat(bridge.app.accounts).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void twoUsersThatMatchOneAccountAreAClearConflict(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.user("ada");
      bridge.deliver();
      bridge.write(
          new UserChange.Create(
              Attributes.of(
                  Map.of(
                      "userName",
                      "bob",
                      "emails",
                      List.of(Map.of("value", "ada@example.com", "type", "work"))))));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.outLines()).last().asString().contains("two users match one account");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aUserDeletedAndCreatedAgainUnderTheSameNameKeepsOneAccount(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String old = bridge.user("ada");
      bridge.group("Ops", old);
      bridge.deliver();
      bridge.write(new UserChange.Delete(old));
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.app.memberNames("Ops")).isEmpty();

      bridge.user("ada");
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.memberNames("Ops")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDeletedUsersAccountIsDeletedAfterItsMembershipsWhenTheAppIsSetSo(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge =
        new TestBridge(
            kind,
            new AppConfig.Accounts(AppConfig.OnUserDelete.DELETE),
            new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED))) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.calls.clear();

      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();

      assertThat(bridge.app.accounts).isEmpty();
      assertThat(bridge.app.calls).containsExactly("Disable", "members+0-1", "Delete");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTeamThatVanishedFromTheAppIsMadeAnewWithAllItsMembers(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.teams.clear();

      bridge.members(ops, new MemberOp.Add(List.of(bob)));
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(10));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).containsExactlyInAnyOrder("ada", "bob");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAccountThatVanishedFromTheAppIsMadeAnew(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.accounts.clear();

      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "Back")));
      bridge.deliver();

      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Back");
      assertThat(bridge.app.accounts).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aUserWhoWasNeverActiveGetsNoAccount(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.write(
          new UserChange.Create(Attributes.of(Map.of("userName", "ada", "active", false))));
      bridge.deliver();

      assertThat(bridge.app.calls).isEmpty();
      assertThat(bridge.laneStates()).containsExactly("account idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRefusedTeamCreateNeverMakesASecondOne(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before =
          plan -> {
            if (plan instanceof TeamPlan.Create && bridge.app.teams.isEmpty()) {
              bridge.app.foreignTeam("Ops", "department");
              return new Outcome.Conflict("name is taken");
            }
            return null;
          };
      bridge.group("Ops");
      bridge.deliver();

      assertThat(bridge.app.teams).hasSize(1);
      assertThat(bridge.rows("SELECT origin FROM link")).containsExactly("FOUND");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aGroupOfThousandsIsDeliveredInSlices(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 1200; i++) {
        ids.add(bridge.user("u" + i));
      }
      bridge.deliver();
      String all = bridge.group("All", ids.toArray(String[]::new));
      bridge.deliver();
      assertThat(bridge.app.team("All").members).hasSize(1200);
      bridge.app.calls.clear();

      bridge.members(all, new MemberOp.Remove(List.of(ids.get(7))));
      bridge.deliver();

      assertThat(bridge.app.calls).containsExactly("members+0-1");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatIsRenamedAfterAnInterruptedCreateIsFoundUnderTheNameItWasGiven(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.after =
          plan ->
              plan instanceof AccountPlan.Create || plan instanceof TeamPlan.Create
                  ? new Outcome.Retry("no answer", true)
                  : null;
      String ada =
          bridge
              .write(
                  new UserChange.Create(
                      Attributes.of(Map.of("userName", "ada", "displayName", "Ada"))))
              .resource()
              .publicId();
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.after = plan -> null;
      bridge.write(new UserChange.Patch(ada, current -> current.with("userName", "countess")));
      bridge.rename(ops, "Operations");
      bridge.forward(Duration.ofHours(1));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.account("countess").account.displayName()).isEqualTo("Ada");
      assertThat(bridge.app.teams).hasSize(1);
      assertThat(bridge.app.memberNames("Operations")).containsExactly("countess");
      assertThat(bridge.rows("SELECT DISTINCT origin FROM link")).containsExactly("OURS");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatIsRenamedBeforeItsCreateTookPlaceIsCreatedUnderItsNewName(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before =
          plan ->
              plan instanceof AccountPlan.Create || plan instanceof TeamPlan.Create
                  ? new Outcome.Retry("no answer", true)
                  : null;
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before = plan -> null;
      bridge.write(new UserChange.Patch(ada, current -> current.with("userName", "countess")));
      bridge.rename(ops, "Operations");
      bridge.forward(Duration.ofHours(1));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.teams).hasSize(1);
      assertThat(bridge.app.memberNames("Operations")).containsExactly("countess");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatChangedTogetherWithLeavingOrReturningReachesTheApp(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();

      bridge.write(
          new UserChange.Patch(
              ada, current -> current.with("displayName", "Left").with("active", false)));
      bridge.deliver();
      bridge.active(ada, true);
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Left");

      bridge.active(ada, false);
      bridge.deliver();
      bridge.write(
          new UserChange.Patch(
              ada, current -> current.with("displayName", "Back").with("active", true)));
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Back");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aReturnAfterAnInterruptedDeactivationEnablesTheAccount(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.after =
          plan -> plan instanceof AccountPlan.Disable ? new Outcome.Retry("no answer", true) : null;
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();

      bridge.active(ada, true);
      bridge.forward(Duration.ofHours(1));
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatWasOursStaysOursUnderTheNextUserOrGroupOfTheSameName(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String ops = bridge.group("Ops", ada, bob);
      bridge.deliver();

      bridge.write(new UserChange.Delete(ada));
      bridge.write(new GroupChange.Delete(ops));
      String next = bridge.user("ada");
      String again = bridge.group("Ops", next);
      // The old ones' holder is killed, the newcomers go on meanwhile.
      for (Lane lane : bridge.claimOnly()) {
        if (Long.toString(lane.target()).equals(next)
            || Long.toString(lane.target()).equals(again)) {
          bridge.deliver(lane);
        }
      }
      bridge.forward(TestBridge.LEASE.plusSeconds(1));
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(2);
      assertThat(bridge.app.teams).hasSize(1);
      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
      assertThat(bridge.rows("SELECT DISTINCT origin FROM link")).containsExactly("OURS");
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTombstoneStaysUntilItsAppHasTakenTheMemberOut(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String ops = bridge.group("Ops", ada, bob);
      bridge.deliver();
      bridge.members(ops, new MemberOp.Remove(List.of(ada)));

      bridge.purgeTombstones();
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");

      bridge.members(ops, new MemberOp.Remove(List.of(bob)));
      bridge.deliver();
      bridge.purgeTombstones();
      // The newest change keeps its tombstone: it is where the next expansion begins.
      assertThat(bridge.rows("SELECT member_id FROM directory_member")).containsExactly(bob);
      bridge.members(ops, new MemberOp.Add(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aCreateThatWasOnlyThrottledLeavesNoClaimOnAnAccountSomebodyElseMakes(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before =
          plan ->
              plan instanceof AccountPlan.Create
                  ? new Outcome.Throttled("429", Duration.ofSeconds(60))
                  : null;
      bridge.user("ada");
      bridge.deliver();
      bridge.app.before = plan -> null;
      bridge.app.foreignAccount(
          new Account("ada", null, "A", null, null, List.of(), true, Attributes.NONE));
      bridge.forward(Duration.ofSeconds(61));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.rows("SELECT origin FROM link")).containsExactly("FOUND");
    }
  }

  private static TestBridge verifying(DatabaseKind kind) throws Exception {
    return new TestBridge(
        kind,
        new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE),
        new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED),
        AppConfig.Verify.ALWAYS);
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aYesThatChangedNothingBecomesAFailureAndIsAssertedAnew(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = verifying(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      AtomicBoolean lies = new AtomicBoolean(true);
      bridge.app.before =
          plan ->
              plan instanceof AccountPlan.Disable disable && lies.get()
                  ? new Outcome.Applied(disable.remoteId())
                  : null;

      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account verifying");
      for (int look = 0; look < 3; look++) {
        assertThat(bridge.outLines()).noneMatch(line -> line.contains("FAILED"));
        bridge.forward(Duration.ofMinutes(10));
        bridge.deliver();
      }

      assertThat(bridge.outLines().getLast())
          .startsWith("DEACTIVATE FAILED ada the app said yes, but after 3 looks at it");
      lies.set(false);
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAppThatShowsItsChangesLateIsLookedAtAgainAndDoesNotFail(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = verifying(kind)) {
      AtomicBoolean hidden = new AtomicBoolean();
      bridge.app.hides = account -> hidden.get();
      bridge.user("ada");
      bridge.deliver();
      hidden.set(true);
      bridge.forward(Duration.ofSeconds(11));
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account verifying");

      hidden.set(false);
      bridge.forward(Duration.ofMinutes(2));
      bridge.deliver();

      assertThat(bridge.laneStates()).containsExactly("account idle");
      assertThat(bridge.outLines()).containsExactly("CREATE SUCCESS ada ");
      assertThat(bridge.app.calls)
          .containsExactly("find-accounts", "Create", "find-accounts", "find-accounts");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLookThatTheAppDoesNotAnswerIsMadeAgainAndNotDropped(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = verifying(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account idle");
      bridge.app.before =
          plan ->
              plan instanceof AccountPlan.Disable disable
                  ? new Outcome.Applied(disable.remoteId())
                  : null;
      bridge.active(ada, false);
      bridge.deliver();

      for (Outcome unanswered :
          List.of(
              new Outcome.Throttled("429", Duration.ofMinutes(2)),
              new Outcome.Retry("503", false),
              new Outcome.Retry("a read timed out", true))) {
        bridge.app.before = plan -> unanswered;
        bridge.forward(Duration.ofMinutes(3));
        bridge.deliver();
        assertThat(bridge.rows("SELECT state, looks, attempts FROM lane"))
            .as("after %s", unanswered)
            .containsExactly("verifying 1 0");
      }
      bridge.app.before = plan -> null;
      for (int look = 0; look < 3; look++) {
        assertThat(bridge.outLines()).noneMatch(line -> line.contains("FAILED"));
        bridge.forward(Duration.ofMinutes(10));
        bridge.deliver();
      }
      assertThat(bridge.outLines().getLast())
          .startsWith("DEACTIVATE FAILED ada the app said yes, but after 3 looks at it");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLookThatTheAppRefusesEndsWithoutADeadLetter(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = verifying(kind)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before =
          keys ->
              keys instanceof AccountKeys || keys instanceof TeamKeys
                  ? new Outcome.Reject("400 no such filter")
                  : null;

      for (int look = 1; look <= 3; look++) {
        assertThat(bridge.rows("SELECT state, looks FROM lane"))
            .as("before look %s", look)
            .containsOnly("verifying " + look);
        bridge.forward(Duration.ofMinutes(10));
        bridge.deliver();
      }

      assertThat(bridge.rows("SELECT state, attempts FROM lane")).containsOnly("idle 0");
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM member_look")).isEmpty();
      assertThat(bridge.outLines())
          .contains("CREATE SUCCESS ada ")
          .filteredOn(line -> line.contains("could not be looked at"))
          .hasSize(2)
          .allMatch(line -> line.contains(" SKIPPED ") && line.contains("400 no such filter"));
      bridge.app.before = plan -> null;
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anEditDoesNotWaitForTheLookAtTheWriteBeforeIt(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = verifying(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "Countess")));

      bridge.deliver();

      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Countess");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void membershipsAreWorkedOutWhileTheAppRests(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String team = bridge.group("Ops", ada);
      bridge.deliver();
      long now = bridge.store.clock().millis();
      bridge.apps.getFirst().shut("unavailable", now, now + 60_000, "down");
      bridge.members(team, new MemberOp.Add(List.of(bob)));

      while (bridge.expander.page()) {
        // until nothing is left
      }

      assertThat(
              bridge.rows(
                  "SELECT state FROM app_member WHERE account_id = " + bob + " AND held = FALSE"))
          .containsExactly("due");
      assertThat(bridge.rows("SELECT state FROM lane WHERE kind = 'team'")).containsExactly("due");
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactlyInAnyOrder("ada", "bob");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatADatabaseOutageInterruptedIsDueAgainWithTheNextClaim(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.user("ada");
      List<Lane> lanes = bridge.claimOnly();

      bridge.ledger.abandon(lanes);

      assertThat(bridge.ledger.claim(1, 10, TestBridge.LEASE))
          .singleElement()
          .satisfies(lane -> assertThat(lane.inDoubt()).isTrue())
          .satisfies(
              lane -> assertThat(lane.leaseToken()).isNotEqualTo(lanes.getFirst().leaseToken()));
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aBrokenAppIsLeftAloneForAWhileAndTriedWithAFewCalls(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      App app = bridge.apps.getFirst();
      for (int i = 0; i < 30; i++) {
        bridge.user("user" + i);
      }
      AtomicBoolean down = new AtomicBoolean(true);
      bridge.app.before =
          plan -> down.get() ? new Outcome.Retry("connection refused", false) : null;

      bridge.deliver();

      assertThat(bridge.app.calls).as("calls until the breaker opened").hasSize(10);
      assertThat(app.gate().state()).isEqualTo("unavailable");
      assertThat(app.open(bridge.store.clock().millis())).isFalse();
      assertThat(bridge.rows("SELECT COUNT(*) FROM lane WHERE attempts > 0"))
          .as("an open breaker uses no attempts")
          .containsExactly("10");

      down.set(false);
      bridge.forward(Duration.ofMinutes(1));
      assertThat(app.open(bridge.store.clock().millis())).isTrue();
      assertThat(app.probing()).isTrue();
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(app.probing()).isFalse();
      assertThat(bridge.app.accounts).hasSize(30);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void fiveHundredEditsOfAGroupBecomeFewCalls(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      List<String> people = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        people.add(bridge.user("user" + i));
      }
      String team = bridge.group("Ops");
      bridge.deliver();
      bridge.app.calls.clear();
      for (int i = 0; i < 500; i++) {
        String person = people.get(i % people.size());
        bridge.members(
            team,
            (i / people.size()) % 2 == 0
                ? new MemberOp.Add(List.of(person))
                : new MemberOp.Remove(List.of(person)));
      }
      bridge.members(team, new MemberOp.Add(people));

      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).hasSize(50);
      assertThat(bridge.app.calls).containsExactly("see-members", "members+50-0");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aUserCreatedAgainWhileTheOldAccountIsBeingDeletedEndsWithOneRightAccount(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge =
        new TestBridge(
            kind,
            new AppConfig.Accounts(AppConfig.OnUserDelete.DELETE),
            new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED))) {
      String old = bridge.user("ada");
      bridge.deliver();
      bridge.write(new UserChange.Delete(old));
      AtomicBoolean once = new AtomicBoolean(true);
      bridge.app.meanwhile =
          () -> {
            if (once.getAndSet(false)) {
              try {
                bridge.user("ada");
                List<Lane> newcomer = bridge.claimOnly();
                newcomer.forEach(bridge::deliver);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
          };

      bridge.deliver();
      bridge.forward(Duration.ofHours(1));
      bridge.deliver();

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.rows("SELECT COUNT(*) FROM link")).containsExactly("1");
      assertThat(bridge.laneStates()).containsExactly("account idle", "account idle");
    }
  }
}
