package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.e2e.ScimHttp.Answer;
import dev.idbridge.store.DatabaseKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the whole daemon answers to questions, on each store. */
@ParameterizedClass
@EnumSource
class ReadsTest {
  private static final String SEARCH =
      "'schemas':['urn:ietf:params:scim:api:messages:2.0:SearchRequest']";

  private static Bridge bridge;

  @Parameter DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) throws Exception {
    bridge = new Bridge(kind, Files.createTempDirectory("idbridge-reads"), Map.of());
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    bridge.close();
  }

  private static String post(String path, String body) throws Exception {
    Answer made = bridge.scim.send("POST", path, body);
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    return made.at("/id");
  }

  private static String user(String name, String more) throws Exception {
    return post("/Users", "{'userName':'%s'%s}".formatted(name, more));
  }

  private static Set<String> names(Answer answer) {
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    Set<String> names = new HashSet<>();
    for (JsonNode one : answer.json().get("Resources")) {
      names.add(one.path("userName").asText(one.path("displayName").asText()));
    }
    return names;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(ScimHttp.quoted(text), StandardCharsets.UTF_8);
  }

  @Test
  void everyFormOfAFilterFindsWhatItMeans() throws Exception {
    String emails =
        ",'title':'Filtered','name':{'familyName':'O\\\\\\\"Hara','givenName':'Flo'},'active':true,"
            + "'emails':[{'type':'work','value':'flo@work.org'},{'type':'home','value':'flo@x.org'}],"
            + "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User':"
            + "{'department':'Tools','manager':{'value':'77'}}";
    String flo = user("filter-flo", emails.replace("\\\\\\\"", "\\\""));
    user("filter-gil", ",'title':'filtered','emails':[{'type':'home','value':'gil@work.org'}]");
    for (String filter :
        List.of(
            "userName eq 'FILTER-FLO'",
            "title eq 'filtered' and emails[type eq 'work' and value co '@work']",
            "title eq 'filtered' and not (emails[type eq 'home' and value co '@work'])",
            "emails[type eq 'work'].value eq 'flo@work.org'",
            "emails.value sw 'flo@w'",
            "name.familyName eq 'o\\\"hara'",
            "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq 'flo'",
            "URN:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq 'TOOLS'",
            "id eq '" + flo + "' and manager eq '77'",
            "id eq '" + flo + "' and active eq 'True'",
            "userName sw 'filter-' and title pr and name.givenName pr",
            "userName eq 'filter-flo' or userName eq 'filter-flo' and title eq 'no'",
            "meta.created gt '2020-01-01T00:00:00+02:00' and userName ew 'er-flo'",
            "(emails.value ge 'flo@w' and emails.value lt 'flo@x') and userName co 'lter-f'")) {
      assertThat(names(bridge.scim.find("/Users", filter)))
          .as(filter)
          .containsExactly("filter-flo");
    }
    for (String filter :
        List.of(
            "active gt true",
            "x509Certificates.value gt 'MA=='",
            "meta.location eq 'x'",
            "userName eq",
            "(".repeat(60) + "userName pr" + ")".repeat(60))) {
      Answer refused = bridge.scim.find("/Users", filter).isError(400);
      assertThat(refused.at("/scimType")).isEqualTo("invalidFilter");
    }
  }

  @Test
  void aSearchByPostAnswersAsAQueryDoesAndTheRootKnowsAllTypes() throws Exception {
    user("root-one", ",'nickName':'rooted'");
    user("root-two", ",'nickName':'Rooted'");
    post("/Groups", "{'displayName':'root-group','externalId':'rooted'}");
    String body =
        "{%s,'filter':'nickName eq \\\"rooted\\\"','sortBy':'userName','sortOrder':'descending',"
            + "'attributes':['userName'],'startIndex':1,'count':1}";
    for (String method : List.of("POST", "PUT")) {
      Answer searched =
          bridge.scim.send(method, "/Users/.search", body.formatted(SEARCH).replace("\\\\", "\\"));
      assertThat(searched.status()).as(searched.raw().body()).isEqualTo(200);
      assertThat(searched.at("/totalResults")).isEqualTo("2");
      assertThat(searched.at("/Resources/0/userName")).isEqualTo("root-two");
      assertThat(searched.json().at("/Resources/0/nickName").isMissingNode()).isTrue();
    }
    String either = "nickName eq 'rooted' or externalId eq 'rooted'";
    for (String root : List.of("", "/")) {
      assertThat(names(bridge.scim.find(root, either)))
          .containsExactlyInAnyOrder("root-one", "root-two", "root-group");
    }
    assertThat(names(bridge.scim.find("", "not (nickName pr) and displayName sw 'root'")))
        .containsExactly("root-group");
    assertThat(names(bridge.scim.find("", "meta.resourceType eq 'User' and userName sw 'root-'")))
        .containsExactlyInAnyOrder("root-one", "root-two");
    Answer sorted = bridge.scim.get("?filter=" + encoded(either) + "&sortBy=userName");
    assertThat(sorted.at("/Resources/2/displayName")).isEqualTo("root-group");
    bridge.scim.find("", "colour eq 'red'").isError(400);
    bridge.scim.send("DELETE", "/Users/.search", (String) null).isError(405);
    bridge.scim.send("POST", "/.search", "[1]").isError(400);
  }

  @Test
  void cursorsWalkForthAndBackAndBelongToOneQuestion() throws Exception {
    for (int i = 0; i < 7; i++) {
      user("cursor-" + i, "");
    }
    String query = "/Users?filter=" + encoded("userName sw 'cursor-'") + "&sortBy=userName";
    List<String> walked = new ArrayList<>();
    Answer page = bridge.scim.get(query + "&count=3&cursor");
    assertThat(page.json().has("previousCursor")).isFalse();
    String second = page.at("/nextCursor");
    while (true) {
      page.json().get("Resources").forEach(one -> walked.add(one.get("userName").asText()));
      assertThat(page.at("/totalResults")).isEqualTo("7");
      if (!page.json().has("nextCursor")) {
        break;
      }
      page = bridge.scim.get(query + "&cursor=" + page.at("/nextCursor"));
      assertThat(page.json().has("previousCursor")).isTrue();
    }
    assertThat(walked)
        .containsExactly(
            "cursor-0", "cursor-1", "cursor-2", "cursor-3", "cursor-4", "cursor-5", "cursor-6");
    Answer back = bridge.scim.get(query + "&cursor=" + page.at("/previousCursor"));
    assertThat(back.at("/Resources/0/userName")).isEqualTo("cursor-3");

    assertThat(bridge.scim.get(query + "&count=4&cursor=" + second).isError(400).at("/scimType"))
        .isEqualTo("invalidCount");
    for (String other :
        List.of(
            "/Users?sortBy=userName&cursor=" + second,
            "/Groups?cursor=" + second,
            query + "&sortOrder=descending&cursor=" + second,
            query + "&cursor=" + second.substring(1),
            query + "&cursor=nonsense")) {
      assertThat(bridge.scim.get(other).isError(400).at("/scimType")).isEqualTo("invalidCursor");
    }
  }

  @Test
  void attributesChooseFromEveryAnswerAndElementsByTheirValues() throws Exception {
    String id =
        user(
            "project",
            ",'title':'T','emails':[{'type':'work','value':'w@x'},{'type':'home','value':'h@x'}]");
    String path = "/Users/" + id;
    String work = "attributes=" + encoded("emails[type eq 'work'].value,title");
    Answer read = bridge.scim.get(path + "?" + work);
    assertThat(read.json().at("/emails").toString()).isEqualTo("[{\"value\":\"w@x\"}]");
    assertThat(read.at("/title")).isEqualTo("T");
    assertThat(read.json().has("userName")).isFalse();
    Answer without =
        bridge.scim.get(path + "?excludedAttributes=" + encoded("emails[type eq 'work']"));
    assertThat(without.json().at("/emails")).hasSize(1);
    assertThat(without.at("/emails/0/type")).isEqualTo("home");
    String patch =
        "{" + ScimHttp.PATCH + ",'Operations':[{'op':'replace','path':'title','value':'%s'}]}";
    for (Answer written :
        List.of(
            bridge.scim.send("PATCH", path + "?attributes=title", patch.formatted("U")),
            bridge.scim.send(
                "PUT", path + "?attributes=title", "{'userName':'project','title':'U'}"),
            bridge.scim.send("POST", "/Users?attributes=title", "{'userName':'p2','title':'U'}"))) {
      assertThat(written.at("/title")).isEqualTo("U");
      assertThat(written.json().has("userName")).isFalse();
      assertThat(written.json().has("meta")).isFalse();
      assertThat(written.header("ETag")).isNotBlank();
    }
  }

  @Test
  void everyPartOfTheMetadataCanBeChosenAndLeftOut() throws Exception {
    String path = "/Users/" + user("metadata", "");
    for (String part : List.of("created", "location", "resourceType")) {
      assertThat(bridge.scim.get(path + "?attributes=meta." + part).json().at("/meta"))
          .as(part)
          .hasSize(1);
      assertThat(
              bridge
                  .scim
                  .get(path + "?excludedAttributes=meta." + part)
                  .json()
                  .at("/meta")
                  .has(part))
          .as(part)
          .isFalse();
    }
    bridge
        .scim
        .get("/Users?filter=" + encoded("meta.location eq 'x'"))
        .isError(400, "filter by id instead");
  }

  @Test
  void theAnswerToACreationShowsTheGroupsThatWaitedForIt() throws Exception {
    String group = post("/Groups", "{'displayName':'waits','members':[{'value':'waited-for'}]}");
    Answer made = bridge.scim.send("POST", "/Users", "{'userName':'waited-for'}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.at("/groups/0/value")).isEqualTo(group);
  }

  @Test
  void aUserShowsDirectAndIndirectGroupsOnReadsAndWrites() throws Exception {
    String ada = user("nested-ada", "");
    String inner =
        post("/Groups", "{'displayName':'nested-inner','members':[{'value':'%s'}]}".formatted(ada));
    String outer =
        post(
            "/Groups",
            "{'displayName':'nested-outer','members':[{'value':'%s'}]}".formatted(inner));
    String patch =
        "{" + ScimHttp.PATCH + ",'Operations':[{'op':'replace','path':'title','value':'x'}]}";
    for (Answer answer :
        List.of(
            bridge.scim.get("/Users/" + ada), bridge.scim.send("PATCH", "/Users/" + ada, patch))) {
      assertThat(answer.json().at("/groups")).hasSize(2);
      assertThat(answer.at("/groups/0/value")).isEqualTo(inner);
      assertThat(answer.at("/groups/0/type")).isEqualTo("direct");
      assertThat(answer.at("/groups/1/value")).isEqualTo(outer);
      assertThat(answer.at("/groups/1/type")).isEqualTo("indirect");
      assertThat(answer.at("/groups/1/display")).isEqualTo("nested-outer");
    }
    assertThat(names(bridge.scim.find("/Users", "groups eq '" + outer + "'")))
        .containsExactly("nested-ada");
    assertThat(names(bridge.scim.find("/Users", "groups.display eq 'NESTED-outer'")))
        .containsExactly("nested-ada");
    Answer replaced =
        bridge.scim.send(
            "PUT",
            "/Groups/" + outer,
            "{'displayName':'nested-outer','members':[{'value':'%s'}]}".formatted(inner));
    assertThat(replaced.at("/members/0/display")).isEqualTo("nested-inner");
    assertThat(replaced.at("/members/0/type")).isEqualTo("Group");
    assertThat(replaced.at("/members/0/$ref")).endsWith("/Groups/" + inner);
  }

  @Test
  void aGroupOfManyMembersIsSentWhole() throws Exception {
    String first = user("many-first", "");
    String ids = people(2_300);
    String group = post("/Groups", "{'displayName':'many','members':[{'value':'" + first + "'}]}");
    Answer added =
        bridge.scim.send(
            "PATCH",
            "/Groups/" + group + "?attributes=members",
            "{%s,'Operations':[{'op':'add','path':'members','value':[%s]}]}"
                .formatted(ScimHttp.PATCH, ids));
    for (Answer answer :
        List.of(
            added,
            bridge.scim.get("/Groups/" + group),
            bridge.scim.send(
                "PUT",
                "/Groups/" + group,
                "{'displayName':'many','members':[{'value':'%s'},%s]}".formatted(first, ids)))) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().get("members")).hasSize(2_301);
      assertThat(answer.at("/members/2300/display")).startsWith("many-");
    }
    Answer listed = bridge.scim.find("/Groups", "displayName sw 'many'");
    assertThat(listed.json().at("/Resources/0/members")).hasSize(2_301);
    assertThat(listed.at("/Resources/0/meta/resourceType")).isEqualTo("Group");
    Answer without = bridge.scim.get("/Groups/" + group + "?excludedAttributes=members");
    assertThat(without.json().has("members")).isFalse();
  }

  /** So many new users as a list of members. */
  private static String people(int count) throws Exception {
    List<java.util.concurrent.Future<String>> made = new ArrayList<>();
    try (var threads = java.util.concurrent.Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < count; i++) {
        String name = "many-" + i;
        made.add(threads.submit(() -> user(name, "")));
      }
    }
    List<String> members = new ArrayList<>();
    for (var one : made) {
      members.add("{'value':'" + one.get() + "'}");
    }
    return String.join(",", members);
  }
}
