package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.admin.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminOverHttpTest {
  @TempDir static Path folder;
  static RunningDaemon daemon;
  static HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    daemon = new RunningDaemon(folder);
    for (int i = 1; i <= 5; i++) {
      daemon.bridge.ledger.effect(i, "crm", i % 2 == 0 ? "FAILED" : "SUCCESS", "user" + i);
    }
  }

  @AfterAll
  static void stop() {
    daemon.close();
  }

  static HttpResponse<String> call(String method, String path, String token, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(daemon.adminUrl() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static HttpResponse<String> get(String path) throws Exception {
    return call("GET", path, daemon.adminToken(), "");
  }

  @Test
  void healthAndMetricsAnswerWithoutAToken() throws Exception {
    assertThat(call("GET", "/observe/health", "", "").body()).contains("\"status\"").contains("UP");
    assertThat(call("GET", "/observe/health/live", "", "").statusCode()).isEqualTo(200);
    assertThat(call("GET", "/observe/health/ready", "", "").statusCode()).isEqualTo(200);
    assertThat(call("GET", "/observe/metrics", "", "").body()).contains("# TYPE ");
  }

  @Test
  void aRequestWithoutTheAdminTokenIsRefusedWithAProblem() throws Exception {
    for (String wrong : new String[] {"", "nonsense", daemon.adminToken() + "x"}) {
      HttpResponse<String> answer = call("GET", "/admin/v1/status", wrong, "");

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
      assertThat(Json.tree(answer.body()).path("detail").asText()).contains("admin.token");
    }
  }

  @Test
  void anUnknownPathIsNotToldApartWithoutTheToken() throws Exception {
    assertThat(call("GET", "/admin/v1/nothing", "", "").statusCode()).isEqualTo(401);
    assertThat(get("/admin/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/admin").statusCode()).isEqualTo(404);
    assertThat(get("/admin/v2/status").statusCode()).isEqualTo(404);
  }

  @Test
  void aTokenIsMadeListedAndRevoked() throws Exception {
    String tokens = "/admin/v1/directories/berlin/tokens";
    HttpResponse<String> made =
        call(
            "POST",
            tokens,
            daemon.adminToken(),
            "{\"name\":\"okta\",\"expires\":\"2099-01-01T00:00:00Z\"}");
    assertThat(made.statusCode()).isEqualTo(201);
    String id = Json.tree(made.body()).path("token").path("id").asText();
    assertThat(Json.tree(made.body()).path("secret").asText()).isEqualTo("secret-of-" + id);

    assertThat(get(tokens).body()).contains("\"state\":\"live\"").doesNotContain("secret-of");

    assertThat(call("DELETE", tokens + "/" + id, daemon.adminToken(), "").statusCode())
        .isEqualTo(204);
    assertThat(get(tokens).body()).contains("\"state\":\"revoked\"");
    assertThat(call("DELETE", tokens + "/" + id, daemon.adminToken(), "").statusCode())
        .isEqualTo(404);
  }

  @Test
  void aTokenOfOneDirectoryCannotBeRevokedThroughAnother() throws Exception {
    String made =
        call("POST", "/admin/v1/directories/berlin/tokens", daemon.adminToken(), "{\"name\":\"x\"}")
            .body();
    String id = Json.tree(made).path("token").path("id").asText();

    String other = "/admin/v1/directories/default/tokens/" + id;
    assertThat(call("DELETE", other, daemon.adminToken(), "").statusCode()).isEqualTo(404);
  }

  @Test
  void aDirectoryIsShownAndItsSettingsAreSetOneByOne() throws Exception {
    String berlin = "/admin/v1/directories/berlin";
    HttpResponse<String> set =
        call(
            "POST", berlin + "/settings", daemon.adminToken(), "{\"unknown-attributes\":\"keep\"}");
    assertThat(set.statusCode()).isEqualTo(200);
    assertThat(Json.tree(get(berlin).body()).path("unknown_attributes").asText()).isEqualTo("keep");
    assertThat(Json.tree(get(berlin).body()).path("strict").asBoolean()).isFalse();
    for (String body :
        new String[] {
          "", "{}", "[]", "{\"dialect\":null}", "{\"dialect\":\"x\"}", "{\"a\":\"b\"}"
        }) {
      HttpResponse<String> wrong = call("POST", berlin + "/settings", daemon.adminToken(), body);
      assertThat(wrong.statusCode()).as(body).isEqualTo(400);
    }
    assertThat(get("/admin/v1/directories/paris").statusCode()).isEqualTo(404);
    call("POST", berlin + "/settings", daemon.adminToken(), "{\"unknown-attributes\":\"auto\"}");
  }

  @Test
  void aWrongTokenRequestIsRefusedAndNothingIsMade() throws Exception {
    String path = "/admin/v1/directories/default/tokens";
    String before = get(path).body();
    for (String body :
        new String[] {
          "",
          "{",
          "[]",
          "{\"name\":\"\"}",
          "{\"name\":\"a\",\"expires\":\"soon\"}",
          "{\"name\":\"a\",\"expires\":\"2001-01-01T00:00:00Z\"}"
        }) {
      HttpResponse<String> answer = call("POST", path, daemon.adminToken(), body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(Json.tree(answer.body()).path("detail").asText()).as(body).isNotEmpty();
    }
    assertThat(get(path).body()).isEqualTo(before);
    assertThat(call("POST", path, daemon.adminToken(), "x".repeat(70_000)).statusCode())
        .isEqualTo(413);
  }

  @Test
  void theSyncLogIsFilteredAndPagedByKey() throws Exception {
    String first = get("/admin/v1/sync-log?app=crm&limit=2").body();
    assertThat(Json.tree(first).path("items").findValuesAsText("id")).containsExactly("5", "4");
    String next = Json.tree(first).path("next").asText();

    String second = get("/admin/v1/sync-log?app=crm&limit=2&after=" + next).body();
    assertThat(Json.tree(second).path("items").findValuesAsText("id")).containsExactly("3", "2");

    String failed = get("/admin/v1/sync-log?result=FAILED&order=asc").body();
    assertThat(Json.tree(failed).path("items").findValuesAsText("id")).containsExactly("2", "4");
    assertThat(Json.tree(failed).has("next")).isFalse();
    assertThat(failed)
        .contains("\"first_cause\":\"5\"")
        .contains("\"at\":\"2026-01-01T00:00:02Z\"");
  }

  @Test
  void wrongParametersAreToldNotIgnored() throws Exception {
    for (String query :
        new String[] {
          "limit=0",
          "limit=x",
          "limit=100000",
          "aap=crm",
          "result=GOOD",
          "since=yesterday",
          "order=up"
        }) {
      assertThat(get("/admin/v1/sync-log?" + query).statusCode()).as(query).isEqualTo(400);
    }
    assertThat(get("/admin/v1/sync-log?app=nope").statusCode()).isEqualTo(404);
    assertThat(get("/admin/v1/apps/nope/lanes").statusCode()).isEqualTo(404);
    assertThat(get("/admin/v1/dead-letters/9").statusCode()).isEqualTo(404);
    HttpResponse<String> wrong = call("PUT", "/admin/v1/status", daemon.adminToken(), "");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.body()).contains("takes GET");
  }

  @Test
  void anActIsNotedWithTheOperatorAndAWrongOneIsToldWithWhatItMustBe() throws Exception {
    String acts = "/admin/v1/apps/crm/acts";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(daemon.adminUrl() + acts))
            .header("Authorization", "Bearer " + daemon.adminToken())
            .header("Idbridge-Operator", "ada;[31m" + "x".repeat(100))
            .POST(HttpRequest.BodyPublishers.ofString("{\"act\":\"pause\",\"reason\":\"why\"}"))
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
        .isEqualTo("{\"text\":\"pause is done\"}");
    assertThat(daemon.bridge.interventions.acts.getFirst())
        .startsWith("pause crm why null tests (ada??31mxxx")
        .hasSizeLessThan(100);

    for (String body :
        new String[] {
          "", "{}", "[]", "{", "{\"act\":\"explode\"}", "{\"act\":\"pause\",\"x\":1}"
        }) {
      HttpResponse<String> answer = call("POST", acts, daemon.adminToken(), body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(Json.tree(answer.body()).path("detail").asText())
          .as(body)
          .isNotEmpty()
          .doesNotContain("dev.idbridge");
    }
    assertThat(call("POST", acts, daemon.adminToken(), "{}").body())
        .contains("pause, resume, keep");
    assertThat(call("POST", "/admin/v1/apps/nope/checks", daemon.adminToken(), "").statusCode())
        .isEqualTo(404);
    assertThat(call("GET", acts, daemon.adminToken(), "").statusCode()).isEqualTo(405);
    assertThat(
            call(
                    "POST",
                    "/admin/v1/dead-letters/9/acts",
                    daemon.adminToken(),
                    "{\"act\":\"replay\"}")
                .statusCode())
        .isEqualTo(404);
    assertThat(daemon.bridge.interventions.acts).hasSize(1);
  }

  @Test
  void theSyncLogIsStreamedInTheFormatThatIsAskedFor() throws Exception {
    HttpResponse<String> csv = get("/admin/v1/sync-log?format=csv&limit=1");
    assertThat(csv.headers().firstValue("content-type")).hasValue("text/csv; charset=utf-8");
    assertThat(csv.body().lines()).hasSize(6);
    assertThat(get("/admin/v1/sync-log?format=json").body().lines().map(Json::tree)).hasSize(5);
    assertThat(get("/admin/v1/sync-log?format=xml").statusCode()).isEqualTo(400);
    assertThat(get("/admin/v1/sync-log?format=csv&app=nope").statusCode()).isEqualTo(404);
  }

  @Test
  void aStoreThatIsGoneAnswers503WithRetryAfter() throws Exception {
    daemon.bridge.broken = true;
    try {
      HttpResponse<String> answer = get("/admin/v1/status");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).isPresent();
      assertThat(answer.body()).doesNotContain("connection reset");
    } finally {
      daemon.bridge.broken = false;
    }
  }
}
