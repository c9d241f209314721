package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code explain} reads from each store: chains, roles, and what holds up what. */
class ExplainStoresTest {

  private static JsonNode explain(Bridge bridge, String user, String... more) {
    List<String> words =
        new ArrayList<>(List.of("explain", "--user", user, "--app", "desk", "--json"));
    words.addAll(List.of(more));
    return Json.tree(bridge.verb(0, words.toArray(String[]::new)).out());
  }

  private static String whyNot(Bridge bridge, String user, String... more) {
    return explain(bridge, user, more).path("why_not").toString();
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void chainsAreToldAndWhatIsHeldBackAndWhatThatHoldsUpWithTheirReasons(DatabaseKind kind)
      throws Exception {
    try (Bridge bridge =
        new Bridge(
            kind,
            Files.createTempDirectory("idbridge-explain"),
            Map.of(
                "desk",
                """
                connector: log
                settings: {}
                roles: {rules: [{group: Up, role: developer, resource: prod}]}
                """))) {
      String jill = bridge.scim.user("jill");
      String kate = bridge.scim.user("kate");
      String low = bridge.scim.group("Low", jill, kate);
      bridge.scim.group("Up", low);
      bridge.soon(
          () -> {
            assertThat(whyNot(bridge, "jill")).isEqualTo("[]");
            assertThat(whyNot(bridge, "kate")).isEqualTo("[]");
          });
      JsonNode told = explain(bridge, "jill");
      assertThat(told.at("/account/steps").findValuesAsText("text"))
          .anyMatch(text -> text.startsWith("CREATE: "))
          .anyMatch(text -> text.startsWith("CREATE SUCCESS"));
      assertThat(told.path("groups").findValuesAsText("what"))
          .containsExactlyInAnyOrder("Low", "Low, in Up");
      assertThat(told.path("roles").toString()).contains("developer", "rule");

      String lane = " WHERE target_id = ";
      bridge.change("UPDATE lane SET state = 'held', reason = '9 of 10 would go'" + lane + jill);
      assertThat(whyNot(bridge, "jill"))
          .contains("the account is held back until somebody approves it: 9 of 10 would go");

      bridge.change(
          "UPDATE lane SET state = 'waiting', reason = 'members first',"
              + " waits_for_kind = 'account', waits_for_id = "
              + jill
              + lane
              + low);
      bridge.change("UPDATE app_member SET state = 'due' WHERE account_id = " + kate);
      assertThat(whyNot(bridge, "kate", "--group", "Low"))
          .contains("waits: members first")
          .contains("it waits for account jill; that is held back until somebody approves it: 9");

      bridge.change("UPDATE lane SET state = 'dead', reason = 'refused for good'" + lane + jill);
      assertThat(whyNot(bridge, "kate", "--group", "Low"))
          .contains("it waits for account jill; that was given up: refused for good");
      bridge.change("UPDATE lane SET state = 'waiting', reason = 'for another'" + lane + jill);
      assertThat(whyNot(bridge, "kate", "--group", "Low"))
          .contains("it waits for account jill, which waits itself: for another");
    }
  }
}
