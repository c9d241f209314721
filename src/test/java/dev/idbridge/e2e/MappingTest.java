package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import de.captaingoldfish.scim.sdk.common.resources.User;
import dev.idbridge.ServedBridge;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What accounts say is what the app's file makes of the user, in a SCIM app and an LDAP tree. */
class MappingTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String ENTERPRISE =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

  @TempDir Path folder;

  private static void well(ScimHttp.Answer answer) {
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
  }

  private static User user(ScimApp app, String userName) {
    return app.users().stream()
        .filter(user -> user.getUserName().orElseThrow().equals(userName))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no user " + userName));
  }

  private static String attribute(LdapTree tree, String uid, String name) throws Exception {
    Entry entry = entry(tree, uid);
    assertThat(entry).as("entry of " + uid).isNotNull();
    return entry.getAttributeValue(name);
  }

  private static Entry entry(LdapTree tree, String uid) {
    return tree.search(Filter.createEqualityFilter("uid", uid)).stream().findFirst().orElse(null);
  }

  private static String create(ScimHttp idp, String attributes) throws Exception {
    ScimHttp.Answer made =
        idp.send(
            "POST",
            "/Users",
            "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User','"
                + ENTERPRISE
                + "'],"
                + attributes
                + "}");
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    return made.at("/id");
  }

  private static List<JsonNode> letters(ServedBridge daemon) {
    return daemon.verb("dead-letters", "list", "--json").out().lines().map(Json::tree).toList();
  }

  @Test
  void accountsSayWhatTheFileMakesOfTheUserAndAnEditReplansThemAll() throws Exception {
    try (ScimApp crm = new ScimApp();
        LdapApp tree = new LdapApp();
        Databases database = Databases.fresh(DatabaseKind.H2)) {
      String crmFile =
          Bridge.scimApp(crm.baseUrl())
              + """
              accounts:
                mapping:
                  userName: email.lower()
                  title: user.title
                  name.middleName: {constant: of the Bridge}
                  phoneNumbers: user.phoneNumbers.map(p, p.value)
                  urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department:
                    expression: user.enterprise.department
                    default: Somewhere
              """;
      String treeFile =
          Bridge.ldapApp(tree)
              + """
              accounts:
                mapping:
                  displayName: user.name.familyName + ', ' + user.name.givenName
                  title: {expression: user.title, required: true}
                  departmentNumber: user.enterprise.department.split(' ')
              """;
      Path conf =
          Bridge.configure(folder, database.settings(), Map.of("crm", crmFile, "tree", treeFile));
      ScimHttp idp;
      String ada;
      String bob;
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        idp = Bridge.client(daemon);
        ada =
            create(
                idp,
                "'userName':'ada','title':'Countess','name':{'givenName':'Ada','familyName':'King'},"
                    + "'emails':[{'value':'Ada@Example.org','primary':true}],"
                    + "'phoneNumbers':[{'value':'1'},{'value':'2'}],'"
                    + ENTERPRISE
                    + "':{'department':'North East'}");
        bob = create(idp, "'userName':'bob','emails':[{'value':'bob@example.org'}]");

        Wait.until(
            SOON,
            () -> {
              User there = user(crm, "ada@example.org");
              assertThat(there.getTitle()).contains("Countess");
              assertThat(there.getName().orElseThrow().getMiddleName()).contains("of the Bridge");
              assertThat(there.getPhoneNumbers())
                  .extracting(p -> p.getValue().orElseThrow())
                  .containsExactly("1", "2");
              assertThat(there.getEnterpriseUser().orElseThrow().getDepartment())
                  .contains("North East");
              assertThat(
                      user(crm, "bob@example.org")
                          .getEnterpriseUser()
                          .orElseThrow()
                          .getDepartment())
                  .contains("Somewhere");
              assertThat(attribute(tree, "ada", "displayName")).isEqualTo("King, Ada");
              assertThat(attribute(tree, "ada", "title")).isEqualTo("Countess");
              assertThat(entry(tree, "ada").getAttributeValues("departmentNumber"))
                  .containsExactlyInAnyOrder("North", "East");
            });

        // Nothing of bob is in the tree, and everybody can see why.
        Wait.until(SOON, () -> assertThat(letters(daemon)).hasSize(1));
        String why = letters(daemon).getFirst().path("reason").asText();
        assertThat(why)
            .isEqualTo(
                "CREATE: accounts.mapping.title is required, and user.title gives nothing for this"
                    + " user");
        assertThat(entry(tree, "bob")).isNull();
        assertThat(daemon.verb("sync-log", "--app", "tree", "--result", "FAILED").out())
            .contains("bob", why.replace("CREATE: ", ""));
        // The same is told before anything is done.
        var failed = daemon.verb("app", "preview", "--app", "tree", "--user", "bob");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("bob in tree: no change: accounts.mapping.title is");
        assertThat(
                Json.tree(
                        daemon
                            .verb("app", "preview", "--app", "tree", "--user", "ada", "--json")
                            .out())
                    .at("/attributes/displayName")
                    .asText())
            .isEqualTo("King, Ada");
        assertThat(daemon.verb("app", "preview", "--app", "crm", "--user", "ada").out())
            .containsPattern("title +Countess");

        // Not the first change mends it, but the second.
        well(idp.patch("/Users/" + bob, "{'op':'add','path':'nickName','value':'b'}"));
        Wait.until(
            SOON,
            () ->
                assertThat(
                        daemon
                            .verb("sync-log", "--app", "tree", "--result", "FAILED")
                            .out()
                            .lines()
                            .filter(l -> l.contains("bob")))
                    .hasSize(2));
        well(idp.patch("/Users/" + bob, "{'op':'add','path':'title','value':'Sir'}"));
        Wait.until(SOON, () -> assertThat(attribute(tree, "bob", "title")).isEqualTo("Sir"));
        Wait.until(SOON, () -> assertThat(letters(daemon)).isEmpty());

        // An attribute that is gone from the user is gone from the account, unless it is required:
        // then the account stays as it was.
        well(idp.patch("/Users/" + ada, "{'op':'remove','path':'title'}"));
        Wait.until(SOON, () -> assertThat(user(crm, "ada@example.org").getTitle()).isEmpty());
        Wait.until(SOON, () -> assertThat(letters(daemon)).hasSize(1));
        assertThat(attribute(tree, "ada", "title")).isEqualTo("Countess");
        // Who leaves, leaves, mapping or not.
        well(idp.patch("/Users/" + ada, "{'op':'replace','path':'active','value':false}"));
        Wait.until(
            SOON, () -> assertThat(attribute(tree, "ada", "employeeType")).isEqualTo("inactive"));
      }

      Files.writeString(
          conf.resolve("apps/crm.yaml"),
          crmFile
              .replace("title: user.title", "title: {constant: colleague}")
              .replace("    phoneNumbers: user.phoneNumbers.map(p, p.value)\n", ""));
      Files.writeString(
          conf.resolve("apps/tree.yaml"),
          treeFile.replace(
              "title: {expression: user.title, required: true}", "description: user.userName"));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        Wait.until(
            SOON,
            () -> {
              assertThat(user(crm, "bob@example.org").getTitle()).contains("colleague");
              assertThat(attribute(tree, "bob", "title")).isNull();
              assertThat(attribute(tree, "bob", "description")).isEqualTo("bob");
              assertThat(letters(daemon)).isEmpty();
            });
        well(
            new ScimHttp(daemon.intake(), idp.token)
                .patch("/Users/" + ada, "{'op':'replace','path':'active','value':true}"));
        Wait.until(
            SOON, () -> assertThat(user(crm, "ada@example.org").getPhoneNumbers()).isEmpty());
      }
    }
  }
}
