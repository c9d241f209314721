package dev.idbridge.delivery;

import static dev.idbridge.delivery.GrantsTest.ACCOUNTS;
import static dev.idbridge.delivery.GrantsTest.bridge;
import static dev.idbridge.delivery.GrantsTest.members;
import static dev.idbridge.delivery.GrantsTest.role;
import static dev.idbridge.delivery.GrantsTest.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.config.AppConfig;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneLost;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.Account;
import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.To;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Access that is to go goes, whatever fails on the way, and does not wait for what fails. */
class TakenAwayTest {
  private static final Outcome SLOW = new Outcome.Retry("not in time", false);

  /** The first call of this kind is answered so, and has no effect. */
  private static Function<Object, @Nullable Outcome> once(Predicate<Object> call, Outcome answer) {
    AtomicBoolean done = new AtomicBoolean();
    return plan -> call.test(plan) && done.compareAndSet(false, true) ? answer : null;
  }

  private static boolean revokes(Object plan) {
    return plan instanceof GrantPlan grants && !grants.revoked().isEmpty();
  }

  private static boolean removes(Object plan) {
    return plan instanceof MemberPlan members && !members.removed().isEmpty();
  }

  private static MemberOp add(String user) {
    return new MemberOp.Add(List.of(user));
  }

  private static MemberOp remove(String user) {
    return new MemberOp.Remove(List.of(user));
  }

