package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.Mapping.Rule;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingSettingsTest {
  private static final String LDAP =
      """
      connector: ldap
      settings:
        url: "ldap://localhost:389"
        bind-dn: "cn=bridge,dc=example,dc=org"
        password: p
        users-base: "ou=people,dc=example,dc=org"
        groups-base: "ou=groups,dc=example,dc=org"
      """;

  @TempDir Path root;
  private ConfFolder conf;

  @BeforeEach
  void folder() throws Exception {
    conf = new ConfFolder(root).shipped();
  }

  private Mapping mapping(String text) throws Exception {
    return conf.app("tree", LDAP + text).read().apps().getFirst().mapping();
  }

  private List<String> problems(String text) throws Exception {
    return conf.app("tree", LDAP + text).problems();
  }

  @Test
  void expressionsConstantsDefaultsAndRequiredAttributesAreRead() throws Exception {
    Mapping mapping =
        mapping(
            """
            accounts:
              require-username-equals-email: true
              mapping:
                userName: email
                title: user.title
                employeeType: {constant: staff}
                roomNumber: {constant: 7}
                x-flag: {constant: true}
                x-text: {constant: '7'}
                ou: {constant: [a, b]}
                departmentNumber: {expression: user.enterprise.department, default: none}
                manager:
                  expression: |
                    user.enterprise.manager.value != ''
                      ? 'uid=' + user.enterprise.manager.value : ''
                  required: true
            """
                .replace("employeeType", "carLicense"));

    assertThat(mapping.userNameIsEmail()).isTrue();
    assertThat(mapping.rules().keySet())
        .containsExactly(
            "userName",
            "title",
            "carLicense",
            "roomNumber",
            "x-flag",
            "x-text",
            "ou",
            "departmentNumber",
            "manager");
    assertThat(mapping.rules().get("userName").expression()).hasToString("email");
    assertThat(mapping.rules().get("carLicense")).isEqualTo(new Rule(null, "staff", null, false));
    assertThat(mapping.rules().get("roomNumber").constant()).isEqualTo(7L);
    assertThat(mapping.rules().get("x-flag").constant()).isEqualTo(true);
    assertThat(mapping.rules().get("x-text").constant()).isEqualTo("7");
    assertThat(mapping.rules().get("ou").constant()).isEqualTo(List.of("a", "b"));
    assertThat(mapping.rules().get("departmentNumber").otherwise()).isEqualTo("none");
    assertThat(mapping.rules().get("manager").required()).isTrue();
    assertThat(mapping("accounts: {mapping: {}}")).isEqualTo(Mapping.NONE);
  }

  @Test
  void everyBadExpressionIsToldWithItsPlaceAtOnce() throws Exception {
    assertThat(
            problems(
                """
                accounts:
                  mapping:
                    title: user.titel
                    userName: "email + user.ueserName"
                    ou: {expression: user.active && user.title}
                    manager: |
                      user.enterprise.manager.value
                        + user.nobody
                    seeAlso:
                """))
        .satisfiesExactly(
            p ->
                assertThat(p)
                    .startsWith(
                        "apps/tree.yaml:10:16: accounts.mapping.title: there is no attribute titel"),
            p ->
                assertThat(p)
                    .startsWith(
                        "apps/tree.yaml:11:28: accounts.mapping.userName: there is no attribute ueserName"),
            p ->
                assertThat(p)
                    .startsWith(
                        "apps/tree.yaml:12:34: accounts.mapping.ou.expression: found no matching overload for '_&&_'"),
            p ->
                assertThat(p)
                    .startsWith(
                        "apps/tree.yaml:15:15: accounts.mapping.manager: there is no attribute nobody"),
            p ->
                assertThat(p)
                    .contains("accounts.mapping.seeAlso: is empty; write an expression such as"));
  }

  @Test
  void targetsThatTheConnectorCannotWriteAreRefused() throws Exception {
    assertThat(problems("accounts: {mapping: {uid: user.userName}}"))
        .containsExactly(
            "apps/tree.yaml:8:27: accounts.mapping.uid: is written from userName; map that instead");
    assertThat(problems("accounts: {mapping: {active: user.active}}").getFirst())
        .contains("is decided by the app's scope");
    assertThat(problems("accounts: {mapping: {employeeNumber: user.id}}").getFirst())
        .contains("keeps the user's externalId");
    assertThat(problems("accounts: {mapping: {employeeType: user.userType}}").getFirst())
        .contains("marks disabled accounts");
    assertThat(problems("accounts: {mapping: {'a b': user.id}}").getFirst())
        .contains("is no LDAP attribute");
    assertThat(problems("accounts: {mapping: {title: {default: a}}}").getFirst())
        .contains("must say one of expression and constant");
    assertThat(problems("accounts: {mapping: {title: {constant: a, default: b}}}").getFirst())
        .contains("never counts beside a constant");

    conf = new ConfFolder(root.resolve("scim")).shipped();
    String scim =
        "connector: scim\nsettings: {base-url: 'http://localhost/scim', token: t}\naccounts:\n  mapping: ";
    assertThat(conf.app("crm", scim + "{'title now': user.title}").problems().getFirst())
        .contains("is no SCIM path");
    assertThat(conf.app("crm", scim + "{groups: user.title}").problems().getFirst())
        .contains("cannot be mapped to");
  }
}
