package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.e2e.ScimHttp.Answer;
import dev.idbridge.store.DatabaseKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What RFC 7644 sections 3.3, 3.5 and 3.6 ask of writes, over HTTP, on both stores. The numbers are
 * those of the list of requirements; each test stands for the numbers before it.
 */
@ParameterizedClass
@EnumSource
class WritesOverHttpTest {
  private static final String CORE = "'schemas':['urn:ietf:params:scim:schemas:core:2.0:User']";
  private static final String ACME = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

  @TempDir static Path folder;
  private static Bridge bridge;
  private static ScimHttp scim;

  @Parameter DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) throws Exception {
    Path own = Files.createDirectories(folder.resolve(kind.name()));
    Path schemas = Files.createDirectories(own.resolve("conf/schemas"));
    Files.copy(Path.of("conf/examples/schema.yaml"), schemas.resolve("acme.yaml"));
    bridge = new Bridge(kind, own, Map.of());
    scim = bridge.scim;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    bridge.close();
  }

  private static Answer ok(Answer answer) {
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    return answer;
  }

  private static Answer post(String body) throws Exception {
    return scim.send("POST", "/Users", "{" + CORE + "," + body + "}");
  }

  private static Answer put(String id, String body) throws Exception {
    return scim.send("PUT", "/Users/" + id, "{" + CORE + "," + body + "}");
  }

  private static void scimType(Answer answer, int status, String scimType) {
    answer.isError(status);
    assertThat(answer.at("/scimType")).isEqualTo(scimType);
  }

  // 28, 30, 32
  @Test
  void aCreateIgnoresWhatTheServiceAloneSaysAndAnswersTheWholeResource() throws Exception {
    Answer made =
        post(
            "'userName':'c28','id':'7','meta':{'resourceType':'Group','version':'x'},"
                + "'groups':[{'value':'9'}],'emails':[{'value':'c28@x','type':'work'}]");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.at("/id")).isNotEqualTo("7").isNotEmpty();
    assertThat(made.header("Location"))
        .isEqualTo(made.at("/meta/location"))
        .endsWith(made.at("/id"));
    assertThat(made.header("ETag")).isEqualTo(made.at("/meta/version")).isNotEmpty();
    assertThat(made.at("/meta/resourceType")).isEqualTo("User");
    assertThat(made.at("/meta/lastModified")).isEqualTo(made.at("/meta/created"));
    assertThat(made.json().has("groups")).isFalse();
    assertThat(made.at("/emails/0/value")).isEqualTo("c28@x");
  }

  // 29
  @Test
  void aCreateWithoutARequiredAttributeOrWithAWrongTypeIsRefused() throws Exception {
    scimType(post("'displayName':'x'"), 400, "invalidValue");
    scimType(post("'userName':'c29','name':'x'"), 400, "invalidValue");
    scimType(post("'userName':'c29','active':'maybe'"), 400, "invalidValue");
    scimType(scim.send("POST", "/Groups", "{'members':[]}"), 400, "invalidValue");
    scimType(scim.send("POST", "/Users", "[]"), 400, "invalidSyntax");
    assertThat(scim.find("/Users", "userName eq 'c29'").json().get("totalResults").asInt())
        .isZero();
  }

  // 31, 34, 58, 82 to 85
  @Test
  void aNameIsTakenInAnyCaseUntilItsResourceIsDeleted() throws Exception {
    String id = scim.user("c31");
    scimType(post("'userName':'C31'"), 409, "uniqueness");
    String other = scim.user("c31-other");
    scimType(put(other, "'userName':'C31'"), 409, "uniqueness");
    scimType(
        scim.patch("/Users/" + other, "{'op':'replace','path':'userName','value':'C31'}"),
        409,
        "uniqueness");
    scim.delete("/Users/" + id);
    for (String method : List.of("GET", "DELETE")) {
      scim.send(method, "/Users/" + id, (String) null).isError(404);
    }
    put(id, "'userName':'c31'").isError(404);
    scim.patch("/Users/" + id, "{'op':'remove','path':'title'}").isError(404);
    String again = scim.user("C31");
    assertThat(again).isNotEqualTo(id);
  }

  // 33, 57
  @Test
  void aPutNeverCreates() throws Exception {
    put("4611686018427387904", "'userName':'c33'").isError(404);
    put("none", "'userName':'c33'").isError(404);
    assertThat(scim.find("/Users", "userName eq 'c33'").json().get("totalResults").asInt())
        .isZero();
  }

  // 50, 51, 52, 54, 55, 56
  @Test
  void aPutReplacesEverythingButActive() throws Exception {
    String id = scim.user("c50");
    scim.active(id, false);
    Answer after =
        ok(
            put(
                id,
                "'userName':'c50','id':'1','title':'Dr','emails':null,'roles':[],'nickName':''"));
    assertThat(after.at("/id")).isEqualTo(id);
    assertThat(after.at("/title")).isEqualTo("Dr");
    assertThat(after.json().get("active").asBoolean()).isFalse();
    for (String gone : List.of("emails", "roles", "nickName", "name", "externalId")) {
      assertThat(after.json().has(gone)).as(gone).isFalse();
    }
    scimType(put(id, "'title':'x'"), 400, "invalidValue");
  }

  // 53, 64
  @Test
  void anImmutableAttributeIsSetOnce() throws Exception {
    String id = scim.user("c53");
    String at = "'%s':{'hiredAt':'2026-01-01T00:00:00Z'}".formatted(ACME);
    ok(put(id, "'userName':'c53'," + at));
    ok(put(id, "'userName':'c53'"));
    assertThat(scim.get("/Users/" + id).json().path(ACME).path("hiredAt").asText())
        .startsWith("2026-01-01");
    scimType(put(id, "'userName':'c53'," + at.replace("2026", "2027")), 400, "mutability");
    scimType(
        scim.patch(
            "/Users/" + id,
            "{'op':'add','path':'%s:hiredAt','value':'2027-01-01T00:00:00Z'}".formatted(ACME)),
        400,
        "mutability");
  }

  // 60, 61, 63, 69, 72
  @Test
  void aPatchThatIsNoneIsRefused() throws Exception {
    String id = "/Users/" + scim.user("c60");
    scimType(scim.send("PATCH", id, "{}"), 400, "invalidSyntax");
    scimType(scim.patch(id, ""), 400, "invalidSyntax");
    scimType(scim.patch(id, "{'op':'move','path':'title'}"), 400, "invalidSyntax");
    scimType(scim.patch(id, "{'op':'add','path':'a b','value':'x'}"), 400, "invalidPath");
    scimType(scim.patch(id, "{'op':'add','path':'title'}"), 400, "invalidValue");
    scimType(scim.patch(id, "{'op':'remove'}"), 400, "noTarget");
  }

  // 62
  @Test
  void aPatchIsAppliedInOrderAsAWholeOrNotAtAll() throws Exception {
    String id = "/Users/" + scim.user("c62");
    Answer before = scim.get(id);
    scimType(
        scim.patch(
            id,
            "{'op':'replace','path':'title','value':'x'},"
                + "{'op':'replace','path':'emails[value eq 'nobody']','value':{'value':'y'}}"
                    .replace("'nobody'", "\\\"nobody\\\"")),
        400,
        "noTarget");
    assertThat(scim.get(id).json()).isEqualTo(before.json());
    Answer after =
        ok(
            scim.patch(
                id,
                "{'op':'remove','path':'title'},{'op':'add','path':'title','value':'a'},"
                    + "{'op':'replace','path':'title','value':'b'}"));
    assertThat(after.at("/title")).isEqualTo("b");
  }

  // 65, 66, 67, 70, 71, 73 to 81
  @Test
  void aPatchedUserIsAnsweredWhole() throws Exception {
    String id = "/Users/" + scim.user("c65");
    Answer after =
        ok(
            scim.patch(
                id,
                "{'op':'add','value':{'emails':[{'value':'n@x','type':'home','primary':true}],"
                    + "'%s':{'department':'D'}}}".formatted(ENTERPRISE)));
    assertThat(after.json().get("emails")).hasSize(2);
    assertThat(after.json().get("emails").findValuesAsText("primary"))
        .containsExactly("false", "true");
    assertThat(after.json().get("schemas").toString()).contains(ENTERPRISE);
    Answer removed = ok(scim.patch(id, "{'op':'remove','path':'%s'}".formatted(ENTERPRISE)));
    assertThat(removed.json().get("schemas").toString()).doesNotContain(ENTERPRISE);
    scimType(scim.patch(id, "{'op':'remove','path':'userName'}"), 400, "mutability");
    scimType(scim.patch(id, "{'op':'replace','path':'id','value':'7'}"), 400, "mutability");
  }

  // 68
  @Test
  void whatChangesNothingLeavesVersionAndLastModifiedAlone() throws Exception {
    String user = scim.user("c68");
    String group = scim.group("c68", user);
    Answer before = scim.get("/Users/" + user);
    Answer members = scim.get("/Groups/" + group);
    ok(scim.patch("/Users/" + user, "{'op':'Add','path':'displayName','value':'The c68'}"));
    ok(
        scim.patch(
            "/Users/" + user,
            "{'op':'add','path':'emails','value':[{'value':'c68@example.com','type':'work'}]}"));
    ok(scim.patch("/Users/" + user, "{'op':'remove','path':'title'}"));
    ok(scim.send("PUT", "/Users/" + user, before.raw().body()));
    scim.add(group, user);
    scim.send("PUT", "/Groups/" + group, members.raw().body());
    assertThat(scim.get("/Users/" + user).json().get("meta")).isEqualTo(before.json().get("meta"));
    assertThat(scim.get("/Groups/" + group).json().get("meta"))
        .isEqualTo(members.json().get("meta"));
  }

  // 10 and RFC 7643 section 4.1.1
  @Test
  void aPasswordIsTakenAndLeftNowhere() throws Exception {
    String secret = "correct-horse-battery";
    Answer made = post("'userName':'c-pass','password':'%s'".formatted(secret));
    assertThat(made.status()).isEqualTo(201);
    String id = made.at("/id");
    Answer patched =
        ok(
            scim.patch(
                "/Users/" + id, "{'op':'replace','value':{'password':'%s'}}".formatted(secret)));
    Answer asked = scim.get("/Users/" + id + "?attributes=password");
    for (Answer answer : List.of(made, patched, asked)) {
      assertThat(answer.raw().body()).doesNotContain(secret, "password");
    }
    for (String column :
        List.of(
            "attributes FROM directory_user",
            "detail FROM change_record",
            "reason FROM sync_log",
            "resource_name FROM sync_log")) {
      assertThat(bridge.rows("SELECT " + column))
          .as(column)
          .noneMatch(text -> text != null && text.contains(secret));
    }
  }

  @Test
  void anExtensionFromAFileIsDiscoveredAndEnforced() throws Exception {
    Answer schema = ok(scim.get("/Schemas/" + ACME));
    assertThat(schema.json().get("attributes")).hasSize(4);
    assertThat(scim.get("/ResourceTypes/User").json().get("schemaExtensions").toString())
        .contains(ACME);
    Answer made =
        post(
            "'userName':'acme','%s':{'badge':'B1','desk':{'room':'1','floor':'3'}}"
                .formatted(ACME));
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    assertThat(made.json().path(ACME).path("desk").path("floor").isInt()).isTrue();
    assertThat(made.json().get("schemas").toString()).contains(ACME);
    scimType(post("'userName':'acme2','%s':{'badge':'b1'}".formatted(ACME)), 409, "uniqueness");
    scimType(
        post("'userName':'acme2','%s':{'desk':{'floor':3}}".formatted(ACME)), 400, "invalidValue");
    Answer patched =
        ok(
            scim.patch(
                "/Users/" + made.at("/id"),
                "{'op':'replace','value':{'%1$s:badge':'B2','%1$s:desk.room':'2'}}"
                    .formatted(ACME)));
    assertThat(patched.json().path(ACME).path("badge").asText()).isEqualTo("B2");
    assertThat(patched.json().path(ACME).path("desk").path("room").asText()).isEqualTo("2");
  }

  @Test
  void aMemberThatComesLaterIsWaitedFor() throws Exception {
    String known = scim.user("late-known");
    String group = scim.group("late", known, "x-late-comer");
    assertThat(scim.get("/Groups/" + group).json().get("members")).hasSize(1);
    String comer = scim.user("late-comer");
    assertThat(scim.get("/Groups/" + group).json().get("members").findValuesAsText("value"))
        .containsExactlyInAnyOrder(known, comer);
    assertThat(bridge.syncLog("--result", "skipped").toString()).contains("x-late-comer");
  }

  @Test
  void namesThatLookAlikeAreToldApartAsTheProfileSays() throws Exception {
    scim.user("jose");
    scim.user("jos\u00e9");
    scimType(post("'userName':'jose\u0301'"), 409, "uniqueness");
    scim.user("ada-space");
    scim.user("ada-space ");
    scim.user("stra\u00dfe");
    scim.user("strasse");
    scim.user("titi");
    scim.user("t\u0131t\u0131");
    scimType(post("'userName':'TITI'"), 409, "uniqueness");
    assertThat(scim.find("/Users", "userName eq 'JOS\u00c9'").at("/Resources/0/userName"))
        .isEqualTo("jos\u00e9");
    assertThat(scim.find("/Users", "userName eq 'ada-space '").json().get("totalResults").asInt())
        .isEqualTo(1);
  }

  @Test
  void ofEqualParallelCreatesOneIsMadeAndTheOthersConflict() throws Exception {
    for (int round = 0; round < 5; round++) {
      String body = "'userName':'equal-%d','externalId':'e'".formatted(round);
      assertThat(inParallel(12, i -> post(body).status()))
          .containsOnlyOnce(201)
          .containsOnly(201, 409);
      String group = "{'displayName':'equal-%d'}".formatted(round);
      assertThat(inParallel(12, i -> scim.send("POST", "/Groups", group).status()))
          .containsOnlyOnce(201)
          .containsOnly(201, 409);
    }
  }

  @Test
  void parallelPutsAndPatchesOfOneUserEndAsSomeOrderOfThem() throws Exception {
    String id = scim.user("order");
    List<Integer> statuses =
        inParallel(
            16,
            i ->
                i % 2 == 0
                    ? put(id, "'userName':'order','title':'t%1$d','nickName':'t%1$d'".formatted(i))
                        .status()
                    : scim.patch(
                            "/Users/" + id,
                            "{'op':'replace','path':'locale','value':'l%d'}".formatted(i))
                        .status());
    assertThat(statuses).containsOnly(200);
    Answer after = scim.get("/Users/" + id);
    assertThat(after.at("/title")).isEqualTo(after.at("/nickName")).startsWith("t");
  }

  @Test
  void settingsOfADirectoryAreInForceWithoutARestart() throws Exception {
    String probe = "/Users/" + scim.user("set-probe");
    Ran shown = bridge.daemon.verb("directory", "show", "default");
    assertThat(shown.out()).containsPattern("strictness +lenient");
    assertThat(bridge.daemon.verb("directory", "set", "default", "strictness=strict").code())
        .isZero();
    try {
      Wait.until(
          Duration.ofSeconds(10),
          () ->
              scimType(
                  scim.patch(probe, "{'op':'Replace','path':'title','value':'x'}"),
                  400,
                  "invalidSyntax"));
      scimType(
          scim.patch(
              "/Groups/" + scim.group("set"),
              "{'op':'add','path':'members','value':[{'value':'nobody'}]}"),
          400,
          "invalidValue");
    } finally {
      bridge.daemon.verb("directory", "set", "default", "strictness=lenient");
    }
    assertThat(bridge.daemon.verb("directory", "set", "default", "strictness=odd").err())
        .contains("must be one of lenient, strict");
    assertThat(
            bridge.rows(
                "SELECT detail FROM change_record WHERE resource_type = 'Directory'"
                    + " AND detail LIKE 'strictness%'"))
        .containsExactly("strictness=strict", "strictness=lenient");
  }

  private interface Sent {
    int status(int index) throws Exception;
  }

  private static List<Integer> inParallel(int times, Sent sent) throws Exception {
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      int index = i;
      tasks.add(() -> sent.status(index));
    }
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(times)) {
      for (Future<Integer> one : executor.invokeAll(tasks)) {
        statuses.add(one.get());
      }
    }
    return statuses;
  }
}
