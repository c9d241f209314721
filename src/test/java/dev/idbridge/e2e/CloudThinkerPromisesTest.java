package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What CloudThinker says of provisioning, kept by the bridge: from HTTP to a SCIM service of
 * others.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CloudThinkerPromisesTest {
  @TempDir static Path folder;
  private static ScimApp thinker;
  private static Held held;
  private static Bridge bridge;
  private static ScimHttp idp;
  private static String ada;
  private static String operators;

  @BeforeAll
  static void start() throws Exception {
    thinker = new ScimApp();
    held = new Held.InScim(thinker);
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "thinker",
                """
                connector: scim
                settings: {base-url: "%s", token: "%s", user-roles: true}
                accounts: {on-user-delete: delete}
                roles: {default: viewer, rules: [{group: Operators, team: Production, role: admin}]}
                """
                    .formatted(thinker.baseUrl(), ScimApp.TOKEN)));
    idp = bridge.scim;
  }

  @AfterAll
  static void stop() {
    bridge.close();
    thinker.close();
  }

  private static List<String> roles(String userName) {
    return thinker.users().stream()
        .filter(user -> user.getUserName().orElse("").equals(userName))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no account " + userName))
        .getRoles()
        .stream()
        .map(role -> role.getValue().orElse(""))
        .sorted()
        .toList();
  }

  private static String base(String directory) {
    return idp.base.replace("/scim/v2", "/scim/" + directory + "/v2");
  }

  @Test
  @Order(1)
  void groupsAppearForMappingWhenTheIdentityProviderHasPushedThem() throws Exception {
    assertThat(bridge.verb(0, "group", "list").err())
        .contains("they appear when the identity provider has pushed them");
    ada = idp.user("ada");
    operators = idp.group("Operators", ada);
    assertThat(bridge.verb(0, "group", "list").out()).contains("Operators");
  }

  @Test
  @Order(2)
  void aGroupGivesItsWorkspaceAndRoleAndEverybodyHasTheConnectionsOwn() throws Exception {
    idp.user("bob");
    bridge.soon(
        () -> {
          assertThat(held.members("Production")).containsExactly("ada");
          assertThat(roles("ada")).containsExactly("admin", "viewer");
          assertThat(roles("bob")).containsExactly("viewer");
        });
    assertThat(held.teams()).as("the group has none of its own name").containsExactly("Production");
  }

  @Test
  @Order(3)
  void leavingAGroupTakesItsRoleAndNotTheAccount() throws Exception {
    idp.remove(operators, ada);
    bridge.soon(
        () -> {
          assertThat(held.members("Production")).isEmpty();
          assertThat(roles("ada")).containsExactly("viewer");
        });
    assertThat(held.accounts()).containsExactly("ada", "bob");
  }

  @Test
  @Order(4)
  void everyActIsOneLineWithTimeActionResourceAndStatus() throws Exception {
    thinker.addUser("cyd", true);
    String cyd = idp.user("cyd");
    String late = idp.group("Late", cyd, "nobody-yet");
    idp.patch("/Users/" + cyd, "{'op':'replace','path':'userName','value':'ada'}").isError(409);
    bridge.soon(() -> assertThat(held.members("Late")).containsExactly("cyd"));
    List<JsonNode> lines = bridge.syncLog();
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.path("at").asText()).matches("\\d{4}-.*Z");
              assertThat(line.path("action").asText()).isNotEmpty();
              assertThat(line.path("result").asText()).isIn("SUCCESS", "SKIPPED", "FAILED");
            });
    assertThat(bridge.syncLog("--result", "SKIPPED", "--resource", late).getFirst().path("reason"))
        .asString()
        .contains("nobody-yet");
    assertThat(bridge.syncLog("--result", "FAILED", "--user", "cyd").getFirst().path("reason"))
        .asString()
        .contains("userName 'ada' is taken");
  }

  @Test
  @Order(5)
  void anAddressOfAnotherOrganizationIsRefusedAndSaid() throws Exception {
    bridge.verb(0, "directory", "create", "berlin");
    bridge.verb(0, "directory", "set", "berlin", "foreign-emails=refuse");
    ScimHttp berlin =
        new ScimHttp(
            base("berlin"),
            bridge.verb(0, "token", "create", "--directory", "berlin").out().strip());
    ScimHttp.Answer refused =
        berlin.send(
            "POST",
            "/Users",
            "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'ada',"
                + "'emails':[{'value':'ADA@example.com'}]}");
    refused.isError(409, "ada@example.com", "another directory");
    assertThat(refused.at("/scimType")).isEqualTo("uniqueness");
    assertThat(bridge.syncLog("--direction", "in", "--result", "FAILED").getFirst().path("reason"))
        .asString()
        .contains("another directory");
  }

  @Test
  @Order(6)
  void aDeletedUserIsDeletedWhereTheFileSaysSo() throws Exception {
    idp.delete("/Users/" + ada);
    bridge.soon(() -> assertThat(held.accounts()).containsExactly("bob", "cyd"));
  }

  @Test
  @Order(7)
  void anotherModeEndsTheTokenAtOnceAndUsersStay() throws Exception {
    assertThat(bridge.verb(2, "directory", "mode", "default", "manual").err())
        .contains("idp", "--yes");
    bridge.verb(0, "directory", "mode", "default", "manual", "--yes");
    idp.get("/Users").isError(401, "'idp'", "MANUAL");
    assertThat(held.accounts()).containsExactly("bob", "cyd");
    assertThat(bridge.verb(0, "user", "list").out()).contains("bob", "cyd");
  }
}
