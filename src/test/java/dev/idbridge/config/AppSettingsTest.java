package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppSettingsTest {
  private static final String LEAST = "connector: try\nsettings: {base-url: 'https://x'}\n";

  @TempDir Path root;
  ConfFolder conf;

  @BeforeEach
  void folder() throws Exception {
    conf = new ConfFolder(root);
  }

  AppConfig app(String more) throws Exception {
    return conf.app("crm", LEAST + more).read().apps().getFirst();
  }

  List<String> problems(String more) throws Exception {
    return conf.app("crm", LEAST + more).problems();
  }

  @Test
  void anAppThatSaysTheLeastTakesEveryDefault() throws Exception {
    AppConfig app = app("");

    assertThat(app.name()).isEqualTo("crm");
    assertThat(app.connector()).isEqualTo("try");
    assertThat(app.directories()).containsExactly("default");
    assertThat(app.accounts()).isEqualTo(new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE));
    assertThat(app.teams())
        .isEqualTo(new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED));
    assertThat(app.limits()).isEqualTo(new AppConfig.Limits(8, Map.of()));
    assertThat(app.settings().get("page-size")).isEqualTo("100");
  }

  @Test
  void theFullFormWithItsDefaultsIsAccepted() throws Exception {
    assertThat(
            problems(
                """
                directory: [default, berlin]
                rules: file
                scope: {users: active}
                accounts: {mapping: {}, on-user-delete: delete, on-reactivate: {memberships: restore, grants: none}}
                teams: {groups: {names: [Engineering]}, nested: flatten, on-group-delete: never}
                roles: {default: , rules: []}
                limits: {concurrency: 3, rate: {user-writes: 5, group-writes: , reads: }}
                verify: sample
                """))
        .isEmpty();
    AppConfig app = conf.read().apps().getFirst();
    assertThat(app.directories()).containsExactly("default", "berlin");
    assertThat(app.verify()).isEqualTo(AppConfig.Verify.SAMPLE);
    assertThat(app.limits().perSecond("user-writes")).isEqualTo(5);
    assertThat(app.limits().perSecond("reads")).isNull();
    assertThat(app.teams().groups()).isEqualTo(new AppConfig.Groups.Names(List.of("Engineering")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rules: api"})
  void whatThisVersionCannotDoIsRefusedNotIgnored(String line) throws Exception {
    assertThat(problems(line))
        .singleElement()
        .asString()
        .contains("not supported by this version")
        .matches("apps/crm.yaml:3:\\d+: .*");
  }

  @Test
  void groupsAreSelectedByAConditionOverThem() throws Exception {
    assertThat(app("teams: {groups: {expression: group.displayName.endsWith('-crm')}}").teams())
        .extracting(AppConfig.Teams::groups)
        .hasToString("Matching[condition=group.displayName.endsWith('-crm')]");
    assertThat(problems("teams: {groups: {expression: user.active}}"))
        .singleElement()
        .asString()
        .matches("apps/crm.yaml:3:\\d+: teams.groups.expression: undeclared reference to 'user'.*");
    assertThat(problems("teams: {groups: {expression: 'true', prefix: OM_}}"))
        .singleElement()
        .asString()
        .contains("says both prefix and expression");
  }

  @Test
  void theScopeIsEveryActiveUserOrMembersOfGroupsOrACondition() throws Exception {
    assertThat(app("scope: {users: active}").scope()).isEqualTo(new Scope.Everyone());
    assertThat(app("scope: {groups: [Sales, Staff]}").scope())
        .isEqualTo(new Scope.Groups(List.of("Sales", "Staff")));
    assertThat(app("scope: {expression: user.userType == 'Employee'}").scope())
        .hasToString("Matching[condition=user.userType == 'Employee']");
    assertThat(problems("scope: {users: all}").getFirst()).contains("is 'all', must be active");
    assertThat(problems("scope: {groups: []}").getFirst()).contains("nobody would have an account");
    assertThat(problems("scope: {groups: [A], expression: 'true'}").getFirst())
        .contains("scope: says both groups and expression");
    assertThat(problems("scope: {expression: user.title}").getFirst())
        .startsWith("apps/crm.yaml:3:21: scope.expression: gives a text, must give true or false");
  }

  @Test
  void accountsAreKeptForAWhileAndMembershipsComeBackAsTheFileSays() throws Exception {
    assertThat(
            app("accounts: {on-user-delete: {delete-after: P30D}, on-reactivate: {memberships: none, grants: restore}}")
                .accounts())
        .isEqualTo(
            new AppConfig.Accounts(
                AppConfig.OnUserDelete.DELETE,
                Duration.ofDays(30),
                AppConfig.OnReactivate.NONE,
                AppConfig.OnReactivate.RESTORE,
                ""));
    assertThat(problems("accounts: {on-user-delete: {}}").getFirst()).contains("{delete-after:");
    assertThat(problems("accounts: {on-user-delete: {delete-after: soon}}").getFirst())
        .contains("on-user-delete.delete-after: is 'soon'");
    assertThat(problems("accounts: {on-user-delete: 'delete-after: P30D'}").getFirst())
        .contains("as a mapping");
  }

  @Test
  void wrongValuesTellWhatIsRight() throws Exception {
    assertThat(problems("accounts: {on-user-delete: erase}"))
        .containsExactly(
            "apps/crm.yaml:3:28: accounts.on-user-delete: is 'erase', must be disable or delete");
    assertThat(problems("teams: {groups: some}").getFirst()).contains("must be all, none, {prefix");
    assertThat(problems("teams: {groups: {}}").getFirst()).contains("says nothing");
    assertThat(problems("teams: {groups: {prefix: A, names: [B]}}").getFirst())
        .contains("says both");
    assertThat(problems("limits: {concurrency: 0}").getFirst()).contains("from 1 to 1000");
    assertThat(problems("limits: {rate: {writes: 1}}").getFirst())
        .contains("limits.rate.writes: is not a known setting");
    assertThat(problems("directory: 'Not A Name'").getFirst())
        .contains("must be a directory's name");
  }

  @Test
  void theConnectorsOwnSettingsAreCheckedAgainstWhatItDeclares() throws Exception {
    conf.app("crm", "connector: try\nsettings:\n  bas-url: x\n  page-size: 900\n");
    assertThat(conf.problems())
        .containsExactly(
            "apps/crm.yaml:3:3: settings.base-url: is missing; set the app's API root, e.g."
                + " https://host/api/v1",
            "apps/crm.yaml:3:3: settings.bas-url: is not a known setting; did you mean"
                + " 'base-url'?");
  }

  @Test
  void whatTheConnectorItselfFindsWrongHasItsPlaceToo() throws Exception {
    conf.app("crm", "connector: try\nsettings:\n  base-url: x\n  page-size: 900\n");
    assertThat(conf.problems())
        .containsExactly(
            "apps/crm.yaml:4:14: settings.page-size: is '900', must be a whole number from 1 to"
                + " 500");
  }

  @Test
  void anAppWithoutConnectorNamesTheKindsThereAre() throws Exception {
    conf.app("crm", "settings: {x: y}\n");
    assertThat(conf.problems())
        .containsExactly("apps/crm.yaml:1:1: connector: is missing; write one of try");
  }

  @Test
  void filesThatAreNoAppsAreToldOrLeftAlone() throws Exception {
    Path apps = root.resolve("conf/apps");
    Files.writeString(apps.resolve("a.yml"), LEAST);
    Files.writeString(apps.resolve("Big_App.yaml"), LEAST);
    Files.writeString(apps.resolve("README.md"), "x");
    Files.writeString(apps.resolve(".hidden.yaml"), "::: not yaml");
    Files.writeString(apps.resolve("off.yaml.disabled"), "::: not yaml");

    assertThat(conf.problems())
        .containsExactly(
            "apps/Big_App.yaml: names the app 'Big_App'; use lower-case letters, digits and dashes",
            "apps/a.yml: is not read; rename it to end in .yaml");
  }

  @Test
  void aSecretIsResolvedAtEachUseAndNeverShown() throws Exception {
    Path file = Files.writeString(root.resolve("token"), "first\n");
    conf.app(
        "crm",
        "connector: try\nsettings: {base-url: 'http://${env:HOST}/x', token: 'Bearer ${file:"
            + file
            + "}'}\n");
    conf.variable("HOST", "crm.example");
    Settings settings = conf.read().apps().getFirst().settings();

    assertThat(settings.get("base-url")).isEqualTo("http://crm.example/x");
    assertThat(settings.secret("token")).isEqualTo("Bearer first");
    Files.writeString(file, "second\n");
    assertThat(settings.secret("token")).isEqualTo("Bearer second");

    assertThat(settings.get("token")).isEqualTo("***");
    assertThat(conf.read().toString()).doesNotContain("second").doesNotContain(file.toString());
    Files.delete(file);
    assertThatThrownBy(() -> settings.secret("token"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("cannot be read (NoSuchFileException)");
  }

  @Test
  void systemdCredentialsAreReadFromTheirFolder() throws Exception {
    Path folder = Files.createDirectories(root.resolve("credentials"));
    Files.writeString(folder.resolve("crm-token"), "s3cret");
    conf.variable("CREDENTIALS_DIRECTORY", folder.toString());
    conf.app("crm", "connector: try\nsettings: {base-url: x, token: '${cred:crm-token}'}\n");
    assertThat(conf.read().apps().getFirst().settings().secret("token")).isEqualTo("s3cret");

    conf.app("crm", "connector: try\nsettings: {base-url: x, token: '${cred:../token}'}\n");
    assertThat(conf.problems().getFirst()).contains("must be a plain name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${env:}",
        "${env:NOPE}",
        "${file:relative}",
        "${file:/no/such}",
        "${X}",
        "${vault:x}"
      })
  void aReferenceThatLeadsNowhereIsAProblem(String reference) throws Exception {
    conf.app("crm", "connector: try\nsettings: {base-url: x, token: '" + reference + "'}\n");
    assertThat(conf.problems())
        .singleElement()
        .asString()
        .startsWith("apps/crm.yaml:2:32: settings.token: '" + reference + "' ");
  }

  @Test
  void theExamplesShowTheDefaults() throws Exception {
    String example = Files.readString(Path.of("conf/examples/app.yaml"));
    String known =
        example.replace("connector: scim", "connector: try").replace("${cred:app-token}", "x");
    AppConfig written = conf.app("crm", known).read().apps().getFirst();
    AppConfig uncommented =
        conf.app("crm", known.replaceAll("(?m)^( *)#(?=[a-z])", "$1")).read().apps().getFirst();
    AppConfig least = app("");

    for (AppConfig app : List.of(written, uncommented)) {
      assertThat(app.directories()).isEqualTo(least.directories());
      assertThat(app.accounts()).isEqualTo(least.accounts());
      assertThat(app.mapping()).isEqualTo(least.mapping());
      assertThat(app.scope()).isEqualTo(least.scope());
      assertThat(app.teams()).isEqualTo(least.teams());
      assertThat(app.limits()).isEqualTo(least.limits());
    }
  }
}
