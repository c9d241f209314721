package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.ScimApp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What people decide while the daemon delivers to a real app: verbs against the whole daemon. */
class PeopleTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ME = System.getProperty("user.name");

  @TempDir Path folder;

  private static Ran ran(Ran ran, int code) {
    assertThat(ran.code()).as(ran.out() + ran.err()).isEqualTo(code);
    assertThat(ran.err()).doesNotContain("\tat ", "bug");
    return ran;
  }

  private static JsonNode app(ServedBridge daemon, String name) {
    return Json.tree(ran(daemon.verb("app", "show", name, "--json"), 0).out());
  }

  private static List<String> acts(Databases database, String type) {
    try (Rows rows = new Rows(database)) {
      return rows.of(
          "SELECT action, actor FROM change_record WHERE resource_type = '"
              + type
              + "' ORDER BY id");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aPausedAppGetsNothingOverRestartsUntilItIsResumed(DatabaseKind kind) throws Exception {
    try (ScimApp crm = new ScimApp();
        Databases database = Databases.fresh(kind)) {
      Path conf =
          Bridge.configure(
              folder, database.settings(), Map.of("crm", Bridge.scimApp(crm.baseUrl())));
      Held held = new Held.InScim(crm);
      ScimHttp idp;
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        idp = Bridge.client(daemon);
        idp.user("ada");
        Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada"));

        Ran paused = ran(daemon.verb("app", "pause", "crm", "--reason", "audit"), 0);
        assertThat(paused.err()).contains("app crm is paused until it is resumed");
        idp.user("bob");
        assertThat(daemon.verb("status").out())
            .containsPattern("crm +scim +paused .*by admin API \\(" + ME + "\\): audit");
        assertThat(app(daemon, "crm").path("paused_by").asText())
            .isEqualTo("admin API (" + ME + ")");
        assertThat(ran(daemon.verb("app", "provision", "--user", "bob", "--app", "crm"), 1).err())
            .contains("app crm rests (paused)");
      }
      // Without a daemon the row alone is there.
      assertThat(ServedBridge.verb(conf, folder.resolve("data"), "app", "list").out())
          .containsPattern("crm +scim +paused");
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp again = new ScimHttp(daemon.intake(), idp.token);
        again.user("cyd");
        assertThat(app(daemon, "crm").path("app").path("lanes").path("due").asInt()).isEqualTo(2);
        assertThat(held.accounts()).containsExactly("ada");

        ran(daemon.verb("app", "resume", "crm"), 0);
        Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada", "bob", "cyd"));
        assertThat(ran(daemon.verb("app", "resume", "crm"), 1).err()).contains("is not paused");
        ran(daemon.verb("app", "pause", "crm", "--until", "PT1S"), 0);
        again.user("dan");
        Wait.until(SOON, () -> assertThat(held.accounts()).contains("dan"));
      }
      assertThat(acts(database, "App"))
          .containsExactly(
              "PAUSE admin API (" + ME + ")",
              "RESUME admin API (" + ME + ")",
              "PAUSE admin API (" + ME + ")");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAppThatMovedKeepsItsLinksAndAnotherOneBeginsAnew(DatabaseKind kind) throws Exception {
    try (ScimApp crm = new ScimApp();
        ScimApp other = new ScimApp();
        HttpFaults moved = new HttpFaults(crm.baseUrl().replace("/scim/v2", ""));
        Databases database = Databases.fresh(kind)) {
      StoreSettings store = database.settings();
      Path conf = Bridge.configure(folder, store, Map.of("crm", Bridge.scimApp(crm.baseUrl())));
      String token;
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp idp = Bridge.client(daemon);
        token = idp.token;
        idp.group("Ops", idp.user("ada"));
        Wait.until(
            SOON, () -> assertThat(new Held.InScim(crm).members("Ops")).containsExactly("ada"));
      }

      // The same app behind another address.
      Bridge.configure(folder, store, Map.of("crm", Bridge.scimApp(moved.url() + "/scim/v2")));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        ScimHttp idp = new ScimHttp(daemon.intake(), token);
        idp.user("bob");
        JsonNode mismatch = app(daemon, "crm");
        assertThat(mismatch.path("app").path("state").asText()).isEqualTo("mismatch");
        assertThat(mismatch.path("fingerprint").asText()).contains(crm.baseUrl());
        assertThat(mismatch.path("wanted_fingerprint").asText()).contains(moved.url());
        assertThat(moved.seen()).as("nothing is sent there").isEmpty();

        ran(daemon.verb("app", "keep", "crm"), 0);
        Wait.until(
            SOON, () -> assertThat(new Held.InScim(crm).accounts()).containsExactly("ada", "bob"));
        assertThat(ran(daemon.verb("app", "keep", "crm"), 1).err()).contains("nothing to settle");
      }

      // Another app under the same name.
      Bridge.configure(folder, store, Map.of("crm", Bridge.scimApp(other.baseUrl())));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        Ran asked = ran(daemon.verb("app", "reset", "crm"), 2);
        assertThat(asked.err())
            .contains("would reset app crm", "2 account, 1 team", "1 memberships", "--yes");
        assertThat(app(daemon, "crm").path("linked").path("account").asInt()).isEqualTo(2);

        ran(daemon.verb("app", "reset", "crm", "--yes"), 0);
        Held held = new Held.InScim(other);
        Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada", "bob"));
        Wait.until(SOON, () -> assertThat(held.members("Ops")).containsExactly("ada"));
        assertThat(new Held.InScim(crm).accounts())
            .as("the old app keeps what it has")
            .containsExactly("ada", "bob");
      }
      assertThat(acts(database, "App").stream().map(act -> act.split(" ")[0]))
          .containsExactly("KEEP", "RESET");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void anAppIsForgottenOnlyWhenItsFileIsGoneAndAFileOfItsNameBeginsAnew(DatabaseKind kind)
      throws Exception {
    try (ScimApp crm = new ScimApp();
        ScimApp second = new ScimApp();
        Databases database = Databases.fresh(kind)) {
      StoreSettings store = database.settings();
      Path conf = Bridge.configure(folder, store, Map.of("crm", Bridge.scimApp(crm.baseUrl())));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        Bridge.client(daemon).user("ada");
        Wait.until(SOON, () -> assertThat(new Held.InScim(crm).accounts()).containsExactly("ada"));
        assertThat(ran(daemon.verb("app", "forget", "crm", "--yes"), 1).err())
            .contains("still has its file", "conf/apps/crm.yaml");
      }
      Files.delete(conf.resolve("apps/crm.yaml"));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        assertThat(daemon.verb("status").out()).containsPattern("crm +scim +suspended");
        ran(daemon.verb("app", "forget", "crm", "--yes"), 0);
        assertThat(ran(daemon.verb("app", "show", "crm"), 1).err()).contains("no app 'crm'");
        assertThat(daemon.verb("sync-log", "--app", "crm", "--json").out())
            .as("what was done stays told")
            .contains("\"CREATE\"");
      }
      Bridge.configure(folder, store, Map.of("crm", Bridge.scimApp(second.baseUrl())));
      try (ServedBridge daemon = new ServedBridge(conf, folder.resolve("data"))) {
        Wait.until(
            SOON, () -> assertThat(new Held.InScim(second).accounts()).containsExactly("ada"));
        assertThat(app(daemon, "crm").path("app").path("state").asText()).isEqualTo("active");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aDeadLetterTellsThePlanAndWhatToDoAndIsReplayedOrDiscarded(DatabaseKind kind)
      throws Exception {
    try (ScimApp crm = new ScimApp();
        HttpFaults wire = new HttpFaults(crm.baseUrl().replace("/scim/v2", ""));
        Bridge bridge =
            new Bridge(kind, folder, Map.of("crm", Bridge.scimApp(wire.url() + "/scim/v2")))) {
      ServedBridge daemon = bridge.daemon;
      wire.next(
          "POST",
          new HttpFaults.Fault.Instead(
              400, Map.of(), "{\"detail\":\"invalid mail, token " + ScimApp.TOKEN + "\"}"));
      bridge.scim.user("ada");
      Wait.until(SOON, () -> assertThat(daemon.verb("dead-letters", "list").out()).contains("ada"));
      JsonNode listed = Json.tree(daemon.verb("dead-letters", "list", "--json").out());
      String id = listed.path("id").asText();

      JsonNode letter = Json.tree(ran(daemon.verb("dead-letters", "show", id, "--json"), 0).out());
      assertThat(letter.path("reason").asText())
          .contains("invalid mail")
          .doesNotContain(ScimApp.TOKEN);
      assertThat(letter.path("plan").asText()).contains("CREATE account of ada", "not linked");
      assertThat(letter.path("suggestion").asText())
          .contains("correct the value", "dead-letters replay " + id, "tries again by itself");

      assertThat(ran(daemon.verb("dead-letters", "discard", id, "--reason", "x"), 2).err())
          .contains("would give up dead letter " + id, "CREATE account of ada");
      ran(daemon.verb("dead-letters", "replay", id), 0);
      Wait.until(SOON, () -> assertThat(new Held.InScim(crm).accounts()).containsExactly("ada"));
      ran(daemon.verb("dead-letters", "replay", id), 1);

      wire.next("POST", new HttpFaults.Fault.Instead(400, Map.of(), "no"));
      bridge.scim.user("bob");
      Wait.until(SOON, () -> assertThat(daemon.verb("dead-letters", "list").out()).contains("bob"));
      String second =
          Json.tree(daemon.verb("dead-letters", "list", "--json").out()).path("id").asText();
      ran(daemon.verb("dead-letters", "discard", second, "--reason", "a guest", "--yes"), 0);
      assertThat(daemon.verb("dead-letters", "list").out()).isEmpty();
      assertThat(bridge.syncLog("--user", "bob", "--result", "skipped").getFirst().path("reason"))
          .hasToString("\"discarded by admin API (" + ME + "): a guest\"");
      ran(daemon.verb("dead-letters", "replay", "--all", "--app", "crm", "--rate", "5"), 0);
      ran(daemon.verb("dead-letters", "replay", "--all"), 2);
      ran(daemon.verb("dead-letters", "replay", "--all", "--app", "crm", "--rate", "0"), 1);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aUserIsProvisionedNowAndEachStepIsShown(DatabaseKind kind) throws Exception {
    try (ScimApp crm = new ScimApp();
        HttpFaults wire = new HttpFaults(crm.baseUrl().replace("/scim/v2", ""));
        Bridge bridge =
            new Bridge(kind, folder, Map.of("crm", Bridge.scimApp(wire.url() + "/scim/v2")))) {
      ServedBridge daemon = bridge.daemon;
      ran(daemon.verb("app", "test", "crm"), 0);
      wire.next("POST", new HttpFaults.Fault.Instead(400, Map.of(), "{\"detail\":\"bad\"}"));
      String ada = bridge.scim.user("ada");
      Wait.until(SOON, () -> assertThat(daemon.verb("dead-letters", "list").out()).contains("ada"));
      bridge.scim.group("Ops", ada);

      Ran trail = ran(daemon.verb("app", "provision", "--user", "ada", "--app", "crm"), 0);

      assertThat(trail.out())
          .containsPattern("trigger +account ada +asked for by admin API \\(" + ME + "\\)")
          .containsPattern("expand +account ada ")
          .containsPattern("plan +account ada +look for the account")
          .containsPattern("plan +account ada +create account 'ada'")
          .containsPattern("answer +account ada +applied")
          .containsPattern("end +account ada +done")
          .containsPattern("membership +team Ops +applied, in the app");
      assertThat(trail.err()).contains("ada in crm: as it should be");
      assertThat(new Held.InScim(crm).members("Ops")).containsExactly("ada");
      assertThat(daemon.verb("dead-letters", "list").out()).isEmpty();

      wire.next("*", new HttpFaults.Fault.Instead(500, Map.of(), "boom"));
      bridge.scim.replace("/Users/" + ada, "displayName", "'Ada L.'");
      ran(daemon.verb("app", "provision", "--user", ada, "--app", "crm", "--json"), 0);
      assertThat(ran(daemon.verb("app", "provision", "--user", "eve", "--app", "crm"), 1).err())
          .contains("no directory has a user 'eve'");
      assertThat(bridge.rows("SELECT detail FROM change_record WHERE action = 'PROVISION'"))
          .containsOnly("user " + ada);
      daemon.stop();
      assertThat(ran(daemon.verb("app", "provision", "--user", "ada", "--app", "crm"), 69).err())
          .contains("app provision needs the running daemon");
      ran(daemon.verb("app", "test", "crm"), 69);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void oneLineOfTheSyncLogTellsWhatHappenedAndTheFiltersFindIt(DatabaseKind kind) throws Exception {
    try (ScimApp crm = new ScimApp();
        Bridge bridge = new Bridge(kind, folder, Map.of("crm", Bridge.scimApp(crm.baseUrl())))) {
      ServedBridge daemon = bridge.daemon;
      String ada = bridge.scim.user("=ada");
      String ops = bridge.scim.group("Ops", ada);
      Wait.until(
          SOON, () -> assertThat(new Held.InScim(crm).members("Ops")).containsExactly("=ada"));
      bridge.scim.remove(ops, ada);
      bridge.scim.active(ada, false);
      Wait.until(SOON, () -> assertThat(new Held.InScim(crm).accounts()).containsExactly("-=ada"));
      bridge.scim.active(ada, true);
      Wait.until(SOON, () -> assertThat(new Held.InScim(crm).accounts()).containsExactly("=ada"));
      bridge.scim.delete("/Users/" + ada);
      Wait.until(
          SOON,
          () ->
              // What another change overtook on its way is told too, as skipped.
              assertThat(
                      actions(
                          bridge, "--direction", "out", "--user", "=ada", "--result", "SUCCESS"))
                  .containsExactlyInAnyOrder(
                      "CREATE",
                      "MEMBER_ADD",
                      "MEMBER_REMOVE",
                      "DEACTIVATE",
                      "REACTIVATE",
                      "DEACTIVATE"));

      assertThat(actions(bridge, "--direction", "in", "--user", ada))
          .as("by id")
          .contains("CREATE", "DEACTIVATE", "REACTIVATE", "DELETE");
      JsonNode added = bridge.syncLog("--action", "member_add", "--group", "ops").getFirst();
      assertThat(added.path("member").asText()).isEqualTo("=ada");
      assertThat(added.path("target").asText()).isEqualTo("Ops");
      String people = daemon.verb("sync-log", "--action", "MEMBER_ADD", "--direction", "out").out();
      assertThat(people).containsPattern("out +SUCCESS +crm +MEMBER_ADD +=ada in Ops +change \\d+");
      JsonNode intake =
          bridge.syncLog("--direction", "in", "--action", "CREATE", "--user", "=ada").getFirst();
      assertThat(intake.path("token").asText()).isEqualTo("idp");
      assertThat(bridge.syncLog("--request", intake.path("request").asText())).hasSize(1);
      assertThat(bridge.syncLog("--until", "PT1H")).isEmpty();
      assertThat(ran(daemon.verb("sync-log", "--user", "nobody"), 1).err())
          .contains("no directory has a user 'nobody'");
      ran(daemon.verb("sync-log", "--action", "JUMP"), 1);

      List<String> csv =
          ran(daemon.verb("sync-log", "--format", "csv", "--user", "=ada", "--limit", "1"), 0)
              .out()
              .lines()
              .toList();
      assertThat(csv.getFirst()).startsWith("id,at,direction,result,directory,app,action,type");
      assertThat(csv).as("all, whatever the limit").hasSizeGreaterThan(8);
      assertThat(csv).anyMatch(line -> line.contains(",'=ada,"));
      assertThat(String.join("\n", csv)).doesNotContain(",=ada");
      HttpResponse<String> over =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(daemon.adminUrl() + "/admin/v1/sync-log?format=json"))
                      .header("Authorization", "Bearer " + daemon.adminToken())
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(over.headers().firstValue("content-type")).hasValue("application/x-ndjson");
      assertThat(over.body().lines().map(Json::tree)).hasSizeGreaterThan(8);
    }
  }

  private static List<String> actions(Bridge bridge, String... filters) {
    List<String> words = new java.util.ArrayList<>(List.of(filters));
    words.add("--oldest-first");
    return bridge.syncLog(words.toArray(String[]::new)).stream()
        .map(line -> line.path("action").asText())
        .toList();
  }
}
