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
                List.of("owner")));
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
        "accounts | {rules: [{group: A, role: b, team: c}]}            | not supported",
        "accounts | {order: [a, b]}                                    | takes several roles",
        "accounts | {default: a, protected-roles: [a]}                 | protected role",
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
}
