package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What apps held before the bridge came, made visible and taken over by the identity provider. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ImportTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static LdapApp tree;
  private static ScimApp crm;
  private static HttpFaults wire;
  private static Held.InLdap held;
  private static Bridge bridge;

  @BeforeAll
  static void start() throws Exception {
    tree = new LdapApp();
    held = new Held.InLdap(tree);
    crm = new ScimApp();
    wire = new HttpFaults(crm.baseUrl().replace("/scim/v2", ""));
    bridge =
        new Bridge(
            DatabaseKind.H2,
            Files.createTempDirectory("idbridge-import"),
            Map.of(
                "tree",
                Bridge.ldapApp(tree) + "  page-size: 2\n",
                "crm",
                Bridge.scimApp(wire.url() + "/scim/v2").replace("token:", "page-size: 3, token:")));
    for (String name : List.of("carl", "dora", "eve", "finn", "gina")) {
      person(name, name + "@example.com");
    }
    tree.add(
        new Entry(
            "dn: cn=Legacy," + LdapTree.GROUPS,
            "objectClass: groupOfNames",
            "cn: Legacy",
            "member: uid=carl," + LdapTree.PEOPLE));
  }

  private static void person(String uid, String mail) throws Exception {
    tree.add(
        new Entry(
            "dn: uid=" + uid + "," + LdapTree.PEOPLE,
            "objectClass: inetOrgPerson",
            "uid: " + uid,
            "cn: " + uid,
            "sn: " + uid,
            "mail: " + mail));
  }

  @AfterAll
  static void stop() {
    wire.close();
    bridge.close();
    crm.close();
    tree.close();
  }

  private static Ran verb(int code, String... words) {
    Ran ran = bridge.daemon.verb(words);
    assertThat(ran.code())
        .as(Arrays.toString(words) + ": " + ran.out() + ran.err())
        .isEqualTo(code);
    return ran;
  }

  private static String entries() {
    return tree.search(Filter.createPresenceFilter("objectClass")).stream()
        .map(entry -> entry.toLDIFString())
        .sorted()
        .toList()
        .toString();
  }

  @Test
  @Order(1)
  void accountsAndTeamsBecomeUsersAndGroupsAndTheAppIsNotTouched() throws Exception {
    verb(0, "app", "pause", "tree", "--reason", "import first");
    bridge.scim.user("dora");
    String other = bridge.scim.user("eva");
    bridge.scim.replace("/Users/" + other, "emails", "[{'value':'eve@example.com','type':'work'}]");
    String before = entries();

    assertThat(verb(2, "import", "--app", "tree", "--directory", "default").err())
        .contains("--yes");
    JsonNode done =
        Json.tree(
            verb(1, "import", "--app", "tree", "--directory", "default", "--yes", "--json").out());

    assertThat(done.get("state").asText()).isEqualTo("done");
    assertThat(done.get("created").asInt()).as("carl, finn, gina, Legacy").isEqualTo(4);
    assertThat(done.get("linked").asInt()).as("dora").isEqualTo(1);
    assertThat(done.get("undecided"))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.get("label").asText()).startsWith("uid=eve,");
              assertThat(one.get("why").asText())
                  .contains("its e-mail address belongs to user eva");
            });
    assertThat(bridge.scim.find("/Users", "userName eq \"carl\"").at("/totalResults"))
        .isEqualTo("1");
    assertThat(bridge.scim.find("/Groups", "displayName eq \"Legacy\"").at("/totalResults"))
        .isEqualTo("1");

    assertThat(done.get("members").asInt()).as("carl in Legacy").isEqualTo(1);
    String legacy = bridge.scim.find("/Groups", "displayName eq \"Legacy\"").at("/Resources/0/id");
    assertThat(bridge.scim.get("/Groups/" + legacy).at("/members/0/display")).isEqualTo("carl");
    assertThat(verb(0, "group", "members", "Legacy").out()).contains("carl");
    assertThat(bridge.rows("SELECT COUNT(*) FROM directory_member"))
        .as("nothing follows from what was found")
        .containsExactly("0");
    assertThat(entries()).as("nothing is written to the app").isEqualTo(before);
    verb(0, "app", "resume", "tree");
    Wait.until(SOON, () -> assertThat(held.accounts()).contains("eva", "dora", "carl"));
    assertThat(held.members("Legacy")).containsExactly("carl");
  }

  @Test
  @Order(2)
  void importedAgainEverythingIsKnown() throws Exception {
    JsonNode again =
        Json.tree(
            verb(0, "import", "--app", "tree", "--directory", "default", "--yes", "--json").out());
    assertThat(again.get("created").asInt()).isZero();
    assertThat(again.get("linked").asInt()).isZero();
  }

  @Test
  @Order(3)
  void anIdentityProviderThatPostsAnImportedNameTakesItOver() throws Exception {
    String imported = bridge.scim.find("/Users", "userName eq \"carl\"").at("/Resources/0/id");
    String taken = bridge.scim.user("carl");
    assertThat(taken).isEqualTo(imported);
    Wait.until(
        SOON,
        () -> {
          assertThat(held.accounts()).filteredOn("carl"::equals).hasSize(1);
          assertThat(bridge.syncLog("--app", "tree", "--user", "carl"))
              .extracting(line -> line.get("action").asText())
              .contains("UPDATE");
        });
    bridge
        .scim
        .send(
            "POST",
            "/Users",
            ScimHttp.quoted(
                "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'carl'}"))
        .isError(409, "carl");

    String legacy = bridge.scim.group("Legacy", taken);
    assertThat(legacy)
        .isEqualTo(bridge.scim.find("/Groups", "displayName eq \"Legacy\"").at("/Resources/0/id"));
    String finn = bridge.scim.find("/Users", "userName eq \"finn\"").at("/Resources/0/id");
    bridge.scim.add(legacy, finn);
    Wait.until(SOON, () -> assertThat(held.members("Legacy")).containsExactly("carl", "finn"));
    bridge.scim.remove(legacy, taken);
    bridge.scim.remove(legacy, finn);
    Wait.until(
        SOON,
        () ->
            assertThat(held.members("Legacy")).as("carl was there before").containsExactly("carl"));
  }

  @Test
  @Order(4)
  void aPageThatFailsEndsTheImportAndTheNextOneGoesOn() throws Exception {
    for (int i = 0; i < 8; i++) {
      crm.addUser("guest" + i, true);
    }
    verb(0, "app", "pause", "crm", "--reason", "import first");
    wire.next("GET", new Fault.Duplicate());
    wire.next("GET", new Fault.Instead(500, Map.of(), ""));
    JsonNode cut =
        Json.tree(
            verb(1, "import", "--app", "crm", "--directory", "default", "--yes", "--json").out());
    assertThat(cut.get("state").asText()).isEqualTo("failed");
    assertThat(cut.get("reason").asText()).contains("500");
    assertThat(cut.get("seen").asInt()).as("one page, whole").isEqualTo(3);

    JsonNode done =
        Json.tree(
            verb(0, "import", "--app", "crm", "--directory", "default", "--yes", "--json").out());
    assertThat(done.get("state").asText()).isEqualTo("done");
    assertThat(bridge.scim.find("/Users", "userName sw \"guest\"").at("/totalResults"))
        .isEqualTo("8");
    verb(0, "app", "resume", "crm");
  }

  @Test
  @Order(5)
  void whatTheAppOrTheDirectoryCannotDoIsSaid() throws Exception {
    assertThat(verb(1, "import", "--app", "tree", "--directory", "berlin", "--yes").err())
        .contains("does not follow a directory 'berlin'");
  }
}
