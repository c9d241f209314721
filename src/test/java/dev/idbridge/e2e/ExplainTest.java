package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} tells of a user in an app, and what it tells where something is missing. */
class ExplainTest {
  @TempDir static Path folder;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static ScimApp crm;
  private static ScimApp sad;
  private static Bridge bridge;
  private static String staff;

  @BeforeAll
  static void start() throws Exception {
    crm = new ScimApp();
    sad = new ScimApp();
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "crm",
                Bridge.scimApp(crm.baseUrl()),
                "sad",
                Bridge.scimApp(sad.baseUrl()),
                "hr",
                """
                connector: log
                settings: {}
                scope: {groups: [Why Staff]}
                accounts: {mapping: {title: {expression: user.title, required: true}}}
                teams: {groups: {prefix: Why Team}}
                """,
                "typo",
                "connector: log\nsettings: {}\nscope: {groups: [Why Staff, Why Stuff]}\n",
                "desk",
                """
                connector: log
                settings: {}
                accounts: {on-reactivate: {memberships: none}}
                roles:
                  rules:
                    - {group: Why Platform, role: developer, resource: prod}
                    - {attribute: title, value: Judge, role: judge}
                    - {group: Why Keepers, role: keeper}
                    - {group: Why Left, team: Why Merged}
                    - {group: Why Right, team: Why Merged}
                  protected-accounts: [why-root]
                  protected-roles: [owner]
                  last-holder: [keeper]
                """));
    staff = bridge.scim.group("Why Staff");
  }

  @AfterAll
  static void stop() {
    bridge.close();
    crm.close();
    sad.close();
  }

  private static JsonNode explain(String user, String app, String... more) {
    List<String> words = new ArrayList<>(List.of("explain", "--user", user, "--app", app));
    words.add("--json");
    words.addAll(List.of(more));
    Ran ran = bridge.daemon.verb(words.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    return Json.tree(ran.out());
  }

  private static void soon(Runnable claim) throws Exception {
    Wait.until(SOON, claim::run);
  }

  /** As one text: what is in the way. */
  private static String whyNot(String user, String app, String... more) {
    return explain(user, app, more).path("why_not").toString();
  }

  @Test
  void theChainLeadsFromTheRequestOverTheGroupToTheAppsAnswer() throws Exception {
    String ada = bridge.scim.user("why-ada@example.com");
    assertThat(bridge.daemon.verb("user", "show", "why-ada@example.com").out()).contains(ada);
    assertThat(bridge.daemon.verb("user", "trace", "why-ada@example.com").out()).contains("CREATE");
    String ops = bridge.scim.group("Why Ops");
    String request =
        bridge
            .scim
            .send(
                "PATCH",
                "/Groups/" + ops,
                "{"
                    + ScimHttp.PATCH
                    + ",'Operations':[{'op':'add','path':'members','value':[{'value':'"
                    + ada
                    + "'}]}]}",
                "X-Request-Id",
                "ask-ops-1")
            .header("X-Request-Id");
    assertThat(request).isEqualTo("ask-ops-1");
    soon(() -> assertThat(explain("why-ada@example.com", "crm").path("why_not")).isEmpty());

    JsonNode told = explain("why-ada@example.com", "crm");
    assertThat(told.path("user").asText()).isEqualTo(ada);
    assertThat(told.at("/account/state").asText()).contains("made by us");
    assertThat(told.at("/account/steps/0/step").asText()).isEqualTo("request");
    assertThat(told.at("/account/steps/0/by").asText()).isEqualTo("idp");
    assertThat(told.at("/account/steps/1/text").asText()).contains("CREATE SUCCESS");
    assertThat(told.at("/groups/0/what").asText()).isEqualTo("Why Ops");
    assertThat(told.at("/groups/0/state").asText()).contains("a member of team Why Ops");
    assertThat(told.at("/groups/0/held").asBoolean()).isTrue();
    assertThat(told.at("/groups/0/steps/0/request").asText()).isEqualTo("ask-ops-1");
    assertThat(told.at("/groups/0/steps/1/text").asText()).contains("MEMBER_ADD SUCCESS");

    String words = bridge.daemon.verb("explain", "--user", ada, "--app", "crm").out();
    assertThat(words).contains("Why Ops: a member", "(ask-ops-1)", "everything is as it should be");
  }

  @Test
  void theLastHolderOfARoleIsToldWhyItStaysAndWhatToDo() throws Exception {
    String kay = bridge.scim.user("why-kay");
    String keepers = bridge.scim.group("Why Keepers", kay);
    soon(() -> assertThat(whyNot(kay, "desk", "--role", "keeper")).isEqualTo("[]"));
    bridge.scim.remove(keepers, kay);

    soon(
        () ->
            assertThat(whyNot(kay, "desk", "--role", "keeper"))
                .contains(
                    "role keeper: held and kept: nothing asks for it any more",
                    "no other active account is known to hold it",
                    "grant it to another user",
                    "dead letter"));
  }

  @Test
  void whatIsMissingIsToldInSentences() throws Exception {
    String bob = bridge.scim.user("why-bob");
    bridge.scim.group("Why Dev", bob);
    soon(() -> assertThat(whyNot(bob, "crm")).isEqualTo("[]"));
    assertThat(explain(bob, "hr").at("/groups/0/state").asText())
        .contains("no team: teams.groups takes groups whose names begin with 'Why Team'");
    assertThat(whyNot(bob, "hr"))
        .contains("not in scope: scope.groups: the user is in none of them", "Why Staff")
        .doesNotContain("no team");
    assertThat(whyNot(bob, "hr", "--group", "Why Dev")).contains("Why Dev: no team: teams.groups");
    bridge.daemon.verb("app", "pause", "crm", "--reason", "window");
    bridge.scim.active(bob, false);
    assertThat(explain("why-bob", "crm").path("why_not").toString())
        .contains("the user is inactive", "the app is paused: by ", "idbridge app resume crm");
    bridge.daemon.verb("app", "resume", "crm");
    bridge.scim.delete("/Users/" + bob);
    assertThat(explain(bob, "crm").path("why_not").toString()).contains("was deleted");

    assertThat(bridge.daemon.verb("explain", "--user", "nobody", "--app", "crm").err())
        .contains("no directory has a user 'nobody'");
    assertThat(bridge.daemon.verb("explain", "--user", bob, "--app", "nowhere").err())
        .contains("there is no app 'nowhere'");
  }

  @Test
  void aRoleIsToldWithItsRuleItsWayOverGroupsAndTheRequestsOfEach() throws Exception {
    String cleo = bridge.scim.user("why-cleo");
    String sre = bridge.scim.group("Why SRE");
    String platform = bridge.scim.group("Why Platform", sre);
    bridge.scim.add(sre, cleo);
    soon(() -> assertThat(roles(cleo)).contains("held, granted by us"));
    soon(() -> assertThat(whyNot(cleo, "desk")).isEqualTo("[]"));

    JsonNode told = explain(cleo, "desk", "--role", "developer");
    JsonNode role = told.at("/roles/0");
    assertThat(role.path("what").asText()).isEqualTo("role developer@prod");
    assertThat(role.path("held").asBoolean()).isTrue();
    assertThat(role.path("steps").findValuesAsText("step"))
        .startsWith("request")
        .endsWith("rule", "delivery");
    int rule = role.path("steps").size() - 2;
    assertThat(role.at("/steps/" + rule + "/text").asText())
        .isEqualTo("group Why Platform asks for it, reached through Why SRE > Why Platform");
    assertThat(role.at("/steps/" + (rule + 1) + "/text").asText()).startsWith("GRANT SUCCESS");
    assertThat(told.path("groups")).isEmpty();

    JsonNode way = explain(cleo, "desk", "--group", platform);
    assertThat(way.at("/groups/0/what").asText()).isEqualTo("Why SRE, in Why Platform");
    assertThat(way.at("/groups/0/steps").findValuesAsText("text").subList(0, 2))
        .allMatch(text -> text.contains("of group Why "));
    assertThat(way.at("/roles/0/what").asText()).isEqualTo("role developer@prod");
    assertThat(explain(cleo, "desk", "--group", "Why SRE").path("groups")).hasSize(1);

    assertThat(bridge.daemon.verb("explain", "--user", cleo, "--app", "desk").out())
        .contains("role developer@prod: held, granted by us", "rule: group Why Platform asks");

    bridge.daemon.verb(
        "grant",
        "add",
        "--user",
        "why-cleo",
        "--app",
        "desk",
        "--role",
        "owner",
        "--resource",
        "x");
    soon(() -> assertThat(roles(cleo)).contains("owner@x").doesNotContain("to be granted"));
    JsonNode direct = explain(cleo, "desk", "--role", "owner@x").at("/roles/0");
    assertThat(direct.at("/steps/0/text").asText()).startsWith("GRANT");
    assertThat(direct.at("/steps/1/text").asText()).contains("granted by an administrator");

    assertThat(whyNot(cleo, "desk", "--role", "judge"))
        .contains("no rule that grants it applies to the user: attribute title = Judge");
    assertThat(whyNot(cleo, "desk", "--role", "pope"))
        .contains("no rule of the app grants it, and no administrator did: idbridge grant add");
    assertThat(whyNot(cleo, "crm", "--role", "pope")).contains("no roles here");
  }

  private static String roles(String user) {
    return explain(user, "desk").path("roles").toString();
  }

  @Test
  void whoComesBackIsToldWhatIsSuppressedAndHowItComesBack() throws Exception {
    String dora = bridge.scim.user("why-dora");
    String group = bridge.scim.group("Why Platform 2", dora);
    bridge.scim.replace("/Groups/" + group, "displayName", "'Why Team Dora'");
    bridge.scim.replace("/Users/" + dora, "title", "'Judge'");
    soon(() -> assertThat(roles(dora)).contains("role judge", "held, granted by us"));
    soon(() -> assertThat(whyNot(dora, "desk")).isEqualTo("[]"));
    bridge.scim.active(dora, false);
    soon(() -> assertThat(roles(dora)).contains("suppressed: the user is not active"));
    bridge.scim.active(dora, true);
    soon(
        () ->
            assertThat(whyNot(dora, "desk"))
                .contains(
                    "role judge: suppressed since the user was reactivated",
                    "idbridge grant restore --user why-dora --app desk --role judge",
                    "Why Team Dora: not a member of team Why Team Dora",
                    "when the identity provider names the user as a member again"));
    bridge.daemon.verb("grant", "restore", "--user", "why-dora", "--app", "desk");
    bridge.scim.add(group, dora);
    soon(() -> assertThat(whyNot(dora, "desk")).isEqualTo("[]"));
  }

  @Test
  void aTeamThatWasCutOffIsNamedAsTheReason() throws Exception {
    String emma = bridge.scim.user("why-emma");
    String fred = bridge.scim.user("why-fred");
    String group = bridge.scim.group("Why Frozen", emma);
    soon(() -> assertThat(whyNot(emma, "crm")).isEqualTo("[]"));
    assertThat(
            bridge.daemon.verb("group", "detach", "--group", "Why Frozen", "--app", "crm").code())
        .isZero();
    bridge.scim.add(group, fred);
    soon(
        () ->
            assertThat(whyNot(fred, "crm"))
                .contains(
                    "Why Frozen: not a member of team", "was cut off from its group (detached by"));
    bridge.scim.remove(group, emma);
    soon(
        () ->
            assertThat(explain(emma, "crm").at("/groups/0/state").asText())
                .contains("a member of team Why Frozen", "though no group asks for it"));
    assertThat(whyNot(emma, "crm")).contains("team Why Frozen", "was cut off");
    assertThat(explain(emma, "crm", "--group", "Why Frozen").at("/groups/0/state").asText())
        .isEqualTo("the user was taken out of the group");
    bridge.daemon.verb("group", "attach", "--group", "Why Frozen", "--app", "crm");
    soon(() -> assertThat(whyNot(fred, "crm")).isEqualTo("[]"));
  }

  @Test
  void failuresAreToldWithTheNextAttemptAndDeadLettersWithTheirId() throws Exception {
    String gina = bridge.scim.user("why-gina");
    bridge.scim.add(staff, gina);
    soon(
        () ->
            assertThat(whyNot(gina, "hr"))
                .contains(
                    "what the account says cannot be worked out: accounts.mapping.title is required",
                    "the account was given up",
                    "idbridge dead-letters show "));
    bridge.scim.replace("/Users/" + gina, "title", "'Judge'");
    soon(() -> assertThat(whyNot(gina, "hr")).isEqualTo("[]"));
    assertThat(explain(gina, "hr").at("/account/steps").findValuesAsText("text"))
        .anyMatch(text -> text.startsWith("CREATE: "))
        .anyMatch(text -> text.contains("CREATE SUCCESS"));

    sad.stop();
    bridge.scim.replace("/Users/" + gina, "displayName", "'Gina the Second'");
    soon(
        () ->
            assertThat(whyNot(gina, "sad"))
                .contains("the account failed once since ", "; it is tried again at ")
                .contains("idbridge app provision --user why-gina --app sad"));
    sad.start();
    soon(() -> assertThat(whyNot(gina, "sad")).isEqualTo("[]"));
  }

  /**
   * The lane's cause is the group that brought the user into scope; its own creation counts, too.
   */
  @Test
  void anAccountThatAGroupBroughtIsToldFromTheUsersOwnCreationOn() throws Exception {
    String hugo = bridge.scim.user("why-hugo");
    bridge.scim.replace("/Users/" + hugo, "title", "'Judge'");
    soon(() -> assertThat(whyNot(hugo, "hr")).contains("not in scope"));
    bridge.scim.add(staff, hugo);
    soon(() -> assertThat(whyNot(hugo, "hr")).isEqualTo("[]"));
    JsonNode steps = explain(hugo, "hr").at("/account/steps");
    assertThat(steps.at("/0/text").asText()).startsWith("CREATE: ");
    assertThat(steps.findValuesAsText("text"))
        .anyMatch(text -> text.contains("of group Why Staff"))
        .anyMatch(text -> text.startsWith("CREATE SUCCESS"));
    bridge.scim.remove(staff, hugo);
    soon(() -> assertThat(explain(hugo, "hr").at("/account/state").asText()).contains("disabled"));
    assertThat(whyNot(hugo, "hr")).contains("not in scope: scope.groups");
  }

  @Test
  void aProtectedAccountSaysSoAndUnknownNamesAreRefused() throws Exception {
    String root = bridge.scim.user("why-root");
    bridge.scim.replace("/Users/" + root, "title", "'Judge'");
    soon(() -> assertThat(explain(root, "desk").at("/account/held").asBoolean()).isTrue());
    assertThat(explain(root, "desk").path("notes").toString()).contains("a protected account");
    assertThat(whyNot(root, "desk", "--role", "judge")).contains("a protected account");

    assertThat(bridge.daemon.verb("explain", "--user", root, "--app", "crm", "--group", "No").err())
        .contains("the user's directory has no group 'No', live or deleted");
    String away = bridge.scim.group("Why Gone");
    bridge.scim.delete("/Groups/" + away);
    assertThat(whyNot(root, "crm", "--group", away)).contains("deleted the group");
    bridge.scim.group("Why Else");
    assertThat(whyNot(root, "crm", "--group", "Why Else"))
        .contains("group Why Else: the user is not in the group, neither directly nor");
  }

  @Test
  void aGroupThatAScopeNamesAndNobodyPushedIsWarnedOf() throws Exception {
    String warning = "app typo: scope.groups names 'Why Stuff', and no group is called so";
    assertThat(bridge.daemon.verb("app", "show", "typo").out())
        .contains(warning)
        .doesNotContain("names 'Why Staff'");
    assertThat(bridge.daemon.verb("status").out()).contains("warning: " + warning);
    assertThat(bridge.daemon.verb("app", "show", "hr").out()).doesNotContain("warning");
    String late = bridge.scim.group("why stuff");
    assertThat(bridge.daemon.verb("app", "show", "typo").out()).doesNotContain("warning");
    bridge.scim.delete("/Groups/" + late);
  }

  @Test
  void ofATeamThatSeveralGroupsFeedEachWayIsTold() throws Exception {
    String ida = bridge.scim.user("why-ida");
    bridge.scim.group("Why Left", ida);
    bridge.scim.group("Why Right", ida);
    soon(() -> assertThat(whyNot(ida, "desk")).isEqualTo("[]"));
    JsonNode groups = explain(ida, "desk").path("groups");
    assertThat(groups.findValuesAsText("what")).containsExactly("Why Left", "Why Right");
    assertThat(groups.findValuesAsText("state"))
        .allMatch(state -> state.startsWith("a member of team Why Merged"));
    assertThat(groups.at("/1/steps").findValuesAsText("text"))
        .anyMatch(text -> text.contains("of group Why Right"))
        .anyMatch(text -> text.startsWith("group Why Right feeds team Why Merged"))
        .anyMatch(text -> text.startsWith("MEMBER_ADD SUCCESS"));
  }
}
