package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.ServedBridge;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From groups that an identity provider pushes to the teams that an app's file makes of them. */
class TeamRulesTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;

  private static String file(ScimApp app, String more) {
    return Bridge.scimApp(app.baseUrl())
            .replace("settings: {", "settings: {user-roles: true, members-shown: true, ")
        + more;
  }

  private static List<String> roles(ScimApp app, String userName) {
    return app.users().stream()
        .filter(user -> user.getUserName().orElse("").equals(userName))
        .flatMap(user -> user.getRoles().stream())
        .map(role -> role.getValue().orElse(""))
        .sorted()
        .toList();
  }

  @Test
  void severalGroupsAreOneTeamWithTheMembersOfAllAlsoAfterAChangeOfTheFile() throws Exception {
    try (ScimApp crm = new ScimApp();
        Databases database = Databases.fresh(DatabaseKind.H2)) {
      Path conf = Bridge.configure(folder, database.settings(), Map.of("crm", file(crm, "")));
      Held held = new Held.InScim(crm);
      ScimHttp idp;
      String sre;
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        idp = Bridge.client(daemon);
        String ada = idp.user("ada");
        String bob = idp.user("bob");
        idp.group("Platform", ada);
        sre = idp.group("SRE", bob);
        Wait.until(SOON, () -> assertThat(held.members("Platform")).containsExactly("ada"));
        Wait.until(SOON, () -> assertThat(held.members("SRE")).containsExactly("bob"));
      }

      Files.writeString(
          conf.resolve("apps/crm.yaml"),
          file(
              crm,
              """
              roles:
                rules:
                  - {group: SRE, team: Platform}
                  - {group: Engineering, team: Platform, role: developer}
              """));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        idp = Bridge.client(daemon);
        Wait.until(
            SOON,
            () -> {
              assertThat(held.teams()).containsExactly("Platform");
              assertThat(held.members("Platform")).containsExactly("ada", "bob");
            });
        String cyd = idp.user("cyd");
        String engineering = idp.group("Engineering", cyd, idp.user("dan"));
        Wait.until(
            SOON,
            () -> {
              assertThat(held.members("Platform")).containsExactly("ada", "bob", "cyd", "dan");
              assertThat(roles(crm, "cyd")).containsExactly("developer");
            });
        idp.add(sre, cyd);
        idp.remove(engineering, cyd);
        Wait.until(SOON, () -> assertThat(roles(crm, "cyd")).isEmpty());
        assertThat(held.members("Platform"))
            .as("by SRE")
            .containsExactly("ada", "bob", "cyd", "dan");
        idp.delete("/Groups/" + sre);
        Wait.until(SOON, () -> assertThat(held.members("Platform")).containsExactly("ada", "dan"));
        assertThat(daemon.verb("dead-letters", "list").out()).isEmpty();
      }
    }
  }
}
