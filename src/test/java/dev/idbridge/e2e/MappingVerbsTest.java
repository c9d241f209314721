package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.ScimApp;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of an app as administrators edit them beside its file. */
class MappingVerbsTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir Path folder;

  private static Ran ran(Ran ran, int code) {
    assertThat(ran.code()).as(ran.out() + ran.err()).isEqualTo(code);
    assertThat(ran.err()).doesNotContain("\tat ", "this is a bug");
    return ran;
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static List<String> roles(ScimApp app, String userName) {
    return app.users().stream()
        .filter(user -> user.getUserName().orElse("").equals(userName))
        .flatMap(user -> user.getRoles().stream())
        .map(role -> role.getValue().orElse(""))
        .sorted()
        .toList();
  }

  private static Ran typed(ServedBridge daemon, int code, String text, String verb) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    try {
      return ran(daemon.verb("mapping", verb, "--app", "crm", "-"), code);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void rulesAreProposedPreviewedSetAndKeptOverARestart() throws Exception {
    try (ScimApp crm = new ScimApp();
        ScimApp plain = new ScimApp();
        Databases database = Databases.fresh(DatabaseKind.H2)) {
      String edited =
          Bridge.scimApp(crm.baseUrl()).replace("settings: {", "settings: {user-roles: true, ")
              + "rules: api\n";
      Path conf =
          Bridge.configure(
              folder,
              database.settings(),
              Map.of("crm", edited, "plain", Bridge.scimApp(plain.baseUrl())));
      Held held = new Held.InScim(crm);
      String exported;
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp idp = Bridge.client(daemon);
        Ran empty = ran(daemon.verb("mapping", "list", "--app", "crm"), 0);
        assertThat(empty.err())
            .contains("nobody has set rules yet", "appear when the identity provider has pushed");
        String ada = idp.user("ada");
        String bob = idp.user("bob");
        idp.group("Engineering", ada);
        idp.group("Sales", bob);
        assertThat(ran(daemon.verb("app", "list"), 0).out()).contains("no-rules");
        assertThat(ran(daemon.verb("mapping", "list", "--app", "crm"), 0).out())
            .as("groups can be mapped as soon as they were pushed")
            .contains("Engineering", "Sales");

        // A mistake is told with its place, and nothing is stored.
        String bad = file("bad.yaml", "scope: {}\nroles:\n  rules: [{group: Engineering}]\n");
        assertThat(ran(daemon.verb("mapping", "set", "--app", "crm", bad), 1).err())
            .contains("nothing was stored", "bad.yaml:3:11: roles.rules[0].role: is missing");
        assertThat(ran(daemon.verb("mapping", "export", "--app", "crm"), 1).err())
            .contains("nobody has set the rules of app crm yet");

        String rules =
            file(
                "rules.yaml",
                """
                accounts: {mapping: {displayName: user.userName.upper()}}
                teams: {groups: {prefix: Eng}}
                roles: {rules: [{group: Engineering, team: Platform, role: developer}]}
                """);
        Ran before = ran(daemon.verb("mapping", "preview", "--app", "crm", rules), 0);
        assertThat(before.err()).contains("1 add, 2 create, 1 grant, 1 team", "of 2 users and 2");
        assertThat(before.out()).containsPattern("grant +ada +developer");
        Ran user =
            ran(daemon.verb("mapping", "preview", "--app", "crm", "--user", "ada", rules), 0);
        assertThat(user.out())
            .containsPattern("displayName +ADA")
            .containsPattern("role +developer: group Engineering")
            .containsPattern("team +Platform");
        assertThat(held.accounts()).as("nothing was written").isEmpty();

        assertThat(ran(daemon.verb("mapping", "set", "--app", "crm", rules), 0).err())
            .contains("version 1 of the rules of crm is in force");
        Wait.until(
            SOON,
            () -> {
              assertThat(held.accounts()).containsExactly("ada", "bob");
              assertThat(held.members("Platform")).containsExactly("ada");
              assertThat(roles(crm, "ada")).containsExactly("developer");
            });
        assertThat(ran(daemon.verb("mapping", "set", "--app", "crm", rules), 0).err())
            .contains("in force already, version 1");
        assertThat(ran(daemon.verb("mapping", "preview", "--app", "crm"), 0).err())
            .contains("nothing would change");

        // What takes something away wants a yes.
        String fewer =
            file("fewer.yaml", "scope: {groups: [Sales]}\nteams: {groups: {prefix: Eng}}\n");
        Ran asked = ran(daemon.verb("mapping", "set", "--app", "crm", fewer), 2);
        assertThat(asked.err()).contains("1 disable", "add --yes to do it");
        assertThat(asked.out()).containsPattern("disable +ada +not in scope");
        assertThat(ran(daemon.verb("mapping", "export", "--app", "crm"), 0).out())
            .contains("prefix: Eng", "team: Platform", "user.userName.upper()");
        ran(daemon.verb("mapping", "set", "--app", "crm", fewer, "--yes"), 0);
        Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("-ada", "bob"));
        exported = ran(daemon.verb("mapping", "export", "--app", "crm"), 0).out();
        assertThat(exported).contains("Sales").doesNotContain("Platform");
        assertThat(
                ran(daemon.verb("mapping", "export", "--app", "crm", "--version-number", "1"), 0)
                    .out())
            .contains("Platform");

        // The rules of a file are the file's.
        assertThat(ran(daemon.verb("mapping", "set", "--app", "plain", rules), 1).err())
            .contains("are those of its file: edit conf/apps/plain.yaml");
        assertThat(ran(daemon.verb("mapping", "export", "--app", "plain"), 0).out())
            .contains("users: active");
      }

      JsonNode listed =
          Json.tree(
              ran(
                      ServedBridge.verb(
                          conf,
                          folder.resolve("data"),
                          "mapping",
                          "list",
                          "--app",
                          "crm",
                          "--json"),
                      0)
                  .out());
      assertThat(listed.path("versions")).hasSize(2);
      assertThat(listed.path("versions").path(0).path("by").asText()).startsWith("admin API (");
      assertThat(
              ran(
                      ServedBridge.verb(
                          conf, folder.resolve("data"), "mapping", "set", "--app", "crm", "x"),
                      2)
                  .err())
          .contains("x: cannot be read");
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp idp = Bridge.client(daemon);
        assertThat(ran(daemon.verb("mapping", "export", "--app", "crm"), 0).out())
            .isEqualTo(exported);
        assertThat(typed(daemon, 0, exported, "set").err()).contains("in force already");
        assertThat(typed(daemon, 1, "scope: {users: some}\n", "set").err())
            .contains("nothing was stored", "standard input:1:16: scope.users");
        assertThat(typed(daemon, 0, exported, "preview").err()).contains("nothing would change");
        assertThat(ran(daemon.verb("mapping", "export", "--app", "crm"), 0).out())
            .isEqualTo(exported);
        String cyd = idp.user("cyd");
        idp.user("dan");
        idp.group("Sales two", cyd);
        idp.add(idp.find("/Groups", "displayName eq \"Sales\"").at("/Resources/0/id"), cyd);
        Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("-ada", "bob", "cyd"));
      }
    }
  }
}
