package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.DeadLetters;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What people do with dead letters, on both stores. */
class DeadLettersTest {

  private static DeadLetters letters(TestBridge bridge) {
    return new DeadLetters(
        bridge.store.transactions(),
        bridge.store.ids(),
        bridge.store.clock(),
        new SyncLog(bridge.store.ids()));
  }

  private static void refuseAccounts(TestBridge bridge) {
    bridge.app.before = plan -> plan instanceof AccountPlan ? new Outcome.Reject("bad mail") : null;
  }

  private static long only(TestBridge bridge) {
    List<String> ids = bridge.rows("SELECT id FROM dead_letter");
    assertThat(ids).hasSize(1);
    return Long.parseLong(ids.getFirst());
  }

  private static List<String> acts(TestBridge bridge) {
    return bridge.rows(
        "SELECT resource_type, action, actor FROM change_record"
            + " WHERE resource_type IN ('DeadLetter', 'App') ORDER BY id");
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aReplayedLetterIsTriedAgainAsIfItWereTheFirstTime(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      refuseAccounts(bridge);
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "B")));
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account dead");
      bridge.app.before = plan -> null;

      assertThat(letters(bridge).replay(only(bridge), "ops")).isTrue();
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.laneStates()).containsExactly("account idle");
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
      assertThat(acts(bridge)).containsExactly("DeadLetter REPLAY ops");
      assertThat(bridge.outLines()).last().isEqualTo("CREATE SUCCESS ada ");
      assertThat(letters(bridge).replay(77, "ops")).as("not there").isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatFailsAgainAfterAReplayIsANewLetterAndAnEditTriesItOnceMore(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      refuseAccounts(bridge);
      String ada = bridge.user("ada");
      bridge.deliver();
      long first = only(bridge);

      letters(bridge).replay(first, "ops");
      bridge.deliver();
      assertThat(only(bridge)).isNotEqualTo(first);
      assertThat(bridge.rows("SELECT attempts, revived FROM lane").getFirst())
          .matches("1 (false|FALSE|0)");

      bridge.app.before = plan -> null;
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "C")));
      bridge.deliver();
      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("C");
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whoLeavesDoesNotWaitForTheirTurnAmongReplayedLetters(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.deliver();
      refuseAccounts(bridge);
      for (String user : List.of(ada, bob)) {
        bridge.write(new UserChange.Patch(user, current -> current.with("displayName", "B")));
      }
      bridge.deliver();
      bridge.app.before = plan -> null;
      letters(bridge).replayAll(1, LaneKind.ACCOUNT, 1, "ops");
      bridge.deliver();
      List<String> later = bridge.rows("SELECT target_id FROM lane WHERE state = 'due'");
      assertThat(later).as("has its turn a second later").hasSize(1);

      bridge.active(later.getFirst(), false);
      bridge.deliver();

      String name = later.getFirst().equals(ada) ? "ada" : "bob";
      assertThat(bridge.app.account(name).active).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLetterAboutOneMemberIsReplayedInItsTeam(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.deliver();
      String bad = bridge.app.account("bob").id;
      bridge.app.before =
          plan ->
              plan instanceof MemberPlan members && members.added().contains(bad)
                  ? new Outcome.Reject("guests cannot join")
                  : null;
      bridge.group("Ops", ada, bob);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
      bridge.app.before = plan -> null;

      letters(bridge).replay(only(bridge), "ops");
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).containsExactlyInAnyOrder("ada", "bob");
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void allOfAnAppAreReplayedAtTheGivenRateWhateverTheirNumber(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      refuseAccounts(bridge);
      for (int i = 0; i < 450; i++) {
        bridge.user("u" + i);
      }
      bridge.deliver();
      assertThat(bridge.rows("SELECT id FROM dead_letter")).hasSize(450);
      bridge.app.before = plan -> null;

      assertThat(letters(bridge).replayAll(1, LaneKind.TEAM, 0, "ops").letters()).isZero();
      long start = bridge.store.clock().millis();
      DeadLetters.Replayed replayed = letters(bridge).replayAll(1, LaneKind.ACCOUNT, 10, "ops");

      assertThat(replayed.letters()).isEqualTo(450);
      assertThat(replayed.lastAt()).isEqualTo(start + 44_900);
      bridge.deliver();
      assertThat(bridge.app.accounts).as("those due at once").hasSize(1);
      bridge.forward(Duration.ofSeconds(10));
      bridge.deliver();
      assertThat(bridge.app.accounts).as("ten a second").hasSize(101);
      bridge.forward(Duration.ofSeconds(60));
      bridge.deliver();
      assertThat(bridge.app.accounts).hasSize(450);
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
      assertThat(acts(bridge)).as("one per page").hasSize(3).containsOnly("App REPLAY ops");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDiscardedLetterIsGivenUpUntilTheNextChange(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      refuseAccounts(bridge);
      String ada = bridge.user("ada");
      bridge.deliver();

      assertThat(letters(bridge).discard(only(bridge), "a contractor", "ops")).isTrue();
      bridge.deliver();

      assertThat(bridge.laneStates()).containsExactly("account idle");
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
      assertThat(bridge.outLines())
          .last()
          .isEqualTo("CREATE SKIPPED ada discarded by ops: a contractor");
      assertThat(acts(bridge)).containsExactly("DeadLetter DISCARD ops");
      assertThat(bridge.app.accounts).isEmpty();

      bridge.app.before = plan -> null;
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "C")));
      bridge.deliver();
      assertThat(bridge.app.accounts).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDiscardedMemberStaysOutAndTheRestOfTheTeamGoesOn(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.deliver();
      String bad = bridge.app.account("bob").id;
      bridge.app.before =
          plan ->
              plan instanceof MemberPlan members && members.added().contains(bad)
                  ? new Outcome.Reject("guests cannot join")
                  : null;
      String ops = bridge.group("Ops", ada, bob);
      bridge.deliver();

      letters(bridge).discard(only(bridge), "a guest", "ops");
      bridge.app.before = plan -> null;
      bridge.members(ops, new dev.idbridge.model.MemberOp.Remove(List.of(ada)));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
      assertThat(
              bridge.rows(
                  "SELECT action, resource_name, reason FROM sync_log WHERE outcome = 'SKIPPED'"))
          .containsExactly("MEMBER_ADD Ops discarded by ops: a guest");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aReplayAfterTwentyEightDaysOfFailuresBeginsToCountAnew(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.before =
          keys -> keys instanceof AccountKeys ? new Outcome.Retry("refused", false) : null;
      bridge.user("ada");
      bridge.deliver();
      bridge.forward(Duration.ofDays(29));
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account dead");

      letters(bridge).replay(only(bridge), "ops");
      bridge.deliver();

      assertThat(bridge.laneStates())
          .as("retried, not dead at once")
          .containsExactly("account backoff");
    }
  }
}
