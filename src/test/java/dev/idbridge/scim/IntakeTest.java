package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceType;
import dev.idbridge.scim.IntakeServer.Answer;
import io.micrometer.core.instrument.Timer;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped intake routes over real HTTP. */
class IntakeTest {
  private static final String ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

  private static final EdgeSettings.Limits LIMITS =
      new EdgeSettings.Limits(
          1024 * 1024,
          10_000,
          10_000,
          Duration.ofSeconds(2),
          10,
          64 * 1024,
          Duration.ofSeconds(50));

  private static IntakeServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new IntakeServer(
            new EdgeSettings(null, List.of("/api/v1/scim/{directory}/v2"), List.of(), 32, LIMITS));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertError(Answer answer, int status, String scimType) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/scim+json");
    assertThat(answer.header("X-Request-Id")).isNotBlank();
    assertThat(answer.at("/schemas/0")).isEqualTo(ERROR);
    assertThat(answer.json().get("status").isTextual()).isTrue();
    assertThat(answer.at("/status")).isEqualTo(Integer.toString(status));
    assertThat(answer.at("/scimType")).isEqualTo(scimType);
    assertThat(answer.at("/detail")).isNotBlank().doesNotContain("Exception", "dev.idbridge");
  }

  @Test
  void aUserLivesFromPostToDelete() throws Exception {
    Answer created =
        server.send(
            "POST",
            "/Users",
            "{'userName':'life','emails':[{'value':'a@b','type':'work','primary':true}],"
                + "'externalId':'x1'}");
    assertThat(created.status()).isEqualTo(201);
    String id = created.at("/id");
    String location = server.base() + "/Users/" + id;
    assertThat(created.header("Location")).isEqualTo(location);
    assertThat(created.at("/meta/location")).isEqualTo(location);
    assertThat(created.at("/meta/resourceType")).isEqualTo("User");
    assertThat(created.at("/schemas/0")).endsWith("core:2.0:User");
    assertThat(created.at("/active")).isEqualTo("true");
    assertThat(created.header("ETag")).isEqualTo("W/\"1\"");

    Answer patched =
        server.send(
            "PATCH",
            "/Users/" + id,
            "{'Operations':[{'op':'Replace','path':'active','value':'False'}]}");
    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.at("/active")).isEqualTo("false");
    assertThat(patched.at("/externalId")).isEqualTo("x1");
    assertThat(patched.header("ETag")).isEqualTo("W/\"2\"");

    Answer replaced = server.send("PUT", "/Users/" + id, "{'userName':'life2','title':'T'}");
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.at("/emails/0/value")).isNull();
    assertThat(server.send("GET", "/Users/" + id, null).at("/title")).isEqualTo("T");

    Answer deleted = server.send("DELETE", "/Users/" + id, null);
    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.http().body()).isEmpty();
    for (String method : List.of("GET", "DELETE")) {
      assertError(server.send(method, "/Users/" + id, null), 404, null);
    }
    assertError(server.send("PUT", "/Users/" + id, "{'userName':'x'}"), 404, null);
  }

  @Test
  void aGroupLivesFromPostToDelete() throws Exception {
    String ada = server.createUser("group-ada");
    String bob = server.createUser("group-bob");
    Answer created =
        server.send(
            "POST",
            "/Groups",
            "{'displayName':'G','members':[{'value':'%s'},{'value':'424242'}]}".formatted(ada));
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().get("members")).hasSize(1);
    assertThat(created.at("/members/0/value")).isEqualTo(ada);
    String path = "/Groups/" + created.at("/id");

    Answer patched =
        server.send(
            "PATCH",
            path,
            "{'Operations':[{'op':'add','path':'members','value':[{'value':'%s'}]}]}"
                .formatted(bob));
    assertThat(patched.status()).isEqualTo(204);
    assertThat(patched.http().body()).isEmpty();
    assertThat(patched.header("ETag")).isEqualTo("W/\"2\"");
    assertThat(server.directory.requests.getLast().change())
        .isInstanceOfSatisfying(
            GroupChange.Patch.class,
            patch -> assertThat(patch.members()).containsExactly(new MemberOp.Add(List.of(bob))));

    Answer read = server.send("GET", path, null);
    assertThat(read.json().get("members")).hasSize(2);
    assertThat(read.at("/members/1/$ref")).isEqualTo(server.base() + "/Users/" + bob);
    assertThat(read.at("/members/1/display")).isEqualTo("group-bob");
    assertThat(read.at("/members/1/type")).isEqualTo("User");
    assertThat(server.send("GET", path + "?excludedAttributes=members", null).at("/members"))
        .isNull();
    Answer user = server.send("GET", "/Users/" + bob, null);
    assertThat(user.at("/groups/0/display")).isEqualTo("G");
    assertThat(user.at("/groups/0/type")).isEqualTo("direct");
    assertThat(user.at("/groups/0/$ref")).isEqualTo(server.base() + path);

    Answer named =
        server.send(
            "PATCH",
            path + "?attributes=displayName",
            "{'Operations':[{'op':'replace','value':{'displayName':'H'}}]}");
    assertThat(named.status()).isEqualTo(200);
    assertThat(named.at("/displayName")).isEqualTo("H");
    assertThat(server.send("PUT", path, "{'displayName':'H'}").at("/members")).isNull();
    assertThat(server.send("DELETE", path, null).status()).isEqualTo(204);
  }

  @Test
  void listsArePagedAndFiltered() throws Exception {
    for (String name : List.of("list-1", "list-2", "list-3")) {
      server.send(
          "POST",
          "/Users",
          "{'userName':'%1$s','title':'listed','emails':[{'type':'work','value':'%1$s@x'}]}"
              .formatted(name));
    }
    String listed = "/Users?filter=title%20eq%20%22listed%22";
    Answer page = server.send("GET", listed + "&startIndex=2&count=1", null);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.json().get("totalResults").isInt()).isTrue();
    assertThat(page.at("/totalResults")).isEqualTo("3");
    assertThat(page.at("/startIndex")).isEqualTo("2");
    assertThat(page.at("/itemsPerPage")).isEqualTo("1");
    assertThat(page.at("/Resources/0/userName")).isEqualTo("list-2");

    assertThat(server.send("GET", listed + "&startIndex=-5&count=-1", null).at("/totalResults"))
        .isEqualTo("3");
    assertThat(server.send("GET", listed + "&count=0", null).json().get("Resources")).isEmpty();
    assertThat(
            server
                .send(
                    "GET",
                    "/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22list-3@x%22",
                    null)
                .at("/Resources/0/userName"))
        .isEqualTo("list-3");
    assertError(server.send("GET", "/Users?count=many", null), 400, "invalidValue");
    assertError(server.send("GET", "/Users?filter=colour%20eq%201", null), 400, "invalidFilter");
    assertError(server.send("GET", "/Users?filter=" + "(".repeat(300), null), 400, "invalidFilter");
  }

  @Test
  void noMatchIsAnEmptyListAndNotAnError() throws Exception {
    Answer none = server.send("GET", "/Users?filter=userName%20eq%20%22nobody%22", null);
    assertThat(none.status()).isEqualTo(200);
    assertThat(none.at("/totalResults")).isEqualTo("0");
    assertThat(none.json().get("Resources")).isEmpty();
  }

  @Test
  void queriesAreReadInEverySpelling() throws Exception {
    server.createUser("Query User");
    for (String query :
        List.of(
            "filter=userName+eq+\"query+user\"",
            "filter=userName%20eq%20\"query%20user\"&",
            "&aadOptscim062020&FILTER=userName+eq+%22Query+User%22&x=&",
            "filter=userName+eq+%22query%20user%22&&unknown=1")) {
      String answer = raw("GET /scim/v2/Users?" + query + " HTTP/1.1");
      assertThat(answer).as(query).startsWith("HTTP/1.1 200").contains("\"totalResults\":1");
    }
    assertThat(raw("GET /scim/v2//Users/? HTTP/1.1")).startsWith("HTTP/1.1 200");
    assertThat(raw("GET /scim/v2/Users?filter=%zz HTTP/1.1"))
        .startsWith("HTTP/1.1 400")
        .contains(ERROR);
  }

  /** Sends a request line as it is, which no HTTP client would. */
  private static String raw(String requestLine) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port)) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          (requestLine
                  + "\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                  + MemoryDirectory.TOKEN
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void attributesChooseWhatIsAnswered() throws Exception {
    String id =
        server
            .send(
                "POST",
                "/Users",
                "{'userName':'proj','name':{'givenName':'P','familyName':'Q'},'title':'T',"
                    + "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User':"
                    + "{'department':'D','costCenter':'C'}}")
            .at("/id");
    Answer some = server.send("GET", "/Users/" + id + "?attributes=USERNAME,name.givenName", null);
    assertThat(some.json().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("schemas", "id", "userName", "name");
    assertThat(some.at("/name/familyName")).isNull();
    Answer without =
        server.send(
            "GET",
            "/Users/"
                + id
                + "?excludedAttributes=id,title,name.familyName,"
                + "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
            null);
    assertThat(without.at("/id")).isEqualTo(id);
    assertThat(without.at("/title")).isNull();
    assertThat(without.at("/name/givenName")).isEqualTo("P");
    assertThat(without.at("/name/familyName")).isNull();
    assertThat(
            without
                .json()
                .get("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")
                .fieldNames())
        .toIterable()
        .containsExactly("department");
    assertThat(
            server
                .send("PUT", "/Users/" + id + "?attributes=userName", "{'userName':'proj'}")
                .at("/meta"))
        .isNull();
  }

  @Test
  void versionsGuardWritesAndSpareReads() throws Exception {
    String path = "/Users/" + server.createUser("etag");
    assertThat(server.send("GET", path, null, "If-None-Match", "W/\"1\"").status()).isEqualTo(304);
    assertThat(server.send("GET", path, null, "If-None-Match", "W/\"9\"").status()).isEqualTo(200);
    String patch = "{'Operations':[{'op':'add','path':'title','value':'x'}]}";
    assertError(server.send("PATCH", path, patch, "If-Match", "W/\"9\""), 412, null);
    assertError(server.send("DELETE", path, null, "If-Match", "\"nonsense\""), 412, null);
    assertThat(server.send("PATCH", path, patch, "If-Match", "W/\"1\", W/\"99\"").status())
        .as("any of several versions will do")
        .isEqualTo(200);
    Answer again = server.send("PATCH", path, patch, "If-Match", "*");
    assertThat(again.header("ETag")).isEqualTo("W/\"2\"");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-",
        "Bearer wrong",
        "Basic dG9rZW4=",
        "Bearer",
        "Bearer " + MemoryDirectory.OTHER_TOKEN
      })
  void withoutTheRightTokenNothingIsDone(String authorization) throws Exception {
    Answer answer =
        server.sendTo(server.base() + "/Users", "POST", "{'userName':'x'}", authorization);
    assertError(answer, 401, null);
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    assertError(
        server.sendTo(
            "http://127.0.0.1:" + server.port + "/scim/nosuch/v2/Users",
            "GET",
            null,
            authorization),
        401,
        null);
  }

  @Test
  void everyBasePathLeadsToItsDirectory() throws Exception {
    server.createUser("only-default");
    String filter = "/Users?filter=userName%20eq%20%22only-default%22";
    String host = "http://127.0.0.1:" + server.port;
    String mine = "Bearer " + MemoryDirectory.TOKEN;
    for (String base : List.of("/scim/v2", "/scim/default/v2", "/api/v1/scim/default/v2")) {
      Answer answer = server.sendTo(host + base + filter, "GET", null, mine);
      assertThat(answer.at("/totalResults")).as(base).isEqualTo("1");
      assertThat(answer.at("/Resources/0/meta/location")).startsWith(host + base + "/Users/");
    }
    assertThat(
            server
                .sendTo(
                    host + "/scim/other/v2" + filter,
                    "GET",
                    null,
                    "Bearer " + MemoryDirectory.OTHER_TOKEN)
                .at("/totalResults"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nothing",
    "GET,/Users/1/2",
    "POST,/Foo",
    "GET,/Schemas/urn:no:such",
    "GET,/ResourceTypes/Thing"
  })
  void unknownPathsAre404(String method, String path) throws Exception {
    assertError(server.send(method, path, method.equals("POST") ? "{}" : null), 404, null);
    assertError(
        server.sendTo("http://127.0.0.1:" + server.port + path, method, null, null), 404, null);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE,/Users,'GET, POST'",
    "POST,/Users/1,'GET, PUT, PATCH, DELETE'",
    "PUT,/Groups,'GET, POST'",
    "POST,/Schemas,GET",
    "DELETE,/ServiceProviderConfig,GET",
    "OPTIONS,/Users,'GET, POST'",
    "TRACE,/Users,'GET, POST'"
  })
  void otherMethodsAre405(String method, String path, String allow) throws Exception {
    Answer answer = server.send(method, path, null);
    assertError(answer, 405, null);
    assertThat(answer.header("Allow")).isEqualTo(allow);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/Me"})
  void whatIsNotOfferedIs501(String path) throws Exception {
    assertError(server.send("POST", path, "{}"), 501, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "nonsense",
        "{'userName':'a'} x",
        "[1,2",
        "{'a':1,}",
        "{'userName':'a','active':false,'active':true}",
        "{'userName':'a','active':false,'Active':true}"
      })
  void malformedJsonIsInvalidSyntax(String body) throws Exception {
    assertError(server.send("POST", "/Users", body), 400, "invalidSyntax");
  }

  @Test
  void deepJsonIsRefusedAndNeverOverflows() throws Exception {
    assertError(server.send("POST", "/Users", "{'x':" + "[".repeat(100_000)), 400, "invalidSyntax");
    assertError(
        server.send("POST", "/Users", "{'x':" + "[".repeat(900) + "]".repeat(900) + "}"),
        400,
        "invalidValue");
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base() + "/Users"))
            .header("Authorization", "Bearer " + MemoryDirectory.TOKEN)
            .POST(
                BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}))
            .build();
    assertError(
        IntakeServer.answer(server.http.send(request, BodyHandlers.ofByteArray())),
        400,
        "invalidSyntax");
  }

  @Test
  void packedBodiesAreRefusedAndNeverUnpacked() throws Exception {
    for (String path : List.of("/Users", "/Bulk", "/.search")) {
      assertError(
          server.send("POST", path, "{'userName':'x'}", "Content-Encoding", "gzip"), 415, null);
    }
    assertThat(
            server
                .send("POST", "/Users", "{'userName':'plainly'}", "Content-Encoding", "identity")
                .status())
        .isEqualTo(201);
  }

  @Test
  void mediaTypesThatAreNoJsonAreRefused() throws Exception {
    for (String type :
        List.of(
            "text/plain",
            "application/xml",
            "application/scim+json; charset=latin1",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x")) {
      assertError(
          server.send("POST", "/Users", "{'userName':'x'}", "Content-Type", type), 415, null);
    }
    for (String type :
        List.of(
            "application/json",
            "application/JSON; charset=UTF-8",
            "application/scim+json;charset=\"utf-8\"")) {
      assertThat(
              server
                  .send(
                      "POST",
                      "/Users",
                      "{'userName':'" + type.replace('"', ' ') + "'}",
                      "Content-Type",
                      type)
                  .status())
          .isEqualTo(201);
    }
  }

  @Test
  void aFormLeavesNoFolderForUploadsBehind() throws Exception {
    Path folder = Path.of("file-uploads");
    Files.deleteIfExists(folder);
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n1\r\n--x--\r\n";
    server.send("POST", "/Users", form, "Content-Type", "multipart/form-data; boundary=x");
    assertThat(folder).doesNotExist();
  }

  @Test
  void aHeadIsAGetWithoutItsBody() throws Exception {
    String id = server.createUser("head");
    Answer head = server.send("HEAD", "/Users/" + id, null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.http().body()).isEmpty();
    assertThat(head.header("ETag")).isEqualTo("W/\"1\"");
    assertThat(server.send("HEAD", "/Users/424242", null).status()).isEqualTo(404);
    assertThat(server.send("HEAD", "/Bulk", null).status()).isEqualTo(405);
  }

  @Test
  void aTokenIsTakenWithoutTheWordBearerToo() throws Exception {
    String url = server.base() + "/Users";
    assertThat(server.sendTo(url, "GET", null, MemoryDirectory.TOKEN).status()).isEqualTo(200);
    assertThat(server.sendTo(url, "GET", null, " bearer  " + MemoryDirectory.TOKEN).status())
        .isEqualTo(200);
    for (String wrong : List.of("Token " + MemoryDirectory.TOKEN, "Bearer", " ", "wrong")) {
      assertError(server.sendTo(url, "GET", null, wrong), 401, null);
    }
  }

  @Test
  void anotherVersionOfTheProtocolIsInvalidVers() throws Exception {
    String host = "http://127.0.0.1:" + server.port;
    for (String path : List.of("/scim/v1/Users", "/scim/v3", "/scim/default/v1/Users")) {
      assertError(server.sendTo(host + path, "GET", null, null), 400, "invalidVers");
    }
    assertError(server.sendTo(host + "/other", "GET", null, null), 404, null);
  }

  @Test
  void plainJsonIsAnsweredOnlyToThoseWhoWantNothingElse() throws Exception {
    assertThat(
            server.send("GET", "/Users", null, "Accept", "application/json").header("Content-Type"))
        .startsWith("application/json");
    for (String accept : List.of("*/*", "application/scim+json, application/json", "text/html")) {
      assertThat(server.send("GET", "/Users", null, "Accept", accept).header("Content-Type"))
          .startsWith("application/scim+json");
    }
  }

  @Test
  void bodiesOverOneMebibyteAreRefusedWithAndWithoutALength() throws Exception {
    byte[] big =
        ("{\"userName\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}").getBytes(StandardCharsets.UTF_8);
    for (Version version : Version.values()) {
      for (boolean chunked : List.of(false, true)) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(server.base() + "/Users"))
                .version(version)
                .header("Authorization", "Bearer " + MemoryDirectory.TOKEN)
                .POST(
                    chunked
                        ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(big))
                        : BodyPublishers.ofByteArray(big))
                .build();
        assertError(
            IntakeServer.answer(server.http.send(request, BodyHandlers.ofByteArray())), 413, null);
      }
    }
    assertThat(server.send("GET", "/Users", null).status()).isEqualTo(200);
    String most = "{'userName':'most','junk':'" + "x".repeat(1024 * 1024 - 40) + "'}";
    assertThat(server.send("POST", "/Users", most).status()).isEqualTo(201);
  }

  @Test
  void aTakenNameIsAConflict() throws Exception {
    server.createUser("taken");
    assertError(server.send("POST", "/Users", "{'userName':'TAKEN'}"), 409, "uniqueness");
  }

  @Test
  void aWriteRefusedBeforeTheWritePathLeavesALineForTheSyncLog() throws Exception {
    String id = server.createUser("noted");
    server.refused.clear();
    server.send("PATCH", "/Users/" + id, "{'Operations':[]}", "X-Request-Id", "req-7");
    server.send("POST", "/Users", "{");
    server.send("POST", "/Groups", "{}");
    server.send("POST", "/Users", "{'userName':'NOTED'}");
    server.send("GET", "/Users/424242", null);
    assertThat(server.refused)
        .extracting(IntakeLog.Refused::operation, IntakeLog.Refused::scimType)
        .containsExactly(
            tuple("patch", "invalidSyntax"),
            tuple("create", "invalidSyntax"),
            tuple("create", "invalidValue"));
    IntakeLog.Refused line = server.refused.getFirst();
    assertThat(line.directory()).isEqualTo(1);
    assertThat(line.type()).isEqualTo(ResourceType.USER);
    assertThat(line.id()).isEqualTo(id);
    assertThat(line.status()).isEqualTo(400);
    assertThat(line.detail()).contains("Operations");
    assertThat(line.by().requestId()).isEqualTo("req-7");
    assertThat(line.by().name()).isEqualTo("okta");
    assertThat(line.by().address()).isEqualTo("127.0.0.1");
  }

  @Test
  void aStoreThatIsAwayIsA503WithRetryAfter() throws Exception {
    server.directory.down = true;
    try {
      for (String method : List.of("GET", "POST")) {
        Answer answer =
            server.send(method, "/Users", method.equals("POST") ? "{'userName':'x'}" : null);
        assertError(answer, 503, null);
        assertThat(answer.header("Retry-After")).isEqualTo("5");
      }
    } finally {
      server.directory.down = false;
    }
    assertThat(server.send("GET", "/Users", null).status()).isEqualTo(200);
  }

  @Test
  void anUnexpectedFailureTellsItsRequestIdAndNothingElse() throws Exception {
    server.bug = new IllegalStateException("inner secret");
    try {
      Answer answer =
          server.send("POST", "/Users", "{'userName':'bug'}", "X-Request-Id", "req-500");
      assertError(answer, 500, null);
      assertThat(answer.header("X-Request-Id")).isEqualTo("req-500");
      assertThat(answer.at("/detail")).contains("req-500").doesNotContain("secret");
    } finally {
      server.bug = null;
    }
  }

  @Test
  void requestIdsAreTakenOrMade() throws Exception {
    assertThat(server.send("GET", "/Users", null, "X-Request-Id", "abc-1").header("X-Request-Id"))
        .isEqualTo("abc-1");
    assertThat(server.send("GET", "/Users", null, "X-Request-Id", "a b\tc").header("X-Request-Id"))
        .matches("[0-9a-f]{32}");
    server.send("POST", "/Users", "{'userName':'rid'}", "X-Request-Id", "rid-9");
    assertThat(server.directory.requests.getLast().by().requestId()).isEqualTo("rid-9");
  }

  @Test
  void headersOfTheClientSteerNothingAndComeBackNowhere() throws Exception {
    Answer answer =
        server.send(
            "GET",
            "/Users?scimKind=write&CamelHttpResponseCode=500",
            null,
            "CamelHttpResponseCode",
            "500",
            "CamelHttpUri",
            "/x",
            "scimKind",
            "write",
            "X-Secret",
            "s");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.http().headers().map().keySet())
        .noneMatch(
            name ->
                name.startsWith("camel")
                    || name.equals("x-secret")
                    || name.equals("authorization"));
  }

  @Test
  void discoverySaysWhatWorks() throws Exception {
    Answer config = server.sendTo(server.base() + "/ServiceProviderConfig", "GET", null, null);
    assertThat(config.status()).isEqualTo(200);
    assertThat(config.at("/patch/supported")).isEqualTo("true");
    assertThat(config.at("/filter/supported")).isEqualTo("true");
    assertThat(config.at("/bulk/supported")).isEqualTo("true");
    assertThat(config.at("/bulk/maxOperations")).isEqualTo("10");
    assertThat(config.at("/bulk/maxPayloadSize")).isEqualTo("65536");
    assertThat(config.at("/etag/supported")).isEqualTo("true");
    assertThat(config.at("/sort/supported")).isEqualTo("true");
    assertThat(config.at("/pagination/cursor")).isEqualTo("true");
    assertThat(config.at("/pagination/defaultPaginationMethod")).isEqualTo("index");
    for (String no : List.of("changePassword")) {
      assertThat(config.at("/" + no + "/supported")).isEqualTo("false");
    }
    assertThat(config.at("/authenticationSchemes/0/type")).isEqualTo("oauthbearertoken");

    Answer schemas = server.send("GET", "/Schemas", null);
    assertThat(schemas.at("/totalResults")).isEqualTo("3");
    assertThat(schemas.json().findValues("name")).isNotEmpty();
    assertThat(
            server
                .send("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", null)
                .at("/attributes/0/name"))
        .isEqualTo("userName");
    Answer types = server.send("GET", "/ResourceTypes", null);
    assertThat(types.at("/Resources/0/endpoint")).isEqualTo("/Users");
    assertThat(server.send("GET", "/ResourceTypes/Group", null).at("/meta/location"))
        .isEqualTo(server.base() + "/ResourceTypes/Group");
    assertError(server.send("GET", "/Schemas?filter=id%20eq%20%22x%22", null), 403, null);
    assertError(
        server.sendTo(server.base() + "/ServiceProviderConfig", "GET", null, "Bearer wrong"),
        401,
        null);
  }

  @Test
  void requestsAreMeasuredByDirectoryOperationAndStatus() throws Exception {
    server.createUser("measured");
    assertMeasured("default", "create_user", "201");
    server.sendTo(server.base() + "/Users", "GET", null, null);
    assertMeasured("", "list_user", "401");
  }

  /** The clock of a request stops only after its answer has left. */
  private static void assertMeasured(String directory, String operation, String status) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    Timer timer = null;
    while (timer == null && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      timer =
          server
              .meters
              .find("idbridge_scim_requests")
              .tags("directory", directory, "operation", operation, "status", status)
              .timer();
    }
    assertThat(timer).isNotNull();
    assertThat(timer.count()).isPositive();
  }
}
