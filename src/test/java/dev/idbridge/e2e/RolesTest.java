package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ServedBridge;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a group that the identity provider pushes to the roles of a user in a real SCIM app. */
class RolesTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static Ran ran(Ran ran, int code) {
    assertThat(ran.code()).as(ran.out() + ran.err()).isEqualTo(code);
    assertThat(ran.err()).doesNotContain("\tat ", "bug");
    return ran;
  }

  private static List<String> roles(ScimApp app) {
    return app.users().getFirst().getRoles().stream()
        .map(role -> role.getValue().orElse(""))
        .sorted()
        .toList();
  }

  @Test
  void groupsBringRolesAndAdministratorsAddTheirOwn() throws Exception {
    try (ScimApp crm = new ScimApp();
        Databases database = Databases.fresh(DatabaseKind.H2)) {
      String file =
          Bridge.scimApp(crm.baseUrl())
              .replaceFirst("settings:\\s*\\{", "settings: {user-roles: true, ")
              .replaceFirst("settings:\n", "settings:\n  user-roles: true\n");
      Path conf =
          Bridge.configure(
              folder,
              database.settings(),
              Map.of("crm", file + "\nroles: {rules: [{group: Engineering, role: developer}]}\n"));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp idp = Bridge.client(daemon);
        String ada = idp.user("ada");
        idp.group("Engineering", ada);
        Wait.until(SOON, () -> assertThat(roles(crm)).containsExactly("developer"));

        String[] whom = {"--user", "ada", "--app", "crm", "--role"};
        Ran added =
            ran(
                daemon.verb("grant", "add", whom[0], whom[1], whom[2], whom[3], whom[4], "pager"),
                0);
        assertThat(added.err()).contains("ada is to hold pager in app crm");
        Wait.until(SOON, () -> assertThat(roles(crm)).containsExactly("developer", "pager"));
        Wait.until(
            SOON,
            () ->
                assertThat(ran(daemon.verb("grant", "list", "--user", "ada"), 0).out())
                    .containsPattern("crm +ada +developer .*applied +group Engineering")
                    .containsPattern("crm +ada +pager .*applied +direct"));
        assertThat(
                ran(
                        daemon.verb(
                            "grant",
                            "remove",
                            whom[0],
                            whom[1],
                            whom[2],
                            whom[3],
                            whom[4],
                            "developer"),
                        1)
                    .err())
            .contains("ada holds developer by group Engineering (Engineering): change the rule");
        assertThat(ran(daemon.verb("grant", "restore", "--user", "ada", "--app", "crm"), 1).err())
            .contains("nothing of ada is suppressed");
        ran(
            daemon.verb("grant", "remove", whom[0], whom[1], whom[2], whom[3], whom[4], "pager"),
            0);
        Wait.until(SOON, () -> assertThat(roles(crm)).containsExactly("developer"));
        assertThat(
                ran(
                        daemon.verb(
                            "grant", "add", "--group", "Nobody", "--app", "crm", "--role", "x"),
                        1)
                    .err())
            .contains("no directory that app crm follows has a live group 'Nobody'");
        assertThat(daemon.verb("sync-log", "--app", "crm").out())
            .contains("role developer: group Engineering");
      }
    }
  }
}
