package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.model.schema.ScimSchema;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTextTest {
  private static final Capabilities CAN =
      new Capabilities(
          false,
          new Capabilities.Roles(true, true, true, false, false, false, 9),
          false,
          false,
          true,
          1);

  @TempDir Path root;
  private ConfFolder conf;
  private AppConfig app;
  private final RuleText text =
      new RuleText(ScimSchema.STANDARD, new ConnectorKinds(List.of(new TryConnectorFactory())));

  @BeforeEach
  void file() throws Exception {
    conf = new ConfFolder(root);
    conf.app(
        "crm", "connector: try\nsettings: {base-url: 'https://x', takes: teams}\nrules: api\n");
    app = conf.read().apps().getFirst();
  }

  private AppConfig read(String rules) throws ConfigException {
    return text.read(app, CAN, "rules.yaml", rules);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "scope: {groups: ['~', 'null', 'true', 'a: b', \"two\\nlines\", ' led', '#x', '007']}",
        "scope: {expression: \"user.title != 'x # y: z'\"}\nteams: {groups: {prefix: 'OM_ '}}",
        "teams: {groups: none}\nroles: {}",
        "teams: {groups: {names: [A, 'No']}}\nroles: {default: [viewer, '1']}",
        "teams: {groups: {expression: \"group.displayName != ''\"}}",
        "accounts: {require-username-equals-email: true, mapping: {userName: email,"
            + " displayName: {constant: '7'}, givenName: {expression: email, default: '~'},"
            + " familyName: {expression: user.title, required: true}, externalId: {constant: 7},"
            + " emails: {constant: [a, 'true']}}}",
        "roles: {default: a, strip: all, order: [], protected-accounts: [root], protected-roles: [x], last-holder: [s],"
            + " rules: [{group: A, team: T}, {group: B, team: T, role: [r, s], resource: [p, q]},"
            + " {group: C, role: r, to: team}, {attribute: title, value: 'yes', role: boss}]}",
      })
  void whatIsWrittenIsReadAsTheSame(String rules) throws Exception {
    AppConfig once = read(rules);
    String written = RuleText.write(once);

    assertThat(read(written)).as(written).isEqualTo(once);
    assertThat(RuleText.write(read(written))).isEqualTo(written);
    // And it could stand in the app's file.
    conf.app(
        "other", "connector: try\nsettings: {base-url: 'https://x', takes: teams}\n" + written);
    AppConfig filed = conf.read().apps().getLast();
    assertThat(RuleText.write(filed)).isEqualTo(written);
  }

  @Test
  void everyMistakeIsToldWithItsPlace() {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                read(
                    """
                    scope: {expression: user.nothing}
                    roles: {rules: [{group: A}]}
                    verify: always
                    """));
    assertThat(refused.problems())
        .extracting(Problem::toString)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("rules.yaml:1:25: scope.expression: there is no"),
            second ->
                assertThat(second).startsWith("rules.yaml:2:17: roles.rules[0].role: is missi"),
            third ->
                assertThat(third).startsWith("rules.yaml:3:1: verify: is not a known setting"));
    assertThat(catchThrowableOfType(ConfigException.class, () -> read("[a")).problems())
        .singleElement()
        .asString()
        .startsWith("rules.yaml:1:3: is not YAML");
  }

  @Test
  void aFileThatLeavesItsRulesToTheApiHasNone() throws Exception {
    conf.app(
        "crm",
        """
        connector: try
        settings: {base-url: 'https://x', takes: teams}
        rules: api
        scope: {users: active}
        accounts: {mapping: {userName: email}, on-user-delete: delete}
        teams: {groups: none, nested: flatten}
        roles: {default: viewer}
        """);
    assertThat(conf.problems())
        .hasSize(4)
        .allSatisfy(problem -> assertThat(problem).contains("is edited with idbridge mapping set"));
  }
}
