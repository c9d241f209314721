package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import dev.idbridge.testing.ScimApp;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an import leaves to a person, decided once and for all. */
class ImportDecisionsTest {
  private static final String[] IMPORT = {
    "import", "--app", "crm", "--directory", "default", "--yes", "--json"
  };

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whatIsAmbiguousIsDecidedOnceAndAskedAboutNeverAgain(DatabaseKind kind) throws Exception {
    try (ScimApp crm = new ScimApp();
        HttpFaults wire = new HttpFaults(crm.baseUrl().replace("/scim/v2", ""));
        Bridge bridge =
            new Bridge(
                kind,
                Files.createTempDirectory("idbridge-decisions"),
                Map.of(
                    "crm",
                    Bridge.scimApp(wire.url() + "/scim/v2")
                        .replace("token:", "page-size: 3, token:")))) {
      bridge.verb(0, "app", "pause", "crm", "--reason", "import first");
      String dora = bridge.scim.user("dora");
      String other = bridge.scim.user("gina.other");
      crm.addUser("dora", true);
      for (String name : List.of("finn", "gina", "hugo")) {
        crm.addUser(name, true);
        crm.addUser(name, true);
      }
      String impostor = crm.addUser(dora, true);

      // The second page is asked for once more when the app says so, and not the first.
      wire.next("GET", new Fault.Duplicate());
      wire.next("GET", new Fault.Instead(429, Map.of("Retry-After", "1"), ""));
      JsonNode done = Json.tree(bridge.verb(1, IMPORT).out());
      assertThat(done.at("/state").asText()).as(done.toString()).isEqualTo("done");
      assertThat(done.at("/seen").asInt()).isEqualTo(8);
      assertThat(done.at("/linked").asInt()).as("dora").isEqualTo(1);
      assertThat(done.at("/created").asInt()).as("finn, gina, hugo, the impostor").isEqualTo(4);
      assertThat(wire.seen()).filteredOn(one -> one.endsWith("/Users?count=3")).hasSize(1);
      assertThat(bridge.scim.find("/Users", "userName eq \"" + dora + "\"").at("/totalResults"))
          .as("a name that is somebody's id is a name")
          .isEqualTo("1");

      // Of two of one name the app shows one first, and that is in the directory by then.
      Map<String, String> second = new HashMap<>();
      done.at("/undecided")
          .forEach(one -> second.put(one.at("/name").asText(), one.at("/id").asText()));
      Ran list = bridge.verb(0, "import", "list", "--app", "crm", "--json", "--limit", "2");
      assertThat(list.out().lines()).hasSize(2);
      String next = list.err().replaceAll("(?s).*--after (\\S+).*", "$1");
      assertThat(bridge.verb(0, "import", "list", "--app", "crm", "--json", "--after", next).out())
          .satisfies(rest -> assertThat(rest.lines()).hasSize(1));

      assertThat(decide(bridge, 0, second.get("hugo"), "--leave").err()).contains("left alone");
      assertThat(decide(bridge, 0, second.get("finn"), "--create", "--as", "finn two").err())
          .contains("nothing is written");
      assertThat(decide(bridge, 1, second.get("gina"), "--link", "dora").err())
          .contains("'dora' of the directory is dora in the app already");
      assertThat(decide(bridge, 1, second.get("gina"), "--link", "nobody").err())
          .contains("no live user 'nobody'");
      assertThat(decide(bridge, 1, second.get("gina"), "--create").err()).contains("taken");
      decide(bridge, 0, second.get("gina"), "--link", "gina.other");
      assertThat(decide(bridge, 1, second.get("gina"), "--leave").err())
          .contains("nothing is undecided about");
      decide(bridge, 2, impostor, "--leave", "--as", "x");
      decide(bridge, 2, impostor);

      JsonNode again = Json.tree(bridge.verb(0, IMPORT).out());
      assertThat(again.at("/known").asInt()).isEqualTo(8);
      assertThat(again.at("/undecided")).isEmpty();
      assertThat(bridge.verb(0, "import", "list", "--app", "crm").err()).contains("nothing");
      assertThat(
              Json.tree(bridge.verb(0, "import", "list", "--app", "crm", "--left", "--json").out())
                  .at("/by")
                  .asText())
          .isNotEmpty();
      assertThat(
              bridge.rows(
                  "SELECT action FROM change_record WHERE resource_type = 'App' AND actor <> ''"
                      + " AND action LIKE 'IMPORT%' ORDER BY id"))
          .containsExactly("IMPORT", "IMPORT_LEAVE", "IMPORT_LINK", "IMPORT_LINK", "IMPORT");
      assertThat(bridge.scim.find("/Users", "userName eq \"finn two\"").at("/totalResults"))
          .isEqualTo("1");
      assertThat(bridge.rows("SELECT remote_id FROM link WHERE resource_id = " + other))
          .containsExactly(second.get("gina"));

      // As after a kill: the row says that it runs, and the daemon that it ran in is gone.
      cutShort(bridge);
      assertThat(bridge.daemon.stop()).isIn(0, 143);
      try (ServedBridge later = new ServedBridge(bridge.conf, bridge.data)) {
        assertThat(later.verb("import", "show", "--app", "crm").out())
            .contains("interrupted", "its daemon ended before it was done");
        assertThat(
                Json.tree(later.verb("import", "list", "--app", "crm", "--left", "--json").out())
                    .at("/id")
                    .asText())
            .isEqualTo(second.get("hugo"));
        Ran anew = later.verb(IMPORT);
        assertThat(anew.code()).as(anew.err() + anew.out()).isZero();
        assertThat(Json.tree(anew.out()).at("/known").asInt()).isEqualTo(8);
        assertThat(
                bridge.rows(
                    "SELECT detail FROM change_record WHERE action = 'IMPORT' ORDER BY id DESC"))
            .first()
            .asString()
            .contains("cut short");
      }
    }
  }

  private static Ran decide(Bridge bridge, int code, String id, String... how) {
    List<String> words = new java.util.ArrayList<>(List.of("import", "decide", id, "--app", "crm"));
    words.addAll(List.of(how));
    return bridge.verb(code, words.toArray(String[]::new));
  }

  private static void cutShort(Bridge bridge) throws Exception {
    bridge.change("UPDATE import_run SET state = 'running'");
  }
}
