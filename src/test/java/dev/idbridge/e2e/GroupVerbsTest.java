package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The group verbs and the paths of the admin API under them, on a daemon that delivers. */
class GroupVerbsTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Bridge bridge;
  private static String top;

  @BeforeAll
  static void start() throws Exception {
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "log", "connector: log\nsettings: {}\n",
                "few", "connector: log\nsettings: {}\nteams: {groups: {names: [Nobody]}}\n"));
    String ada = bridge.scim.user("ada");
    String bob = bridge.scim.user("bob");
    String low = bridge.scim.group("Low", ada);
    String middle = bridge.scim.group("Middle of", low, bob);
    top = bridge.scim.group("Top", middle);
    Wait.until(
        Duration.ofSeconds(60),
        () -> assertThat(verb(0, "group", "show", "Top").out()).containsPattern("log .*idle"));
  }

  @AfterAll
  static void stop() {
    bridge.close();
  }

  private static Ran verb(int code, String... words) {
    Ran ran = bridge.daemon.verb(words);
    assertThat(ran.code()).as(ran.out() + ran.err()).isEqualTo(code);
    assertThat(ran.err()).doesNotContain("\tat ", "Exception");
    return ran;
  }

  private static List<JsonNode> lines(String... words) {
    return verb(0, words).out().lines().map(Json::tree).toList();
  }

  /** A request with the daemon's token. */
  private static HttpResponse<String> call(String method, String path, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(
                URI.create(bridge.daemon.adminUrl() + "/admin/v1/directories/default" + path))
            .header("Authorization", "Bearer " + bridge.daemon.adminToken())
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode asked(int status, String path) throws Exception {
    HttpResponse<String> answer = call("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.tree(answer.body());
  }

  private static JsonNode acted(int status, String group, String body) throws Exception {
    HttpResponse<String> answer =
        call("POST", "/groups/" + group + "/acts", body.replace('\'', '"'));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.tree(answer.body());
  }

  @Test
  void groupsAreListedPageByPage() throws Exception {
    assertThat(verb(0, "group", "list").out()).contains("ID", "NAME", "Low", "Middle of", "Top");
    Ran first = verb(0, "group", "list", "--limit", "2", "--json");
    assertThat(first.out().lines().map(line -> Json.tree(line).path("display_name").asText()))
        .containsExactly("Low", "Middle of");
    String after = first.err().strip().replace("more: --after ", "");
    assertThat(lines("group", "list", "--json", "--after", after))
        .extracting(one -> one.path("display_name").asText())
        .containsExactly("Top");
    JsonNode page = asked(200, "/groups?limit=2");
    assertThat(page.path("items")).hasSize(2);
    assertThat(asked(200, "/groups?after=" + page.path("next").asText()).path("items")).hasSize(1);
    assertThat(asked(400, "/groups?after=zzz").path("detail").asText())
        .contains("after is 'zzz', which is not from a page before");
    assertThat(asked(400, "/groups?limit=0").path("detail").asText()).contains("limit is 0");
    assertThat(asked(400, "/groups?colour=red").path("detail").asText())
        .contains("'colour' is no parameter here");
    verb(1, "group", "list", "--limit", "0");
  }

  @Test
  void aDirectoryWithoutGroupsSaysWhenTheyAppear() throws Exception {
    verb(0, "directory", "create", "empty");
    Ran none = verb(0, "group", "list", "--directory", "empty");
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("no group yet; they appear when the identity provider has");
    assertThat(verb(0, "group", "list", "--directory", "empty", "--json").out()).isEmpty();
    assertThat(verb(1, "group", "list", "--directory", "nope").err())
        .contains("there is no directory 'nope'; see directory list");
  }

  @Test
  void aGroupIsShownWithItsPlaceAndItsTeamInEachApp() throws Exception {
    String shown = verb(0, "group", "show", "Middle of").out();
    assertThat(shown)
        .containsPattern("direct users +1")
        .containsPattern("direct groups +1")
        .containsPattern("in +Top")
        .containsPattern("holds +Low")
        .containsPattern("log +Middle of +\\S+ +\\w+ +no");
    JsonNode one = lines("group", "show", "Middle of", "--json").getFirst();
    assertThat(one.path("parents").findValuesAsText("display_name")).containsExactly("Top");
    assertThat(one.path("children").findValuesAsText("display_name")).containsExactly("Low");
    assertThat(asked(200, "/groups/Middle%20of").path("id")).isEqualTo(one.path("id"));
    assertThat(asked(200, "/groups/" + one.path("id").asText()).path("users").asInt()).isEqualTo(1);
    assertThat(asked(404, "/groups/Nothing").path("detail").asText())
        .contains("there is no group 'Nothing' in directory 'default'");
    assertThat(verb(1, "group", "show", "Nothing").err())
        .contains("there is no group 'Nothing' in directory 'default'; group list shows them");
    verb(2, "group", "show");
  }

  @Test
  void membersAreListedWithTheGroupThatNamesThem() throws Exception {
    assertThat(verb(0, "group", "members", "Middle of").out())
        .containsPattern("bob +direct +Middle of")
        .containsPattern("ada +indirect +Low");
    List<JsonNode> members = lines("group", "members", "Top", "--json");
    assertThat(members).hasSize(2).allMatch(one -> one.path("type").asText().equals("indirect"));
    JsonNode first = asked(200, "/groups/Top/members?limit=1");
    assertThat(first.path("items")).hasSize(1);
    JsonNode rest = asked(200, "/groups/Top/members?after=" + first.path("next").asText());
    assertThat(rest.path("items").get(0)).isNotEqualTo(first.path("items").get(0));
    assertThat(asked(400, "/groups/Top/members?after=x").path("detail").asText())
        .contains("after is 'x'");
    bridge.scim.group("Bare");
    Ran nobody = verb(0, "group", "members", "Bare");
    assertThat(nobody.out()).isEmpty();
    assertThat(nobody.err()).contains("nobody is in it");
    assertThat(asked(200, "/groups/Bare/members").path("items")).isEmpty();
    assertThat(verb(1, "group", "members", "Nothing").err()).contains("there is no group");
    bridge.scim.delete(
        "/Groups/" + lines("group", "show", "Bare", "--json").get(0).path("id").asText());
  }

  @Test
  void theTreeIsShownDepthFirstAndSaysWhenThereIsMore() throws Exception {
    assertThat(verb(0, "group", "tree", "Top").out())
        .containsPattern("(?s)^Top \\(\\d+\\)\n  Middle of \\(\\d+\\)\n    Low \\(\\d+\\)\n$");
    List<JsonNode> nodes = lines("group", "tree", "Top", "--json");
    assertThat(nodes).extracting(node -> node.path("depth").asInt()).containsExactly(0, 1, 2);
    assertThat(nodes.get(1).path("under").asText()).isEqualTo(top);
    assertThat(verb(0, "group", "tree", "Top", "--limit", "2").err()).contains("there may be more");
    assertThat(asked(200, "/groups/Top/tree?limit=1").path("items")).hasSize(1);
    assertThat(asked(404, "/groups/Nothing/tree").path("status").asInt()).isEqualTo(404);
    verb(1, "group", "tree", "Top", "--limit", "5000");
  }

  @Test
  void aTeamIsDetachedOnceAndAttachedOnce() throws Exception {
    assertThat(verb(0, "group", "detach", "--group", "Low", "--app", "log").err())
        .contains("team 'Low' of app log is detached: its members stay as they are");
    assertThat(verb(0, "group", "show", "Low").out()).containsPattern("log +Low .*detached by ");
    assertThat(verb(1, "group", "detach", "--group", "Low", "--app", "log").err())
        .contains("team 'Low' of app log is detached already");
    assertThat(acted(409, "Low", "{'act':'detach','app':'log'}").path("detail").asText())
        .contains("is detached already");
    assertThat(acted(200, "Low", "{'act':'attach','app':'log'}").path("text").asText())
        .contains("follows its groups again");
    assertThat(acted(409, "Low", "{'act':'attach','app':'log'}").path("detail").asText())
        .contains("team 'Low' of app log is not detached");
    assertThat(verb(1, "group", "attach", "--group", "Low", "--app", "log").err())
        .contains("is not detached");
    JsonNode done = lines("group", "detach", "--group", "Low", "--app", "log", "--json").getFirst();
    assertThat(done.path("text").asText()).contains("is detached");
    verb(0, "group", "attach", "--group", "Low", "--app", "log");
  }

  @Test
  void detachingWhatIsNotThereIsRefusedWithWhatIs() throws Exception {
    assertThat(verb(1, "group", "detach", "--group", "Top", "--app", "nope").err())
        .contains("group 'Top' has no team in an app 'nope'; there is log");
    assertThat(verb(1, "group", "attach", "--group", "Nothing", "--app", "log").err())
        .contains("there is no group 'Nothing'");
    assertThat(verb(1, "group", "detach", "--group", "Top", "--app", "few").err())
        .containsPattern("group 'Top' (has no team in an app 'few'|is not in app few yet)");
    verb(2, "group", "detach", "--group", "Top");
    assertThat(acted(400, "Top", "{'act':'dance','app':'log'}").path("detail").asText())
        .contains("act is 'dance', must be detach or attach");
    assertThat(acted(400, "Top", "{'act':'detach'}").path("detail").asText())
        .contains("act (detach or attach) and app are needed");
    assertThat(acted(404, "Nothing", "{'act':'detach','app':'log'}").path("detail").asText())
        .contains("there is no group 'Nothing'");
    assertThat(call("DELETE", "/groups/Top", "").statusCode()).isEqualTo(405);
  }
}
