package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import de.captaingoldfish.scim.sdk.common.resources.User;
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

/** What Cerby says of provisioning, kept by the bridge: from HTTP to a SCIM service of others. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CerbyPromisesTest {
  @TempDir static Path folder;
  private static ScimApp cerby;
  private static Held held;
  private static Bridge bridge;
  private static ScimHttp idp;
  private static String ada;
  private static String eve;

  @BeforeAll
  static void start() throws Exception {
    cerby = new ScimApp();
    held = new Held.InScim(cerby);
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "cerby",
                """
                connector: scim
                settings: {base-url: "%s", token: "%s", user-roles: true}
                accounts: {require-username-equals-email: true}
                roles: {rules: [{group: Marketing, role: member}]}
                """
                    .formatted(cerby.baseUrl(), ScimApp.TOKEN)));
    idp = bridge.scim;
    ada = person("ada@example.com");
    idp.group("Marketing", ada);
  }

  @AfterAll
  static void stop() {
    bridge.close();
    cerby.close();
  }

  private static String person(String address) throws Exception {
    ScimHttp.Answer made =
        idp.send(
            "POST",
            "/Users",
            "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'%1$s',"
                    .formatted(address)
                + "'externalId':'x-%1$s','name':{'givenName':'A','familyName':'B'},"
                    .formatted(address)
                + "'emails':[{'value':'%s','type':'work','primary':true}]}".formatted(address));
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    return made.at("/id");
  }

  private static User account(String userName) {
    return cerby.users().stream()
        .filter(user -> user.getUserName().orElse("").equals(userName))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no account " + userName));
  }

  private static List<String> roles(String userName) {
    return account(userName).getRoles().stream().map(role -> role.getValue().orElse("")).toList();
  }

  @Test
  @Order(1)
  void groupsBecomeTeamsAndTheirMembersGetTheirRoles() throws Exception {
    bridge.soon(
        () -> {
          assertThat(held.members("Marketing")).containsExactly("ada@example.com");
          assertThat(roles("ada@example.com")).containsExactly("member");
        });
  }

  @Test
  @Order(2)
  void aUserNameThatIsNotTheEmailAddressFailsBeforeAnythingIsSent() throws Exception {
    eve = idp.user("eve");
    bridge.soon(
        () ->
            assertThat(bridge.syncLog("--app", "cerby", "--user", "eve", "--result", "FAILED"))
                .isNotEmpty());
    assertThat(bridge.verb(0, "dead-letters", "list").out())
        .contains("eve")
        .contains("require-username-equals-email");
    assertThat(cerby.made()).noneMatch(made -> made.name().startsWith("eve"));

    idp.replace("/Users/" + eve, "userName", "'eve@example.com'");
    bridge.soon(() -> assertThat(account("eve@example.com").isActive().orElseThrow()).isTrue());
    assertThat(bridge.verb(0, "dead-letters", "list", "--json").out()).isEmpty();
  }

  @Test
  @Order(3)
  void anotherNameAndAddressIsAnUpdateOfTheSameAccountAndTeam() throws Exception {
    String id = account("ada@example.com").getId().orElseThrow();
    assertThat(
            idp.patch(
                    "/Users/" + ada,
                    "{'op':'replace','value':{'userName':'ada@king.example.com',"
                        + "'emails':[{'value':'ada@king.example.com','type':'work','primary':true}]}}")
                .status())
        .isEqualTo(200);
    bridge.soon(
        () ->
            assertThat(held.accounts()).containsExactly("ada@king.example.com", "eve@example.com"));
    assertThat(account("ada@king.example.com").getId()).hasValue(id);
    assertThat(held.members("Marketing")).containsExactly("ada@king.example.com");
    assertThat(cerby.made()).filteredOn(made -> made.name().startsWith("ada")).hasSize(1);
  }

  @Test
  @Order(4)
  void whoIsDeactivatedLosesWhatWasGrantedAndKeepsTheAccount() throws Exception {
    String id = account("ada@king.example.com").getId().orElseThrow();
    idp.active(ada, false);
    bridge.soon(
        () -> {
          assertThat(held.accounts()).contains("-ada@king.example.com");
          assertThat(held.members("Marketing")).isEmpty();
          assertThat(roles("ada@king.example.com")).isEmpty();
        });
    assertThat(bridge.syncLog("--app", "cerby", "--user", ada))
        .as("what was taken is on record")
        .anyMatch(line -> line.path("action").asText().equals("REVOKE"));
    assertThat(account("ada@king.example.com").getId()).hasValue(id);
  }

  @Test
  @Order(5)
  void whoIsReactivatedIsBackAndTheRolesWaitForAPerson() throws Exception {
    idp.active(ada, true);
    bridge.soon(
        () -> {
          assertThat(held.accounts()).contains("ada@king.example.com");
          assertThat(held.members("Marketing")).containsExactly("ada@king.example.com");
          assertThat(bridge.verb(0, "grant", "list", "--user", ada).out())
              .containsPattern("cerby .*member .*suppressed");
        });
    assertThat(roles("ada@king.example.com")).isEmpty();

    bridge.verb(0, "grant", "restore", "--user", ada, "--app", "cerby");
    bridge.soon(() -> assertThat(roles("ada@king.example.com")).containsExactly("member"));
  }

  @Test
  @Order(6)
  void whoIsDeletedIsDisabledAndTheirDataStays() throws Exception {
    idp.delete("/Users/" + eve);
    bridge.soon(() -> assertThat(held.accounts()).contains("-eve@example.com"));
    assertThat(cerby.users()).hasSize(2);
  }
}
