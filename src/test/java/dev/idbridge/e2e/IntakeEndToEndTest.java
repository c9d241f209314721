package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import de.captaingoldfish.scim.sdk.client.ScimClientConfig;
import de.captaingoldfish.scim.sdk.client.ScimRequestBuilder;
import de.captaingoldfish.scim.sdk.client.response.ServerResponse;
import de.captaingoldfish.scim.sdk.common.constants.EndpointPaths;
import de.captaingoldfish.scim.sdk.common.constants.enums.Comparator;
import de.captaingoldfish.scim.sdk.common.constants.enums.PatchOp;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.Name;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Email;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Member;
import de.captaingoldfish.scim.sdk.common.response.ListResponse;
import dev.idbridge.ServedBridge;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the whole daemon answers, to good requests and bad ones, on each store. */
@ParameterizedClass
@EnumSource
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IntakeEndToEndTest {
  private static Bridge bridge;

  @Parameter DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) throws Exception {
    bridge =
        new Bridge(
            kind, Files.createTempDirectory("idbridge-intake"), Map.of("show", "connector: log\n"));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    bridge.close();
  }

  private static void isWell(ServerResponse<?> answer, int status) {
    assertThat(answer.getHttpStatus()).as(answer.getResponseBody()).isEqualTo(status);
    assertThat(answer.isSuccess()).as(answer.getResponseBody()).isTrue();
  }

  @Test
  @Order(1)
  void aForeignClientWorksWithTheDaemon() throws Exception {
    ScimClientConfig config =
        ScimClientConfig.builder()
            .httpHeaders(Map.of("Authorization", "Bearer " + bridge.scim.token))
            .build();
    try (ScimRequestBuilder client = new ScimRequestBuilder(bridge.scim.base, config)) {
      User ada =
          User.builder()
              .userName("foreign-ada")
              .externalId("f-1")
              .name(Name.builder().givenName("Ada").familyName("Lovelace").build())
              .emails(List.of(Email.builder().value("fa@x.example").type("work").build()))
              .active(true)
              .build();
      ServerResponse<User> created =
          client.create(User.class, EndpointPaths.USERS).setResource(ada).sendRequest();
      isWell(created, 201);
      String id = created.getResource().getId().orElseThrow();
      assertThat(
              client
                  .create(User.class, EndpointPaths.USERS)
                  .setResource(ada)
                  .sendRequest()
                  .getErrorResponse()
                  .getScimType())
          .contains("uniqueness");

      ServerResponse<User> patched =
          client
              .patch(User.class, EndpointPaths.USERS, id)
              .addOperation()
              .op(PatchOp.REPLACE)
              .path("name.givenName")
              .value("Augusta")
              .build()
              .sendRequest();
      isWell(patched, 200);
      assertThat(patched.getResource().getName().orElseThrow().getGivenName()).contains("Augusta");

      for (String[] filter :
          new String[][] {
            {"userName", "FOREIGN-ADA"},
            {"externalId", "f-1"},
            {"id", id},
            {"emails.value", "fa@x.example"}
          }) {
        ServerResponse<ListResponse<User>> found =
            client
                .list(User.class, EndpointPaths.USERS)
                .filter(filter[0], Comparator.EQ, filter[1])
                .build()
                .get()
                .sendRequest();
        isWell(found, 200);
        assertThat(found.getResource().getListedResources())
            .as(filter[0])
            .hasSize(1)
            .allMatch(user -> user.getId().orElse("").equals(id));
      }

      ServerResponse<Group> group =
          client
              .create(Group.class, EndpointPaths.GROUPS)
              .setResource(
                  Group.builder()
                      .displayName("Foreign Engines")
                      .members(List.of(Member.builder().value(id).build()))
                      .build())
              .sendRequest();
      isWell(group, 201);
      String groupId = group.getResource().getId().orElseThrow();
      ServerResponse<Group> left =
          client
              .patch(Group.class, EndpointPaths.GROUPS, groupId)
              .addOperation()
              .op(PatchOp.REMOVE)
              .path("members[value eq \"" + id + "\"]")
              .build()
              .sendRequest();
      assertThat(left.getHttpStatus()).as(left.getResponseBody()).isBetween(200, 204);
      ServerResponse<Group> read =
          client.get(Group.class, EndpointPaths.GROUPS, groupId).sendRequest();
      isWell(read, 200);
      assertThat(read.getResource().getMembers()).isEmpty();
      ServerResponse<ListResponse<Group>> groups =
          client
              .list(Group.class, EndpointPaths.GROUPS)
              .filter("displayName", Comparator.EQ, "Foreign Engines")
              .build()
              .get()
              .sendRequest();
      assertThat(groups.getResource().getTotalResults()).isEqualTo(1);

      isWell(client.delete(Group.class, EndpointPaths.GROUPS, groupId).sendRequest(), 204);
      isWell(client.delete(User.class, EndpointPaths.USERS, id).sendRequest(), 204);
      assertThat(client.get(User.class, EndpointPaths.USERS, id).sendRequest().getHttpStatus())
          .isEqualTo(404);
    }
  }

  private static String total(String endpoint) throws Exception {
    return bridge.scim.get(endpoint + "?count=0").at("/totalResults");
  }

  @Test
  @Order(2)
  void badRequestsGetClearErrorsAndNothingIsStoredHalf() throws Exception {
    String users = total("/Users");
    String groups = total("/Groups");
    ScimHttp idp = bridge.scim;

    idp.send("POST", "/Users", "{'userName':").isError(400);
    idp.send("POST", "/Users", "[]").isError(400);
    idp.send("POST", "/Users", "{'userName':'half','active':'perhaps'}").isError(400, "active");
    idp.send("POST", "/Groups", "{'members':[{'value':'1'}]}").isError(400, "displayName");
    idp.get("/Nothing").isError(404, "Nothing");
    idp.send("PATCH", "/Users", "{}").isError(405, "GET, POST");
    idp.get("/Users/77777777").isError(404, "77777777");
    idp.find("/Users", "userName regex 'x'").isError(400);
    new ScimHttp(idp.base, "wrong").get("/Users").isError(401, "token");
    new ScimHttp(idp.base, "wrong").send("POST", "/Users", "{'userName':'half'}").isError(401);
    new ScimHttp(idp.base.replace("/scim/v2", "/scim/nowhere/v2"), idp.token)
        .get("/Users")
        .isError(401, "nowhere");
    new ScimHttp(idp.base.replace("/scim/v2", ""), idp.token).get("/else").isError(404, "/scim/v2");

    assertThat(total("/Users")).isEqualTo(users);
    assertThat(total("/Groups")).isEqualTo(groups);
    assertThat(bridge.syncLog("--direction", "in", "--result", "failed"))
        .as("refused writes are in the sync log")
        .anyMatch(line -> line.path("status").asInt() == 400);
  }

  @Test
  @Order(3)
  void aBodyOverTheLimitIsRefusedWithLengthAndWithout() throws Exception {
    String users = total("/Users");
    byte[] large =
        ("{\"userName\":\"large\",\"displayName\":\"" + "x".repeat(17 << 20) + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    for (BodyPublisher body :
        List.of(
            BodyPublishers.ofByteArray(large),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))) {
      for (int i = 0; i < 5; i++) {
        bridge.scim.send("POST", "/Users", body).isError(413, "larger than");
      }
    }
    assertThat(total("/Users")).isEqualTo(users);
  }

  @Test
  @Order(3)
  void theAdminApiIsNotOnTheIntakePort() throws Exception {
    String host = bridge.scim.base.replace("/scim/v2", "");
    ScimHttp asAdmin = new ScimHttp(host, bridge.daemon.adminToken());
    asAdmin.get("/admin/v1/status").isError(404);
    asAdmin.get("/observe/health").isError(404);
  }

  @Test
  @Order(4)
  void unknownMembersAreSkippedByNameAndTheKnownOnesApplied() throws Exception {
    String known = bridge.scim.user("known");
    String group = bridge.scim.group("Some unknown", known, "4711");
    bridge.scim.add(group, "4712", bridge.scim.user("known2"));

    assertThat(bridge.scim.members(group)).hasSize(2).contains(known);
    List<JsonNode> skipped = bridge.syncLog("--direction", "in", "--result", "skipped");
    assertThat(skipped).anyMatch(line -> line.toString().contains("4711"));
    assertThat(skipped).anyMatch(line -> line.toString().contains("4712"));
  }

  @Test
  @Order(5)
  void parallelPatchesOfOneGroupLoseNoMember() throws Exception {
    int threads = 8;
    int each = 12;
    String group = bridge.scim.group("Parallel");
    List<List<String>> users = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      List<String> own = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        own.add(bridge.scim.user("par-" + t + "-" + i));
      }
      users.add(own);
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Integer>> done = new ArrayList<>();
      for (List<String> own : users) {
        done.add(
            pool.submit(
                () -> {
                  for (String user : own) {
                    bridge.scim.add(group, user);
                  }
                  // Each takes its own first one out again, while the others add.
                  bridge.scim.remove(group, own.getFirst());
                  return own.size();
                }));
      }
      for (Future<Integer> one : done) {
        assertThat(one.get()).isEqualTo(each);
      }
    }
    List<String> expected =
        users.stream().flatMap(own -> own.subList(1, each).stream()).sorted().toList();
    assertThat(bridge.scim.members(group).stream().sorted().toList()).isEqualTo(expected);
  }

  @Test
  @Order(6)
  void theSchedulesAreKeptInTheStore() throws Exception {
    assertThat(
            bridge.rows("SELECT trigger_name FROM QRTZ_TRIGGERS WHERE trigger_group = 'idbridge'"))
        .contains("waiters", "parked");
    assertThat(bridge.rows("SELECT sched_name FROM QRTZ_SCHEDULER_STATE"))
        .as("the node that runs them")
        .hasSize(1);
  }

  /** What a verb prints, without what only a running daemon knows. */
  private static String facts(Ran ran) {
    assertThat(ran.code()).as(ran.err()).isZero();
    return String.join("\n", ran.out().lines().map(IntakeEndToEndTest::fact).toList());
  }

  private static String fact(String line) {
    JsonNode json = Json.tree(line);
    if (json instanceof com.fasterxml.jackson.databind.node.ObjectNode object) {
      List.of("pid", "started", "intake", "last_used", "last_address", "nodes")
          .forEach(object::remove);
      object
          .path("apps")
          .forEach(app -> ((com.fasterxml.jackson.databind.node.ObjectNode) app).remove("state"));
    }
    return json.toString();
  }

  @Test
  @Order(7)
  void verbsAnswerTheSameBesideADaemonAndWithoutOne() throws Exception {
    Wait.until(
        java.time.Duration.ofSeconds(30),
        () ->
            assertThat(bridge.daemon.verb("status", "--json").out())
                .doesNotContainPattern("\"(due|leased|backoff)\":"));
    assertThat(bridge.daemon.verb("token", "create", "--name", "second").code()).isZero();
    List<String[]> verbs =
        Stream.of(
                "token list --json",
                "status --json",
                "sync-log --json --limit 50",
                "sync-log --json --result skipped",
                "dead-letters list --json")
            .map(words -> words.split(" "))
            .toList();
    List<String> beside = verbs.stream().map(words -> facts(bridge.daemon.verb(words))).toList();

    assertThat(bridge.daemon.stop()).isZero();
    List<String> without =
        verbs.stream()
            .map(words -> facts(ServedBridge.verb(bridge.conf, bridge.data, words)))
            .toList();

    assertThat(without).isEqualTo(beside);
    String id =
        ServedBridge.verb(bridge.conf, bridge.data, "token", "list", "--json")
            .out()
            .lines()
            .map(Json::tree)
            .filter(token -> token.path("name").asText().equals("second"))
            .findFirst()
            .orElseThrow()
            .path("id")
            .asText();
    assertThat(ServedBridge.verb(bridge.conf, bridge.data, "token", "revoke", id, "--yes").code())
        .isZero();
    assertThat(ServedBridge.verb(bridge.conf, bridge.data, "token", "list").out())
        .containsPattern("second +full +revoked");
  }
}
