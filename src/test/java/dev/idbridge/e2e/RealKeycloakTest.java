package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Keycloak;
import dev.idbridge.testing.KeycloakAdmin;
import dev.idbridge.testing.KeycloakServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What an identity provider sends arrives in the real Keycloak, through restarts of both. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealKeycloakTest {
  private static final Duration SOON = Duration.ofSeconds(40);
  @TempDir static Path folder;

  private static KeycloakServer keycloak;
  private static KeycloakAdmin admin;
  private static Bridge bridge;
  private static ServedBridge daemon;
  private static ScimHttp idp;
  private static String finance;
  private static String vault;

  @BeforeAll
  static void start() throws Exception {
    keycloak = KeycloakServer.fresh();
    admin = new KeycloakAdmin(keycloak.url());
    finance = admin.addGroup(admin.addGroup("", "Corporate"), "Finance");
    admin.join(admin.addUser("treasurer", true), finance);
    vault = admin.addGroup(finance, "Vault");
    admin.addRole("", "deployer");
    admin.addRole("", "auditor");
    admin.addClient("invoices");
    admin.addRole("invoices", "clerk");
    bridge = new Bridge(DatabaseKind.H2, folder, Map.of("sso", app()));
    daemon = bridge.daemon;
    idp = bridge.scim;
  }

  private static String app() {
    return """
    connector: keycloak
    settings: {base-url: "%s", realm: %s, client-secret: "%s"}
    roles:
      rules:
        - {group: Release, role: deployer, to: members}
        - {group: Release, role: clerk, resource: invoices, to: team}
    """
        .formatted(keycloak.url(), Keycloak.REALM, Keycloak.SECRET);
  }

  @AfterAll
  static void stop() {
    if (daemon != null) {
      daemon.close();
      bridge.close();
    }
    if (admin != null) {
      admin.close();
    }
  }

  private static void soon(Wait.Assertions claim) throws Exception {
    try {
      Wait.until(SOON, claim);
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + "\n" + daemon.verb("sync-log").out() + daemon.verb("status").out(), e);
    }
  }

  private static JsonNode user(String name) {
    List<JsonNode> found = admin.users(name);
    assertThat(found).as(name).hasSize(1);
    return admin.user(found.getFirst().path("id").asText());
  }

  private static String group(String name) {
    List<JsonNode> found = admin.groups(name);
    assertThat(found).as(name).hasSize(1);
    return found.getFirst().path("id").asText();
  }

  private static String ada;
  private static String bob;
  private static String cyd;
  private static String books;
  private static String ops;
  private static String dan;

  @Test
  @Order(1)
  void usersBecomeAccountsThatSayWhatTheIdpSays() throws Exception {
    String there = admin.addUser("cyd", true);
    ada = idp.user("ada");
    bob = idp.user("bob");
    cyd = idp.user("cyd");

    soon(
        () -> {
          for (String name : List.of("ada", "bob", "cyd")) {
            JsonNode account = user(name);
            assertThat(account.path("email").asText()).isEqualTo(name + "@example.com");
            assertThat(account.path("firstName").asText()).isEqualTo("G " + name);
            assertThat(account.path("enabled").asBoolean()).isTrue();
            assertThat(account.path("attributes").path("externalId").path(0).asText())
                .isEqualTo("x-" + name);
          }
        });
    assertThat(user("cyd").path("id").asText()).as("adopted").isEqualTo(there);
  }

  @Test
  @Order(2)
  void aGroupThatStandsDeepInTheTreeIsAdoptedWhereItIsWithItsForeignMembers() throws Exception {
    books = idp.group("FINANCE", ada, bob);

    soon(
        () ->
            assertThat(admin.members(finance))
                .containsExactlyInAnyOrder("treasurer", "ada", "bob"));
    idp.replace("/Groups/" + books, "displayName", "'Money'");
    idp.remove(books, bob);
    soon(() -> assertThat(admin.members(finance)).containsExactlyInAnyOrder("treasurer", "ada"));
    assertThat(admin.call("GET", "/groups/" + finance, null).path("path").asText())
        .isEqualTo("/Corporate/Finance");
    assertThat(admin.groups("Money")).isEmpty();
    assertThat(admin.call("GET", "/groups/" + vault, null).path("parentId").asText())
        .isEqualTo(finance);
  }

  @Test
  @Order(3)
  void aGroupThatIsNowhereIsMadeAtTheRootAsTypeGroupAndFollowsItsName() throws Exception {
    ops = idp.group("Ops", ada, bob, cyd);

    soon(
        () ->
            assertThat(admin.members(group("Ops"))).containsExactlyInAnyOrder("ada", "bob", "cyd"));
    String made = group("Ops");
    JsonNode shown = admin.call("GET", "/groups/" + made, null);
    assertThat(shown.has("parentId")).isFalse();
    assertThat(shown.path("attributes").path("teamType").path(0).asText()).isEqualTo("group");
    idp.replace("/Groups/" + ops, "displayName", "'Operations'");
    idp.replace("/Users/" + ada, "userName", "'augusta'");
    soon(
        () -> {
          assertThat(group("Operations")).isEqualTo(made);
          assertThat(admin.members(made)).containsExactlyInAnyOrder("augusta", "bob", "cyd");
        });
  }

  @Test
  @Order(4)
  void whoIsDeactivatedIsDisabledAndOutOfOurGroupsUntilReactivated() throws Exception {
    idp.active(cyd, false);
    soon(
        () -> {
          assertThat(user("cyd").path("enabled").asBoolean()).isFalse();
          assertThat(admin.members(group("Operations")))
              .containsExactlyInAnyOrder("augusta", "bob");
        });
    idp.active(cyd, true);
    soon(
        () -> {
          assertThat(user("cyd").path("enabled").asBoolean()).isTrue();
          assertThat(admin.members(group("Operations")))
              .containsExactlyInAnyOrder("augusta", "bob", "cyd");
        });
  }

  @Test
  @Order(5)
  void whatHappensWhileKeycloakIsDownArrivesAfterTheBridgeAndKeycloakStartedAgain()
      throws Exception {
    keycloak.stop();
    try {
      dan = idp.user("dan");
      idp.add(ops, dan);
      idp.remove(ops, bob);
      idp.active(bob, false);
      assertThat(daemon.stop()).isIn(0, 143);
      daemon = new ServedBridge(bridge.conf, bridge.data);
      idp = Bridge.client(daemon);
    } finally {
      keycloak.start();
    }

    soon(
        () -> {
          assertThat(admin.members(group("Operations")))
              .containsExactlyInAnyOrder("augusta", "cyd", "dan");
          assertThat(user("bob").path("enabled").asBoolean()).isFalse();
        });
    assertThat(admin.members(finance)).containsExactlyInAnyOrder("treasurer", "augusta");
  }

  private static List<String> roles(String userName) {
    return admin.granted("users", user(userName).path("id").asText(), "");
  }

  @Test
  @Order(6)
  void realmAndClientRolesFollowTheRulesAndWhatOthersGrantedStays() throws Exception {
    admin.grant("users", user("augusta").path("id").asText(), "", "auditor");
    List<String> at = roles("dan");
    String release = idp.group("Release", ada, dan);

    soon(
        () -> {
          assertThat(roles("augusta")).contains("deployer", "auditor");
          assertThat(roles("dan")).contains("deployer");
          assertThat(admin.granted("groups", group("Release"), "invoices"))
              .containsExactly("clerk");
        });

    idp.remove(release, ada);
    idp.active(dan, false);
    soon(
        () -> {
          assertThat(roles("augusta")).contains("auditor").doesNotContain("deployer");
          assertThat(roles("dan")).isEqualTo(at);
        });
    idp.active(dan, true);
    soon(
        () -> {
          assertThat(user("dan").path("enabled").asBoolean()).isTrue();
          assertThat(admin.members(group("Release"))).containsExactly("dan");
        });
    assertThat(roles("dan")).as("nobody has granted it anew").doesNotContain("deployer");
  }

  @Test
  @Order(7)
  void aGroupInAGroupStandsUnderItInTheTree() throws Exception {
    String region = idp.group("Region");
    String city = idp.group("City", ada);
    soon(() -> assertThat(admin.members(group("City"))).containsExactly("augusta"));

    idp.add(region, city);

    soon(
        () ->
            assertThat(
                    admin.call("GET", "/groups/" + group("City"), null).path("parentId").asText())
                .isEqualTo(group("Region")));
    assertThat(admin.members(group("City"))).containsExactly("augusta");
    assertThat(admin.members(group("Region"))).isEmpty();
    idp.remove(region, city);
    soon(
        () ->
            assertThat(admin.call("GET", "/groups/" + group("City"), null).has("parentId"))
                .isFalse());
  }

  @Test
  @Order(8)
  void deletedGroupsGoWhenTheyAreOursAndEmptyAndStayWhenTheyAreNot() throws Exception {
    idp.delete("/Groups/" + books);
    idp.delete("/Groups/" + ops);
    idp.delete("/Users/" + cyd);

    soon(
        () -> {
          assertThat(admin.groups("Operations")).isEmpty();
          assertThat(admin.members(finance)).containsExactly("treasurer");
          assertThat(user("cyd").path("enabled").asBoolean()).isFalse();
        });
    assertThat(admin.call("GET", "/groups/" + vault, null).path("name").asText())
        .isEqualTo("Vault");
    assertThat(daemon.verb("dead-letters", "list", "--json").out()).isEmpty();
  }
}
