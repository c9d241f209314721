package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.e2e.ScimHttp.Answer;
import dev.idbridge.store.DatabaseKind;
import java.lang.reflect.Method;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * RFC 7643, 7644, 9865 and 9967 as a list of 121 points: each is a test over HTTP, or stands in
 * {@link #ELSEWHERE} with the reason why not. Sections are of RFC 7644 unless said otherwise.
 */
class RfcChecklistTest {
  private static final Map<Integer, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry(1, "TLS 1.2 and 1.3: TlsTest.theIntakeSpeaksTls12And13AndNothingOlder"),
          Map.entry(2, "tokens end and are revoked: TokensTest; no cookies: point 3 shows headers"),
          Map.entry(10, "names are compared as prepared by PRECIS: NameKeyTest"),
          Map.entry(32, "shown with point 30"),
          Map.entry(108, "no secret in a log: SecretsTest"),
          Map.entry(119, "asynchronous answers are not offered: they would break Okta and Entra"),
          Map.entry(120, "no security events are sent: nothing to publish"),
          Map.entry(121, "no security events are sent"));

  private static final String USER = "urn:ietf:params:scim:schemas:core:2.0:User";
  private static final String GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  private static final String MESSAGES = "urn:ietf:params:scim:api:messages:2.0:";
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir static Path folder;
  private static Bridge bridge;
  private static ScimHttp idp;

  @BeforeAll
  static void serve() throws Exception {
    bridge = new Bridge(DatabaseKind.H2, folder, Map.of());
    idp = bridge.scim;
  }

  @AfterAll
  static void stop() {
    bridge.close();
  }

  private static String fresh(String prefix) {
    return prefix + "-" + COUNT.incrementAndGet();
  }

  private static String user() throws Exception {
    return idp.user(fresh("u"));
  }

  private static Answer post(String body) throws Exception {
    return idp.send("POST", "/Users", body);
  }

  private static Answer patch(String user, String operations) throws Exception {
    return idp.patch("/Users/" + user, operations);
  }

  private static Answer read(String user) throws Exception {
    return idp.get("/Users/" + user);
  }

  private static Answer find(String filter, String... more) throws Exception {
    return idp.get(
        "/Users?filter="
            + URLEncoder.encode(ScimHttp.quoted(filter), StandardCharsets.UTF_8)
            + String.join("", more));
  }

  /** Ids of one page, in order. */
  private static List<String> ids(Answer page) {
    List<String> ids = new ArrayList<>();
    page.json().path("Resources").forEach(r -> ids.add(r.path("id").asText()));
    return ids;
  }

  private static void refused(Answer answer, int status, String scimType) {
    answer.isError(status);
    assertThat(answer.json().path("scimType").asText(""))
        .as(answer.raw().body())
        .isEqualTo(scimType);
  }

  private static Answer ok(Answer answer) {
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    return answer;
  }

  @Test
  void every121PointsStandHere() {
    SortedSet<Integer> points = new TreeSet<>(ELSEWHERE.keySet());
    for (Class<?> chapter : RfcChecklistTest.class.getDeclaredClasses()) {
      for (Method test : chapter.getDeclaredMethods()) {
        Point shown = test.getAnnotation(Point.class);
        if (shown != null) {
          IntStream.of(shown.value()).forEach(points::add);
        }
      }
    }
    assertThat(points).containsExactlyElementsOf(IntStream.rangeClosed(1, 121).boxed().toList());
  }

  @Nested
  class TransportAuthenticationAndMedia {
    @Test
    @Point(3)
    void missingOrInvalidCredentialsAre401WithAChallengeAndAnErrorBody() throws Exception {
      for (String wrong : new String[] {"", "Bearer", "Bearer wrong", "Basic dTpw"}) {
        Answer answer = idp.send("GET", "/Users", (String) null, "Authorization", wrong);
        answer.isError(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(answer.header("Set-Cookie")).isEmpty();
      }
    }

    @Test
    @Point(4)
    void onlyDiscoveryDocumentsAreReadWithoutCredentials() throws Exception {
      for (String open : List.of("/ServiceProviderConfig", "/Schemas", "/ResourceTypes")) {
        HttpAnswer anonymous = HttpAnswer.get(idp.base + open);
        assertThat(anonymous.status()).isEqualTo(200);
      }
      for (String closed : List.of("/Users", "/Groups", "/Bulk", "/Me", "/.search")) {
        assertThat(HttpAnswer.get(idp.base + closed).status()).as(closed).isIn(401, 405, 501);
      }
    }

    @Test
    @Point(5)
    void jsonIsReadAndWrittenInUtf8() throws Exception {
      String name = fresh("zoë-名-😀");
      Answer created = post("{'userName':'" + name + "'}");
      assertThat(created.status()).isEqualTo(201);
      assertThat(read(created.at("/id")).at("/userName")).isEqualTo(name);
    }

    @Test
    @Point(6)
    void scimJsonIsAnsweredAndPlainJsonToThoseWhoWantNothingElse() throws Exception {
      assertThat(
              idp.send("GET", "/Users", (String) null, "Accept", "application/scim+json")
                  .header("Content-Type"))
          .startsWith("application/scim+json");
      assertThat(
              idp.send("GET", "/Users", (String) null, "Accept", "application/json")
                  .header("Content-Type"))
          .startsWith("application/json");
    }

    @Test
    @Point(7)
    void onlyReallyForeignMediaTypesAreRefused() throws Exception {
      idp.send("POST", "/Users", "{'userName':'x'}", "Content-Type", "text/xml").isError(415);
      for (String type :
          List.of(
              "application/json",
              "application/scim+json;charset=UTF-8",
              "application/json; charset=\"utf-8\"")) {
        assertThat(
                idp.send(
                        "POST", "/Users", "{'userName':'" + fresh("m") + "'}", "Content-Type", type)
                    .status())
            .isEqualTo(201);
      }
    }

    @Test
    @Point(8)
    void aSearchNeedsNoPersonalDataInTheUrl() throws Exception {
      String name = fresh("private");
      String id = idp.user(name);
      Answer found =
          ok(
              idp.send(
                  "POST",
                  "/Users/.search",
                  "{'schemas':['"
                      + MESSAGES
                      + "SearchRequest'],'filter':'userName eq \\\""
                      + name
                      + "\\\"'}"));
      assertThat(ids(found)).containsExactly(id);
    }

    @Test
    @Point(9)
    void anotherVersionInThePathIsInvalidVers() throws Exception {
      HttpAnswer answer = HttpAnswer.get(idp.base.replace("/v2", "/v1") + "/Users");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("invalidVers");
    }
  }

  @Nested
  class MessagesAndTheirSchemas {
    @Test
    @Point({11, 12})
    void everyResourceAndMessageNamesItsSchemasOnceAndNoOthers() throws Exception {
      String id =
          post("{'schemas':['"
                  + USER
                  + "','"
                  + USER
                  + "','urn:no:such'],'userName':'"
                  + fresh("s")
                  + "','"
                  + ENTERPRISE
                  + "':{'department':'D'}}")
              .at("/id");
      assertThat(read(id).json().get("schemas"))
          .extracting(JsonNode::asText)
          .containsExactly(USER, ENTERPRISE);
      assertThat(read(user()).json().get("schemas"))
          .extracting(JsonNode::asText)
          .containsExactly(USER);
      assertThat(idp.get("/Users?count=1").at("/schemas/0")).isEqualTo(MESSAGES + "ListResponse");
    }

    @Test
    @Point(13)
    void messageUrnsAreNoSchemas() throws Exception {
      assertThat(ids(idp.get("/Schemas"))).contains(USER).noneMatch(id -> id.startsWith(MESSAGES));
      idp.get("/Schemas/" + MESSAGES + "PatchOp").isError(404);
    }

    @Test
    @Point(14)
    void extensionAttributesSitInAnObjectNamedByTheirUrn() throws Exception {
      String id =
          post("{'userName':'" + fresh("e") + "','" + ENTERPRISE + "':{'costCenter':'C'}}")
              .at("/id");
      assertThat(read(id).json().path(ENTERPRISE).path("costCenter").asText()).isEqualTo("C");
      assertThat(read(id).json().has("costCenter")).isFalse();
    }

    @Test
    @Point(15)
    void theOrderOfAttributesDoesNotMatter() throws Exception {
      Answer created =
          post(
              "{'active':false,'name':{'givenName':'G'},'userName':'"
                  + fresh("o")
                  + "','schemas':['"
                  + USER
                  + "']}");
      assertThat(created.status()).isEqualTo(201);
      assertThat(created.at("/active")).isEqualTo("false");
    }

    @Test
    @Point(16)
    void attributeNamesAreReadInAnyCase() throws Exception {
      Answer created =
          post(
              "{'USERNAME':'"
                  + fresh("c")
                  + "','Name':{'GIVENNAME':'G'},'"
                  + ENTERPRISE.toUpperCase(java.util.Locale.ROOT)
                  + "':{'DEPARTMENT':'D'}}");
      assertThat(created.status()).isEqualTo(201);
      assertThat(created.at("/name/givenName")).isEqualTo("G");
      assertThat(created.json().path(ENTERPRISE).path("department").asText()).isEqualTo("D");
      ok(
          patch(
              created.at("/id"),
              "{'op':'replace','path':'"
                  + ENTERPRISE.toUpperCase(java.util.Locale.ROOT)
                  + ":Department','value':'E'}"));
      assertThat(read(created.at("/id")).json().path(ENTERPRISE).path("department").asText())
          .isEqualTo("E");
    }

    @Test
    @Point(17)
    void nullAndAnEmptyListAndAbsenceAreTheSame() throws Exception {
      String id =
          post("{'userName':'" + fresh("n") + "','title':null,'emails':[],'name':null}").at("/id");
      JsonNode shown = read(id).json();
      assertThat(shown.has("title") || shown.has("emails") || shown.has("name")).isFalse();
    }

    @Test
    @Point(18)
    void theAnswerShowsWhatIsStored() throws Exception {
      Answer created = post("{'userName':'" + fresh("st") + "','title':'T','unknown':'x'}");
      assertThat(created.json()).isEqualTo(read(created.at("/id")).json());
    }

    @Test
    @Point(19)
    void extensionPathsAreFullyQualifiedAndCoreOnesMayBe() throws Exception {
      String id = user();
      ok(patch(id, "{'op':'add','path':'" + USER + ":title','value':'T'}"));
      ok(patch(id, "{'op':'add','path':'" + ENTERPRISE + ":division','value':'V'}"));
      assertThat(read(id).at("/title")).isEqualTo("T");
      assertThat(ids(find("" + USER + ":userName eq '" + read(id).at("/userName") + "'")))
          .containsExactly(id);
    }
  }

  @Nested
  class TypesAndCharacteristics {
    private JsonNode attribute(String schema, String name) throws Exception {
      for (JsonNode one : idp.get("/Schemas/" + schema).json().get("attributes")) {
        if (one.get("name").asText().equals(name)) {
          return one;
        }
      }
      throw new AssertionError(name + " is no attribute of " + schema);
    }

    @Test
    @Point(20)
    void theDefaultsOfCharacteristicsHold() throws Exception {
      JsonNode title = attribute(USER, "title");
      assertThat(title.get("type").asText()).isEqualTo("string");
      assertThat(title.get("required").asBoolean()).isFalse();
      assertThat(title.get("caseExact").asBoolean()).isFalse();
      assertThat(title.get("mutability").asText()).isEqualTo("readWrite");
      assertThat(title.get("returned").asText()).isEqualTo("default");
      assertThat(title.get("uniqueness").asText()).isEqualTo("none");
    }

    @Test
    @Point(21)
    void valuesOfAWrongTypeAreRefused() throws Exception {
      for (String wrong :
          List.of("'active':'maybe'", "'title':7", "'name':'x'", "'emails':[7]", "'userName':{}")) {
        assertThat(post("{'userName':'" + fresh("t") + "'," + wrong + "}").status())
            .as(wrong)
            .isEqualTo(400);
      }
    }

    @Test
    @Point(22)
    void atMostOneElementIsPrimary() throws Exception {
      Answer two =
          post(
              "{'userName':'"
                  + fresh("p")
                  + "','emails':[{'value':'a@x','primary':true,'type':'work'},{'value':'b@x','primary':true,'type':'home'}]}");
      if (two.status() == 201) {
        int primaries = 0;
        for (JsonNode email : two.json().get("emails")) {
          primaries += email.path("primary").asBoolean() ? 1 : 0;
        }
        assertThat(primaries).isLessThanOrEqualTo(1);
      } else {
        refused(two, 400, "invalidValue");
      }
    }

    @Test
    @Point(23)
    void theSameElementIsKeptOnce() throws Exception {
      String id = user();
      String same = "{'op':'add','path':'emails','value':[{'value':'twice@x','type':'home'}]}";
      ok(patch(id, same));
      ok(patch(id, same));
      assertThat(read(id).raw().body().split("twice@x", -1)).hasSize(2);
    }

    @Test
    @Point(24)
    void readOnlyIsIgnoredAndWriteOnlyNeverShown() throws Exception {
      Answer created =
          post(
              "{'userName':'"
                  + fresh("w")
                  + "','id':'mine','password':'hunter2-secret','groups':[{'value':'1'}],'meta':{'version':'9'}}");
      assertThat(created.status()).isEqualTo(201);
      assertThat(created.at("/id")).isNotEqualTo("mine");
      assertThat(created.raw().body()).doesNotContain("hunter2").doesNotContain("password");
      assertThat(created.json().has("groups")).isFalse();
      assertThat(ok(idp.get("/Users/" + created.at("/id") + "?attributes=password")).raw().body())
          .doesNotContain("hunter2");
    }

    @Test
    @Point(25)
    void whatIsAlwaysReturnedCannotBeExcluded() throws Exception {
      Answer shown = ok(idp.get("/Users/" + user() + "?excludedAttributes=id,schemas,userName"));
      assertThat(shown.at("/id")).isNotBlank();
      assertThat(shown.json().has("schemas")).isTrue();
      assertThat(shown.json().has("userName")).isFalse();
    }

    @Test
    @Point(26)
    void uniqueValuesAreKeptUnique() throws Exception {
      assertThat(attribute(USER, "userName").get("uniqueness").asText()).isEqualTo("server");
      String name = fresh("unique");
      idp.user(name);
      refused(post("{'userName':'" + name + "'}"), 409, "uniqueness");
    }

    @Test
    @Point(27)
    void valuesAreComparedByCaseExactAndShownAsSent() throws Exception {
      String name = fresh("CamelCase");
      String id = post("{'userName':'" + name + "','externalId':'Ext-" + name + "'}").at("/id");
      assertThat(read(id).at("/userName")).isEqualTo(name);
      assertThat(ids(find("userName eq '" + name.toUpperCase(java.util.Locale.ROOT) + "'")))
          .containsExactly(id);
      assertThat(ids(find("externalId eq 'Ext-" + name + "'"))).containsExactly(id);
      assertThat(ids(find("externalId eq 'ext-" + name + "'"))).isEmpty();
    }
  }

  @Nested
  class Create {
    @Test
    @Point(28)
    void readOnlyAttributesInTheBodyAreIgnored() throws Exception {
      Answer created =
          post(
              "{'userName':'"
                  + fresh("r")
                  + "','meta':{'created':'1999-01-01T00:00:00Z','resourceType':'Group'}}");
      assertThat(created.status()).isEqualTo(201);
      assertThat(created.at("/meta/created")).doesNotStartWith("1999");
    }

    @Test
    @Point(29)
    void whatIsMissingOrMalformedIs400() throws Exception {
      refused(post("{'title':'no name'}"), 400, "invalidValue");
      refused(post("{'userName':''}"), 400, "invalidValue");
      refused(post("{nonsense"), 400, "invalidSyntax");
      refused(idp.send("POST", "/Groups", "{}"), 400, "invalidValue");
    }

    @Test
    @Point(30)
    void successIs201WithLocationVersionAndTheWholeResource() throws Exception {
      Answer created = post("{'userName':'" + fresh("cr") + "','title':'T'}");
      assertThat(created.status()).isEqualTo(201);
      assertThat(created.header("Location"))
          .isEqualTo(idp.base + "/Users/" + created.at("/id"))
          .isEqualTo(created.at("/meta/location"));
      assertThat(created.header("ETag")).isEqualTo(created.at("/meta/version")).startsWith("W/");
      assertThat(created.at("/meta/resourceType")).isEqualTo("User");
      assertThat(created.at("/title")).isEqualTo("T");
    }

    @Test
    @Point(31)
    void aDuplicateIs409Uniqueness() throws Exception {
      String name = fresh("dup");
      idp.group(name);
      refused(idp.send("POST", "/Groups", "{'displayName':'" + name + "'}"), 409, "uniqueness");
    }

    @Test
    @Point(33)
    void putNeverCreatesAndPostOnAResourceIs405() throws Exception {
      refused(idp.send("PUT", "/Users/424242", "{'userName':'" + fresh("put") + "'}"), 404, "");
      idp.send("POST", "/Users/" + user(), "{'userName':'x'}").isError(405);
    }

    @Test
    @Point(34)
    void theNameOfADeletedUserIsFree() throws Exception {
      String name = fresh("again");
      String first = idp.user(name);
      idp.delete("/Users/" + first);
      assertThat(idp.user(name)).isNotEqualTo(first);
    }
  }

  @Nested
  class ReadListAndQuery {
    @Test
    @Point(35)
    void aKnownResourceIs200AndAnUnknownOne404() throws Exception {
      ok(read(user()));
      read("424242").isError(404);
      read("no-such-id").isError(404);
    }

    @Test
    @Point(36)
    void aListSaysItsTotalsAsNumbers() throws Exception {
      user();
      Answer list = ok(idp.get("/Users?startIndex=1&count=1"));
      assertThat(list.json().get("totalResults").isInt()).isTrue();
      assertThat(list.json().get("startIndex").asInt()).isEqualTo(1);
      assertThat(list.json().get("itemsPerPage").asInt()).isEqualTo(1);
      assertThat(list.json().get("Resources")).hasSize(1);
    }

    @Test
    @Point(37)
    void noMatchIs200WithNothing() throws Exception {
      assertThat(ok(find("userName eq 'nobody-at-all'")).json().get("totalResults").asInt())
          .isZero();
    }

    @Test
    @Point(38)
    void unknownQueryParametersAreIgnored() throws Exception {
      ok(idp.get("/Users?aadOptscim062020&foo=bar&count=1"));
    }

    @Test
    @Point(39)
    void aQueryAtTheRootGoesOverAllTypes() throws Exception {
      String name = fresh("root");
      String user = idp.user(name);
      String group = idp.group("The " + name);
      Answer found =
          ok(
              idp.get(
                  "/?filter="
                      + URLEncoder.encode(
                          "displayName eq \"The " + name + "\"", StandardCharsets.UTF_8)));
      assertThat(ids(found)).containsExactlyInAnyOrder(user, group);
    }

    @Test
    @Point(40)
    void whatIsTooMuchIsNeverAnsweredWithMoreThanAPage() throws Exception {
      Answer list = ok(idp.get("/Users?count=1000000"));
      int most = idp.get("/ServiceProviderConfig").json().at("/filter/maxResults").asInt();
      assertThat(list.json().get("Resources").size()).isLessThanOrEqualTo(most);
    }

    @Test
    @Point(41)
    void aFilterThatCannotBeUnderstoodIsInvalidFilter() throws Exception {
      for (String wrong :
          List.of(
              "userName",
              "userName is 'x'",
              "userName eq",
              "(userName eq 'x'",
              "userName eq x y",
              "title eq 'x' and")) {
        refused(find(wrong), 400, "invalidFilter");
      }
    }

    @Test
    @Point(42)
    void everyOperatorMeansWhatTheTableSays() throws Exception {
      String mark = fresh("ops");
      String a =
          post("{'userName':'"
                  + mark
                  + "-a','title':'Alpha','nickName':'"
                  + mark
                  + "','active':true,'emails':[{'value':'a@work','type':'work'},{'value':'b@home','type':'home'}]}")
              .at("/id");
      String b =
          post("{'userName':'" + mark + "-b','nickName':'" + mark + "','active':false}").at("/id");
      Map<String, List<String>> expected =
          Map.ofEntries(
              Map.entry("title eq 'alpha'", List.of(a)),
              Map.entry("title ne 'alpha'", List.of(b)),
              Map.entry("title co 'LPH'", List.of(a)),
              Map.entry("title sw 'al'", List.of(a)),
              Map.entry("title ew 'ha'", List.of(a)),
              Map.entry("title pr", List.of(a)),
              Map.entry("not (title pr)", List.of(b)),
              Map.entry("active eq true", List.of(a)),
              Map.entry("userName gt '" + mark + "-a'", List.of(b)),
              Map.entry("userName ge '" + mark + "-a'", List.of(a, b)),
              Map.entry("userName lt '" + mark + "-b'", List.of(a)),
              Map.entry("meta.created gt '2020-01-01T00:00:00Z'", List.of(a, b)),
              Map.entry("emails co '@home'", List.of(a)),
              Map.entry("emails[type eq 'work' and value co 'a@']", List.of(a)),
              Map.entry("emails[type eq 'work' and value co 'b@']", List.of()),
              Map.entry("title eq 'alpha' or active eq false and userName pr", List.of(a, b)),
              Map.entry("schemas eq '" + USER + "'", List.of(a, b)));
      for (Map.Entry<String, List<String>> one : expected.entrySet()) {
        Answer found = find("nickName eq '" + mark + "' and (" + one.getKey() + ")");
        assertThat(found.status()).as(one.getKey() + ": " + found.raw().body()).isEqualTo(200);
        assertThat(ids(found)).as(one.getKey()).containsExactlyInAnyOrderElementsOf(one.getValue());
      }
      refused(find("active gt true"), 400, "invalidFilter");
    }

    @Test
    @Point(43)
    void aComplexAttributeIsComparedByItsValue() throws Exception {
      String boss = user();
      String id = user();
      ok(
          patch(
              id,
              "{'op':'add','path':'" + ENTERPRISE + ":manager','value':{'value':'" + boss + "'}}"));
      assertThat(ids(find("id eq '" + id + "' and manager eq '" + boss + "'"))).containsExactly(id);
    }

    @Test
    @Point(44)
    void aDefaultedAttributeIsFilteredByWhatIsShown() throws Exception {
      String name = fresh("defaulted");
      String id = post("{'userName':'" + name + "'}").at("/id");
      assertThat(read(id).at("/active")).isEqualTo("true");
      assertThat(ids(find("userName eq '" + name + "' and active eq true"))).containsExactly(id);
    }

    @Test
    @Point(45)
    void listsAreSorted() throws Exception {
      String mark = fresh("sort");
      String b =
          post("{'userName':'" + mark + "-b','nickName':'" + mark + "','title':'Beta'}").at("/id");
      String a =
          post("{'userName':'" + mark + "-a','nickName':'" + mark + "','title':'alpha'}").at("/id");
      String none = post("{'userName':'" + mark + "-c','nickName':'" + mark + "'}").at("/id");
      String filter = "nickName eq '" + mark + "'";
      assertThat(ids(find(filter, "&sortBy=title"))).containsExactly(a, b, none);
      assertThat(ids(find(filter, "&sortBy=title&sortOrder=descending")))
          .containsExactly(none, b, a);
      assertThat(ids(find(filter, "&sortBy=userName"))).containsExactly(a, b, none);
    }

    @Test
    @Point(46)
    void pagesBeginAtOneAndNegativeNumbersAreNone() throws Exception {
      user();
      assertThat(ok(idp.get("/Users?startIndex=-3&count=1")).json().get("startIndex").asInt())
          .isEqualTo(1);
      assertThat(ok(idp.get("/Users?count=-1")).json().path("Resources")).isEmpty();
      Answer none = ok(idp.get("/Users?count=0"));
      assertThat(none.json().path("Resources")).isEmpty();
      assertThat(none.json().get("totalResults").asInt()).isPositive();
      refused(idp.get("/Users?count=many"), 400, "invalidValue");
    }

    @Test
    @Point(47)
    void attributesAndExcludedAttributesHoldOnReadsAndWrites() throws Exception {
      String id = user();
      assertThat(ok(idp.get("/Users/" + id + "?attributes=userName")).json().fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("schemas", "id", "userName");
      assertThat(
              ok(idp.get("/Users?count=1&excludedAttributes=emails"))
                  .json()
                  .at("/Resources/0/emails")
                  .isMissingNode())
          .isTrue();
      Answer written =
          idp.send(
              "POST",
              "/Users?attributes=userName",
              "{'userName':'" + fresh("at") + "','title':'T'}");
      assertThat(written.json().has("title")).isFalse();
      Answer patched =
          ok(
              idp.patch(
                  "/Users/" + id + "?excludedAttributes=emails",
                  "{'op':'add','path':'title','value':'T'}"));
      assertThat(patched.json().has("emails")).isFalse();
      assertThat(patched.at("/title")).isEqualTo("T");
    }

    @Test
    @Point(48)
    void whatIsNeverReturnedIsNotReturnedOnRequest() throws Exception {
      String id = user();
      ok(patch(id, "{'op':'replace','path':'password','value':'hunter2-secret'}"));
      assertThat(idp.get("/Users/" + id + "?attributes=password,userName").raw().body())
          .doesNotContain("hunter2");
    }

    @Test
    @Point(49)
    void searchIsPossibleByPostOnATypeAndAtTheRoot() throws Exception {
      String name = fresh("posted");
      String id = idp.user(name);
      String body =
          "{'schemas':['"
              + MESSAGES
              + "SearchRequest'],'filter':'userName eq \\\""
              + name
              + "\\\"','startIndex':1,'count':10,'attributes':['userName']}";
      for (String place : List.of("/Users/.search", "/.search")) {
        Answer found = ok(idp.send("POST", place, body));
        assertThat(ids(found)).as(place).containsExactly(id);
        assertThat(found.json().at("/Resources/0/emails").isMissingNode()).isTrue();
      }
    }
  }

  @Nested
  class Replace {
    @Test
    @Point({50, 51, 56})
    void putReplacesWhatIsGivenAndClearsTheRestButActiveAndPassword() throws Exception {
      String name = fresh("repl");
      String id =
          post("{'userName':'" + name + "','title':'T','nickName':'N','active':false}").at("/id");
      Answer replaced =
          ok(idp.send("PUT", "/Users/" + id, "{'userName':'" + name + "','title':'U'}"));
      assertThat(replaced.at("/title")).isEqualTo("U");
      assertThat(replaced.json().has("nickName")).isFalse();
      assertThat(replaced.at("/active")).isEqualTo("false");
      assertThat(replaced.json()).isEqualTo(read(id).json());
    }

    @Test
    @Point(52)
    void readOnlyAttributesAreIgnored() throws Exception {
      String id = user();
      String created = read(id).at("/meta/created");
      Answer replaced =
          ok(
              idp.send(
                  "PUT",
                  "/Users/" + id,
                  "{'id':'other','userName':'"
                      + fresh("ro")
                      + "','meta':{'created':'1999-01-01T00:00:00Z'}}"));
      assertThat(replaced.at("/id")).isEqualTo(id);
      assertThat(replaced.at("/meta/created")).isEqualTo(created);
    }

    @Test
    @Point(53)
    void membersAreSetAsWholeElementsSinceTheirPartsAreImmutable() throws Exception {
      String one = user();
      String two = user();
      String group = idp.group(fresh("imm"), one);
      ok(
          idp.send(
              "PUT",
              "/Groups/" + group,
              "{'displayName':'" + fresh("imm") + "','members':[{'value':'" + two + "'}]}"));
      assertThat(idp.members(group)).containsExactly(two);
    }

    @Test
    @Point(54)
    void nullAndAnEmptyListClear() throws Exception {
      String name = fresh("clr");
      String id = idp.user(name);
      Answer replaced =
          ok(
              idp.send(
                  "PUT",
                  "/Users/" + id,
                  "{'userName':'" + name + "','displayName':null,'emails':[]}"));
      assertThat(replaced.json().has("displayName") || replaced.json().has("emails")).isFalse();
    }

    @Test
    @Point(55)
    void aMissingRequiredAttributeIsInvalidValue() throws Exception {
      refused(idp.send("PUT", "/Users/" + user(), "{'title':'T'}"), 400, "invalidValue");
    }

    @Test
    @Point(57)
    void anUnknownIdIs404AndCreatesNothing() throws Exception {
      String name = fresh("nope");
      refused(idp.send("PUT", "/Users/424242", "{'userName':'" + name + "'}"), 404, "");
      assertThat(ids(find("userName eq '" + name + "'"))).isEmpty();
    }

    @Test
    @Point(58)
    void aTakenNameIs409() throws Exception {
      String name = fresh("tak");
      idp.user(name);
      refused(
          idp.send("PUT", "/Users/" + user(), "{'userName':'" + name + "'}"), 409, "uniqueness");
    }
  }

  @Nested
  class Patch {
    @Test
    @Point(59)
    void patchIsOffered() throws Exception {
      assertThat(idp.get("/ServiceProviderConfig").at("/patch/supported")).isEqualTo("true");
    }

    @Test
    @Point(60)
    void aBodyWithoutOperationsIsInvalidSyntax() throws Exception {
      String path = "/Users/" + user();
      refused(idp.send("PATCH", path, "{" + ScimHttp.PATCH + "}"), 400, "invalidSyntax");
      refused(
          idp.send("PATCH", path, "{" + ScimHttp.PATCH + ",'Operations':[]}"),
          400,
          "invalidSyntax");
      refused(idp.send("PATCH", path, "[]"), 400, "invalidSyntax");
    }

    @Test
    @Point(61)
    void anOperationIsAddRemoveOrReplaceInAnyCase() throws Exception {
      String id = user();
      ok(patch(id, "{'op':'ADD','path':'title','value':'T'}"));
      ok(patch(id, "{'op':'Replace','path':'title','value':'U'}"));
      refused(patch(id, "{'op':'move','path':'title','value':'T'}"), 400, "invalidSyntax");
      refused(patch(id, "{'path':'title','value':'T'}"), 400, "invalidSyntax");
    }

    @Test
    @Point(62)
    void operationsFollowEachOtherAndAllOrNoneHold() throws Exception {
      String id = user();
      ok(
          patch(
              id,
              "{'op':'add','path':'title','value':'1'},{'op':'replace','path':'title','value':'2'}"));
      assertThat(read(id).at("/title")).isEqualTo("2");
      String version = read(id).at("/meta/version");
      assertThat(
              patch(
                      id,
                      "{'op':'replace','path':'title','value':'3'},{'op':'replace','path':'active','value':'maybe'}")
                  .status())
          .isEqualTo(400);
      assertThat(read(id).at("/title")).isEqualTo("2");
      assertThat(read(id).at("/meta/version")).isEqualTo(version);
    }

    @Test
    @Point(63)
    void aPathThatCannotBeUnderstoodIsInvalidPath() throws Exception {
      String id = user();
      for (String path :
          List.of("emails[type eq", "emails[", "name..givenName", "[type eq 1]", "emails]x[")) {
        refused(patch(id, "{'op':'add','path':'" + path + "','value':'x'}"), 400, "invalidPath");
      }
    }

    @Test
    @Point(64)
    void aReadOnlyAttributeCannotBeChanged() throws Exception {
      refused(
          patch(user(), "{'op':'replace','path':'meta.created','value':'1999-01-01T00:00:00Z'}"),
          400,
          "mutability");
      refused(patch(user(), "{'op':'replace','path':'id','value':'7'}"), 400, "mutability");
    }

    @Test
    @Point(65)
    void aNewPrimaryElementClearsTheOthers() throws Exception {
      String id = user();
      Answer patched =
          ok(
              patch(
                  id,
                  "{'op':'add','path':'emails','value':[{'value':'new@x','type':'home','primary':true}]}"));
      assertThat(patched.json().get("emails")).hasSize(2);
      assertThat(patched.at("/emails/0/primary")).isNotEqualTo("true");
      assertThat(patched.at("/emails/1/primary")).isEqualTo("true");
    }

    @Test
    @Point(66)
    void anExtensionPathBringsItsUrnAndTheLastValueTakesItAlong() throws Exception {
      String id = user();
      Answer with =
          ok(patch(id, "{'op':'add','path':'" + ENTERPRISE + ":department','value':'D'}"));
      assertThat(with.json().get("schemas"))
          .extracting(JsonNode::asText)
          .containsExactly(USER, ENTERPRISE);
      Answer without = ok(patch(id, "{'op':'remove','path':'" + ENTERPRISE + ":department'}"));
      assertThat(without.json().get("schemas")).extracting(JsonNode::asText).containsExactly(USER);
    }

    @Test
    @Point(67)
    void theAnswerIs200WithTheResourceOr204() throws Exception {
      ok(patch(user(), "{'op':'add','path':'title','value':'T'}"));
      String group = idp.group(fresh("g67"));
      assertThat(
              idp.patch(
                      "/Groups/" + group,
                      "{'op':'replace','path':'displayName','value':'" + fresh("g67") + "'}")
                  .status())
          .isEqualTo(204);
      Answer asked =
          idp.patch(
              "/Groups/" + group + "?attributes=displayName",
              "{'op':'replace','path':'displayName','value':'" + fresh("g67") + "'}");
      assertThat(ok(asked).at("/displayName")).startsWith("g67");
    }

    @Test
    @Point(68)
    void addingWhatIsThereChangesNothing() throws Exception {
      String id = user();
      ok(patch(id, "{'op':'add','path':'title','value':'T'}"));
      JsonNode before = read(id).json();
      ok(patch(id, "{'op':'add','path':'title','value':'T'}"));
      assertThat(read(id).json()).isEqualTo(before);
    }

    @Test
    @Point(69)
    void addNeedsAValue() throws Exception {
      refused(patch(user(), "{'op':'add','path':'title'}"), 400, "invalidValue");
    }

    @Test
    @Point(70)
    void addWithoutAPathMerges() throws Exception {
      String id = user();
      Answer merged = ok(patch(id, "{'op':'add','value':{'title':'T','name':{'middleName':'M'}}}"));
      assertThat(merged.at("/title")).isEqualTo("T");
      assertThat(merged.at("/name/middleName")).isEqualTo("M");
      assertThat(merged.at("/name/givenName")).isNotBlank();
    }

    @Test
    @Point(71)
    void addSetsReplacesAppendsOrMergesByTheKindOfAttribute() throws Exception {
      String id = user();
      ok(patch(id, "{'op':'add','path':'title','value':'1'}"));
      ok(patch(id, "{'op':'add','path':'title','value':'2'}"));
      ok(patch(id, "{'op':'add','path':'emails','value':{'value':'more@x','type':'home'}}"));
      Answer all = ok(patch(id, "{'op':'add','path':'name','value':{'middleName':'M'}}"));
      assertThat(all.at("/title")).isEqualTo("2");
      assertThat(all.json().get("emails")).hasSize(2);
      assertThat(all.at("/name/givenName")).isNotBlank();
    }

    @Test
    @Point(72)
    void removeNeedsAPath() throws Exception {
      refused(patch(user(), "{'op':'remove'}"), 400, "noTarget");
    }

    @Test
    @Point(73)
    void removeUnassigns() throws Exception {
      String id = user();
      Answer removed =
          ok(
              patch(
                  id,
                  "{'op':'remove','path':'displayName'},{'op':'remove','path':'emails'},{'op':'remove','path':'name'}"));
      assertThat(
              removed.json().has("displayName")
                  || removed.json().has("emails")
                  || removed.json().has("name"))
          .isFalse();
    }

    @Test
    @Point(74)
    void removeWithAFilterTakesTheMatchingElements() throws Exception {
      String id = user();
      ok(patch(id, "{'op':'add','path':'emails','value':[{'value':'home@x','type':'home'}]}"));
      Answer one = ok(patch(id, "{'op':'remove','path':'emails[type eq \\\"work\\\"]'}"));
      assertThat(one.json().get("emails")).hasSize(1);
      Answer none = ok(patch(id, "{'op':'remove','path':'emails[type eq \\\"home\\\"]'}"));
      assertThat(none.json().has("emails")).isFalse();
      String group = idp.group(fresh("g74"));
      assertThat(idp.remove(group, "424242").status()).isEqualTo(204);
    }

    @Test
    @Point(75)
    void whatIsRequiredOrReadOnlyCannotBeRemoved() throws Exception {
      refused(patch(user(), "{'op':'remove','path':'userName'}"), 400, "mutability");
      refused(patch(user(), "{'op':'remove','path':'meta.created'}"), 400, "mutability");
    }

    @Test
    @Point(76)
    void replaceWithoutAPathReplacesEachNamedAttribute() throws Exception {
      String id = user();
      Answer replaced = ok(patch(id, "{'op':'replace','value':{'title':'T','displayName':'D'}}"));
      assertThat(replaced.at("/title")).isEqualTo("T");
      assertThat(replaced.at("/displayName")).isEqualTo("D");
      assertThat(replaced.json().has("emails")).isTrue();
    }

    @Test
    @Point(77)
    void replacingWhatIsMissingAddsIt() throws Exception {
      assertThat(ok(patch(user(), "{'op':'replace','path':'title','value':'T'}")).at("/title"))
          .isEqualTo("T");
    }

    @Test
    @Point(78)
    void replacingAComplexAttributeChangesTheGivenPartsOnly() throws Exception {
      String id = user();
      Answer replaced =
          ok(patch(id, "{'op':'replace','path':'name','value':{'familyName':'New'}}"));
      assertThat(replaced.at("/name/familyName")).isEqualTo("New");
      assertThat(replaced.at("/name/givenName")).isNotBlank();
    }

    @Test
    @Point(79)
    void replacingAListReplacesItAsAWhole() throws Exception {
      Answer replaced =
          ok(
              patch(
                  user(),
                  "{'op':'replace','path':'emails','value':[{'value':'only@x','type':'other'}]}"));
      assertThat(replaced.json().get("emails")).hasSize(1);
      assertThat(replaced.at("/emails/0/value")).isEqualTo("only@x");
    }

    @Test
    @Point(80)
    void replacingWithAFilterReplacesAllThatMatch() throws Exception {
      String id = user();
      ok(patch(id, "{'op':'add','path':'emails','value':[{'value':'work2@x','type':'work'}]}"));
      Answer replaced =
          ok(
              patch(
                  id,
                  "{'op':'replace','path':'emails[type eq \\\"work\\\"].display','value':'D'}"));
      assertThat(replaced.at("/emails/0/display")).isEqualTo("D");
      assertThat(replaced.at("/emails/1/display")).isEqualTo("D");
    }

    @Test
    @Point(81)
    void replacingWithAFilterThatMatchesNothingIsNoTargetButForATypedValue() throws Exception {
      String id = user();
      refused(
          patch(
              id,
              "{'op':'replace','path':'emails[value eq \\\"nobody@x\\\"].display','value':'D'}"),
          400,
          "noTarget");
      ok(
          patch(
              id,
              "{'op':'replace','path':'phoneNumbers[type eq \\\"mobile\\\"].value','value':'+1'}"));
      assertThat(read(id).at("/phoneNumbers/0/value")).isEqualTo("+1");
    }
  }

  @Nested
  class Delete {
    @Test
    @Point({82, 83, 84, 85})
    void aDeletedResourceIs404EverywhereOutOfListsAndItsNameFree() throws Exception {
      String name = fresh("del");
      String id = idp.user(name);
      String path = "/Users/" + id;
      assertThat(idp.send("DELETE", path, (String) null).status()).isEqualTo(204);
      idp.get(path).isError(404);
      idp.send("PUT", path, "{'userName':'" + name + "'}").isError(404);
      patch(id, "{'op':'add','path':'title','value':'T'}").isError(404);
      idp.send("DELETE", path, (String) null).isError(404);
      assertThat(ids(find("userName eq '" + name + "'"))).isEmpty();
      idp.user(name);
    }

    @Test
    @Point(86)
    void whatReferredToItDoesSoNoMore() throws Exception {
      String id = user();
      String group = idp.group(fresh("g86"), id);
      idp.delete("/Users/" + id);
      assertThat(idp.members(group)).isEmpty();
    }
  }

  @Nested
  class Bulk {
    private Answer bulk(String operations) throws Exception {
      return idp.send(
          "POST",
          "/Bulk",
          "{'schemas':['"
              + MESSAGES
              + "BulkRequest'],'failOnErrors':2,'Operations':["
              + operations
              + "]}");
    }

    private String create(String bulkId, String name) {
      return "{'method':'POST','path':'/Users','bulkId':'"
          + bulkId
          + "','data':{'userName':'"
          + name
          + "'}}";
    }

    @Test
    @Point({87, 95})
    void limitsArePublishedAndNamedWhenExceeded() throws Exception {
      JsonNode bulk = idp.get("/ServiceProviderConfig").json().get("bulk");
      assertThat(bulk.get("supported").asBoolean()).isTrue();
      int most = bulk.get("maxOperations").asInt();
      String one = "{'method':'DELETE','path':'/Users/1'},";
      Answer many = bulk(one.repeat(most) + one.substring(0, one.length() - 1));
      many.isError(413, "maxOperations");
      Answer large = bulk(create("x", "x".repeat(bulk.get("maxPayloadSize").asInt())));
      large.isError(413, "maxPayloadSize");
    }

    @Test
    @Point({88, 90, 92})
    void aJobIs200AndEachResultSaysMethodStatusLocationAndVersion() throws Exception {
      Answer answer =
          ok(bulk(create("a", fresh("bulk")) + ",{'method':'DELETE','path':'/Users/1'}"));
      assertThat(answer.at("/schemas/0")).isEqualTo(MESSAGES + "BulkResponse");
      JsonNode created = answer.json().at("/Operations/0");
      assertThat(created.get("method").asText()).isEqualTo("POST");
      assertThat(created.get("bulkId").asText()).isEqualTo("a");
      assertThat(created.get("status").isTextual()).isTrue();
      assertThat(created.get("location").asText()).startsWith(idp.base + "/Users/");
      assertThat(created.get("version").asText()).startsWith("W/");
      JsonNode refused = answer.json().at("/Operations/1");
      assertThat(refused.get("status").asText()).isEqualTo("404");
      assertThat(refused.at("/response/schemas/0").asText()).isEqualTo(MESSAGES + "Error");
    }

    @Test
    @Point(89)
    void errorsDoNotEndAJobBeforeFailOnErrors() throws Exception {
      String bad = "{'method':'DELETE','path':'/Users/1'}";
      Answer answer =
          ok(
              bulk(
                  bad
                      + ","
                      + create("a", fresh("foe"))
                      + ","
                      + bad
                      + ","
                      + create("b", fresh("foe"))));
      assertThat(answer.json().get("Operations")).hasSize(3);
    }

    @Test
    @Point({91, 93})
    void referencesAreReplacedForwardAndInACircleWhateverTheOrder() throws Exception {
      String group = fresh("gbulk");
      String member =
          "{'method':'POST','path':'/Groups','bulkId':'g','data':{'displayName':'"
              + group
              + "','members':[{'value':'bulkId:u'}]}}";
      String boss =
          "{'method':'POST','path':'/Users','bulkId':'%s','data':{'userName':'"
              + fresh("circle")
              + "-%s','"
              + ENTERPRISE
              + "':{'manager':{'value':'bulkId:%s'}}}}";
      Answer answer =
          ok(
              bulk(
                  member
                      + ","
                      + boss.formatted("u", "u", "v")
                      + ","
                      + boss.formatted("v", "v", "u")));
      assertThat(answer.json().findValuesAsText("status")).containsExactly("201", "201", "201");
      String u = answer.at("/Operations/1/location").replaceAll(".*/", "");
      String v = answer.at("/Operations/2/location").replaceAll(".*/", "");
      assertThat(idp.members(answer.at("/Operations/0/location").replaceAll(".*/", "")))
          .containsExactly(u);
      assertThat(read(u).json().path(ENTERPRISE).at("/manager/value").asText()).isEqualTo(v);
      assertThat(read(v).json().path(ENTERPRISE).at("/manager/value").asText()).isEqualTo(u);
    }

    @Test
    @Point(94)
    void pathsAreRelativeAndAVersionIsACondition() throws Exception {
      String id = user();
      Answer answer =
          ok(
              bulk(
                  "{'method':'DELETE','path':'/Users/"
                      + id
                      + "','version':'W/\\\"77\\\"'},{'method':'PUT','path':'/Users'}"));
      assertThat(answer.json().findValuesAsText("status")).contains("412", "405");
      ok(read(id));
    }
  }

  @Nested
  class VersionsErrorsAndDiscovery {
    @Test
    @Point(96)
    void versionsGuardWritesAndSpareReads() throws Exception {
      String id = user();
      String path = "/Users/" + id;
      String version = read(id).header("ETag");
      assertThat(read(id).at("/meta/version")).isEqualTo(version);
      assertThat(idp.send("GET", path, (String) null, "If-None-Match", version).status())
          .isEqualTo(304);
      for (String method : List.of("PUT", "PATCH", "DELETE")) {
        String body =
            method.equals("DELETE")
                ? null
                : method.equals("PUT")
                    ? "{'userName':'" + fresh("v") + "'}"
                    : "{"
                        + ScimHttp.PATCH
                        + ",'Operations':[{'op':'add','path':'title','value':'T'}]}";
        idp.send(method, path, body, "If-Match", "W/\"99\"").isError(412);
      }
      assertThat(idp.send("DELETE", path, (String) null, "If-Match", version).status())
          .isEqualTo(204);
    }

    @Test
    @Point(97)
    void meIs501() throws Exception {
      for (String method : List.of("GET", "PATCH", "PUT", "POST", "DELETE")) {
        idp.send(method, "/Me", (String) null).isError(501);
      }
    }

    @Test
    @Point(98)
    void anErrorHasItsUrnItsStatusAsTextAndADetail() throws Exception {
      Answer error = read("424242");
      error.isError(404, "424242");
      assertThat(error.json().get("status").isTextual()).isTrue();
      assertThat(error.header("X-Request-Id")).isNotBlank();
    }

    @Test
    @Point({99, 100})
    void statusAndScimTypeSayWhatIsWrong() throws Exception {
      refused(find("x y z"), 400, "invalidFilter");
      refused(post("{"), 400, "invalidSyntax");
      refused(post("{}"), 400, "invalidValue");
      refused(patch(user(), "{'op':'remove'}"), 400, "noTarget");
      refused(patch(user(), "{'op':'add','path':'a[','value':1}"), 400, "invalidPath");
      refused(patch(user(), "{'op':'replace','path':'id','value':'7'}"), 400, "mutability");
      refused(read("424242"), 404, "");
    }

    @Test
    @Point(101)
    void theServiceProviderConfigIsReadWithoutLoginAndHasEveryBlock() throws Exception {
      HttpAnswer config = HttpAnswer.get(idp.base + "/ServiceProviderConfig");
      assertThat(config.status()).isEqualTo(200);
      JsonNode json = idp.get("/ServiceProviderConfig").json();
      for (String block : List.of("patch", "bulk", "filter", "changePassword", "sort", "etag")) {
        assertThat(json.at("/" + block + "/supported").isBoolean()).as(block).isTrue();
      }
      assertThat(json.get("documentationUri").asText()).startsWith("http");
      assertThat(json.at("/authenticationSchemes/0/type").asText()).isEqualTo("oauthbearertoken");
    }

    @Test
    @Point(102)
    void schemasAndResourceTypesAreListsAndSingleDocuments() throws Exception {
      for (String place : List.of("/Schemas", "/ResourceTypes")) {
        Answer list = ok(idp.get(place));
        assertThat(list.at("/schemas/0")).isEqualTo(MESSAGES + "ListResponse");
        for (JsonNode one : list.json().get("Resources")) {
          assertThat(ok(idp.get(place + "/" + one.get("id").asText())).json()).isEqualTo(one);
        }
        idp.get(place + "/nothing").isError(404);
      }
    }

    @Test
    @Point(103)
    void discoveryIgnoresParametersAndForbidsFilters() throws Exception {
      ok(idp.get("/Schemas?startIndex=2&count=1&sortBy=x"));
      for (String place : List.of("/Schemas", "/ResourceTypes", "/ServiceProviderConfig")) {
        idp.get(place + "?filter=id%20pr").isError(403);
      }
    }

    @Test
    @Point(104)
    void otherMethodsOnDiscoveryAre405WithAllow() throws Exception {
      for (String place : List.of("/Schemas", "/ResourceTypes/User", "/ServiceProviderConfig")) {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
          Answer answer = idp.send(method, place, "{}");
          answer.isError(405);
          assertThat(answer.header("Allow")).contains("GET");
        }
      }
    }

    @Test
    @Point(105)
    void aResourceTypePointsToItsSchemas() throws Exception {
      Answer user = ok(idp.get("/ResourceTypes/User"));
      assertThat(user.at("/endpoint")).isEqualTo("/Users");
      assertThat(user.at("/schema")).isEqualTo(USER);
      assertThat(user.at("/schemaExtensions/0/schema")).isEqualTo(ENTERPRISE);
      ok(idp.get("/Schemas/" + user.at("/schema")));
    }

    @Test
    @Point(106)
    void aSchemaDescribesEveryAttributeWhole() throws Exception {
      for (String urn : List.of(USER, GROUP, ENTERPRISE)) {
        for (JsonNode attribute : ok(idp.get("/Schemas/" + urn)).json().get("attributes")) {
          for (String word :
              List.of(
                  "name",
                  "type",
                  "multiValued",
                  "description",
                  "required",
                  "mutability",
                  "returned",
                  "uniqueness")) {
            assertThat(attribute.hasNonNull(word)).as(attribute + " " + word).isTrue();
          }
          assertThat(attribute.has("subAttributes"))
              .isEqualTo(attribute.get("type").asText().equals("complex"));
        }
      }
    }

    @Test
    @Point(107)
    void anUnknownUrlIs404WithAnError() throws Exception {
      idp.get("/Nothing").isError(404);
      idp.get("/Users/1/2/3").isError(404);
      HttpAnswer outside = HttpAnswer.get(idp.base.replace("/scim/v2", "/elsewhere"));
      assertThat(outside.status()).isEqualTo(404);
      assertThat(outside.body()).contains(MESSAGES + "Error");
    }
  }

  @Nested
  class CursorPaging {
    private Answer page(String more) throws Exception {
      return idp.get("/Users?count=2" + more);
    }

    @Test
    @Point({109, 110, 111})
    void anEmptyCursorBeginsAndTheLastPageHasNoNext() throws Exception {
      for (int i = 0; i < 5; i++) {
        user();
      }
      Answer page = ok(page("&cursor"));
      assertThat(page.json().has("previousCursor")).isFalse();
      List<String> seen = new ArrayList<>(ids(page));
      while (page.json().hasNonNull("nextCursor")) {
        page =
            ok(
                page(
                    "&cursor="
                        + URLEncoder.encode(page.at("/nextCursor"), StandardCharsets.UTF_8)));
        assertThat(ids(page)).hasSizeBetween(0, 2);
        seen.addAll(ids(page));
      }
      assertThat(seen)
          .doesNotHaveDuplicates()
          .hasSize(idp.get("/Users?count=0").json().get("totalResults").asInt());
      assertThat(ok(idp.get("/Users?cursor=&count=-1")).json().path("Resources")).isEmpty();
    }

    @Test
    @Point(112)
    void aCursorBelongsToItsQuery() throws Exception {
      user();
      user();
      user();
      String cursor =
          URLEncoder.encode(ok(page("&cursor=")).at("/nextCursor"), StandardCharsets.UTF_8);
      Answer other = idp.get("/Users?count=2&filter=active%20eq%20true&cursor=" + cursor);
      assertThat(other.status()).isEqualTo(400);
      assertThat(other.at("/scimType")).isIn("invalidCursor", "invalidCount");
    }

    @Test
    @Point(113)
    void indexPagesAlwaysTellTheirTotal() throws Exception {
      assertThat(ok(idp.get("/Users?startIndex=1&count=1")).json().hasNonNull("totalResults"))
          .isTrue();
    }

    @Test
    @Point({114, 118})
    void aCursorThatIsNotOursIsRefusedWithoutSayingMore() throws Exception {
      for (String made : List.of("nonsense", "AAAA", "1")) {
        Answer answer = page("&cursor=" + made);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/scimType")).isIn("invalidCursor", "expiredCursor");
      }
    }

    @Test
    @Point({115, 116})
    void theConfigSaysBothMethodsAndIndexByDefault() throws Exception {
      JsonNode pagination = idp.get("/ServiceProviderConfig").json().path("pagination");
      assertThat(pagination.path("cursor").asBoolean()).isTrue();
      assertThat(pagination.path("index").asBoolean()).isTrue();
      assertThat(pagination.path("defaultPaginationMethod").asText()).isEqualTo("index");
      assertThat(pagination.path("defaultPageSize").asInt()).isPositive();
      assertThat(pagination.path("maxPageSize").asInt()).isPositive();
      assertThat(pagination.path("cursorTimeout").asInt()).isPositive();
      assertThat(idp.get("/Users").json().has("startIndex")).isTrue();
    }

    @Test
    @Point(117)
    void aSearchByPostTakesACursor() throws Exception {
      user();
      user();
      Answer first =
          ok(
              idp.send(
                  "POST",
                  "/Users/.search",
                  "{'schemas':['" + MESSAGES + "SearchRequest'],'cursor':'','count':1}"));
      assertThat(first.at("/nextCursor")).isNotBlank();
      Answer second =
          ok(
              idp.send(
                  "POST",
                  "/Users/.search",
                  "{'schemas':['"
                      + MESSAGES
                      + "SearchRequest'],'cursor':'"
                      + first.at("/nextCursor")
                      + "','count':1}"));
      assertThat(ids(second)).doesNotContainAnyElementsOf(ids(first));
    }
  }
}
