package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.RoleRules.To;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Roles by rules: who gets them, who loses them, and what is never touched. */
class GrantsTest {
  static final AppConfig.Accounts ACCOUNTS = new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE);
  static final AppConfig.Teams TEAMS =
      new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED);
  static final Capabilities.Roles ALL =
      new Capabilities.Roles(true, true, true, false, false, true, 10);

  static List<Grant> role(String... names) {
    return List.of(names).stream().map(name -> new Grant(name, "")).toList();
  }

  static RoleRules rules(RoleRules.Rule... rules) {
    return new RoleRules(List.of(), List.of(rules), Strip.OURS, List.of(), List.of(), List.of());
  }

  static OfGroup members(String group, String... roles) {
    return new OfGroup(group, role(roles), To.MEMBERS);
  }

  static TestBridge bridge(DatabaseKind kind, RoleRules rules) throws Exception {
    return bridge(kind, ACCOUNTS, rules);
  }

  static TestBridge bridge(DatabaseKind kind, AppConfig.Accounts accounts, RoleRules rules)
      throws Exception {
    TestBridge bridge = new TestBridge(kind, accounts, TEAMS, rules, AppConfig.Verify.OFF);
    bridge.app.roles = ALL;
    return bridge;
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void membersGetTheRolesOfTheirGroupsAndLoseThemWithTheMembership(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge =
        bridge(
            kind,
            rules(members("Engineering", "developer"), members("ops", "pager", "developer")))) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String engineering = bridge.group("Engineering", ada, bob);
      String ops = bridge.group("Ops", ada);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer", "pager");
      assertThat(bridge.app.held("bob")).containsExactly("developer");

      bridge.members(ops, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer");
      bridge.members(
          engineering, new MemberOp.Remove(List.of(ada)), new MemberOp.Remove(List.of(bob)));
      bridge.deliver();

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.app.held("bob")).isEmpty();
      assertThat(bridge.rows("SELECT role FROM app_grant")).isEmpty();
      assertThat(bridge.outLines())
          .contains(
              "GRANT SUCCESS ada role pager: group ops",
              "REVOKE SUCCESS bob role developer: nothing asks for it any more");
    }
  }

  @Test
  void anAppWhoseFileSpeaksOfNoRolesAnyMoreKeepsThoseItHas() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      AppConfig before = bridge.apps.getFirst().config();
      bridge.reconfigure(TestBridge.with(before, null, before.scope()));

      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
      assertThat(bridge.rows("SELECT state FROM lane WHERE kind = 'grants'")).containsOnly("idle");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void rolesReachDownTheNestingAndTellTheWay(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "developer")))) {
      String ada = bridge.user("ada");
      String sre = bridge.group("SRE", ada);
      String platform = bridge.group("Platform", sre);
      String engineering = bridge.group("Engineering", platform);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
      assertThat(bridge.rows("SELECT provenance FROM app_grant").getFirst())
          .contains("group Engineering", "SRE > Platform > Engineering");

      bridge.members(engineering, new MemberOp.Remove(List.of(platform)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT group_id FROM grant_source ORDER BY group_id"))
          .containsExactly(engineering);

      bridge.members(engineering, new MemberOp.Add(List.of(sre)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer");
      bridge.members(sre, new MemberOp.Add(List.of(bridge.user("bob"))));
      bridge.deliver();
      assertThat(bridge.app.held("bob")).containsExactly("developer");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void renamedAndDeletedGroupsTakeTheirRolesAlong(DatabaseKind kind) throws Exception {
    try (TestBridge bridge =
        bridge(kind, rules(members("Engineering", "developer"), members("Sales", "seller")))) {
      String ada = bridge.user("ada");
      String inner = bridge.group("Inner", ada);
      String group = bridge.group("Engineering", inner, bridge.user("bob"));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer");

      bridge.rename(group, "SALES");
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("seller");
      assertThat(bridge.app.held("bob")).containsExactly("seller");
      bridge.rename(group, "Other");
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
      bridge.rename(group, "Engineering");
      bridge.deliver();
      assertThat(bridge.app.held("bob")).containsExactly("developer");

      bridge.write(new dev.idbridge.model.GroupChange.Delete(group));
      bridge.deliver();

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.app.held("bob")).isEmpty();
    }
  }

  @Test
  void aMemberWithoutAnAccountGetsTheRoleTogetherWithTheAccount() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      String ada = bridge.user("ada");
      bridge.app.before =
          plan ->
              plan instanceof dev.idbridge.connector.spi.AccountPlan.Create
                  ? new Outcome.Retry("down", false)
                  : null;
      bridge.group("Engineering", ada);
      bridge.deliver();
      assertThat(bridge.rows("SELECT state, reason FROM app_grant"))
          .containsExactly("parked waits for the account of ada in the app");

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
    }
  }

  @Test
  void attributesAndTheDefaultGrantToo() throws Exception {
    RoleRules rules =
        new RoleRules(
            role("viewer"),
            List.of(
                new OfAttribute("title", "Manager", role("manager")),
                new OfAttribute("emails", "ada@example.com", role("mail"))),
            Strip.OURS,
            List.of(),
            List.of(),
            List.of());
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("mail", "viewer");

      bridge.write(new UserChange.Patch(ada, current -> current.with("title", "manager")));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("mail", "manager", "viewer");
      bridge.write(new UserChange.Patch(ada, current -> current.without("title")));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("mail", "viewer");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aLeaverLosesEveryRoleAfterTheAccountAndWhatWasTakenIsOnRecord(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "developer", "pager")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.app.calls.clear();

      bridge.active(ada, false);
      bridge.app.before =
          plan -> {
            if (plan instanceof GrantPlan) {
              assertThat(bridge.rows("SELECT state FROM app_grant"))
                  .containsExactly("removing", "removing");
            }
            return null;
          };
      bridge.deliver();
      bridge.app.before = plan -> null;

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.app.calls.indexOf("Disable"))
          .isLessThan(bridge.app.calls.indexOf("grants+[]-[developer, pager]"));
      assertThat(bridge.rows("SELECT role, state, held, reason FROM app_grant ORDER BY role"))
          .hasSize(2)
          .allMatch(row -> row.toLowerCase().contains("suppressed"))
          .allMatch(row -> row.contains("the user is not active"));

      bridge.forward(Duration.ofSeconds(1));
      bridge.active(ada, true);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.outLines())
          .anyMatch(line -> line.startsWith("GRANT SKIPPED ada role developer: suppressed since"));

      bridge.members(group, new MemberOp.Add(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer", "pager");
    }
  }

  @Test
  void whoLeavesTheScopeLosesEveryRoleAndGetsThemBackWithIt() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      bridge.reconfigure(TestBridge.scoped(bridge.apps.getFirst().config(), "Staff"));
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      String staff = bridge.group("Staff", ada);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer");

      bridge.members(staff, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.outLines())
          .contains("REVOKE SUCCESS ada role developer: the user is not in the app's scope");

      bridge.members(staff, new MemberOp.Add(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer");
    }
  }

  @Test
  void whoComesIntoAScopeWaitsItsTurnAndWhoLeavesItGoesFirst() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules())) {
      bridge.reconfigure(TestBridge.scoped(bridge.apps.getFirst().config(), "Staff"));
      String ada = bridge.user("ada");
      String crew = bridge.group("Crew", ada);
      String staff = bridge.group("Staff");
      bridge.deliver();

      bridge.members(staff, new MemberOp.Add(List.of(crew)));
      bridge.sweepAll();
      assertThat(bridge.rows("SELECT state, priority FROM lane WHERE kind = 'account'"))
          .containsExactly("due 1");
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isTrue();

      bridge.members(staff, new MemberOp.Remove(List.of(crew)));
      bridge.sweepAll();
      assertThat(bridge.rows("SELECT state, priority FROM lane WHERE kind = 'account'"))
          .containsExactly("due 0");
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
    }
  }

  @Test
  void groupsThatChangedPlacesAreNotFollowedInCirclesWhenTheScopeMoves() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      bridge.reconfigure(TestBridge.scoped(bridge.apps.getFirst().config(), "Staff"));
      String ada = bridge.user("ada");
      String lower = bridge.group("Lower", ada);
      String upper = bridge.group("Upper", lower);
      String staff = bridge.group("Staff", upper);
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isTrue();
      bridge.members(upper, new MemberOp.Remove(List.of(lower)));
      bridge.members(lower, new MemberOp.Add(List.of(upper)));
      bridge.members(staff, new MemberOp.Add(List.of(lower)));
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isTrue();

      bridge.members(staff, new MemberOp.Remove(List.of(lower)));
      bridge.deliver();
      assertThat(bridge.app.account("ada").active).isFalse();
      assertThat(bridge.rows("SELECT * FROM sweep")).isEmpty();
    }
  }

  @Test
  void aRevocationWhoseAnswerWasLostIsMadeGoodWhenTheRoleIsAskedForAgain() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.app.item = role -> new Outcome.Retry("the answer about it was lost", true);
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).as("revoked, and nobody knows").isEmpty();

      bridge.app.item = role -> null;
      bridge.members(group, new MemberOp.Add(List.of(ada)));
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer");
    }
  }

  @Test
  void rolesComeBackByThemselvesWhereTheFileSaysSo() throws Exception {
    AppConfig.Accounts restoring =
        new AppConfig.Accounts(
            AppConfig.OnUserDelete.DISABLE,
            Duration.ZERO,
            OnReactivate.RESTORE,
            OnReactivate.RESTORE,
            "");
    try (TestBridge bridge =
        bridge(DatabaseKind.H2, restoring, rules(members("Engineering", "developer")))) {
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();

      bridge.active(ada, true);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
    }
  }

  @Test
  void whoIsCreatedInactiveIsNoReturner() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      String ada =
          java.util.Objects.requireNonNull(
                  bridge
                      .write(
                          new UserChange.Create(
                              dev.idbridge.model.Attributes.of(
                                  java.util.Map.of("userName", "ada", "active", false))))
                      .resource())
              .publicId();
      bridge.group("Engineering", ada);
      bridge.deliver();

      bridge.active(ada, true);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatWasHeldBeforeIsNeverRevoked(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "developer")))) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.grants.put(
          bridge.app.account("ada").id, new TreeSet<>(List.of("developer", "owner")));
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer", "owner");
      assertThat(bridge.outLines())
          .contains("REVOKE SKIPPED ada role developer: held before we came; not ours to revoke");
    }
  }

  @Test
  void aProtectedAccountIsNeitherDisabledNorStripped() throws Exception {
    RoleRules rules =
        new RoleRules(
            List.of(),
            List.of(members("Engineering", "developer")),
            Strip.OURS,
            List.of(),
            List.of("BreakGlass"),
            List.of());
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules)) {
      String user = bridge.user("breakglass");
      bridge.group("Engineering", user);
      bridge.deliver();
      assertThat(bridge.app.held("breakglass")).isEmpty();

      bridge.active(user, false);
      bridge.deliver();

      assertThat(bridge.app.account("breakglass").active).isTrue();
      assertThat(bridge.outLines()).anyMatch(line -> line.startsWith("DEACTIVATE SKIPPED"));
    }
  }

  @Test
  void aTeamHoldsTheRolesOfItsGroup() throws Exception {
    try (TestBridge bridge =
        bridge(
            DatabaseKind.H2,
            rules(new OfGroup("Engineering", List.of(new Grant("admin", "prod")), To.TEAM)))) {
      String group = bridge.group("Engineering", bridge.user("ada"));
      bridge.deliver();
      assertThat(bridge.app.held("Engineering")).containsExactly("admin@prod");
      assertThat(bridge.app.held("ada")).isEmpty();

      bridge.rename(group, "Builders");
      bridge.deliver();

      assertThat(bridge.app.held("Builders")).isEmpty();
    }
  }

  @Test
  void anAppWithOneRoleGetsTheHighest() throws Exception {
    RoleRules rules =
        new RoleRules(
            role("viewer"),
            List.of(members("Engineering", "developer"), members("Admins", "admin")),
            Strip.OURS,
            List.of("admin", "developer", "viewer"),
            List.of(),
            List.of());
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules)) {
      bridge.app.roles = new Capabilities.Roles(true, false, false, false, true, true, 2);
      String ada = bridge.user("ada");
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("viewer");
      String engineering = bridge.group("Engineering", ada);
      String admins = bridge.group("Admins", ada);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("admin");
      bridge.members(admins, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer");
      bridge.members(engineering, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("viewer");
    }
  }

  @Test
  void anUnknownRoleWaitsAloneForAPerson() throws Exception {
    try (TestBridge bridge =
        bridge(DatabaseKind.H2, rules(members("Engineering", "developer", "no-such-role")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
      assertThat(bridge.rows("SELECT kind, name, action, reason FROM dead_letter"))
          .containsExactly("grants ada: no-such-role GRANT unknown role no-such-role");

      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.rows("SELECT id FROM dead_letter")).isEmpty();
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @Test
  void aGrantWhoseAnswerWasLostIsOursWhenItIsFoundAgain() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      bridge.app.roles = new Capabilities.Roles(true, true, true, false, false, false, 10);
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.after =
          plan -> plan instanceof GrantPlan ? new Outcome.Retry("cut off", true) : null;
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.app.after = plan -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.outLines())
          .contains("GRANT SUCCESS ada role developer: confirmed after interruption");
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
    }
  }

  @Test
  void aRoleWaitsForTheTeamWhereTheAppWantsThat() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2, rules(members("Engineering", "developer")))) {
      bridge.app.roles = new Capabilities.Roles(true, false, false, true, false, true, 10);
      bridge.app.before =
          plan ->
              plan instanceof dev.idbridge.connector.spi.MemberPlan
                  ? new Outcome.Retry("down", false)
                  : null;
      bridge.group("Engineering", bridge.user("ada"));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
    }
  }

  private static DirectGrants direct(TestBridge bridge) {
    return new DirectGrants(
        bridge.store.transactions(), new LaneTriggers(), bridge.store.ids(), bridge.store.clock());
  }

  private static DirectGrants.Subject account(String user) {
    return new DirectGrants.Subject(LaneKind.ACCOUNT, Long.parseLong(user), 1);
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void administratorsGrantBesideTheRulesAndTakeBackOnlyWhatTheyGranted(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, rules(members("Engineering", "developer")))) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      DirectGrants grants = direct(bridge);
      GrantPlan.Role developer = new GrantPlan.Role("developer", "");
      GrantPlan.Role pager = new GrantPlan.Role("pager", "prod");
      bridge.deliver();
      grants.add(1, account(ada), pager, "root");
      grants.add(1, account(ada), developer, "root");
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer", "pager@prod");

      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("developer", "pager@prod");
      bridge.members(group, new MemberOp.Add(List.of(ada)));
      bridge.deliver();
      assertThat(grants.remove(1, account(ada), developer, "root")).isTrue();
      assertThat(grants.remove(1, account(ada), developer, "root")).isFalse();
      assertThat(grants.remove(1, account(ada), pager, "root")).isTrue();
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer");
      assertThat(grants.page(1, null, DirectGrants.After.START, 10))
          .singleElement()
          .satisfies(one -> assertThat(one.row().direct()).isFalse())
          .satisfies(
              one ->
                  assertThat(one.row().why())
                      .extracting(GrantRow.Why::rule, GrantRow.Why::path)
                      .containsExactly(
                          org.assertj.core.groups.Tuple.tuple("group Engineering", "Engineering")));
      assertThat(bridge.rows("SELECT action, actor FROM change_record WHERE actor = 'root'"))
          .hasSize(4);
    }
  }

  @Test
  void whatIsSuppressedComesBackWhenAnAdministratorRestoresIt() throws Exception {
    try (TestBridge bridge =
        bridge(DatabaseKind.H2, rules(members("Engineering", "developer", "pager")))) {
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.active(ada, false);
      bridge.deliver();
      bridge.active(ada, true);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();

      assertThat(direct(bridge).restore(1, account(ada), new GrantPlan.Role("pager", ""), "root"))
          .isEqualTo(1);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("pager");
      assertThat(direct(bridge).restore(1, account(ada), null, "root")).isEqualTo(1);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("developer", "pager");
      assertThat(direct(bridge).restore(1, account(ada), null, "root")).isZero();
    }
  }
}
