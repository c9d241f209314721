package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.AppConfig.OnUserDelete;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Detachments;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator's route is told about who left, and when. */
class FollowUpTest {
  private static final AppConfig.Teams ALL =
      new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED);

  private final List<Map<?, ?>> told = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private RuntimeException fails;
  private Runnable before = () -> {};

  private TestBridge bridge(DatabaseKind kind, OnUserDelete onDelete) throws Exception {
    TestBridge bridge =
        new TestBridge(
            kind,
            new AppConfig.Accounts(
                onDelete, Duration.ZERO, OnReactivate.RESTORE, OnReactivate.NONE, "direct:left"),
            ALL);
    bridge.route("direct:left", this::left);
    return bridge;
  }

  private void left(Exchange exchange) {
    before.run();
    told.add(exchange.getMessage().getBody(Map.class));
    keys.add(exchange.getMessage().getHeader("Idempotency-Key", String.class));
    if (fails != null) {
      throw fails;
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aWaitWhoseEndCameBeforeItWasNotedIsNoWait(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, OnUserDelete.DISABLE)) {
      bridge.user("ada");
      Lane lane = bridge.ledger.claim(1, 1, TestBridge.LEASE).getFirst();

      bridge.ledger.book(
          new Booking(lane, bridge.store.clock().millis())
              .ends(new LaneEnd.Waiting("none", LaneKind.TEAM, 0, "what it holds goes first")));

      assertThat(bridge.laneStates()).contains("account due");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aFollowUpWaitsForNoTeamThatIsDetached(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      new Detachments(bridge.store.transactions(), bridge.store.ids(), bridge.clock)
          .detach(1, Long.parseLong(ops), Long.parseLong(ops), "admin");

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(told).hasSize(1);
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void theRouteHearsOfALeaverOnceTheAccountIsDisabledAndStripped(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.group("Dev", ada);
      bridge.deliver();
      before =
          () -> {
            assertThat(bridge.app.account("ada").active).isFalse();
            assertThat(bridge.app.memberNames("Ops")).isEmpty();
            assertThat(bridge.app.memberNames("Dev")).isEmpty();
          };

      bridge.active(ada, false);
      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, now -> now.with("displayName", "A")));
      bridge.deliver();

      assertThat(told).hasSize(1);
      assertThat(told.getFirst().get("app")).isEqualTo("crm");
      assertThat(told.getFirst().get("account")).isEqualTo(bridge.app.account("ada").id);
      assertThat(told.getFirst().get("repeated")).isEqualTo(false);
      assertThat(told.getFirst().get("stripped"))
          .isEqualTo(List.of(Map.of("team", "Ops"), Map.of("team", "Dev")));
      assertThat(((Map<?, ?>) told.getFirst().get("user")).get("user_name")).isEqualTo("ada");
      assertThat(bridge.outLines()).contains("FOLLOW_UP SUCCESS ada ");
      assertThat(bridge.rows("SELECT id FROM follow_up")).isEmpty();
      assertThat(bridge.laneStates()).contains("followup idle");
    }
  }

  @Test
  void itWaitsForMembershipsThatCannotBeTakenAwayYet() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof MemberPlan ? new Outcome.Retry("503", false) : null;
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(told).isEmpty();
      assertThat(bridge.laneStates()).contains("followup waiting");

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(10));
      bridge.deliver();

      assertThat(told).hasSize(1);
    }
  }

  @Test
  void ofWhoIsBackNothingIsAwaited() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof MemberPlan ? new Outcome.Retry("503", false) : null;
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.laneStates()).contains("followup waiting");

      bridge.active(ada, true);
      bridge.deliver();

      assertThat(told).hasSize(1);
    }
  }

  @Test
  void anAccountThatCannotBeDisabledYetHasNoFollowUpYet() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof AccountPlan.Disable ? new Outcome.Retry("503", false) : null;
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(told).isEmpty();

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(10));
      bridge.deliver();

      assertThat(told).hasSize(1);
      assertThat(told.getFirst().get("stripped")).isEqualTo(List.of(Map.of("team", "Ops")));
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRouteThatFailsIsRunAgainUnderTheSameKeyAndHoldsUpNothingElse(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      fails = new IllegalStateException("the vault is sealed");
      bridge.active(ada, false);
      bridge.deliver();
      for (int i = 0; i < 6; i++) {
        bridge.forward(Duration.ofHours(7));
        bridge.deliver();
      }
      assertThat(bridge.outLines())
          .last()
          .isEqualTo(
              "FOLLOW_UP FAILED ada direct:left failed: IllegalStateException: the vault is"
                  + " sealed");
      bridge.user("bob");
      bridge.deliver();
      assertThat(bridge.app.account("bob").active).isTrue();

      fails = null;
      bridge.active(ada, true);
      bridge.forward(Duration.ofHours(7));
      bridge.deliver();

      assertThat(keys.stream().distinct()).hasSize(1);
      assertThat(told.getLast().get("repeated")).isEqualTo(true);
      assertThat(((Map<?, ?>) told.getLast().get("user")).get("active")).isEqualTo(true);
      assertThat(bridge.outLines())
          .contains("FOLLOW_UP SUCCESS ada run again after an interruption, under the same key");
    }
  }

  @Test
  void aRouteThatRefusesMakesADeadLetterThatCanBeReplayed() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      fails = new IllegalArgumentException("no such vault");
      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.rows("SELECT kind, action, name, reason FROM dead_letter"))
          .containsExactly("followup FOLLOW_UP ada direct:left refuses it: no such vault");
      assertThat(told).hasSize(1);
      bridge.forward(Duration.ofDays(2));
      bridge.deliver();
      assertThat(told).hasSize(1);
    }
  }

  @Test
  void aDaemonThatDiesBetweenTheRouteAndItsNoteRunsItOnceMoreUnderTheSameKey() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DISABLE)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.active(ada, false);
      List<Lane> claimed = bridge.claimOnly();
      claimed.forEach(bridge::deliver);
      Lane lane = bridge.claimOnly().getFirst();
      assertThat(lane.kind()).isEqualTo(LaneKind.FOLLOW_UP);
      // Its lease ends while the route runs: what it notes comes too late.
      List<Lane> next = new ArrayList<>();
      before =
          () -> {
            bridge.forward(TestBridge.LEASE.plusSeconds(1));
            next.addAll(bridge.claimOnly());
            before = () -> {};
          };
      bridge.deliver(lane);
      assertThat(bridge.rows("SELECT id FROM follow_up")).hasSize(1);

      next.forEach(bridge::deliver);
      bridge.deliver();

      assertThat(told).hasSize(2);
      assertThat(keys.stream().distinct()).hasSize(1);
      assertThat(told.getLast().get("repeated")).isEqualTo(true);
      assertThat(bridge.rows("SELECT id FROM follow_up")).isEmpty();
    }
  }

  @Test
  void aDepartureThatIsCutShortAfterTheDisablingIsFollowedUpOnce() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DELETE)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      // Disabled and noted; then the lease is lost before the deletion's turn.
      bridge.app.before =
          plan -> {
            if (plan instanceof AccountPlan.Delete) {
              bridge.forward(TestBridge.LEASE.plusSeconds(1));
              bridge.claimOnly();
              bridge.app.before = none -> null;
              return new Outcome.Retry("late", false);
            }
            return null;
          };
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();
      bridge.forward(TestBridge.LEASE.plusSeconds(1));
      bridge.deliver();

      assertThat(bridge.app.accounts).isEmpty();
      assertThat(keys.stream().distinct()).hasSize(1);
    }
  }

  @Test
  void whoLeftBeforeWeKnewOfTheAccountIsFollowedUpToo() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DISABLE)) {
      // The account is made, and nobody hears of it until its user has left.
      bridge.app.after =
          plan -> plan instanceof AccountPlan.Create ? new Outcome.Retry("no answer", true) : null;
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.after = plan -> null;
      assertThat(bridge.app.account("ada").active).isTrue();

      bridge.active(ada, false);
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      bridge.write(new UserChange.Patch(ada, now -> now.with("displayName", "A")));
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(told).hasSize(1);
      assertThat(told.getFirst().get("account")).isEqualTo(bridge.app.account("ada").id);
    }
  }

  @Test
  void whoLeavesTwiceIsFollowedUpTwiceAndADeletedAccountToo() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, OnUserDelete.DELETE)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();
      bridge.active(ada, true);
      bridge.deliver();
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();

      assertThat(bridge.app.accounts).isEmpty();
      assertThat(told).hasSize(2);
      assertThat(keys.stream().distinct()).hasSize(2);
      assertThat(told.getLast().get("stripped")).isEqualTo(List.of(Map.of("team", "Ops")));
    }
  }
}
