package dev.idbridge.e2e;

import static dev.idbridge.e2e.ScimHttp.PATCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ServedBridge;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.e2e.ScimHttp.Answer;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several identity providers on one daemon: their directories, tokens and modes, over HTTP. */
@ParameterizedClass
@EnumSource
class DirectoriesTest {
  private static final String GROUP =
      "'schemas':['urn:ietf:params:scim:schemas:core:2.0:Group'],'displayName':'%s'";

  @TempDir static Path folder;
  private static ScimApp crm;
  private static Bridge bridge;

  @Parameter DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) throws Exception {
    crm = new ScimApp();
    Path own = Files.createDirectories(folder.resolve(kind.name()));
    bridge = new Bridge(kind, own, Map.of("crm", Bridge.scimApp(crm.baseUrl())));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    bridge.close();
    crm.close();
  }

  private static Ran verb(int code, String... words) {
    Ran ran = bridge.daemon.verb(words);
    assertThat(ran.code()).as(ran.err()).isEqualTo(code);
    return ran;
  }

  private static String base(String directory) {
    return bridge.daemon.intake().replace("/scim/v2", "/scim/" + directory + "/v2");
  }

  private static String token(String directory, String... more) {
    List<String> words = new ArrayList<>(List.of("token", "create", "--directory", directory));
    words.addAll(List.of(more));
    return verb(0, words.toArray(String[]::new)).out().strip();
  }

  /** A new directory with a token. */
  private static ScimHttp directory(String name) {
    verb(0, "directory", "create", name);
    return new ScimHttp(base(name), token(name));
  }

  @Test
  void aDirectoryIsServedAsSoonAsItIsMadeAndNoLongerThanItIsThere() throws Exception {
    ScimHttp before = new ScimHttp(base("fresh"), bridge.scim.token);
    before.get("/Users").isError(401);
    ScimHttp fresh = directory("fresh");
    String ada = fresh.user("ada");
    assertThat(fresh.get("/Users/" + ada).at("/meta/location")).startsWith(base("fresh"));
    assertThat(verb(1, "directory", "create", "fresh").err()).contains("already");
    assertThat(verb(1, "directory", "create", "v2").err()).contains("stands in its base path");

    assertThat(verb(2, "directory", "delete", "fresh").err())
        .contains("with 1 users, 0 groups and 1 live tokens");
    verb(0, "directory", "delete", "fresh", "--yes");
    fresh.get("/Users/" + ada).isError(401);
    assertThat(verb(1, "directory", "delete", "default", "--yes").err()).contains("always there");
  }

  @Test
  void nothingOfOneDirectoryIsReachedFromAnother() throws Exception {
    ScimHttp one = directory("one");
    ScimHttp two = directory("two");
    String ada = one.user("iso-ada");
    String ops = one.group("Iso Ops", ada);
    one.user("iso-bob");
    final String adaTag = one.get("/Users/" + ada).header("ETag");
    final String opsTag = one.get("/Groups/" + ops).header("ETag");
    String own = two.user("iso-eve");

    // ids and ETags
    String user = "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'x'}";
    String group = "{" + GROUP.formatted("x") + "}";
    String off = "{" + PATCH + ",'Operations':[{'op':'replace','path':'displayName','value':'x'}]}";
    for (String[] there :
        new String[][] {{"/Users/" + ada, adaTag, user}, {"/Groups/" + ops, opsTag, group}}) {
      two.get(there[0]).isError(404);
      two.send("GET", there[0], (String) null, "If-None-Match", there[1]).isError(404);
      for (String[] headers : new String[][] {{}, {"If-Match", there[1]}, {"If-Match", "*"}}) {
        two.send("PUT", there[0], there[2], headers).isError(404);
        two.send("PATCH", there[0], off, headers).isError(404);
        two.send("DELETE", there[0], (String) null, headers).isError(404);
      }
    }
    Answer bulk =
        two.send(
            "POST",
            "/Bulk",
            ("{'schemas':['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],'Operations':["
                    + "{'method':'DELETE','path':'/Users/%1$s'},"
                    + "{'method':'DELETE','path':'/Groups/%2$s'}]}")
                .formatted(ada, ops));
    assertThat(bulk.status()).as(bulk.raw().body()).isEqualTo(200);
    assertThat(bulk.json().path("Operations").findValuesAsText("status"))
        .contains("404")
        .doesNotContain("204");

    // filters and lists
    for (String filter :
        List.of(
            "id eq '" + ada + "'",
            "userName eq 'iso-ada'",
            "externalId eq 'x-iso-ada'",
            "emails.value eq 'iso-ada@example.com'",
            "groups.value eq '" + ops + "'",
            "userName sw 'iso-a' or displayName co 'iso-ada'")) {
      nothing(two.find("/Users", filter));
      search(two, "/Users/.search", filter);
    }
    for (String filter :
        List.of(
            "id eq '" + ops + "'", "displayName eq 'Iso Ops'", "members.value eq '" + ada + "'")) {
      nothing(two.find("/Groups", filter));
      search(two, "/Groups/.search", filter);
    }
    search(two, "/.search", "id eq '" + ada + "'");
    assertThat(two.get("/Users").json().path("totalResults").asInt()).isEqualTo(1);
    assertThat(two.get("/Groups").json().path("totalResults").asInt()).isZero();

    // cursors
    String cursor = one.get("/Users?count=1&cursor").at("/nextCursor");
    assertThat(cursor).isNotEmpty();
    one.get("/Users?count=1&cursor=" + cursor);
    two.get("/Users?count=1&cursor=" + cursor).isError(400);

    // members
    String mine = two.group("Iso Theirs", own, ada, ops);
    assertThat(two.members(mine)).containsExactly(own);
    two.add(mine, ada, ops);
    assertThat(two.members(mine)).containsExactly(own);
    assertThat(one.get("/Users/" + ada).json().findValuesAsText("value")).doesNotContain(mine);

    // tokens
    for (ScimHttp[] pair : new ScimHttp[][] {{one, two}, {two, one}}) {
      ScimHttp stranger = new ScimHttp(pair[0].base, pair[1].token);
      for (String path :
          List.of(
              "/Users",
              "/Users/" + ada,
              "/Groups",
              "/Groups/" + ops,
              "/",
              "/Me",
              "/Schemas",
              "/ResourceTypes",
              "/ServiceProviderConfig")) {
        assertThat(stranger.get(path).status()).as(path).isIn(401, 404, 501);
        assertThat(stranger.get(path).raw().body()).doesNotContain("iso-", "Iso ");
      }
      for (String path : List.of("/Users", "/Groups", "/Bulk", "/.search", "/Users/.search")) {
        stranger.send("POST", path, "{}").isError(401);
      }
      for (String path : List.of("/Users/" + ada, "/Groups/" + ops)) {
        stranger.get(path).isError(401);
        stranger.send("PUT", path, "{}").isError(401);
        stranger.send("PATCH", path, "{}").isError(401);
        stranger.send("DELETE", path, (String) null).isError(401);
      }
    }
    String id =
        Json.tree(
                verb(0, "token", "list", "--directory", "one", "--json")
                    .out()
                    .lines()
                    .findFirst()
                    .orElseThrow())
            .path("id")
            .asText();
    verb(1, "token", "rotate", id, "--directory", "two");
    verb(1, "token", "revoke", id, "--directory", "two", "--yes");

    assertThat(one.get("/Users/" + ada).header("ETag")).isEqualTo(adaTag);
    assertThat(one.get("/Groups/" + ops).header("ETag")).isEqualTo(opsTag);
    assertThat(one.members(ops)).containsExactly(ada);
  }

  private static void nothing(Answer answer) {
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.json().path("totalResults").asInt()).as(answer.raw().body()).isZero();
  }

  private static void search(ScimHttp scim, String path, String filter) throws Exception {
    nothing(
        scim.send(
            "POST",
            path,
            "{'schemas':['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],'filter':'%s'}"
                .formatted(filter.replace("'", "\\'"))));
  }

  @Test
  void aReadOnlyTokenReadsAndSearchesAndIsRefusedEveryWrite() throws Exception {
    ScimHttp full = directory("guarded");
    String ada = full.user("ro-ada");
    ScimHttp reads =
        new ScimHttp(full.base, token("guarded", "--scope", "read-only", "--name", "report"));
    assertThat(reads.get("/Users/" + ada).status()).isEqualTo(200);
    assertThat(reads.find("/Users", "userName eq 'ro-ada'").at("/totalResults")).isEqualTo("1");
    assertThat(reads.get("/ServiceProviderConfig").status()).isEqualTo(200);
    assertThat(
            reads
                .send(
                    "POST",
                    "/Users/.search",
                    "{'schemas':['urn:ietf:params:scim:api:messages:2.0:SearchRequest']}")
                .status())
        .isEqualTo(200);
    for (Answer refused :
        List.of(
            reads.send("POST", "/Users", "{}"),
            reads.send("POST", "/Groups", "{}"),
            reads.send("POST", "/Bulk", "{}"),
            reads.send("PUT", "/Users/" + ada, "{}"),
            reads.send("PATCH", "/Users/" + ada, "{}"),
            reads.send("DELETE", "/Users/" + ada, (String) null))) {
      refused.isError(403, "token 'report' may only read", "scope full");
      assertThat(refused.header("WWW-Authenticate")).contains("insufficient_scope");
    }
    assertThat(bridge.syncLog("--direction", "in", "--result", "FAILED"))
        .anyMatch(
            line ->
                line.path("token").asText().equals("report")
                    && line.path("reason").asText().contains("may only read"));
  }

  @Test
  void leavingScimRefusesTheIdpAndDeliversWhatItWasPromised() throws Exception {
    ScimHttp idp = new ScimHttp(bridge.scim.base, token("default", "--name", "okta"));
    verb(0, "app", "pause", "crm");
    String late = idp.user("mode-late");
    Ran asked = verb(2, "directory", "mode", "default", "manual");
    assertThat(asked.err()).contains("(okta)").contains("--yes");
    idp.get("/Users/" + late);

    verb(0, "directory", "mode", "default", "manual", "--yes");
    idp.get("/Users/" + late).isError(401, "'okta'", "the directory is in mode MANUAL");
    idp.send("POST", "/Users", "{}").isError(401, "takes no SCIM requests");
    Answer stranger = new ScimHttp(idp.base, "idb_" + "x".repeat(43)).get("/Users").isError(401);
    assertThat(stranger.at("/detail")).doesNotContain("MANUAL");
    assertThat(verb(1, "token", "create").err()).contains("idbridge directory mode default scim");
    verb(0, "app", "resume", "crm");
    Wait.until(
        Duration.ofSeconds(30),
        () -> assertThat(crm.made()).anyMatch(made -> made.name().equals("mode-late")));

    Ran entered = verb(0, "directory", "mode", "default", "scim", "--yes");
    assertThat(entered.err()).contains(idp.base);
    ScimHttp again = new ScimHttp(idp.base, entered.out().strip());
    assertThat(again.get("/Users/" + late).at("/userName")).isEqualTo("mode-late");
    idp.get("/Users/" + late).isError(401, "was revoked at");
  }

  @Test
  void clientsProveThemselvesByBearerTokensAloneUnlessTheSettingsSayMore() throws Exception {
    ScimHttp idp = directory("plain");
    assertThat(idp.get("/ServiceProviderConfig").json().at("/authenticationSchemes").toString())
        .contains("oauthbearertoken")
        .doesNotContain("oauth2", "httpbasic");
    String root = bridge.daemon.intake().replace("/scim/v2", "");
    new ScimHttp(root, idp.token).send("POST", "/oauth/token", "grant_type=x").isError(404);
    String secret = token("plain", "--kind", "client");
    Answer basic =
        idp.send(
            "GET",
            "/Users",
            (String) null,
            "Authorization",
            "Basic " + java.util.Base64.getEncoder().encodeToString(("x:" + secret).getBytes()));
    assertThat(basic.isError(401).header("WWW-Authenticate")).doesNotContain("Basic");
    new ScimHttp(idp.base, secret).get("/Users").isError(401);
  }

  @Test
  void theStartFailsClearlyWhenAnAppNamesADirectoryThatIsNotThere() throws Exception {
    Path own = folder.resolve(kind.name() + "-start");
    try (Databases database = Databases.fresh(kind)) {
      Path conf =
          Bridge.configure(
              own,
              database.settings(),
              Map.of("hr", "connector: log\ndirectory: elsewhere\nsettings: {}\n"));
      Ran refused = ServedBridge.serve(conf, own.resolve("data"));
      assertThat(refused.code()).isEqualTo(78);
      assertThat(refused.out() + refused.err())
          .contains("app hr follows directory 'elsewhere', which is not there")
          .contains("idbridge directory create elsewhere")
          .contains("conf/apps/hr.yaml");
      Ran made = ServedBridge.verb(conf, own.resolve("data"), "directory", "create", "elsewhere");
      assertThat(made.code()).as(made.err()).isZero();
    }
  }
}
