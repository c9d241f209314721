package dev.idbridge.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.Json;
import dev.idbridge.e2e.ScimHttp.Answer;
import dev.idbridge.scim.ScimEdge;
import dev.idbridge.store.DatabaseKind;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that can be asked of the daemon, asked with another directory's ids, versions, cursors
 * and credentials. What there is to ask comes from the tables that requests are answered by: an
 * endpoint more is walked, too, or fails here because nobody has said how it is asked.
 */
class IsolationTest {
  private static final String USER =
      "'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':";
  private static final String GROUP =
      "'schemas':['urn:ietf:params:scim:schemas:core:2.0:Group'],'displayName':";

  @TempDir static Path folder;
  private static Bridge bridge;
  private static ScimHttp one;
  private static ScimHttp two;
  private static String ada;
  private static String ops;
  private static String adaTag;
  private static String opsTag;
  private static String cursor;
  private static String tokenOfOne;
  private static int made;

  @BeforeAll
  static void start() throws Exception {
    bridge =
        new Bridge(
            DatabaseKind.H2, folder, Map.of(), "authentication: {oauth: true, basic: true}\n");
    one = directory("one");
    two = directory("two");
    ada = one.user("iso-ada");
    one.user("iso-bob");
    ops = one.group("Iso Ops", ada, one.group("Iso Nested", ada));
    two.group("Theirs", two.user("eve"));
    adaTag = one.get("/Users/" + ada).header("ETag");
    opsTag = one.get("/Groups/" + ops).header("ETag");
    cursor = one.get("/Users?count=1&cursor").at("/nextCursor");
    tokenOfOne =
        Json.tree(bridge.verb(0, "token", "list", "--directory", "one", "--json").out())
            .path("id")
            .asText();
    assertThat(List.of(adaTag, opsTag, cursor, tokenOfOne)).noneMatch(String::isEmpty);
  }

  @AfterAll
  static void stop() {
    bridge.close();
  }

  private static ScimHttp directory(String name) {
    bridge.verb(0, "directory", "create", name);
    return new ScimHttp(
        base(name), bridge.verb(0, "token", "create", "--directory", name).out().strip());
  }

  private static String base(String directory) {
    return bridge.daemon.intake().replace("/scim/v2", "/scim/" + directory + "/v2");
  }

  @AfterEach
  void nothingOfItHasChanged() throws Exception {
    assertThat(one.get("/Users/" + ada).header("ETag")).isEqualTo(adaTag);
    assertThat(one.get("/Groups/" + ops).header("ETag")).isEqualTo(opsTag);
    assertThat(one.get("/Users").at("/totalResults")).isEqualTo("2");
    assertThat(one.get("/Groups").at("/totalResults")).isEqualTo("2");
  }

  /** What holds of every answer to somebody else: no data. */
  private static void says(String request, Answer answer) {
    String body = answer.raw().body();
    assertThat(body).as(request).doesNotContain("iso-", "Iso ", "iso_");
    assertThat(answer.status()).as(request + body).isLessThan(500);
    if (answer.status() < 300 && !request.contains("/Bulk")) {
      assertThat(body).as(request).doesNotContain(ada, ops);
    }
  }

  private static String name() {
    return "'own-" + ++made + "'";
  }

  /** Requests that would reach or change what directory one holds, if anything let them. */
  private static List<String> bodies(String endpoint) {
    String search = "{'schemas':['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],'filter':";
    String members = "'members':[{'value':'" + ada + "'},{'value':'" + ops + "'}]";
    String user = "{" + USER + name() + ",'manager':{'value':'" + ada + "'}}";
    String group = "{" + GROUP + name() + "," + members + "}";
    return switch (endpoint) {
      case "POST /Users", "PUT /Users/{id}" -> List.of(user);
      case "POST /Groups", "PUT /Groups/{id}" -> List.of(group);
      case "PATCH /Users/{id}" ->
          List.of(patch("{'op':'replace','path':'displayName','value':'x'}"));
      case "PATCH /Groups/{id}" ->
          List.of(
              patch("{'op':'add','value':{" + members + "}}"),
              patch("{'op':'remove','path':'members[value eq \\'%s\\']'}".formatted(ada))
                  .replace("\\'", "\\\""));
      case "POST /Bulk" ->
          List.of(
              "{'schemas':['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],'Operations':["
                  + "{'method':'DELETE','path':'/Users/%1$s'},{'method':'DELETE','path':'/Groups/%2$s'},"
                      .formatted(ada, ops)
                  + "{'method':'PUT','path':'/Users/%s','data':%s},".formatted(ada, user)
                  + "{'method':'PATCH','path':'/Groups/%s','version':'%s','data':%s}]}"
                      .formatted(
                          ops,
                          opsTag.replace("\"", "\\\""),
                          patch("{'op':'remove','path':'members'}")));
      default -> {
        if (endpoint.endsWith("/.search")) {
          yield List.of(
              search + "'id eq \\\"" + ada + "\\\"'}",
              search + "'userName sw \\\"iso\\\" or displayName sw \\\"Iso\\\"'}",
              search + "'id pr','count':1,'cursor':'" + cursor + "'}");
        }
        assertThat(endpoint).as("say what a request to it looks like").matches("(GET|DELETE) .*");
        yield new ArrayList<>(java.util.Collections.singletonList(null));
      }
    };
  }

