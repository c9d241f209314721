package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.RoleRules.To;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleSettingsTest {
  @TempDir Path root;
  ConfFolder conf;

  @BeforeEach
  void folder() throws Exception {
    conf = new ConfFolder(root);
  }

  private static String app(String takes, String roles) {
    return "connector: try\nsettings: {base-url: 'https://x', takes: " + takes + "}\n" + roles;
  }

  @Test
  void everyFormOfRuleIsRead() throws Exception {
    conf.app(
        "crm",
        app(
            "teams",
            """
            roles:
              default: viewer
              strip: all
              protected-accounts: [root@example.com]
              protected-roles: [owner]
              last-holder: [manager]
              rules:
                - {group: Engineering, role: [developer, pager], resource: [prod, test]}
                - {group: Admins, role: admin, to: team}
                - {attribute: title, value: Manager, role: manager}
            """));

    assertThat(conf.read().apps().getFirst().roles())
        .isEqualTo(
            new RoleRules(
                List.of(new Grant("viewer", "")),
                List.of(
                    new OfGroup(
                        "Engineering",
                        List.of(
                            new Grant("developer", "prod"),
                            new Grant("developer", "test"),
                            new Grant("pager", "prod"),
                            new Grant("pager", "test")),
                        To.MEMBERS),
                    new OfGroup("Admins", List.of(new Grant("admin", "")), To.TEAM),
                    new OfAttribute("title", "Manager", List.of(new Grant("manager", "")))),
                Strip.ALL,
                List.of(),
                List.of("root@example.com"),
                List.of("owner"),
                List.of("manager")));
  }

  @Test
  void anAppWithoutASectionHasNoRolesAndAnEmptyOneHasNoRules() throws Exception {
    conf.app("plain", app("teams", ""));
    conf.app("empty", app("teams", "roles: {}"));
    conf.app("none", app("none", "roles: {default: , rules: []}"));

    List<AppConfig> apps = conf.read().apps();

    assertThat(apps)
        .extracting(AppConfig::name, AppConfig::roles)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("plain", null),
            org.assertj.core.groups.Tuple.tuple("empty", RoleRules.NONE),
            org.assertj.core.groups.Tuple.tuple("none", null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none     | {default: viewer}                                  | takes no roles",
        "accounts | {rules: [{role: a}]}                               | asks about a group, or about",
        "accounts | {rules: [{group: A}]}                              | role: is missing",
        "accounts | {rules: [{group: A, attribute: b, role: c}]}       | write two rules",
        "accounts | {rules: [{attribute: b, role: c}]}                 | value: is missing",
        "accounts | {rules: [{group: A, role: b, to: team}]}           | for accounts only",
        "accounts | {rules: [{group: A, role: b, to: all}]}            | must be members or team",
        "accounts | {rules: [{group: A, role: b, resource: c}]}        | for the whole app",
        "accounts | {rules: [{group: A, role: b, rol: c}]}             | not a known setting",
        "accounts | {rules: [{attribute: b, value: v, role: c, team: d}]} | only a group can be",
        "accounts | {rules: [{team: c}]}                               | group: is missing",
        "accounts | {rules: [{group: A, team: ''}]}                    | is blank",
        "accounts | {rules: [{group: A, team: c, role: }, {group: a, team: d}]} | rules[1].team: is 'd', but another rule makes the group 'c'",
        "none     | {rules: [{group: A, team: c}, {group: B, team: C}]} | rules[1].team: is 'C', which another rule spells 'c'",
        "none     | {rules: [{group: A, team: c, resource: x}]}        | belongs to a role",
        "none     | {rules: [{group: A, team: c, to: team}]}           | belongs to a role",
        "none     | {rules: [{group: A, team: c, role: d}]}            | takes no roles",
        "teams    | {rules: [{group: A, role: b, to: team}, {group: a, team: c}]} | a rule makes the group the team",
        "accounts | {order: [a, b]}                                    | takes several roles",
        "accounts | {default: a, protected-roles: [a]}                 | protected role",
        "teams    | {last-holder: [b], rules: [{group: A, role: b, to: team}]} | write to: members there",
        "none     | {last-holder: [b]}                                 | takes no roles",
        "accounts | {strip: some}                                      | must be ours or all",
        "one      | {default: a, rules: [{group: A, role: b}]}         | missing: a, b",
        "teams    | {rules: [{attribute: a, value: b, role: c, to: team}]} | is a user's"
      })
  void aMistakeIsToldWithItsPlace(String takes, String roles, String words) throws Exception {
    assertThat(conf.app("crm", app(takes, "roles: " + roles)).problems())
        .singleElement()
        .asString()
        .contains(words)
        .matches("apps/crm.yaml:3:\\d+: roles.*");
  }

  @Test
  void strippingAllIsRemarkedUponWhereTheAppListsNothing() throws Exception {
    conf.app("crm", app("accounts", "roles: {strip: all}"));
    conf.app("plain", app("accounts", "roles: {strip: ours}"));

    assertThat(
            Remarks.of(conf.read().apps(), new ConnectorKinds(List.of(new TryConnectorFactory()))))
        .singleElement()
        .asString()
        .startsWith("app crm: roles.strip is all, but its connector (try) cannot list")
        .contains("administrator ever named stay");
  }

  @Test
  void groupsAreMappedToTeamsWithAndWithoutRoles() throws Exception {
    conf.app(
        "crm",
        app(
            "accounts",
            """
            roles:
              rules:
                - {group: Engineering, team: Platform, role: developer}
                - {group: SRE, team: Platform}
                - {group: Sales, role: seller}
            """));
    conf.app("flat", app("none", "roles: {rules: [{group: SRE, team: Platform}]}"));

    List<AppConfig> apps = conf.read().apps();

    assertThat(apps.getFirst().teams().named())
        .isEqualTo(java.util.Map.of("Engineering", "Platform", "SRE", "Platform"));
    assertThat(java.util.Objects.requireNonNull(apps.getFirst().roles()).groups())
        .containsExactly("Engineering", "Sales");
    assertThat(apps.getLast().teams().named("sre")).isEqualTo("Platform");
    assertThat(apps.getLast().teams().named("PLATFORM")).as("the same team").isEqualTo("Platform");
    assertThat(apps.getLast().roles()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none",
        "{prefix: OM_}",
        "{names: [Sales]}",
      })
  void aTeamOfAGroupThatNeverReachesTheAppIsRefused(String groups) throws Exception {
    conf.app(
        "crm",
        app("none", "teams: {groups: " + groups + "}\nroles: {rules: [{group: A, team: b}]}"));
    assertThat(conf.problems())
        .singleElement()
        .asString()
        .startsWith("apps/crm.yaml:4:34: roles.rules[0].team: is set, but teams.groups");
  }
}
