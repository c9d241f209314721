package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.config.AppConfig.OnUserDelete;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.expression.Expression;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.To;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is to lose something in an app loses it, whatever the app answers on the way. */
class RemovalsTest {

  private static TestBridge bridge(OnGroupDelete policy) throws Exception {
    return new TestBridge(
        DatabaseKind.H2,
        new AppConfig.Accounts(OnUserDelete.DISABLE),
        new AppConfig.Teams(new AppConfig.Groups.All(), policy));
  }

  /** Its members, or roles, of these names fail once, and nothing happens to them. */
  private static Function<String, @Nullable Outcome> once(Outcome outcome, String... keys) {
    Set<String> left = new TreeSet<>(List.of(keys));
    return key -> left.remove(key) ? outcome : null;
  }

  private static void later(TestBridge bridge) {
    for (int i = 0; i < 6; i++) {
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
    }
    bridge.deliver();
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTeamThatIsLetGoWaitsForItsMembersWhoseRemovalFailedForNow(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.app.foreignTeam("Ops", "group");
      String ops = bridge.group("Ops", ada, bob);
      String dev = bridge.group("Dev", ada, bob);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada", "bob");

      bridge.app.instead =
          once(new Outcome.Retry("no time left", true), bridge.app.account("ada").id);
      bridge.write(new GroupChange.Delete(ops));
      bridge.deliver();
      bridge.app.instead =
          once(new Outcome.Retry("no time left", true), bridge.app.account("bob").id);
      bridge.write(new GroupChange.Delete(dev));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).as("for now").containsExactly("ada");
      assertThat(bridge.app.memberNames("Dev")).as("for now").containsExactly("bob");
      later(bridge);

      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(bridge.app.teams.values()).extracting(team -> team.name).containsExactly("Ops");
      assertThat(bridge.rows("SELECT * FROM app_member")).isEmpty();
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
      assertThat(bridge.outLines())
          .filteredOn(line -> line.contains("Ops"))
          .last()
          .asString()
          .startsWith("UNLINK SUCCESS Ops");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = OnGroupDelete.class,
      names = {"NEVER", "OWNED"})
  void aMemberWhoseRemovalIsRefusedIsNotForgottenWithItsTeam(OnGroupDelete policy)
      throws Exception {
    try (TestBridge bridge = bridge(policy)) {
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.instead = key -> new Outcome.Reject("the last owner stays");
      bridge.write(new GroupChange.Delete(ops));
      later(bridge);

      assertThat(bridge.rows("SELECT held FROM app_member")).containsExactly("TRUE");
      assertThat(bridge.rows("SELECT action, reason FROM dead_letter"))
          .containsExactly("MEMBER_REMOVE the last owner stays");
      bridge.app.instead = key -> null;
      bridge.active(ada, false);
      later(bridge);

      assertThat(bridge.app.teams.values()).allMatch(team -> team.members.isEmpty());
      assertThat(bridge.rows("SELECT * FROM link WHERE kind = 'team'")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void oneNotFoundOfAnAccountThatIsThereChangesNothingOfWhoseItsRolesAre(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge =
        GrantsTest.bridge(kind, GrantsTest.rules(GrantsTest.members("Eng", "dev", "pager")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Eng", ada);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("dev", "pager");

      boolean[] failed = new boolean[1];
      bridge.app.before =
          plan -> {
            if (plan instanceof AccountPlan.Update && !failed[0]) {
              failed[0] = true;
              return new Outcome.NotFound("404 on this replica");
            }
            return null;
          };
      bridge.write(new UserChange.Patch(ada, now -> now.with("displayName", "Countess")));
      later(bridge);
      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Countess");
      assertThat(bridge.rows("SELECT kind, origin FROM link WHERE kind = 'account'"))
          .containsExactly("account OURS");
      assertThat(bridge.rows("SELECT role, origin FROM app_grant WHERE held = TRUE ORDER BY role"))
          .containsExactly("dev OURS", "pager OURS");

      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      later(bridge);
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @Test
  void anAccountThatIsShownButTakesNoWritesIsTriedEverMoreRarelyAndItsLeaverLosesTheRest()
      throws Exception {
    try (TestBridge bridge =
        GrantsTest.bridge(DatabaseKind.H2, GrantsTest.rules(GrantsTest.members("Eng", "dev")))) {
      String ada = bridge.user("ada");
      bridge.group("Eng", ada);
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof AccountPlan ? new Outcome.NotFound("404 read only") : null;
      bridge.app.calls.clear();
      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.calls).filteredOn("Disable"::equals).hasSize(1);
      assertThat(bridge.rows("SELECT state, attempts FROM lane WHERE kind = 'account'"))
          .containsExactly("backoff 1");
      assertThat(bridge.app.memberNames("Eng")).isEmpty();
      assertThat(bridge.app.held("ada")).isEmpty();
      bridge.app.before = plan -> null;
      later(bridge);
      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @Test
  void aRevocationThatIsAnsweredNotFoundIsTriedAgainWhereTheAccountIsThere() throws Exception {
    try (TestBridge bridge =
        GrantsTest.bridge(DatabaseKind.H2, GrantsTest.rules(GrantsTest.members("Eng", "dev")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Eng", ada);
      bridge.deliver();
      bridge.app.instead = once(new Outcome.NotFound("404 on this replica"), "dev");
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      later(bridge);

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
    }
  }

  @Test
  void aRevocationEndsWithTheAccountThatIsGone() throws Exception {
    try (TestBridge bridge =
        GrantsTest.bridge(DatabaseKind.H2, GrantsTest.rules(GrantsTest.members("Eng", "dev")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Eng", ada);
      bridge.deliver();
      bridge.app.accounts.clear();
      bridge.app.grants.clear();
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      later(bridge);

      assertThat(bridge.app.account("ada").active).as("made anew").isTrue();
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
    }
  }

  private static TestBridge withTeamRoles(DatabaseKind kind, OnGroupDelete policy)
      throws Exception {
    RoleRules rules =
        GrantsTest.rules(new OfGroup("Ops", List.of(new Grant("editor", "")), To.TEAM));
    TestBridge bridge =
        new TestBridge(
            kind,
            GrantsTest.ACCOUNTS,
            new AppConfig.Teams(new AppConfig.Groups.All(), policy),
            rules,
            AppConfig.Verify.OFF);
    bridge.app.roles = GrantsTest.ALL;
    return bridge;
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTeamIsLetGoAfterItsRolesAreRevoked(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = withTeamRoles(kind, OnGroupDelete.OWNED)) {
      bridge.app.foreignTeam("Ops", "group", "somebody");
      String ops = bridge.group("Ops", bridge.user("ada"));
      bridge.deliver();
      assertThat(bridge.app.held("Ops")).containsExactly("editor");

      bridge.app.instead = once(new Outcome.Retry("busy", false), "editor");
      bridge.write(new GroupChange.Delete(ops));
      bridge.deliver();
      assertThat(bridge.rows("SELECT state, reason FROM lane WHERE kind = 'team'"))
          .containsExactly("waiting its roles are revoked first: editor");
      later(bridge);

      assertThat(bridge.app.held("Ops")).isEmpty();
      assertThat(bridge.app.team("Ops").members).containsExactly("somebody");
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM link WHERE kind = 'team'")).isEmpty();
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTeamOfOursGoesWhenItsRolesAreRevokedWhicheverIsDeliveredFirst(boolean teamFirst)
      throws Exception {
    try (TestBridge bridge = withTeamRoles(DatabaseKind.H2, OnGroupDelete.OWNED)) {
      String ops = bridge.group("Ops", bridge.user("ada"));
      bridge.deliver();
      bridge.write(new GroupChange.Delete(ops));
      bridge.claimOnly().stream()
          .sorted(
              Comparator.comparing((Lane lane) -> lane.kind().word().equals("team") != teamFirst))
          .forEach(bridge::deliver);
      bridge.deliver();

      assertThat(bridge.app.teams).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
    }
  }

  @Test
  void aDisableThatMeetsAnotherChangeInTheAppIsTriedAgainSoon() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      boolean[] failed = new boolean[1];
      bridge.app.before =
          plan -> {
            if (plan instanceof AccountPlan.Disable && !failed[0]) {
              failed[0] = true;
              return new Outcome.Conflict("409 modified concurrently");
            }
            return null;
          };
      bridge.active(ada, false);
      later(bridge);

      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @Test
  void aRemovalAndARevocationThatMeetAnotherChangeAreTriedAgainSoon() throws Exception {
    try (TestBridge bridge =
        GrantsTest.bridge(DatabaseKind.H2, GrantsTest.rules(GrantsTest.members("Eng", "dev")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Eng", ada);
      bridge.deliver();
      Set<Class<?>> failed = new HashSet<>();
      bridge.app.before =
          plan ->
              (plan instanceof MemberPlan || plan instanceof GrantPlan)
                      && failed.add(plan.getClass())
                  ? new Outcome.Conflict("409 modified concurrently")
                  : null;
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      later(bridge);

      assertThat(failed).hasSize(2);
      assertThat(bridge.app.memberNames("Eng")).isEmpty();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @Test
  void whoLeavesAGroupLeavesItsTeamThoughNobodyCanTellWhetherItIsOne() throws Exception {
    Expression condition =
        new Expressions(ScimSchema.STANDARD)
            .compile("group.displayName.split('_')[1] == 'x'", Sees.GROUP, Gives.CONDITION);
    try (TestBridge bridge =
        new TestBridge(
            DatabaseKind.H2,
            GrantsTest.ACCOUNTS,
            new AppConfig.Teams(new AppConfig.Groups.Matching(condition), OnGroupDelete.OWNED))) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String cyd = bridge.user("cyd");
      String dan = bridge.user("dan");
      String group = bridge.group("G_x", ada, bob, cyd);
      bridge.deliver();
      bridge.rename(group, "Gx");
      bridge.deliver();
      assertThat(bridge.app.memberNames("G_x")).containsExactly("ada", "bob", "cyd");

      bridge.app.instead = once(new Outcome.Retry("busy", true), bridge.app.account("ada").id);
      bridge.members(
          group,
          new MemberOp.Remove(List.of(ada)),
          new MemberOp.Remove(List.of(cyd)),
          new MemberOp.Add(List.of(dan)));
      bridge.deliver();
      assertThat(bridge.app.memberNames("G_x")).containsExactly("ada", "bob");
      later(bridge);
      assertThat(bridge.app.memberNames("G_x")).containsExactly("bob");
      assertThat(bridge.rows("SELECT state FROM lane WHERE kind = 'team'")).containsExactly("dead");
      assertThat(bridge.rows("SELECT reason FROM dead_letter"))
          .singleElement()
          .asString()
          .startsWith("teams.groups.expression: ");
      bridge.active(bob, false);
      later(bridge);
      assertThat(bridge.app.memberNames("G_x")).isEmpty();

      bridge.rename(group, "H_x");
      later(bridge);
      assertThat(bridge.app.memberNames("H_x")).containsExactly("dan");
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @Test
  void aReturnAndAnotherDepartureWhileTheDisableFailsTakesTheRoleThatCameWithTheReturn()
      throws Exception {
    AppConfig.Accounts accounts = GrantsTest.ACCOUNTS;
    try (TestBridge bridge =
        GrantsTest.bridge(
            DatabaseKind.H2, accounts, GrantsTest.rules(GrantsTest.members("Eng", "dev")))) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof AccountPlan.Disable ? new Outcome.Retry("busy", false) : null;
      bridge.active(ada, false);
      later(bridge);
      bridge.active(ada, true);
      bridge.group("Eng", ada);
      bridge.claimOnly().stream()
          .filter(lane -> lane.kind() != LaneKind.ACCOUNT)
          .forEach(bridge::deliver);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.app.memberNames("Eng")).isEmpty();
    }
  }

  @Test
  void anAddOrGrantWhoseAnswerWasLostIsTakenBackWhereTheAppCannotBeAsked() throws Exception {
    try (TestBridge bridge =
        GrantsTest.bridge(DatabaseKind.H2, GrantsTest.rules(GrantsTest.members("Eng", "dev")))) {
      bridge.app.sees = false;
      bridge.app.roles = new Capabilities.Roles(true, true, true, false, false, false, 10);
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.item = key -> new Outcome.Retry("the answer does not say", true);
      String group = bridge.group("Eng", ada);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Eng")).containsExactly("ada");
      assertThat(bridge.app.held("ada")).containsExactly("dev");

      bridge.app.item = key -> null;
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      later(bridge);
      assertThat(bridge.app.memberNames("Eng")).isEmpty();
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLeaverGoesBeforeThoseWhoAreStillToBeAdded(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.perCall = 2;
      List<String> comers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        comers.add(bridge.user("u" + i));
      }
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.calls.clear();
      bridge.members(ops, new MemberOp.Add(comers));
      bridge.active(ada, false);
      List<Lane> claimed = bridge.claimOnly();
      claimed.stream().filter(lane -> lane.kind() == LaneKind.ACCOUNT).forEach(bridge::deliver);
      claimed.stream().filter(lane -> lane.kind() == LaneKind.TEAM).forEach(bridge::deliver);
      bridge.deliver();

      assertThat(bridge.app.calls)
          .filteredOn(call -> call.startsWith("members"))
          .first()
          .isEqualTo("members+1-1");
      assertThat(bridge.app.memberNames("Ops")).containsExactly("u0", "u1", "u2", "u3");
    }
  }

  @Test
  void aMemberWhoseRemovalFailedDoesNotWaitForANameThatTheAppRefuses() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before =
          plan -> plan instanceof TeamPlan.Rename ? new Outcome.Conflict("name is taken") : null;
      bridge.app.instead = once(new Outcome.Retry("busy", false), bridge.app.account("ada").id);
      bridge.rename(ops, "Operations");
      bridge.members(ops, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
      later(bridge);
      assertThat(bridge.app.memberNames("Ops")).isEmpty();

      bridge.members(ops, new MemberOp.Add(List.of(bob)));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");
      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofHours(25));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Operations")).containsExactly("bob");
    }
  }

  @Test
  void aRemovalThatIsAnsweredNotFoundIsTriedAgainWhereTeamAndAccountAreThere() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      int[] failures = {2};
      bridge.app.instead =
          key -> failures[0]-- > 0 ? new Outcome.NotFound("404 on this replica") : null;
      bridge.members(ops, new MemberOp.Remove(List.of(ada)));
      later(bridge);

      assertThat(bridge.app.memberNames("Ops")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_member")).isEmpty();
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAccountThatIsLinkedByAnImportAfterItsUserLeftIsDisabled(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada =
          Objects.requireNonNull(
                  bridge
                      .write(new UserChange.Create(Attributes.of(Map.of("userName", "ada")), true))
                      .resource())
              .publicId();
      String account =
          bridge.app.foreignAccount(
                  new Account("ada", null, "Ada", null, null, List.of(), true, Attributes.NONE))
              .id;
      // The import has read both, and links them after this.
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isTrue();
      new ImportBook(
              bridge.store.transactions(),
              new LaneTriggers(),
              new SyncLog(bridge.store.ids()),
              bridge.store.ids(),
              bridge.store.clock())
          .link(
              new Link(
                  1,
                  LaneKind.ACCOUNT,
                  Long.parseLong(ada),
                  1,
                  account,
                  "ada",
                  Origin.FOUND,
                  true,
                  ""),
              "ada",
              false,
              "");
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }
}
