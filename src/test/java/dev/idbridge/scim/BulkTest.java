package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.scim.IntakeServer.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many operations in one request (RFC 7644 section 3.7), over HTTP. */
class BulkTest {
  private static final String SCHEMA =
      "'schemas':['urn:ietf:params:scim:api:messages:2.0:BulkRequest']";
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  private static IntakeServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new IntakeServer(
            EdgeSettings.plain()
                .with(
                    new EdgeSettings.Limits(
                        1 << 20,
                        10_000,
                        10_000,
                        Duration.ZERO,
                        10,
                        64 * 1024,
                        Duration.ofSeconds(50))),
            Path.of("routes"),
            "none",
            Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer bulk(String more, String... operations) throws Exception {
    return server.send(
        "POST",
        "/Bulk",
        "{" + SCHEMA + more + ",'Operations':[" + String.join(",", operations) + "]}");
  }

  private static String user(String bulkId, String name) {
    return "{'method':'POST','path':'/Users','bulkId':'%s','data':{'userName':'%s'}}"
        .formatted(bulkId, name);
  }

  private static JsonNode result(Answer answer, int index) {
    assertThat(answer.status()).isEqualTo(200);
    return answer.json().get("Operations").get(index);
  }

  private static String id(JsonNode result) {
    String location = result.get("location").asText();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  @Test
  void everyOperationIsAnsweredForItself() throws Exception {
    String gone = server.createUser("bulk-gone");
    String old = server.createUser("bulk-old");
    Answer answer =
        bulk(
            "",
            user("a", "bulk-a"),
            "{'method':'put','path':'/Users/%s','data':{'userName':'bulk-new'}}".formatted(old),
            "{'method':'PATCH','path':'Users/%s','bulkId':'mine','data':{'Operations':[{'op':'add','path':'title','value':'T'}]}}"
                .formatted(old),
            "{'method':'DELETE','path':'/Users/%s'}".formatted(gone),
            user("b", "BULK-A"),
            "{'method':'DELETE','path':'/Users/424242'}");
    assertThat(answer.at("/schemas/0"))
        .isEqualTo("urn:ietf:params:scim:api:messages:2.0:BulkResponse");
    assertThat(answer.json().get("Operations")).hasSize(6);
    assertThat(answer.json().findValuesAsText("method"))
        .containsExactly("POST", "PUT", "PATCH", "DELETE", "POST", "DELETE");
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("201", "200", "200", "204", "409", "404");

    JsonNode created = result(answer, 0);
    assertThat(created.get("bulkId").asText()).isEqualTo("a");
    assertThat(created.get("location").asText()).isEqualTo(server.base() + "/Users/" + id(created));
    assertThat(created.get("version").asText()).isEqualTo("W/\"1\"");
    assertThat(result(answer, 2).get("bulkId").asText()).isEqualTo("mine");
    assertThat(result(answer, 2).get("version").asText()).isEqualTo("W/\"3\"");
    JsonNode conflict = result(answer, 4);
    assertThat(conflict.has("location")).isFalse();
    assertThat(conflict.at("/response/scimType").asText()).isEqualTo("uniqueness");
    assertThat(conflict.at("/response/status").asText()).isEqualTo("409");
    assertThat(result(answer, 5).get("location").asText()).endsWith("/Users/424242");
    assertThat(server.send("GET", "/Users/" + old, null).at("/userName")).isEqualTo("bulk-new");
  }

  @Test
  void aReferenceMayPointForwardInValuesAndInPaths() throws Exception {
    Answer answer =
        bulk(
            "",
            "{'method':'POST','path':'/Groups','bulkId':'g','data':{'displayName':'bulk-g','members':[{'type':'User','value':'bulkId:u'}]}}",
            "{'method':'PATCH','path':'/Users/bulkId:u','data':{'Operations':[{'op':'add','path':'title','value':'T'}]}}",
            user("u", "bulk-forward"));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("201", "200", "201");
    String user = id(result(answer, 2));
    Answer group = server.send("GET", "/Groups/" + id(result(answer, 0)), null);
    assertThat(group.at("/members/0/value")).isEqualTo(user);
    assertThat(server.send("GET", "/Users/" + user, null).at("/title")).isEqualTo("T");
    assertThat(result(answer, 1).get("location").asText()).endsWith("/Users/" + user);
  }

  @Test
  void creationsThatReferToEachOtherAreMadeAndThenCompleted() throws Exception {
    String managed =
        "{'method':'POST','path':'/Users','bulkId':'%s','data':{'userName':'bulk-%1$s','"
            + ENTERPRISE
            + "':{'department':'D','manager':{'value':'bulkId:%s'}}}}";
    Answer answer = bulk("", managed.formatted("one", "two"), managed.formatted("two", "one"));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("201", "201");
    String one = id(result(answer, 0));
    String two = id(result(answer, 1));
    JsonNode first = server.send("GET", "/Users/" + one, null).json();
    assertThat(first.path(ENTERPRISE).at("/manager/value").asText()).isEqualTo(two);
    assertThat(first.path(ENTERPRISE).at("/department").asText()).isEqualTo("D");
    JsonNode second = server.send("GET", "/Users/" + two, null).json();
    assertThat(second.path(ENTERPRISE).at("/manager/value").asText()).isEqualTo(one);
    assertThat(result(answer, 0).get("version").asText())
        .as("of what stands there in the end")
        .isEqualTo(first.at("/meta/version").asText());
  }

  @Test
  void aCreationWhoseCircleCannotBeClosedIsEitherWholeOrGoneAndItsResultSaysWhich()
      throws Exception {
    String managed =
        "{'method':'POST','path':'/Users','bulkId':'%s','data':{'userName':'%s','"
            + ENTERPRISE
            + "':{'manager':{'value':'bulkId:%s'}}}}";
    server.createUser("circle-taken");
    for (String more : List.of("", ",'failOnErrors':1")) {
      Answer answer =
          bulk(
              more,
              managed.formatted("u", "circle-u", "v"),
              managed.formatted("v", "circle-taken", "u"));
      assertThat(answer.json().get("Operations"))
          .as(more)
          .extracting(o -> o.get("status").textValue())
          .containsExactly("409", "409");
      assertThat(result(answer, 0).at("/response/detail").asText()).contains("was not made");
      assertThat(
              server
                  .send("GET", "/Users?filter=userName%20eq%20%22circle-u%22", null)
                  .at("/totalResults"))
          .as(more)
          .isEqualTo("0");
    }
  }

  @Test
  void aReferenceMayHoldAnyCharacterAndATextIsNoReference() throws Exception {
    String group = server.send("POST", "/Groups", "{'displayName':'bulk-any'}").at("/id");
    Answer answer =
        bulk(
            "",
            user("q/1", "bulk-any-1"),
            user("q", "bulk-any-2"),
            "{'method':'POST','path':'/Users','bulkId':7,'data':{'userName':'bulk-any-3','title':'see"
                + " bulkId:nothing'}}",
            "{'method':'PATCH','path':'/Groups/%s','data':{'Operations':[{'op':'add','path':'members','value':[{'value':'bulkId:q/1'},{'value':'bulkId:q'},{'value':'bulkId:7'}]}]}}"
                .formatted(group),
            "{'method':'PATCH','path':'/Users/bulkId:q/1','data':{'Operations':[{'op':'add','path':'title','value':'see bulkId:q'}]}}",
            "{'method':'PATCH','path':'/Groups/%s','data':{'Operations':[{'op':'remove','path':'members[value eq \\'bulkId:q\\']'}]}}"
                .formatted(group)
                .replace("\\'", "\\\""));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("201", "201", "201", "200", "200", "200");
    assertThat(server.send("GET", "/Groups/" + group, null).json().at("/members"))
        .extracting(member -> member.get("value").asText())
        .containsExactlyInAnyOrder(id(result(answer, 0)), id(result(answer, 2)));
    assertThat(server.send("GET", "/Users/" + id(result(answer, 2)), null).at("/title"))
        .isEqualTo("see bulkId:nothing");
    assertThat(server.send("GET", "/Users/" + id(result(answer, 0)), null).at("/title"))
        .isEqualTo("see bulkId:q");
  }

  @Test
  void whatRefersToSomethingThatWasNotCreatedIsRefusedAlone() throws Exception {
    String member =
        "{'method':'POST','path':'/Groups','bulkId':'%s','data':{'displayName':'bulk-%1$s','members':[{'value':'bulkId:%s'}]}}";
    server.createUser("bulk-taken");
    Answer answer =
        bulk(
            "",
            member.formatted("g1", "nobody"),
            member.formatted("g2", "u"),
            user("u", "bulk-taken"),
            user("v", "bulk-fine"));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("400", "409", "409", "201");
    assertThat(result(answer, 0).at("/response/detail").asText()).contains("nobody");
    assertThat(result(answer, 1).at("/response/detail").asText()).contains("'u'", "not created");
  }

  @Test
  void laterOperationsOnAResourceKeepTheirOrderWhenAnEarlierOneHasToWait() throws Exception {
    String group = server.send("POST", "/Groups", "{'displayName':'bulk-order'}").at("/id");
    Answer answer =
        bulk(
            "",
            "{'method':'PATCH','path':'/Groups/%s','data':{'Operations':[{'op':'add','path':'members','value':[{'value':'bulkId:u'}]}]}}"
                .formatted(group),
            "{'method':'PUT','path':'/Groups/%s','data':{'displayName':'bulk-ordered'}}"
                .formatted(group),
            user("u", "bulk-ordered"));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("200", "200", "201");
    Answer read = server.send("GET", "/Groups/" + group, null);
    assertThat(read.at("/displayName")).isEqualTo("bulk-ordered");
    assertThat(read.at("/members")).isNull();
  }

  @Test
  void theJobEndsAfterTheErrorsItAllows() throws Exception {
    String bad = "{'method':'DELETE','path':'/Users/424242'}";
    Answer answer =
        bulk(",'failOnErrors':2", bad, user("x", "bulk-x"), bad, user("y", "bulk-not-made"));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("404", "201", "404");
    assertThat(
            server
                .send("GET", "/Users?filter=userName%20eq%20%22bulk-not-made%22", null)
                .at("/totalResults"))
        .isEqualTo("0");
    assertThat(bulk(",'failOnErrors':0", bad).status()).isEqualTo(400);
    assertThat(bulk(",'failOnErrors':'many'", bad).status()).isEqualTo(400);
  }

  @Test
  void aVersionIsACondition() throws Exception {
    String id = server.createUser("bulk-version");
    String patch =
        "{'method':'PATCH','path':'/Users/%s','version':'W/\\'%s\\'','data':{'Operations':[{'op':'add','path':'title','value':'%s'}]}}";
    Answer answer =
        server.send(
            "POST",
            "/Bulk",
            ("{'Operations':["
                    + patch.formatted(id, "9", "no")
                    + ","
                    + patch.formatted(id, "1", "yes")
                    + "]}")
                .replace("\\'", "\\\""));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("412", "200");
    assertThat(server.send("GET", "/Users/" + id, null).at("/title")).isEqualTo("yes");
  }

  @Test
  void theLimitsAreNamedInThe413() throws Exception {
    String[] eleven = new String[11];
    for (int i = 0; i < 11; i++) {
      eleven[i] = user("n" + i, "bulk-many-" + i);
    }
    Answer many = bulk("", eleven);
    assertThat(many.status()).isEqualTo(413);
    assertThat(many.at("/detail")).contains("11 operations", "maxOperations is 10");
    Answer large = bulk(",'junk':'" + "x".repeat(65 * 1024) + "'", user("n", "bulk-large"));
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.at("/detail")).contains("maxPayloadSize is 65536");
    assertThat(
            server
                .send("GET", "/Users?filter=userName%20eq%20%22bulk-many-0%22", null)
                .at("/totalResults"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'path':'/Users','bulkId':'x','data':{}} | 400 | method",
        "{'method':'GET','path':'/Users','bulkId':'x'} | 400 | method",
        "{'method':'POST','path':'/Users','data':{'userName':'nobulkid'}} | 400 | bulkId",
        "{'method':'POST','path':'/Users','bulkId':'x'} | 400 | data",
        "{'method':'POST','path':'/Users/1','bulkId':'x','data':{}} | 405 | POST",
        "{'method':'DELETE','path':'/Users'} | 405 | DELETE",
        "{'method':'POST','path':'/Bulk','bulkId':'x','data':{}} | 400 | path",
        "{'method':'POST','path':'/Nothing','bulkId':'x','data':{}} | 404 | Nothing",
        "{'method':'POST','path':'/Users','bulkId':'x','data':[]} | 400 | object",
        "{'method':'DELETE'} | 400 | path",
        "7 | 400 | method"
      })
  void anOperationThatIsNoneIsRefusedAlone(String operation, int status, String word)
      throws Exception {
    Answer answer =
        bulk("", operation, user("fine" + operation.hashCode(), "b" + operation.hashCode()));
    JsonNode refused = result(answer, 0);
    assertThat(refused.get("status").asText()).isEqualTo(Integer.toString(status));
    assertThat(refused.at("/response/detail").asText()).contains(word);
    assertThat(result(answer, 1).get("status").asText()).isEqualTo("201");
  }

  @Test
  void aNameIsGivenToOneCreationOnly() throws Exception {
    Answer answer = bulk("", user("same", "bulk-same-1"), user("same", "bulk-same-2"));
    assertThat(answer.json().get("Operations"))
        .extracting(o -> o.get("status").textValue())
        .containsExactly("201", "400");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{}", "{'Operations':[]}", "{'Operations':{}}", "[]", "{"})
  void aBodyThatIsNoBulkRequestIsInvalidSyntax(String body) throws Exception {
    Answer answer = server.send("POST", "/Bulk", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.at("/scimType")).isEqualTo("invalidSyntax");
  }

  @Test
  void otherMethodsOnBulkAre405() throws Exception {
    Answer answer = server.send("GET", "/Bulk", null);
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }

  @Test
  void everyChangeSaysWhoAskedAndARefusedOneLeavesALine() throws Exception {
    server.refused.clear();
    server.send(
        "POST",
        "/Bulk",
        "{'Operations':["
            + user("w", "bulk-who")
            + ",{'method':'PATCH','path':'/Users/7','data':{}}]}",
        "X-Request-Id",
        "bulk-req");
    ChangeRequest written = server.directory.requests.getLast();
    assertThat(written.by().requestId()).isEqualTo("bulk-req");
    assertThat(server.refused).extracting(IntakeLog.Refused::id).containsExactly("7");
  }

  @Test
  void whenTheStoreGoesAwayTheRestIsNotTriedAndSaysSo() throws Exception {
    server.bug = new StoreUnavailable("gone");
    try {
      Answer answer = bulk("", user("s1", "bulk-s1"), user("s2", "bulk-s2"));
      assertThat(answer.json().get("Operations"))
          .extracting(o -> o.get("status").textValue())
          .containsExactly("503", "503");
      assertThat(result(answer, 1).at("/response/detail").asText()).contains("not tried");
    } finally {
      server.bug = null;
    }
    assertThat(List.of(200)).contains(server.send("GET", "/Users", null).status());
  }
}
