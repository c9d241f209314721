package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.CockroachDbCloudSimulator;
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

/** What CockroachDB Cloud says of provisioning, kept by the bridge: from HTTP to its simulator. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CockroachDbCloudPromisesTest {
  private static final String ON_CLUSTER = "@" + CockroachDbCloudSimulator.CLUSTER;

  @TempDir static Path folder;
  private static CockroachDbCloudSimulator cloud;
  private static Bridge bridge;
  private static ScimHttp idp;
  private static String ada;
  private static String bob;
  private static String assigned;
  private static String engineering;
  private static String platform;

  @BeforeAll
  static void start() throws Exception {
    cloud = new CockroachDbCloudSimulator();
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "cloud",
                """
                connector: cockroachdb-cloud
                settings: {base-url: "%s", organization-id: "%s", token: "%s"}
                scope: {groups: [Assigned]}
                roles:
                  rules:
                    - {group: Engineering, role: CLUSTER_DEVELOPER, resource: "%s", to: members}
                    - {group: Engineering, role: CLUSTER_MONITOR, resource: "%s", to: team}
                """
                    .formatted(
                        cloud.url(),
                        CockroachDbCloudSimulator.ORGANIZATION,
                        CockroachDbCloudSimulator.TOKEN,
                        CockroachDbCloudSimulator.CLUSTER,
                        CockroachDbCloudSimulator.CLUSTER)));
    idp = bridge.scim;
  }

  @AfterAll
  static void stop() {
    bridge.close();
    cloud.close();
  }

  private static String account(String userName) {
    return cloud.scim.users().stream()
        .filter(user -> user.getUserName().orElse("").equals(userName))
        .map(user -> user.getId().orElseThrow())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no account " + userName));
  }

  private static String team(String name) {
    assertThat(cloud.scim.groups(name)).as(name).hasSize(1);
    return cloud.scim.groups(name).getFirst().getId().orElseThrow();
  }

  private static List<String> members(String team) {
    return new Held.InScim(cloud.scim).members(team);
  }

  @Test
  @Order(1)
  void aGroupMayBePushedBeforeItsMembersAreAssignedAndBringsThemRolesWhenTheyAre()
      throws Exception {
    ada = idp.user("ada");
    bob = idp.user("bob");
    engineering = idp.group("Engineering", ada);
    bridge.soon(
        () ->
            assertThat(cloud.roles(team("Engineering")))
                .containsExactly("CLUSTER_MONITOR" + ON_CLUSTER));
    assertThat(cloud.scim.users()).as("a pushed group makes no account").isEmpty();

    assigned = idp.group("Assigned", ada);
    bridge.soon(
        () -> {
          assertThat(members("Engineering")).containsExactly("ada");
          assertThat(cloud.roles(account("ada"))).containsExactly("CLUSTER_DEVELOPER" + ON_CLUSTER);
        });
  }

  @Test
  @Order(2)
  void rolesOfAGroupComeAndGoWithTheMembershipBesideThoseGrantedByHand() throws Exception {
    idp.add(assigned, bob);
    bridge.soon(() -> assertThat(account("bob")).isNotEmpty());
    cloud.grant(account("bob"), "BILLING_VIEWER");
    idp.add(engineering, bob);
    bridge.soon(
        () ->
            assertThat(cloud.roles(account("bob")))
                .containsExactly("BILLING_VIEWER", "CLUSTER_DEVELOPER" + ON_CLUSTER));

    idp.remove(engineering, bob);
    bridge.soon(
        () -> {
          assertThat(members("Engineering")).containsExactly("ada");
          assertThat(cloud.roles(account("bob"))).containsExactly("BILLING_VIEWER");
        });
  }

  @Test
  @Order(3)
  void rolesReachChildGroupsWhereTheyAreReadOnlyAndNameTheParent() throws Exception {
    platform = idp.group("Platform", bob);
    idp.add(engineering, platform);
    bridge.soon(
        () -> assertThat(cloud.roles(account("bob"))).contains("CLUSTER_DEVELOPER" + ON_CLUSTER));

    assertThat(
            bridge
                .verb(
                    1,
                    "grant",
                    "remove",
                    "--user",
                    "bob",
                    "--app",
                    "cloud",
                    "--role",
                    "CLUSTER_DEVELOPER",
                    "--resource",
                    CockroachDbCloudSimulator.CLUSTER)
                .err())
        .contains("Platform > Engineering", "take the user or group out of that group");
    assertThat(bridge.verb(0, "group", "show", "Platform").out())
        .containsPattern("in +Engineering");
    assertThat(bridge.verb(0, "group", "show", "Engineering").out())
        .containsPattern("holds +Platform");
    assertThat(bridge.verb(0, "group", "members", "Engineering").out())
        .containsPattern("ada +direct +Engineering")
        .containsPattern("bob +indirect +Platform");
    assertThat(idp.get("/Users/" + bob).json().path("groups").toString())
        .contains("\"display\":\"Engineering\",\"type\":\"indirect\"");

    idp.remove(engineering, platform);
    bridge.soon(() -> assertThat(cloud.roles(account("bob"))).containsExactly("BILLING_VIEWER"));
  }

  @Test
  @Order(4)
  void theIdThatCreateListAndSearchAnswerLeadsToTheGroupsRoles() throws Exception {
    String search =
        "{'schemas':['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],"
            + "'filter':'displayName eq \\\"platform\\\"'}";
    for (ScimHttp.Answer found :
        List.of(
            idp.find("/Groups", "displayName eq 'Platform'"),
            idp.send("POST", "/Groups/.search", search),
            idp.send("PUT", "/Groups/.search", search))) {
      assertThat(found.at("/Resources/0/id")).as(found.raw().body()).isEqualTo(platform);
    }
    bridge.verb(
        0,
        "grant",
        "add",
        "--group",
        platform,
        "--app",
        "cloud",
        "--role",
        "FOLDER_MOVER",
        "--resource",
        CockroachDbCloudSimulator.FOLDER);
    bridge.soon(
        () ->
            assertThat(cloud.roles(team("Platform")))
                .containsExactly("FOLDER_MOVER@" + CockroachDbCloudSimulator.FOLDER));
  }

  @Test
  @Order(5)
  void aGroupWhosePushEndsKeepsItsMembersAndItsRolesStayEditable() throws Exception {
    bridge.verb(0, "group", "detach", "--group", "Platform", "--app", "cloud");
    idp.remove(platform, bob);
    idp.add(platform, ada);
    bridge.verb(
        0, "grant", "add", "--group", "Platform", "--app", "cloud", "--role", "CLUSTER_CREATOR");
    bridge.verb(
        0,
        "grant",
        "remove",
        "--group",
        "Platform",
        "--app",
        "cloud",
        "--role",
        "FOLDER_MOVER",
        "--resource",
        CockroachDbCloudSimulator.FOLDER);
    bridge.soon(() -> assertThat(cloud.roles(team("Platform"))).containsExactly("CLUSTER_CREATOR"));
    assertThat(members("Platform")).as("frozen").containsExactly("bob");

    bridge.verb(0, "group", "attach", "--group", "Platform", "--app", "cloud");
    bridge.soon(() -> assertThat(members("Platform")).containsExactly("ada"));
  }

  @Test
  @Order(6)
  void whoIsUnassignedIsDisabledLosesOurRolesAndIsNotDeleted() throws Exception {
    String account = account("bob");
    idp.remove(assigned, bob);
    bridge.soon(
        () -> assertThat(new Held.InScim(cloud.scim).accounts()).containsExactly("-bob", "ada"));
    assertThat(account("bob")).isEqualTo(account);
    assertThat(cloud.roles(account)).as("not ours to take").containsExactly("BILLING_VIEWER");
  }
}
