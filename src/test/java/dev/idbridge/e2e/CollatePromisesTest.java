package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.OpenMetadataSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Collate, which is OpenMetadata, says of provisioning, kept by the bridge: from HTTP to
 * OpenMetadata's simulator.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CollatePromisesTest {
  @TempDir static Path folder;
  private static OpenMetadataSimulator collate;
  private static Bridge bridge;
  private static ScimHttp idp;
  private static Path secret;
  private static String department;
  private static String ada;
  private static String bob;
  private static String stewards;

  @BeforeAll
  static void start() throws Exception {
    collate = new OpenMetadataSimulator();
    collate.addRole("DataSteward");
    String unit = collate.addTeam("Corporate", "BusinessUnit", "");
    department = collate.addTeam("OM_Finance", "Department", unit);
    collate.join(collate.addUser("treasurer", true), department);
    secret = Files.writeString(folder.resolve("bot"), OpenMetadataSimulator.TOKEN);
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "collate",
                """
                connector: openmetadata
                settings: {base-url: "%s", token: "${file:%s}"}
                teams: {groups: {prefix: OM_}}
                roles: {rules: [{group: OM_Stewards, role: DataSteward, to: team}]}
                """
                    .formatted(collate.url(), secret)));
    idp = bridge.scim;
    ada = idp.user("ada");
    bob = idp.user("bob");
  }

  @AfterAll
  static void stop() {
    bridge.close();
    collate.close();
  }

  private static JsonNode team(String name) {
    return collate.teams().stream()
        .filter(team -> team.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no team " + name));
  }

  private static JsonNode user(String name) {
    return collate.users().stream()
        .filter(user -> user.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no user " + name));
  }

  @Test
  @Order(1)
  void aGroupThatIsNowhereBecomesATeamOfTypeGroupAtTheRoot() throws Exception {
    stewards = idp.group("OM_Stewards", ada);
    idp.group("Canteen", ada, bob);
    bridge.soon(
        () -> {
          JsonNode made = team("OM_Stewards");
          assertThat(made.path("teamType").asText()).isEqualTo("Group");
          assertThat(made.path("parents").path(0)).isEqualTo(team("Organization").path("id"));
          assertThat(collate.members(made.path("id").asText())).containsExactly("ada");
          assertThat(collate.roles(made.path("id").asText(), true)).containsExactly("DataSteward");
        });
    assertThat(collate.teams())
        .as("a group without the prefix reaches nobody")
        .noneMatch(team -> team.path("name").asText().equals("Canteen"));
  }

  @Test
  @Order(2)
  void ofATeamThatIsAnywhereInTheHierarchyOnlyMembersAreAddedAndRemoved() throws Exception {
    JsonNode before = team("OM_Finance");
    String finance = idp.group("OM_Finance", ada, bob);
    bridge.soon(
        () ->
            assertThat(collate.members(department))
                .containsExactlyInAnyOrder("treasurer", "ada", "bob"));
    idp.remove(finance, bob);
    idp.replace("/Groups/" + finance, "displayName", "'OM_Money'");
    bridge.soon(() -> assertThat(collate.members(department)).containsExactly("treasurer", "ada"));
    idp.delete("/Groups/" + finance);
    bridge.soon(() -> assertThat(collate.members(department)).containsExactly("treasurer"));
    assertThat(team("OM_Finance")).as("its type, place and name stay").isEqualTo(before);
  }

  @Test
  @Order(3)
  void aUserIsUpdatedDeactivatedAndBroughtBackAsTheSameUser() throws Exception {
    String id = user("ada").path("id").asText();
    idp.replace("/Users/" + ada, "displayName", "'Countess'");
    bridge.soon(() -> assertThat(user("ada").path("displayName").asText()).isEqualTo("Countess"));
    String team = team("OM_Stewards").path("id").asText();
    idp.active(ada, false);
    bridge.soon(
        () -> {
          assertThat(user("ada").path("deleted").asBoolean()).as("softly").isTrue();
          assertThat(collate.members(team)).isEmpty();
        });
    idp.active(ada, true);
    bridge.soon(
        () -> {
          assertThat(user("ada").path("deleted").asBoolean()).isFalse();
          assertThat(collate.members(team)).containsExactly("ada");
        });
    assertThat(user("ada").path("id").asText()).isEqualTo(id);
  }

  @Test
  @Order(4)
  void theConnectionIsTestedAUserProvisionedOnDemandAndProvisioningPaused() throws Exception {
    assertThat(bridge.verb(0, "app", "test", "collate").out()).contains("collate");
    bridge.verb(0, "app", "pause", "collate", "--reason", "migration");
    idp.user("cyd");
    assertThat(bridge.verb(1, "app", "provision", "--user", "cyd", "--app", "collate").err())
        .contains("paused");
    assertThat(collate.users()).noneMatch(user -> user.path("name").asText().equals("cyd"));
    assertThat(collate.members(team("OM_Stewards").path("id").asText()))
        .as("nobody's access goes meanwhile")
        .containsExactly("ada");

    bridge.verb(0, "app", "resume", "collate");
    assertThat(bridge.verb(0, "app", "provision", "--user", "cyd", "--app", "collate").err())
        .contains("as it should be");
    assertThat(user("cyd").path("email").asText()).isEqualTo("cyd@example.com");
  }

  @Test
  @Order(5)
  void aBotsTokenThatIsRevokedParksTheAppAndLosesNothing() throws Exception {
    collate.token("another");
    String dan = idp.user("dan");
    idp.add(stewards, dan);
    bridge.soon(
        () ->
            assertThat(bridge.verb(0, "status").out())
                .containsPattern("collate +openmetadata +auth-failed"));
    assertThat(bridge.verb(0, "dead-letters", "list", "--json").out()).isEmpty();

    Files.writeString(secret, "another");
    assertThat(bridge.verb(0, "app", "test", "collate").out()).contains("collate");
    bridge.soon(
        () ->
            assertThat(collate.members(team("OM_Stewards").path("id").asText()))
                .containsExactly("ada", "dan"));
  }
}
