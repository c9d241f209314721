package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.AppConfig.OnUserDelete;
import dev.idbridge.config.Scope;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.expression.Expression;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import dev.idbridge.model.Account;
import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of accounts whose users leave, come back, are renamed or were there before. */
class LifecycleTest {
  private static final AppConfig.Accounts LATER =
      new AppConfig.Accounts(
          OnUserDelete.DELETE, Duration.ofDays(30), OnReactivate.RESTORE, OnReactivate.NONE, "");
  private static final AppConfig.Accounts NONE =
      new AppConfig.Accounts(
          OnUserDelete.DISABLE, Duration.ZERO, OnReactivate.NONE, OnReactivate.NONE, "");

  private static TestBridge bridge(DatabaseKind kind, AppConfig.Accounts accounts)
      throws Exception {
    return new TestBridge(
        kind,
        accounts,
        new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED));
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDeletedUsersAccountIsDisabledAtOnceAndDeletedAfterItsTime(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, LATER)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();

      String left =
          bridge.store.clock().instant().plus(Duration.ofDays(30)).toString().substring(0, 10);
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(bridge.rows("SELECT state, reason FROM lane WHERE kind = 'account'"))
          .singleElement()
          .asString()
          .startsWith("idle disabled; it is deleted at ")
          .contains(left);

      bridge.forward(Duration.ofDays(29));
      bridge.deliver();
      assertThat(bridge.app.accounts).hasSize(1);

      bridge.forward(Duration.ofDays(2));
      bridge.deliver();
      assertThat(bridge.app.accounts).isEmpty();
      assertThat(bridge.outLines()).last().isEqualTo("DELETE SUCCESS ada ");
      assertThat(bridge.rows("SELECT state, due_at, reason FROM lane WHERE kind = 'account'"))
          .containsExactly("idle null ");
    }
  }

  @Test
  void aUserOfTheSameNameWhoComesInTimeTakesTheAccountOverAndItStays() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, LATER)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      String account = bridge.app.account("ada").id;
      bridge.write(new UserChange.Delete(ada));
      bridge.deliver();

      bridge.user("ada");
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isTrue();

      bridge.forward(Duration.ofDays(60));
      bridge.deliver();
      assertThat(bridge.app.account("ada").id).isEqualTo(account);
      assertThat(bridge.app.calls).doesNotContain("Delete");
    }
  }

  @Test
  void anAccountThatWasThereBeforeIsAdoptedAndNeverDeletedOrMadeAnew() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, LATER)) {
      MemoryApp.Held eve =
          bridge.app.foreignAccount(
              new Account(
                  "eve", null, "Eve", null, null, List.of("eve@x.org"), true, Attributes.NONE));
      String user = bridge.user("eve");
      bridge.deliver();
      bridge.write(new UserChange.Patch(user, now -> now.with("userName", "eve.adams")));
      bridge.deliver();
      assertThat(bridge.app.account("eve.adams").id).isEqualTo(eve.id);

      bridge.write(new UserChange.Delete(user));
      bridge.deliver();
      bridge.forward(Duration.ofDays(60));
      bridge.deliver();

      assertThat(bridge.app.account("eve.adams").active).isFalse();
      assertThat(bridge.app.calls).doesNotContain("Delete", "Create");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aReactivatedUserJoinsTeamsAgainOnlyWhenNamedAgainWhereNoneIsSet(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, NONE)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String ops = bridge.group("Ops", ada, bob);
      String dev = bridge.group("Dev", ada, bob);
      bridge.group("Art", ada);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();
      bridge.active(ada, true);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");
      assertThat(bridge.app.memberNames("Dev")).containsExactly("bob");
      assertThat(bridge.outLines())
          .filteredOn(line -> line.startsWith("MEMBER_ADD SKIPPED") && line.contains("reactivated"))
          .hasSize(3);

      bridge.members(ops, new MemberOp.Add(List.of(ada)));
      bridge.write(
          new GroupChange.Patch(
              dev, AttributePatch.NOTHING, List.of(new MemberOp.Replace(List.of(ada, bob)))));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada", "bob");
      assertThat(bridge.app.memberNames("Dev")).containsExactly("ada", "bob");
      assertThat(bridge.app.memberNames("Art")).isEmpty();
    }
  }

  @Test
  void aDepartureThatTheAppNeverSawTakesMembershipsAwayAllTheSame() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, NONE)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();

      bridge.active(ada, false);
      bridge.active(ada, true);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.memberNames("Ops")).isEmpty();
    }
  }

  @Test
  void anAddressOfAnotherAccountFailsWithALineThatNamesThatAccount() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, LATER)) {
      bridge.user("bob");
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.before =
          plan ->
              plan instanceof AccountPlan.Update ? new Outcome.Conflict("409 email in use") : null;

      bridge.write(
          new UserChange.Patch(
              ada,
              now ->
                  now.with("emails", List.of(Attributes.of(Map.of("value", "bob@example.com"))))));
      bridge.deliver();

      assertThat(bridge.outLines())
          .last()
          .asString()
          .startsWith("UPDATE FAILED ada ")
          .contains("belongs to the app's account 'bob' already (409 email in use)");
      assertThat(bridge.laneStates()).contains("account backoff");
    }
  }

  @Test
  void whoLeavesTheScopeByAConditionGoesBeforeOthersAsALeaverDoes() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      Expression staff =
          new Expressions(ScimSchema.STANDARD)
              .compile("user.title != 'Guest'", Sees.USER, Gives.CONDITION);
      bridge.reconfigure(
          TestBridge.with(bridge.apps.getFirst().config(), null, new Scope.Matching(staff)));
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.before = plan -> new Outcome.Retry("503", false);
      bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "A")));
      bridge.deliver();
      assertThat(bridge.laneStates()).containsExactly("account backoff");
      bridge.app.before = plan -> null;

      bridge.write(new UserChange.Patch(ada, current -> current.with("title", "Engineer")));
      assertThat(bridge.rows("SELECT state, priority FROM lane")).containsExactly("backoff 1");
      bridge.write(new UserChange.Patch(ada, current -> current.with("title", "Guest")));
      assertThat(bridge.rows("SELECT state, priority FROM lane")).containsExactly("due 0");
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }
}
