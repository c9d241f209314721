package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} tells of a user in an app, and what it tells where something is missing. */
class ExplainTest {
  @TempDir static Path folder;
  private static ScimApp crm;
  private static Bridge bridge;

  @BeforeAll
  static void start() throws Exception {
    crm = new ScimApp();
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "crm",
                Bridge.scimApp(crm.baseUrl()),
                "hr",
                "connector: log\nsettings: {}\nteams: {groups: {names: [Only This]}}\n"));
  }

  @AfterAll
  static void stop() {
    bridge.close();
    crm.close();
  }

  private static JsonNode explain(String user, String app) {
    Ran ran = bridge.daemon.verb("explain", "--user", user, "--app", app, "--json");
    assertThat(ran.code()).as(ran.err()).isZero();
    return Json.tree(ran.out());
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
    Wait.until(
        Duration.ofSeconds(30),
        () -> assertThat(explain("why-ada@example.com", "crm").path("why_not")).isEmpty());

    JsonNode told = explain("why-ada@example.com", "crm");
    assertThat(told.path("user").asText()).isEqualTo(ada);
    assertThat(told.at("/account/state").asText()).contains("made by us");
    assertThat(told.at("/account/steps/0/step").asText()).isEqualTo("request");
    assertThat(told.at("/account/steps/0/by").asText()).isEqualTo("idp");
    assertThat(told.at("/account/steps/1/text").asText()).contains("CREATE SUCCESS");
    assertThat(told.at("/groups/0/what").asText()).isEqualTo("Why Ops");
    assertThat(told.at("/groups/0/state").asText()).contains("applied");
    assertThat(told.at("/groups/0/steps/0/request").asText()).isEqualTo("ask-ops-1");
    assertThat(told.at("/groups/0/steps/1/text").asText()).contains("MEMBER_ADD SUCCESS");

    String words = bridge.daemon.verb("explain", "--user", ada, "--app", "crm").out();
    assertThat(words).contains("Why Ops: applied", "(ask-ops-1)", "everything is as it should be");
  }

  @Test
  void whatIsMissingIsToldInSentences() throws Exception {
    String bob = bridge.scim.user("why-bob");
    bridge.scim.group("Why Dev", bob);
    Wait.until(
        Duration.ofSeconds(30),
        () ->
            assertThat(explain(bob, "hr").path("why_not").toString())
                .contains("Why Dev: no team: the group is not selected"));
    bridge.daemon.verb("app", "pause", "crm", "--reason", "window");
    bridge.scim.active(bob, false);
    assertThat(explain("why-bob", "crm").path("why_not").toString())
        .contains("the user is inactive", "the app is paused");
    bridge.daemon.verb("app", "resume", "crm");
    bridge.scim.delete("/Users/" + bob);
    assertThat(explain(bob, "crm").path("why_not").toString()).contains("was deleted");

    assertThat(bridge.daemon.verb("explain", "--user", "nobody", "--app", "crm").err())
        .contains("no directory has a user 'nobody'");
    assertThat(bridge.daemon.verb("explain", "--user", bob, "--app", "nowhere").err())
        .contains("there is no app 'nowhere'");
  }
}
