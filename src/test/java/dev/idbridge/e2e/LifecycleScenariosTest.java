package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.LdapApp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Who leaves, what follows, and who is kept by hand: from intake to an LDAP tree and a vault. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LifecycleScenariosTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static LdapApp tree;
  private static Held.InLdap app;
  private static Bridge bridge;
  private static HttpServer vault;
  private static final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private static final List<String> keys = new CopyOnWriteArrayList<>();
  private static final List<String> accountsThen = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    Path folder = Files.createTempDirectory("idbridge-lifecycle");
    tree = new LdapApp();
    app = new Held.InLdap(tree);
    vault = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    vault.createContext(
        "/rotate",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          accountsThen.add(app.accounts() + " " + app.members("Ops"));
          keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          told.add(Json.tree(body));
          exchange.sendResponseHeaders(told.size() == 1 ? 503 : 204, -1);
          exchange.close();
        });
    vault.start();
    Path routes = Files.createDirectories(folder.resolve("conf/routes"));
    try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
      for (Path file : shipped.filter(Files::isRegularFile).toList()) {
        Files.copy(file, routes.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        routes.resolve("rotate-passwords.camel.yaml"),
        Files.readString(Path.of("routes/examples/rotate-passwords.camel.yaml"))
            .replace("{{env:VAULT_URL}}", "http://127.0.0.1:" + vault.getAddress().getPort())
            .replace("{{env:VAULT_TOKEN}}", "t"));
    bridge =
        new Bridge(
            DatabaseKind.H2,
            folder,
            Map.of(
                "tree",
                Bridge.ldapApp(tree) + "accounts: {follow-up: \"direct:rotate-passwords\"}\n"));
  }

  @AfterAll
  static void stop() {
    bridge.close();
    vault.stop(0);
    tree.close();
  }

  private static Ran verb(int code, String... words) {
    Ran ran = bridge.daemon.verb(words);
    assertThat(ran.code()).as(Arrays.toString(words) + ": " + ran.err()).isEqualTo(code);
    return ran;
  }

  @Test
  @Order(1)
  void aLeaverIsDisabledAndStrippedAndThenTheOperatorsRouteRunsUntilTheVaultTakesIt()
      throws Exception {
    String ada = bridge.scim.user("ada");
    String bob = bridge.scim.user("bob");
    bridge.scim.group("Ops", ada, bob);
    Wait.until(SOON, () -> assertThat(app.members("Ops")).containsExactly("ada", "bob"));

    bridge.scim.active(ada, false);
    Wait.until(
        SOON,
        () ->
            assertThat(bridge.syncLog("--app", "tree", "--user", "ada"))
                .extracting(l -> l.get("action").asText() + " " + l.get("result").asText())
                .contains("FOLLOW_UP SUCCESS", "FOLLOW_UP FAILED"));

    assertThat(told).hasSize(2);
    assertThat(accountsThen).containsOnly("[-ada, bob] [bob]");
    assertThat(keys.stream().distinct()).hasSize(1);
    assertThat(told.get(1).get("user").get("user_name").asText()).isEqualTo("ada");
    assertThat(told.get(1).get("stripped").get(0).get("team").asText()).isEqualTo("Ops");
    assertThat(told.get(1).get("repeated").asBoolean()).isTrue();
  }

  @Test
  @Order(2)
  void aRouteThatIsNotThereIsFoundBeforeAnybodyLeaves() throws Exception {
    Path other = Files.createTempDirectory("idbridge-lifecycle-check");
    Path conf =
        Bridge.configure(
            other,
            dev.idbridge.testing.Databases.fresh(DatabaseKind.H2).settings(),
            Map.of(
                "tree",
                Bridge.ldapApp(tree) + "accounts: {follow-up: \"direct:nowhere\"}\nverfy: off\n"));
    Ran check = dev.idbridge.ServedBridge.verb(conf, other.resolve("data"), "check-config");
    assertThat(check.code()).isEqualTo(1);
    assertThat(check.out())
        .as("all at once")
        .contains(
            "verfy", "tree.yaml: accounts.follow-up: names direct:nowhere, with which no route");
    assertThat(check.err()).contains("2 to mend");
    Path tree = conf.resolve("apps/tree.yaml");
    Files.writeString(tree, Files.readString(tree).replace("verfy", "verify"));
    assertThat(dev.idbridge.ServedBridge.serve(conf, other.resolve("data")).code()).isEqualTo(78);
  }

  @Test
  @Order(3)
  void aDirectoryOfAnIdentityProviderIsNotEditedByHand() throws Exception {
    assertThat(verb(1, "user", "create", "eve").err())
        .contains("directory default is in mode SCIM")
        .contains("idbridge directory mode default manual");
    assertThat(verb(1, "group", "rename", "Ops", "Operations").err()).contains("in mode SCIM");
    assertThat(app.accounts()).doesNotContain("eve");
  }

  @Test
  @Order(4)
  void aManualDirectoryIsKeptFromTheCommandLineAsAnIdentityProviderWould() throws Exception {
    verb(0, "directory", "mode", "default", "manual", "--yes");

    String eve =
        verb(0, "user", "create", "eve", "--given-name", "Eve", "--email", "eve@example.com")
            .out()
            .strip();
    verb(0, "group", "create", "Dev", "--member", "eve", "--member", "bob");
    Wait.until(SOON, () -> assertThat(app.members("Dev")).containsExactly("bob", "eve"));

    verb(0, "user", "change", eve, "--user-name", "eve.adams");
    verb(0, "group", "rename", "Dev", "Builders");
    verb(0, "group", "remove-member", "Builders", "bob");
    verb(0, "group", "add-member", "Ops", "eve.adams");
    Wait.until(
        SOON,
        () -> {
          assertThat(app.members("Builders")).containsExactly("eve.adams");
          assertThat(app.members("Ops")).containsExactly("bob", "eve.adams");
        });

    verb(0, "user", "deactivate", "eve.adams");
    Wait.until(SOON, () -> assertThat(app.accounts()).contains("-eve.adams"));
    verb(0, "user", "reactivate", "eve.adams");
    Wait.until(SOON, () -> assertThat(app.members("Ops")).containsExactly("bob", "eve.adams"));

    assertThat(verb(2, "user", "delete", "eve.adams").err()).contains("--yes");
    verb(0, "user", "delete", "eve.adams", "--yes");
    verb(0, "group", "delete", "Builders", "--yes");
    Wait.until(
        SOON,
        () -> {
          assertThat(app.accounts()).contains("-eve.adams");
          assertThat(app.teams()).doesNotContain("Builders");
        });
    assertThat(bridge.rows("SELECT DISTINCT actor FROM change_record WHERE resource_id = " + eve))
        .singleElement()
        .asString()
        .contains(System.getProperty("user.name"));
  }

  @Test
  @Order(5)
  void anEditThatDoesNotFitSaysWhyAndChangesNothing() throws Exception {
    List<String> before = new ArrayList<>(app.accounts());
    assertThat(verb(1, "user", "create", "BOB").err()).contains("userName 'BOB' is taken");
    assertThat(verb(1, "user", "deactivate", "nobody").err()).contains("is called 'nobody'");
    assertThat(verb(1, "group", "add-member", "Ops", "nobody").err())
        .contains("is called 'nobody'");
    assertThat(verb(2, "user", "change", "bob").err()).contains("say what is to change");
    assertThat(verb(0, "user", "reactivate", "bob").err()).contains("nothing changed");
    assertThat(app.accounts()).isEqualTo(before);
  }
}