  private static void edit(TestBridge bridge, String user, String name) throws Exception {
    bridge.write(new UserChange.Patch(user, current -> current.with("displayName", name)));
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
  void aTeamIsLetGoOnlyWhenAllOurMembersAreOutOfIt(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.app.foreignTeam("Found", "department");
      String found = bridge.group("Found", ada, bob);
      String own = bridge.group("Own", ada, bob);
      bridge.deliver();
      String slow = bridge.app.account("ada").id;
      bridge.app.instead = account -> account.equals(slow) ? SLOW : null;

      bridge.write(new GroupChange.Delete(found));
      bridge.write(new GroupChange.Delete(own));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Found")).containsExactly("ada");
      assertThat(bridge.rows("SELECT kind FROM link WHERE kind = 'team'")).hasSize(2);
      bridge.app.instead = account -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Found")).isEmpty();
      assertThat(bridge.app.teams.values()).extracting(team -> team.name).containsExactly("Found");
      assertThat(bridge.rows("SELECT * FROM app_member")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM link WHERE kind = 'team'")).isEmpty();
    }
  }

  @Test
  void aRemovalThatTheAppRefusedFromATeamThatIsLetGoCanStillBeReplayed() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.app.foreignTeam("Found", "department");
      String found = bridge.group("Found", ada);
      bridge.deliver();
      bridge.app.instead = account -> new Outcome.Reject("it takes an administrator");
      bridge.write(new GroupChange.Delete(found));
      bridge.deliver();
      assertThat(bridge.rows("SELECT name FROM dead_letter")).containsExactly("ada");

      bridge.app.instead = account -> null;
      new dev.idbridge.ledger.DeadLetters(
              bridge.store.transactions(),
              bridge.store.ids(),
              bridge.store.clock(),
              new SyncLog(bridge.store.ids()))
          .replay(Long.parseLong(bridge.rows("SELECT id FROM dead_letter").getFirst()), "root");
      bridge.deliver();

      assertThat(bridge.app.memberNames("Found")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM link WHERE kind = 'team'")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTeamIsLetGoOnlyWhenItsRolesOfOursAreRevoked(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, rules(new OfGroup("Found", role("editor"), To.TEAM)))) {
      String ada = bridge.user("ada");
      bridge.app.foreignTeam("Found", "department");
      String found = bridge.group("Found", ada);
      bridge.deliver();
      assertThat(bridge.app.held("Found")).containsExactly("editor");
      bridge.app.before = plan -> revokes(plan) ? SLOW : null;

      bridge.write(new GroupChange.Delete(found));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Found")).isEmpty();
      bridge.app.before = plan -> null;
      comesToRest(bridge);

      assertThat(bridge.app.held("Found")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM link WHERE kind = 'team'")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAccountThatWasMissedOnceStaysOursWithAllItsRoles(DatabaseKind kind) throws Exception {
    try (TestBridge bridge =
        bridge(kind, rules(members("Engineering", "developer"), members("Ops", "pager")))) {
      String ada = bridge.user("ada");
      String engineering = bridge.group("Engineering", ada);
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.before =
          once(AccountPlan.Update.class::isInstance, new Outcome.NotFound("a replica lags"));
      edit(bridge, ada, "Ada");
      bridge.members(ops, remove(ada));

      comesToRest(bridge);
      assertThat(bridge.rows("SELECT origin FROM link WHERE kind = 'account'"))
          .containsExactly("OURS");
      assertThat(bridge.app.account("ada").account.displayName()).isEqualTo("Ada");
      assertThat(bridge.app.held("ada")).containsExactly("developer");
      bridge.members(engineering, remove(ada));
      comesToRest(bridge);

      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @Test
  void anAccountThatWasMissedOnceWhileItsUserWasRenamedIsNotMadeTwice() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      bridge.app.externalIds = false;
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.before =
          once(AccountPlan.Update.class::isInstance, new Outcome.NotFound("a replica lags"));
      bridge.write(
          new UserChange.Patch(
              ada,
              current ->
                  current
                      .with("userName", "lovelace")
                      .with("emails", List.of(Map.of("value", "l@example.com")))));
      comesToRest(bridge);

      assertThat(bridge.app.accounts).hasSize(1);
      assertThat(bridge.app.account("lovelace").active).isTrue();
      assertThat(bridge.rows("SELECT origin FROM link")).containsExactly("OURS");
    }
  }

  @Test
  void anAccountThatIsListedAndNeverThereIsTriedEverMoreRarely() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.before =
          plan ->
              plan instanceof AccountPlan.Update || plan instanceof AccountPlan.Disable
                  ? new Outcome.NotFound("not here")
                  : null;
      edit(bridge, ada, "Ada");
      bridge.app.calls.clear();
      bridge.deliver();

      assertThat(bridge.app.calls).hasSizeLessThan(5);
      assertThat(bridge.laneStates()).containsExactly("account backoff");
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.calls).hasSizeLessThan(10);
      assertThat(bridge.laneStates()).containsExactly("account backoff");
    }
  }

  @Test
  void whoseAccountWasMadeAnewIsInItsTeamsAgain() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.accounts.clear();
      bridge.app.team("Ops").members.clear();

      edit(bridge, ada, "Ada");
      comesToRest(bridge);

      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRevocationThatMissedTheAccountOnceIsMadeAgain(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      AtomicBoolean missed = new AtomicBoolean();
      bridge.app.instead =
          role -> missed.compareAndSet(false, true) ? new Outcome.NotFound("a replica lags") : null;

      bridge.members(group, remove(ada));
      comesToRest(bridge);

      assertThat(missed).isTrue();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM app_grant")).isEmpty();
    }
  }

  @Test
  void aRevocationFromAnAccountThatIsGoneComesToRest() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.app.accounts.clear();

      bridge.active(ada, false);
      comesToRest(bridge);

      assertThat(bridge.app.accounts).isEmpty();
      assertThat(bridge.rows("SELECT role FROM app_grant WHERE held = TRUE OR seen IS NOT NULL"))
          .isEmpty();
    }
  }

  @Test
  void aMembershipOfATeamThatSaysNotFoundOnceIsTakenAwayAllTheSame() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      AtomicBoolean missed = new AtomicBoolean();
      bridge.app.instead =
          account ->
              missed.compareAndSet(false, true) ? new Outcome.NotFound("a replica lags") : null;

      bridge.members(ops, remove(ada));
      comesToRest(bridge);

      assertThat(bridge.app.memberNames("Ops")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whoLeavesGoesBeforeAllWhoJoinTheTeam(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.perCall = 2;
      MemberOp[] joiners = new MemberOp[5];
      for (int i = 0; i < joiners.length; i++) {
        joiners[i] = add(bridge.user("joiner" + i));
      }
      String ada = bridge.user("ada");
      String ops = bridge.group("Ops", ada);
      bridge.deliver();
      bridge.app.calls.clear();

      bridge.members(ops, joiners);
      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.calls.stream().filter(call -> call.startsWith("members")).toList())
          .first()
          .asString()
          .endsWith("-1");
      assertThat(bridge.app.memberNames("Ops")).hasSize(5).doesNotContain("ada");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aConflictOverNoNameIsNotLeftUntilTomorrow(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String group = bridge.group("Engineering", ada, bob);
      bridge.deliver();
      Outcome meanwhile = new Outcome.Conflict("somebody else changes it at this moment");
      AtomicBoolean disabled = new AtomicBoolean();
      AtomicBoolean removed = new AtomicBoolean();
      AtomicBoolean revoked = new AtomicBoolean();
      bridge.app.before =
          plan ->
              (plan instanceof AccountPlan.Disable && disabled.compareAndSet(false, true))
                      || (removes(plan) && removed.compareAndSet(false, true))
                      || (revokes(plan) && revoked.compareAndSet(false, true))
                  ? meanwhile
                  : null;

      bridge.active(ada, false);
      bridge.members(group, remove(bob));
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.app.memberNames("Engineering")).isEmpty();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.app.held("bob")).isEmpty();
      assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRoleWhoseGrantWaitsForItsNextAttemptIsTakenFromALeaverAtOnce(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "admin")))) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.item = role -> new Outcome.Retry("the answer about it was lost", true);
      bridge.group("Engineering", ada);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).as("granted, and nobody knows").containsExactly("admin");
      bridge.app.item = role -> null;

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void oneMemberWhoFailsHoldsUpNobodyElse(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String bad = bridge.user("bad");
      bridge.deliver();
      String slow = bridge.app.account("bad").id;
      bridge.app.instead = account -> account.equals(slow) ? SLOW : null;
      String ops = bridge.group("Ops", bad);
      bridge.deliver();

      bridge.members(ops, add(bridge.user("ada")));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
      int calls = bridge.app.calls.size();
      bridge.deliver();
      assertThat(bridge.app.calls).hasSize(calls);
      bridge.app.instead = account -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Ops")).containsExactlyInAnyOrder("ada", "bad");
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
    }
  }

  @Test
  void membersWhomAThrottledAppWasNotAskedAboutDidNotFail() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String[] users = {bridge.user("ada"), bridge.user("bob"), bridge.user("cyd")};
      String ops = bridge.group("Ops", users);
      bridge.deliver();
      String second = bridge.app.account("bob").id;
      bridge.app.instead =
          account ->
              account.equals(second)
                  ? new Outcome.Throttled("slow down", Duration.ofSeconds(5))
                  : null;
      bridge.write(
          new GroupChange.Patch(
              ops, AttributePatch.NOTHING, List.of(new MemberOp.Remove(List.of(users)))));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob", "cyd");
      assertThat(bridge.rows("SELECT state, attempts FROM app_member"))
          .containsExactly("removing 0", "removing 0");
      assertThat(bridge.outLines()).noneMatch(line -> line.contains("FAILED"));

      bridge.app.instead = account -> null;
      bridge.forward(Duration.ofSeconds(6));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).isEmpty();
    }
  }

  @Test
  void oneRoleThatFailsHoldsUpNoOther() throws Exception {
    try (TestBridge bridge =
        bridge(DatabaseKind.H2, rules(members("Engineering", "admin"), members("Ops", "pager")))) {
      String ada = bridge.user("ada");
      bridge.app.instead = role -> role.equals("admin") ? SLOW : null;
      bridge.group("Engineering", ada);
      bridge.deliver();

      bridge.group("Ops", ada);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("pager");
      bridge.app.instead = role -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("admin", "pager");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRemovalIsTriedAgainWhileItsTeamWaitsForAParent(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      bridge.app.places = true;
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String child = bridge.group("Child", ada, bob);
      bridge.deliver();
      bridge.app.foreignTeam("Parent", "department");
      bridge.app.foreignTeam("Parent", "department");
      bridge.group("Parent", child);
      bridge.deliver();
      assertThat(bridge.rows("SELECT state FROM lane WHERE kind = 'team' AND target_id = " + child))
          .containsExactly("waiting");

      AtomicBoolean failed = new AtomicBoolean();
      bridge.app.instead = account -> failed.compareAndSet(false, true) ? SLOW : null;
      bridge.members(child, remove(ada));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Child")).hasSize(2);
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Child")).containsExactly("bob");
      assertThat(bridge.rows("SELECT state FROM lane WHERE kind = 'team' AND target_id = " + child))
          .containsExactly("waiting");
    }
  }

  @Test
  void aRemovalIsTriedAgainAndOthersJoinWhileTheAppRefusesTheTeamsName() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String ops = bridge.group("Ops", ada, bob);
      bridge.deliver();
      bridge.app.before =
          plan ->
              plan instanceof TeamPlan.Rename ? new Outcome.Conflict("the name is taken") : null;
      AtomicBoolean failed = new AtomicBoolean();
      bridge.app.instead = account -> failed.compareAndSet(false, true) ? SLOW : null;
      bridge.rename(ops, "Operations");
      bridge.members(ops, remove(ada));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).hasSize(2);
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");

      String cyd = bridge.user("cyd");
      bridge.members(ops, add(cyd));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Ops")).containsExactlyInAnyOrder("bob", "cyd");
      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofDays(2));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Operations")).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whoLeavesAGroupLeavesItsTeamThoughNobodyCanTellWhetherTheGroupIsOne(DatabaseKind kind)
      throws Exception {
    AppConfig.Teams teams =
        new AppConfig.Teams(
            new AppConfig.Groups.Matching(
                new Expressions(ScimSchema.STANDARD)
                    .compile(
                        "group.displayName.split('_')[1] != 'x'", Sees.GROUP, Gives.CONDITION)),
            AppConfig.OnGroupDelete.OWNED);
    try (TestBridge bridge = new TestBridge(kind, ACCOUNTS, teams)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String cyd = bridge.user("cyd");
      String group = bridge.group("OM_a", ada, bob);
      bridge.deliver();
      bridge.rename(group, "short");
      bridge.deliver();
      assertThat(bridge.rows("SELECT reason FROM dead_letter")).hasSize(1);

      bridge.members(group, remove(ada), add(cyd));
      bridge.deliver();

      assertThat(bridge.app.memberNames("OM_a")).containsExactly("bob");
      assertThat(bridge.rows("SELECT reason FROM dead_letter")).hasSize(1);
      bridge.rename(group, "OM_b");
      bridge.deliver();
      assertThat(bridge.app.memberNames("OM_b")).containsExactlyInAnyOrder("bob", "cyd");
      assertThat(bridge.rows("SELECT reason FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void rolesGoAlsoTheSecondTimeThatAnAccountCannotBeDisabled(DatabaseKind kind) throws Exception {
    try (TestBridge bridge =
        bridge(kind, rules(members("Engineering", "admin"), members("Ops", "pager")))) {
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      String ops = bridge.group("Ops");
      bridge.deliver();
      bridge.app.before = plan -> plan instanceof AccountPlan.Disable ? SLOW : null;
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
      bridge.forward(Duration.ofHours(1));
      bridge.deliver();
      bridge.active(ada, true);
      bridge.members(ops, add(ada));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("pager");

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).as("cannot be disabled").isTrue();
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whoWasDeactivatedBeforeAnImportLinkedTheAccountIsDisabled(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      Attributes attributes = Attributes.of(Map.of("userName", "ada"));
      String ada =
          java.util.Objects.requireNonNull(
                  bridge.write(new UserChange.Create(attributes, true)).resource())
              .publicId();
      MemoryApp.Held account =
          bridge.app.foreignAccount(
              new Account("ada", null, "Ada", null, null, List.of(), true, Attributes.NONE));
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(account.active).isTrue();

      ImportBook book =
          new ImportBook(
              bridge.store.transactions(),
              new LaneTriggers(),
              new SyncLog(bridge.store.ids()),
              bridge.store.ids(),
              bridge.store.clock());
      Link link =
          new Link(
              1,
              LaneKind.ACCOUNT,
              Long.parseLong(ada),
              1,
              account.id,
              "ada",
              Origin.FOUND,
              true,
              "");
      assertThat(book.link(link, "ada", false, "")).isTrue();
      bridge.deliver();

      assertThat(account.active).isFalse();
    }
  }

  @Test
  void aTeamThatCannotBeAskedForIsNeverTakenForGone() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      bridge.app.seesTeams = false;
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      MemoryApp.Group team = bridge.app.foreignTeam("Platform", "department");
      String group = bridge.group("Platform", ada);
      bridge.deliver();
      team.name = "Platform (EU)";
      bridge.app.accounts.remove(bridge.app.account("bob").id);

      bridge.members(group, add(bob));
      bridge.deliver();
      assertThat(bridge.app.teams).hasSize(1);
      assertThat(bridge.rows("SELECT reason FROM lane WHERE kind = 'team'").getFirst())
          .contains("cannot be asked for one team", "Platform");
      comesToRest(bridge);

      assertThat(bridge.app.teams).hasSize(1);
      assertThat(bridge.app.memberNames("Platform (EU)")).containsExactlyInAnyOrder("ada", "bob");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aTeamRenamedInTheAppIsNotTakenForGoneWhenAnAccountIs(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      MemoryApp.Group team = bridge.app.foreignTeam("Platform", "department");
      String group = bridge.group("Platform", ada);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Platform")).containsExactly("ada");
      team.name = "Platform (EU)";
      bridge.app.accounts.remove(bridge.app.account("bob").id);

      bridge.members(group, remove(ada), add(bob));
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(10));
      comesToRest(bridge);

      assertThat(bridge.app.teams).hasSize(1);
      assertThat(bridge.app.memberNames("Platform (EU)")).containsExactly("bob");
    }
  }

  private static AppConfig.Teams named(String prefix) throws Exception {
    return new AppConfig.Teams(
        new AppConfig.Groups.Matching(
            new Expressions(ScimSchema.STANDARD)
                .compile(
                    "group.displayName.startsWith('" + prefix + "')", Sees.GROUP, Gives.CONDITION)),
        AppConfig.OnGroupDelete.OWNED);
  }

  @Test
  void aTeamDoesNotWaitForAParentThatIsNoTeamAnyMore() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2, ACCOUNTS, named("OM_"))) {
      bridge.app.places = true;
      String child = bridge.group("OM_child");
      String parent = bridge.group("OM_parent", child);
      List<Lane> claimed = bridge.claimOnly();
      deliver(bridge, claimed, child);
      assertThat(bridge.rows("SELECT state FROM lane WHERE kind = 'team' AND target_id = " + child))
          .containsExactly("waiting");
      bridge.rename(parent, "Off");
      deliver(bridge, claimed, parent);
      bridge.deliver();

      assertThat(bridge.app.team("OM_child").parent).isEmpty();
      assertThat(bridge.laneStates()).allMatch(state -> state.endsWith("idle"));
    }
  }

  private static void deliver(TestBridge bridge, List<Lane> claimed, String target) {
    claimed.stream()
        .filter(lane -> Long.toString(lane.target()).equals(target))
        .forEach(bridge::deliver);
  }

  @Test
  void aTeamWhoseGroupIsSelectedAgainWhileItsMembersLeaveIsNotDeleted() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2, ACCOUNTS, named("OM_"))) {
      String ada = bridge.user("ada");
      String group = bridge.group("OM_a", ada);
      bridge.deliver();
      String team = bridge.app.team("OM_a").id;
      bridge.rename(group, "Off");
      bridge.app.before =
          plan -> {
            if (removes(plan)) {
              try {
                bridge.rename(group, "OM_a");
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            }
            return null;
          };
      bridge.deliver();

      assertThat(bridge.app.teams).containsOnlyKeys(team);
      assertThat(bridge.app.memberNames("OM_a")).containsExactly("ada");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whoLostAGroupsLaneNoLongerDecidesWhichTeamTheGroupIs(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String group = bridge.group("Ops");
      Lane slept = bridge.claimOnly().getFirst();
      bridge.forward(TestBridge.LEASE.plusSeconds(1));
      bridge.deliver();

      assertThatThrownBy(() -> bridge.ledger.route(slept, null, true, false))
          .isInstanceOf(LaneLost.class);
      assertThat(bridge.rows("SELECT team_id FROM team_source WHERE gone = FALSE"))
          .containsExactly(group);
    }
  }
}