  private static String patch(String operation) {
    return "{" + ScimHttp.PATCH + ",'Operations':[" + operation + "]}";
  }

  private static List<String> questions(String endpoint) {
    List<String> filters =
        Stream.of(
                "id eq \"" + ada + "\"",
                "id eq \"" + ops + "\"",
                "userName sw \"iso\" or displayName sw \"Iso\"",
                "groups.value eq \"" + ops + "\" or members.value eq \"" + ada + "\"")
            .map(filter -> "?filter=" + URLEncoder.encode(filter, UTF_8))
            .toList();
    return endpoint.matches("GET /(Users|Groups)?")
        ? Stream.concat(
                filters.stream(),
                Stream.of(
                    "",
                    "?count=200&sortBy=id",
                    "?count=1&cursor=" + URLEncoder.encode(cursor, UTF_8),
                    "?attributes=members,groups,userName"))
            .toList()
        : List.of("");
  }

  private static List<String[]> conditions() {
    return List.of(
        new String[0],
        new String[] {"If-Match", adaTag},
        new String[] {"If-Match", opsTag},
        new String[] {"If-Match", "*"},
        new String[] {"If-None-Match", adaTag});
  }

  @Test
  void noEndpointShowsOrChangesWhatAnotherDirectoryHolds() throws Exception {
    int asked = 0;
    for (String endpoint : ScimEdge.endpoints()) {
      String method = endpoint.split(" ")[0];
      String template = endpoint.split(" ")[1];
      boolean resource = template.matches("/(Users|Groups)/\\{id}");
      for (String id : template.contains("{id}") ? List.of(ada, ops, tokenOfOne) : List.of("")) {
        String path = template.replace("{id}", id);
        for (String question : questions(endpoint)) {
          for (String[] headers : resource ? conditions() : List.<String[]>of(new String[0])) {
            for (String body : bodies(endpoint)) {
              Answer answer = two.send(method, path + question, body, headers);
              String request = method + " " + path + question + " " + String.join(" ", headers);
              says(request, answer);
              if (resource) {
                answer.isError(404);
              }
              for (var part : answer.json().path("Operations")) {
                assertThat(part.path("status").asText()).as(request).isEqualTo("404");
              }
              asked++;
            }
          }
        }
      }
    }
    assertThat(asked).isGreaterThan(100);
    assertThat(two.find("/Groups", "members.value eq '" + ada + "'").at("/totalResults"))
        .isEqualTo("0");
  }

  @Test
  void noCredentialOfADirectoryOpensAnyEndpointOfAnother() throws Exception {
    List<String> foreign = new ArrayList<>(List.of("Bearer " + two.token, two.token));
    foreign.add(
        "Bearer "
            + bridge
                .verb(0, "token", "create", "--directory", "two", "--scope", "read-only")
                .out()
                .strip());
    var client =
        Json.tree(
            bridge
                .verb(0, "token", "create", "--directory", "two", "--kind", "client", "--json")
                .out());
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (client.at("/token/client_id").asText() + ":" + client.path("secret").asText())
                        .getBytes(UTF_8));
    foreign.add(basic);
    ScimHttp root = new ScimHttp(bridge.daemon.intake().replace("/scim/v2", ""), "none");
    Answer granted =
        root.send(
            "POST",
            "/oauth/token",
            BodyPublishers.ofString("grant_type=client_credentials&scope=directory:one"),
            "Content-Type",
            "application/x-www-form-urlencoded",
            "Authorization",
            basic);
    if (granted.status() != 200) {
      granted =
          root.send(
              "POST",
              "/oauth/token",
              BodyPublishers.ofString("grant_type=client_credentials"),
              "Content-Type",
              "application/x-www-form-urlencoded",
              "Authorization",
              basic);
    }
    String access = granted.at("/access_token");
    assertThat(access).isNotEmpty();
    assertThat(new ScimHttp(two.base, access).get("/Users").status()).isEqualTo(200);
    foreign.add("Bearer " + access);

