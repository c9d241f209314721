package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.SearchResultEntry;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.ScimApp;
import dev.idbridge.testing.Slapd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real apps that are not ours follow what an identity provider sends: SCIM-SDK's server,
 * UnboundID's LDAP server, and OpenLDAP's where it is installed; one daemon on each store.
 */
@ParameterizedClass
@EnumSource
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AppsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static ScimApp crm;
  private static HttpFaults wire;
  private static LdapApp tree;
  private static Slapd slapd;
  private static Bridge bridge;
  private static final Map<String, Held> held = new LinkedHashMap<>();

  @Parameter DatabaseKind kind;

  @BeforeParameterizedClassInvocation
  static void start(DatabaseKind kind) throws Exception {
    Path folder = Files.createTempDirectory("idbridge-apps");
    crm = new ScimApp();
    wire = new HttpFaults(crm.baseUrl().replace("/scim/v2", ""));
    tree = new LdapApp();
    Map<String, String> apps = new HashMap<>();
    apps.put(
        "crm",
        Bridge.scimApp(wire.url() + "/scim/v2").replace("token:", "members-shown: true, token:"));
    apps.put("tree", Bridge.ldapApp(tree));
    held.clear();
    held.put("crm", new Held.InScim(crm));
    held.put("tree", new Held.InLdap(tree));
    slapd = null;
    if (Slapd.installed()) {
      slapd = new Slapd(Files.createDirectories(folder.resolve("slapd")));
      apps.put("openldap", Bridge.ldapApp(slapd));
      held.put("openldap", new Held.InLdap(slapd));
    }
    bridge = new Bridge(kind, folder, apps);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    // First, so that no delivery waits for an answer that never comes.
    wire.close();
    bridge.close();
    crm.close();
    tree.close();
    if (slapd != null) {
      slapd.close();
    }
  }

  private interface Claim {
    void holds(Held app);
  }

  /** True of every app, soon. */
  private static void everyApp(Claim claim) throws Exception {
    for (Map.Entry<String, Held> app : held.entrySet()) {
      try {
        Wait.until(SOON, () -> claim.holds(app.getValue()));
      } catch (AssertionError e) {
        throw new AssertionError(
            app.getKey()
                + ": "
                + e.getMessage()
                + "\n"
                + bridge.daemon.verb("sync-log").out()
                + bridge.daemon.verb("status").out(),
            e);
      }
    }
  }

  private static void hasMembers(String team, String... names) throws Exception {
    everyApp(
        app -> {
          assertThat(app.teams()).contains(team);
          assertThat(app.members(team)).containsExactly(names);
        });
  }

  @Test
  @Order(1)
  void aDayOfAnAdminArrivesInEveryApp() throws Exception {
    ScimHttp idp = bridge.scim;
    String ada = idp.user("ada");
    String bob = idp.user("bob");
    String cyd = idp.user("cyd");
    everyApp(app -> assertThat(app.accounts()).contains("ada", "bob", "cyd"));

    String ops = idp.group("Ops", ada, bob);
    hasMembers("Ops", "ada", "bob");
    idp.add(ops, cyd);
    hasMembers("Ops", "ada", "bob", "cyd");
    idp.remove(ops, bob);
    hasMembers("Ops", "ada", "cyd");

    idp.replace("/Users/" + ada, "userName", "'augusta'");
    hasMembers("Ops", "augusta", "cyd");
    everyApp(app -> assertThat(app.accounts()).contains("augusta").doesNotContain("ada"));
    idp.replace("/Groups/" + ops, "displayName", "'Operations'");
    hasMembers("Operations", "augusta", "cyd");
    everyApp(app -> assertThat(app.teams()).doesNotContain("Ops"));

    idp.active(cyd, false);
    everyApp(app -> assertThat(app.accounts()).contains("-cyd").doesNotContain("cyd"));
    hasMembers("Operations", "augusta");
    assertThat(idp.members(ops)).as("stays a member in the directory").contains(cyd);
    idp.active(cyd, true);
    everyApp(app -> assertThat(app.accounts()).contains("cyd").doesNotContain("-cyd"));
    hasMembers("Operations", "augusta", "cyd");

    idp.delete("/Users/" + cyd);
    everyApp(app -> assertThat(app.accounts()).contains("-cyd"));
    hasMembers("Operations", "augusta");
    idp.delete("/Groups/" + ops);
    everyApp(app -> assertThat(app.teams()).doesNotContain("Operations"));
    assertThat(bridge.syncLog("--result", "failed")).isEmpty();
    assertThat(bridge.daemon.verb("dead-letters", "list", "--json").out()).isEmpty();
  }

  @Test
  @Order(2)
  void aGroupThatIsNowhereIsMadeAtTheRootWithTypeGroup() throws Exception {
    String dan = bridge.scim.user("dan");
    bridge.scim.group("Roots", dan);
    hasMembers("Roots", "dan");

    for (LdapTree ldap : slapd == null ? List.<LdapTree>of(tree) : List.of(tree, slapd)) {
      SearchResultEntry made = only(ldap, "Roots");
      assertThat(made.getDN()).isEqualToIgnoringCase("cn=Roots," + LdapTree.GROUPS);
      assertThat(made.getAttributeValue("businessCategory")).isEqualTo("group");
    }
  }

  private static SearchResultEntry only(LdapTree ldap, String cn) {
    List<SearchResultEntry> found = ldap.search(Filter.createEqualityFilter("cn", cn));
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static Entry foreign(String dn, String type) {
    return new Entry(
        dn,
        new Attribute("objectClass", "top", "groupOfNames"),
        new Attribute("businessCategory", type),
        new Attribute("member", "cn=boss," + LdapTree.SUFFIX));
  }

  @Test
  @Order(3)
  void aTeamThatIsThereKeepsPlaceTypeNameAndItsOwnMembers() throws Exception {
    String stranger = crm.addUser("stranger", true);
    crm.addGroup("VAULT", stranger);
    tree.add(LdapTree.unit("ou=deep," + LdapTree.GROUPS));
    tree.add(foreign("cn=VAULT,ou=deep," + LdapTree.GROUPS, "department"));

    String eve = bridge.scim.user("eve");
    String vault = bridge.scim.group("Vault", eve);
    Wait.until(SOON, () -> assertThat(held.get("crm").members("VAULT")).contains("eve"));
    Wait.until(SOON, () -> assertThat(held.get("tree").members("VAULT")).contains("eve"));
    bridge.scim.replace("/Groups/" + vault, "displayName", "'Treasury'");
    bridge.scim.remove(vault, eve);

    Wait.until(
        SOON, () -> assertThat(held.get("crm").members("VAULT")).containsExactly("stranger"));
    Wait.until(SOON, () -> assertThat(held.get("tree").members("VAULT")).containsExactly("boss"));
    SearchResultEntry kept = only(tree, "VAULT");
    assertThat(kept.getDN()).isEqualTo("cn=VAULT,ou=deep," + LdapTree.GROUPS);
    assertThat(kept.getAttributeValue("businessCategory")).isEqualTo("department");
    assertThat(crm.groups("VAULT").getFirst().getDisplayName()).contains("VAULT");
    assertThat(crm.groups("Treasury")).isEmpty();
  }

  @Test
  @Order(4)
  void severalTeamsOfOneNameAreToldWithTheirPathsAndNeverGuessed() throws Exception {
    tree.add(LdapTree.unit("ou=east," + LdapTree.GROUPS));
    tree.add(LdapTree.unit("ou=west," + LdapTree.GROUPS));
    tree.add(foreign("cn=Twins,ou=east," + LdapTree.GROUPS, "team"));
    tree.add(foreign("cn=Twins,ou=west," + LdapTree.GROUPS, "team"));
    crm.groupNamesRepeat(true);
    crm.addGroup("Twins");
    crm.addGroup("Twins");

    String fay = bridge.scim.user("fay");
    bridge.scim.group("Twins", fay);

    for (String app : List.of("crm", "tree")) {
      Wait.until(
          SOON,
          () ->
              assertThat(bridge.syncLog("--app", app, "--result", "failed"))
                  .as(app)
                  .anyMatch(line -> line.path("reason").asText().contains("2 teams of this name")));
    }
    assertThat(bridge.syncLog("--app", "tree", "--result", "failed"))
        .anyMatch(
            line ->
                line.path("reason").asText().contains("ou=east")
                    && line.path("reason").asText().contains("ou=west"));
    assertThat(held.get("crm").members("Twins")).isEmpty();
    assertThat(held.get("tree").members("Twins")).containsExactly("boss");
    crm.groupNamesRepeat(false);
  }

  @Test
  @Order(5)
  void anAppThatIsDownOrSilentDelaysNoOtherAndCatchesUp() throws Exception {
    String gil = bridge.scim.user("gil");
    String team = bridge.scim.group("Outage", gil);
    hasMembers("Outage", "gil");

    wire.refuse(true);
    for (int i = 0; i < 30; i++) {
      bridge.scim.add(team, bridge.scim.user("out" + i));
    }
    Duration took =
        Wait.until(SOON, () -> assertThat(held.get("tree").members("Outage")).hasSize(31));
    assertThat(took).as("the other app's changes").isLessThan(Duration.ofSeconds(5));
    assertThat(held.get("crm").members("Outage")).containsExactly("gil");
    assertThat(status("crm").path("lanes").toString()).containsAnyOf("backoff", "due", "waiting");

    wire.refuse(false);
    everyApp(app -> assertThat(app.members("Outage")).hasSize(31));

    wire.silent(true);
    for (int i = 0; i < 12; i++) {
      bridge.scim.add(team, bridge.scim.user("mute" + i));
    }
    took = Wait.until(SOON, () -> assertThat(held.get("tree").members("Outage")).hasSize(43));
    assertThat(took).as("the other app's changes").isLessThan(Duration.ofSeconds(5));
    assertThat(bridge.daemon.lastBeat())
        .as("the delivery loop goes round")
        .isAfter(java.time.Instant.now().minusSeconds(5));
  }

  private static JsonNode status(String app) {
    for (JsonNode one :
        dev.idbridge.admin.Json.tree(bridge.daemon.verb("status", "--json").out()).path("apps")) {
      if (one.path("name").asText().equals(app)) {
        return one;
      }
    }
    throw new AssertionError("status knows no app " + app);
  }
}
