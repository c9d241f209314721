package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who has an account in an app is who its file says: members of groups, or whom a condition fits.
 */
class ScopeTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  private static void well(ScimHttp.Answer answer) {
    assertThat(answer.status()).as(answer.raw().body()).isIn(200, 204);
  }

  private static void member(ScimHttp idp, String group, String op, String id) throws Exception {
    String operation =
        op.equals("add")
            ? "{'op':'add','path':'members','value':[{'value':'" + id + "'}]}"
            : "{'op':'remove','path':'members','value':[{'value':'" + id + "'}]}";
    well(idp.patch("/Groups/" + group, operation));
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void membersOfTheScopesGroupsHaveAccountsAndTeamsAndNobodyElse(DatabaseKind kind)
      throws Exception {
    try (ScimApp crm = new ScimApp();
        LdapApp tree = new LdapApp();
        Databases database = Databases.fresh(kind)) {
      Path conf =
          Bridge.configure(
              folder,
              database.settings(),
              Map.of(
                  "crm",
                  Bridge.scimApp(crm.baseUrl()) + "scope: {groups: [STAFF]}\n",
                  "tree",
                  Bridge.ldapApp(tree)
                      + "scope: {expression: \"user.userName != 'cyd' && user.title != 'Guest'\"}\n"));
      Held inCrm = new Held.InScim(crm);
      Held inTree = new Held.InLdap(tree);
      ScimHttp idp;
      String bob;
      String staff;
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        idp = Bridge.client(daemon);
        String ada = idp.user("ada");
        bob = idp.user("bob");
        String cyd = idp.user("cyd");
        staff = idp.group("Staff", ada);
        String night = idp.group("Night shift", ada, bob, cyd);
        Wait.until(
            SOON,
            () -> {
              assertThat(inCrm.accounts()).containsExactly("ada");
              assertThat(inCrm.members("Night shift")).containsExactly("ada");
              assertThat(inTree.accounts()).containsExactly("ada", "bob");
              assertThat(inTree.members("Night shift")).containsExactly("ada", "bob");
            });

        // Coming into scope brings the account and the teams; through a group within, too.
        member(idp, staff, "add", bob);
        Wait.until(
            SOON, () -> assertThat(inCrm.members("Night shift")).containsExactly("ada", "bob"));
        String temps = idp.group("Temps", cyd);
        member(idp, staff, "add", temps);
        Wait.until(
            SOON,
            () -> assertThat(inCrm.members("Night shift")).containsExactly("ada", "bob", "cyd"));

        // Leaving it takes the use of the account away; leaving one way of two does not.
        member(idp, staff, "add", cyd);
        member(idp, staff, "remove", temps);
        member(idp, staff, "remove", bob);
        Wait.until(SOON, () -> assertThat(inCrm.accounts()).containsExactly("-bob", "ada", "cyd"));
        assertThat(daemon.verb("sync-log", "--app", "crm", "--user", "bob").out())
            .contains("DEACTIVATE", "not in the app's scope");
        well(idp.replace("/Users/" + bob, "title", "'Guest'"));
        Wait.until(SOON, () -> assertThat(inTree.accounts()).containsExactly("-bob", "ada"));

        // What is noted of a user is told.
        JsonNode shown = Json.tree(daemon.verb("user", "show", "bob", "--json").out());
        assertThat(shown.at("/attributes/title").asText()).isEqualTo("Guest");
        assertThat(shown.at("/groups/0/name").asText()).isEqualTo("Night shift");
        assertThat(shown.at("/apps/0/app").asText()).isEqualTo("crm");
        assertThat(shown.at("/apps/0/lane").asText()).isEqualTo("idle");
        assertThat(shown.at("/apps/0/teams")).isEmpty();
        assertThat(daemon.verb("user", "show", bob).out())
            .containsPattern("app tree +account bob \\(\\S+, ours\\), idle");
        assertThat(daemon.verb("user", "list", "--user-name", "B", "--json").out().lines())
            .singleElement()
            .asString()
            .contains("\"id\":\"" + bob + "\"", "\"user_name\":\"bob\"");
        assertThat(daemon.verb("user", "list", "--limit", "2").err()).contains("more: --after ");
        assertThat(daemon.verb("user", "show", "eve").err())
            .contains("no directory has a user 'eve'");
        String trace = daemon.verb("user", "trace", "bob").out();
        assertThat(trace.lines().map(line -> line.replaceAll(" +", " ")).toList())
            .anySatisfy(line -> assertThat(line).contains(" request SUCCESS ", " CREATE user bob"))
            .anySatisfy(line -> assertThat(line).contains(" change version 1 - CREATE "))
            .anySatisfy(line -> assertThat(line).contains(" delivery SUCCESS tree CREATE user bob"))
            .anySatisfy(line -> assertThat(line).contains("crm DEACTIVATE user bob"));
        String first =
            Json.tree(daemon.verb("user", "trace", "bob", "--json", "--limit", "1").out())
                .path("id")
                .asText();
        assertThat(
                daemon
                    .verb("user", "trace", "bob", "--json")
                    .out()
                    .lines()
                    .map(line -> Json.tree(line).path("id").asText())
                    .toList())
            .isSorted()
            .doesNotHaveDuplicates()
            .startsWith(first);

        // A name decides: the group goes by another one, and comes back.
        well(idp.replace("/Groups/" + staff, "displayName", "'Former'"));
        Wait.until(
            SOON, () -> assertThat(inCrm.accounts()).containsExactly("-ada", "-bob", "-cyd"));
        well(idp.replace("/Groups/" + staff, "displayName", "'staff'"));
        Wait.until(SOON, () -> assertThat(inCrm.accounts()).containsExactly("-bob", "ada", "cyd"));
        member(idp, staff, "remove", cyd);
        Wait.until(SOON, () -> assertThat(inCrm.accounts()).contains("-cyd"));
        well(idp.send("DELETE", "/Groups/" + staff, (String) null));
        Wait.until(
            SOON, () -> assertThat(inCrm.accounts()).containsExactly("-ada", "-bob", "-cyd"));
      }

      Path file = conf.resolve("apps/crm.yaml");
      Files.writeString(
          file, Files.readString(file).replace("{groups: [STAFF]}", "{groups: [Night Shift]}"));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        Wait.until(SOON, () -> assertThat(inCrm.accounts()).containsExactly("ada", "bob", "cyd"));
        assertThat(daemon.verb("dead-letters", "list").out()).doesNotContain("CREATE");
      }
    }
  }
}