    for (String endpoint : ScimEdge.endpoints()) {
      String method = endpoint.split(" ")[0];
      String path = endpoint.split(" ")[1].replace("{id}", ada);
      for (String credential : foreign) {
        for (ScimHttp there : List.of(one, bridge.scim)) {
          Answer answer =
              there.send(method, path, bodies(endpoint).getFirst(), "Authorization", credential);
          says(endpoint, answer);
          answer.isError(401);
        }
      }
    }
    for (String credential : foreign) {
      one.send("GET", "/Me", (String) null, "Authorization", credential).isError(501);
      Answer signIn = root.send("POST", "/jit/one", (String) null, "Authorization", credential);
      says("jit", signIn);
      assertThat(signIn.status()).isIn(401, 409);
    }
  }

  @Test
  void thereIsNoOtherWayInThanThoseThatAreWalked() throws Exception {
    Set<String> ways = new TreeSet<>();
    Pattern from = Pattern.compile("uri: *\"?platform-http:([^?\"\\s]*)");
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Matcher found = from.matcher(Files.readString(file));
        while (found.find()) {
          ways.add(found.group(1));
        }
      }
    }
    assertThat(ways).containsExactly("/", "/jit", "/oauth");
  }

  /** Acts on the directory that the path names, and on nothing that has an id of its own. */
  private static final Set<String> ON_ITSELF =
      Set.of(
          "DELETE directories/*",
          "POST directories/*/mode",
          "POST directories/*/edits",
          "POST directories/*/settings",
          "POST directories/*/tokens");

  private static String adminBody(String endpoint) {
    return switch (endpoint) {
      case "POST directories/*/tokens/*/rotations" -> "{'overlap':'PT0S'}";
      case "POST directories/*/groups/*/acts" -> "{'act':'detach','app':'none'}";
      default -> {
        assertThat(endpoint).as("say what a request to it looks like").matches("(GET|DELETE) .*");
        yield null;
      }
    };
  }

  @Test
  void noPathOfTheAdminApiLeadsThroughADirectoryToThingsOfAnother() throws Exception {
    ScimHttp admin =
        new ScimHttp(bridge.daemon.adminUrl() + AdminApi.ROOT + "/", bridge.daemon.adminToken());
    int asked = 0;
    for (String endpoint : new AdminApi(name -> null).endpoints()) {
      String template = endpoint.split(" ")[1];
      if (!template.startsWith("directories/*") || ON_ITSELF.contains(endpoint)) {
        continue;
      }
      String own = template.replaceFirst("\\*", "two");
      boolean more = own.contains("*");
      for (String id : more ? List.of(ada, ops, tokenOfOne, "Iso%20Ops") : List.of("")) {
        Answer answer =
            admin.send(
                endpoint.split(" ")[0],
                own.replace("*", id),
                adminBody(endpoint),
                "Content-Type",
                "application/json");
        if (more) {
          assertThat(answer.status()).as(endpoint + id + answer.raw().body()).isEqualTo(404);
        } else {
          says(endpoint, answer);
          assertThat(answer.status()).as(endpoint).isEqualTo(200);
        }
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(20);
    Answer users = admin.get("users?directory=two&user-name=iso");
    assertThat(users.status()).isEqualTo(200);
    says("users", users);
  }

  @Test
  void noEditByHandReachesThingsOfAnother() {
    bridge.verb(0, "directory", "create", "hand");
    bridge.verb(0, "directory", "mode", "hand", "manual", "--yes");
    for (String[] words :
        new String[][] {
          {"user", "deactivate", ada},
          {"user", "deactivate", "iso-ada"},
          {"user", "change", ada, "--display-name", "x"},
          {"user", "delete", ada, "--yes"},
          {"group", "rename", ops, "x"},
          {"group", "remove-member", "Iso Ops", ada},
          {"group", "delete", ops, "--yes"}
        }) {
      List<String> all = new ArrayList<>(List.of(words));
      all.addAll(List.of("--directory", "hand"));
      assertThat(bridge.verb(1, all.toArray(String[]::new)).err()).contains("hand");
    }
  }
}
