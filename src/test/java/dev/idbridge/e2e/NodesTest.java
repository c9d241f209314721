package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.admin.Json;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.StoreSettings;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.HttpFaults.Fault;
import dev.idbridge.testing.MariaDbServer;
import dev.idbridge.testing.NetworkNamespace;
import dev.idbridge.testing.ScimApp;
import dev.idbridge.testing.TcpWire;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several daemons, each a process of its own, on one MariaDB and one app. */
class NodesTest {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Duration LEASE = Duration.ofSeconds(5);

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Databases database;
  private ScimApp crm;
  private HttpFaults wire;
  private Held held;
  private String token;

  /** Where every node finds the app: at another address it would be another app. */
  private String app;

  @BeforeEach
  void start() {
    database = opened(Databases.fresh(DatabaseKind.MARIADB));
    crm = opened(new ScimApp());
    wire = opened(new HttpFaults(crm.baseUrl().replace("/scim/v2", "")));
    app = wire.url();
    held = new Held.InScim(crm);
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.add(part);
    return part;
  }

  private NodeProcess node(String name, String teams) throws Exception {
    return node(name, teams, database.settings());
  }

  /** A node whose cable to the database can be frozen. */
  private NodeProcess node(String name, TcpWire cable) throws Exception {
    StoreSettings direct = database.settings();
    String url = direct.url().replace(":" + MariaDbServer.shared().port(), ":" + cable.port());
    return node(name, "", new StoreSettings(url, direct.user(), direct.password(), direct.pool()));
  }

  /** A node in a network of its own; the database is beyond a cable that can be pulled. */
  private NodeProcess node(String name, NetworkNamespace island) throws Exception {
    int port = MariaDbServer.shared().port();
    TcpWire toStore = opened(new TcpWire(port, island.address()));
    StoreSettings direct = database.settings();
    String url = direct.url().replace("127.0.0.1:" + port, island.near() + ":" + toStore.port());
    Path conf =
        configured(
            name,
            "",
            new StoreSettings(url, direct.user(), direct.password(), direct.pool()),
            "server: {host: " + island.far() + ", ");
    return opened(new NodeProcess(folder.resolve(name), conf, island.prefix()));
  }

  private Path configured(String name, String teams, StoreSettings store, String server)
      throws Exception {
    Path conf =
        Bridge.configure(
            folder.resolve(name), store, Map.of("crm", Bridge.scimApp(app + "/scim/v2") + teams));
    Path settings = conf.resolve("idbridge.yaml");
    Files.writeString(
        settings,
        Files.readString(settings)
            .replace("server: {", server)
            .replace("delivery: {", "delivery: {lease: PT5S, "));
    return conf;
  }

  private NodeProcess node(String name, String teams, StoreSettings store) throws Exception {
    Path conf = configured(name, teams, store, "server: {");
    NodeProcess node = opened(new NodeProcess(folder.resolve(name), conf));
    if (token == null) {
      token = node.verb("token", "create").out().strip();
    }
    return node;
  }

  private ScimHttp idp(NodeProcess node) {
    return new ScimHttp(node.intake, token);
  }

  private static List<JsonNode> nodes(NodeProcess asked) {
    List<JsonNode> nodes = new ArrayList<>();
    Json.tree(asked.verb("status", "--json").out()).path("nodes").forEach(nodes::add);
    return nodes;
  }

  @Test
  void twoDaemonsShareTheWorkAndTellOfEachOther() throws Exception {
    NodeProcess one = node("one", "");
    NodeProcess two = node("two", "");
    assertThat(nodes(one))
        .hasSize(2)
        .allSatisfy(node -> assertThat(node.path("live").asBoolean()).isTrue());
    assertThat(nodes(two).stream().map(node -> node.path("pid").asLong()))
        .containsExactlyInAnyOrder(one.pid(), two.pid());

    String first = idp(one).user("first");
    String ops = idp(two).group("Ops", first);
    for (int i = 0; i < 60; i++) {
      NodeProcess taker = i % 2 == 0 ? one : two;
      idp(taker).add(ops, idp(taker).user("u" + i));
    }
    Wait.until(SOON, () -> assertThat(held.members("Ops")).hasSize(61));

    assertThat(crm.users()).hasSize(61);
    assertThat(crm.made().stream().map(made -> made.type() + made.name())).doesNotHaveDuplicates();
    for (NodeProcess node : List.of(one, two)) {
      assertThat(node.metric("idbridge_effects_total", "SUCCESS")).as("its share").isPositive();
    }
    assertThat(one.verb("sync-log", "--direction", "out", "--action", "CREATE", "--format", "csv"))
        .extracting(ran -> ran.out().lines().count())
        .as("one line per account and team, and the head")
        .isEqualTo(63L);
  }

  @Test
  @EnabledIfSystemProperty(named = "nodes", matches = "all")
  void aScheduleRunsOnOneOfTheNodes() throws Exception {
    for (String name : List.of("one", "two")) {
      everyTenSeconds(Files.createDirectories(folder.resolve(name).resolve("conf/routes")));
    }
    NodeProcess one = node("one", "");
    NodeProcess two = node("two", "");
    Wait.until(SOON, () -> assertThat(fired(one, two)).isPositive());
    double first = fired(one, two);
    Wait.until(SOON, () -> assertThat(fired(one, two)).isGreaterThan(first));
    assertThat(fired(one, two)).isEqualTo(first + 1);
  }

  /** The shipped route files, with the schedule that runs every minute running more often. */
  private static void everyTenSeconds(Path routes) throws Exception {
    try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
      for (Path file : shipped.filter(Files::isRegularFile).toList()) {
        Files.writeString(
            routes.resolve(file.getFileName()),
            Files.readString(file).replace("30 * * * * ?", "0/10 * * * * ?"));
      }
    }
  }

  /** How often that schedule has run, on whichever node. */
  private static double fired(NodeProcess... nodes) throws Exception {
    double sum = 0;
    for (NodeProcess node : nodes) {
      sum += node.metric("camel_route_policy_seconds_count", "routeId=\"schedule-waiters\"");
    }
    return sum;
  }

  /**
   * The tables as a later release leaves them: further columns, and this release is put up with.
   */
  @Test
  @EnabledIfSystemProperty(named = "nodes", matches = "all")
  void daemonsGoOnAndStartOnTablesThatTheNextReleaseHasMigrated() throws Exception {
    NodeProcess before = node("before", "");
    String ada = idp(before).user("ada");
    Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada"));

    try (Rows rows = new Rows(database)) {
      rows.run("UPDATE schema_step SET step = step + 1");
      for (String table : List.of("lane", "link", "directory_user", "sync_log")) {
        rows.run("ALTER TABLE " + table + " ADD COLUMN later INT DEFAULT 0 NOT NULL");
      }
    }
    NodeProcess after = node("after", "");
    idp(before).replace("/Users/" + ada, "displayName", "'Ada L.'");
    idp(before).user("bob");
    idp(after).user("eve");

    Wait.until(
        SOON, () -> assertThat(held.accounts()).containsExactlyInAnyOrder("ada", "bob", "eve"));
    Wait.until(SOON, () -> assertThat(displayNameOfAda()).isEqualTo("Ada L."));
    assertThat(nodes(after)).hasSize(2);
    assertThat(after.log()).contains("newer than this version's");
  }

  @Test
  void aKilledNodesWorkIsTakenOverWithinItsLeaseAndFiveSeconds() throws Exception {
    NodeProcess one = node("one", "");
    wire.next("POST", new Fault.Silence());
    idp(one).user("ada");
    Wait.until(SOON, () -> assertThat(wire.seen()).anyMatch(seen -> seen.startsWith("POST")));
    NodeProcess two = node("two", "");
    Wait.until(SOON, () -> assertThat(nodes(two)).hasSize(2));
    idp(two).replace("/Users/" + id("ada", two), "displayName", "'Ada L.'");

    one.signal("KILL");
    Duration took = Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada"));

    assertThat(took).isLessThan(LEASE.plusSeconds(5));
    assertThat(crm.users()).hasSize(1);
    assertThat(one.temporary()).as("left behind").isEmpty();
  }

  private String id(String userName, NodeProcess node) throws Exception {
    return idp(node).find("/Users", "userName eq '" + userName + "'").at("/Resources/0/id");
  }

  @Test
  void aNodeThatSleptThroughItsLeaseDoesNotUndoWhatTheOtherDid() throws Exception {
    NodeProcess one = node("one", "");
    NodeProcess two = node("two", "");
    String ada = idp(one).user("ada");
    Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada"));
    CountDownLatch late = new CountDownLatch(1);
    wire.forget();
    wire.next("write", new Fault.Hold(late));
    idp(one).replace("/Users/" + ada, "displayName", "'Old'");
    Wait.until(SOON, () -> assertThat(wire.seen()).anyMatch(seen -> !seen.startsWith("GET")));
    NodeProcess sleeper = holder(ada) == one.pid() ? one : two;
    NodeProcess other = sleeper == one ? two : one;

    sleeper.signal("STOP");
    idp(other).replace("/Users/" + ada, "displayName", "'New'");
    Wait.until(SOON, () -> assertThat(displayName()).isEqualTo("New"));
    late.countDown();
    Wait.until(SOON, () -> assertThat(displayName()).as("the late call").isEqualTo("Old"));
    sleeper.signal("CONT");

    Wait.until(SOON, () -> assertThat(displayName()).as("asserted again").isEqualTo("New"));
    assertThat(sleeper.log()).contains("its next holder asserts the whole state");
    assertThat(crm.users()).hasSize(1);
  }

  /**
   * Everything between a node and the database is held up, as when a network splits: connections
   * stay open and nothing comes through. The app is still reached. Short of what the store's own
   * bounds make an error, and past them.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 25})
  @EnabledIfSystemProperty(named = "nodes", matches = "all")
  void aNodeCutOffFromTheDatabaseDoesNotUndoWhatTheOtherDid(int seconds) throws Exception {
    TcpWire first = opened(new TcpWire(MariaDbServer.shared().port()));
    TcpWire second = opened(new TcpWire(MariaDbServer.shared().port()));
    NodeProcess one = node("one", first);
    NodeProcess two = node("two", second);
    String ada = idp(one).user("ada");
    Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada"));
    CountDownLatch late = new CountDownLatch(1);
    wire.forget();
    wire.next("write", new Fault.Hold(late));
    idp(one).replace("/Users/" + ada, "displayName", "'Old'");
    Wait.until(SOON, () -> assertThat(wire.seen()).anyMatch(seen -> !seen.startsWith("GET")));
    boolean isFirst = holder(ada) == one.pid();
    NodeProcess other = isFirst ? two : one;
    TcpWire cable = isFirst ? first : second;

    cable.freeze(true);
    idp(other).replace("/Users/" + ada, "displayName", "'New'");
    Duration took = Wait.until(SOON, () -> assertThat(displayName()).isEqualTo("New"));
    assertThat(took).isLessThan(LEASE.plusSeconds(5));
    late.countDown();
    Wait.until(SOON, () -> assertThat(displayName()).as("the late call").isEqualTo("Old"));
    Instant mended = Instant.now().plusSeconds(seconds);
    Wait.until(SOON, () -> assertThat(Instant.now()).isAfter(mended));
    cable.freeze(false);

    Wait.until(SOON, () -> assertThat(displayName()).as("asserted again").isEqualTo("New"));
    assertThat(crm.users()).hasSize(1);
  }

  /**
   * Three nodes: one loses its network with a call to the app on its way, another is killed.
   * Packets get lost without a word, for longer than the lease; then everything that waited in the
   * lost node's sockets comes at once.
   */
  @Test
  @EnabledIfSystemProperty(named = "nodes", matches = "all")
  void theLastOfThreeNodesTakesOverFromOneThatLostItsNetworkAndOneThatWasKilled() throws Exception {
    Optional<String> refusal = NetworkNamespace.refusal();
    assumeTrue(refusal.isEmpty(), refusal.orElse(""));
    NetworkNamespace island = opened(NetworkNamespace.make());
    TcpWire toApp = opened(new TcpWire(URI.create(wire.url()).getPort(), island.address()));
    app = "http://" + island.near() + ":" + toApp.port();
    NodeProcess home = node("home", "");
    NodeProcess killed = node("killed", "");
    NodeProcess away = node("away", island);
    String ada = idp(home).user("ada");
    Wait.until(SOON, () -> assertThat(held.accounts()).containsExactly("ada"));
    List<String> everybody = new ArrayList<>(List.of("ada"));
    for (int i = 0; i < 10; i++) {
      everybody.add("a" + i);
      idp(away).user("a" + i);
    }
    Wait.until(
        SOON, () -> assertThat(held.accounts()).containsExactlyInAnyOrderElementsOf(everybody));
    CountDownLatch late = cutWithACallUnderWay(island, away, ada);
    for (int i = 0; i < 10; i++) {
      everybody.add("k" + i);
      idp(killed).user("k" + i);
    }

    killed.signal("KILL");
    Instant mended = Instant.now().plus(LEASE.multipliedBy(4));
    idp(home).replace("/Users/" + ada, "displayName", "'New'");
    Duration took =
        Wait.until(
            SOON,
            () -> {
              assertThat(displayNameOfAda()).isEqualTo("New");
              assertThat(held.accounts()).containsExactlyInAnyOrderElementsOf(everybody);
            });
    assertThat(took).isLessThan(LEASE.plusSeconds(5));
    late.countDown();
    Wait.until(SOON, () -> assertThat(displayNameOfAda()).as("the late call").isEqualTo("Old"));
    Wait.until(SOON, () -> assertThat(Instant.now()).isAfter(mended));
    island.cut(false);

    Wait.until(SOON, () -> assertThat(displayNameOfAda()).as("asserted again").isEqualTo("New"));
    Wait.until(
        SOON,
        () ->
            assertThat(idp(away).send("GET", "/Users/" + ada, (String) null).status())
                .as("it serves again")
                .isEqualTo(200));
    everybody.add("later");
    idp(away).user("later");
    Wait.until(
        SOON, () -> assertThat(held.accounts()).containsExactlyInAnyOrderElementsOf(everybody));
    assertThat(crm.made().stream().map(ScimApp.Made::name)).doesNotHaveDuplicates();
  }

  /**
   * Has the node deliver a change whose call is held until the latch opens, and cuts it off
   * meanwhile. A call that ended in time, as one does whose time is up before the node is cut off,
   * was booked by a holder that had the lane, and is another story.
   */
  private CountDownLatch cutWithACallUnderWay(
      NetworkNamespace island, NodeProcess node, String user) throws Exception {
    for (int i = 0; i < 20; i++) {
      CountDownLatch late = new CountDownLatch(1);
      wire.forget();
      wire.next("write", new Fault.Hold(late));
      idp(node).replace("/Users/" + user, "displayName", "'Old'");
      Wait.until(SOON, () -> assertThat(wire.seen()).anyMatch(seen -> !seen.startsWith("GET")));
      if (holders(user).contains(node.pid())) {
        island.cut(true);
        if (holders(user).contains(node.pid())) {
          return late;
        }
        island.cut(false);
      }
      late.countDown();
      Wait.until(SOON, () -> assertThat(displayNameOfAda()).isEqualTo("Old"));
      idp(node).replace("/Users/" + user, "displayName", "'Before'");
      Wait.until(SOON, () -> assertThat(displayNameOfAda()).isEqualTo("Before"));
      Wait.until(SOON, () -> assertThat(holders(user)).isEmpty());
    }
    throw new AssertionError("the others are always faster");
  }

  private String displayNameOfAda() {
    return crm.users().stream()
        .filter(one -> one.getUserName().orElse("").equals("ada"))
        .findFirst()
        .flatMap(one -> one.getDisplayName())
        .orElse("");
  }

  /** The process that delivers now. */
  private long holder(String user) {
    List<Long> pids = holders(user);
    assertThat(pids).as("whose call is under way").hasSize(1);
    return pids.getFirst();
  }

  private List<Long> holders(String user) {
    try (Rows rows = new Rows(database)) {
      return rows
          .of(
              "SELECT n.pid FROM lane l JOIN node n ON n.number = l.lease_node"
                  + " WHERE l.state = 'leased' AND l.kind = 'account' AND l.target_id = "
                  + user)
          .stream()
          .map(Long::valueOf)
          .toList();
    }
  }

  private String displayName() {
    return crm.users().getFirst().getDisplayName().orElse("");
  }

  @Test
  void nodesWithOtherRulesDoNotFight() throws Exception {
    NodeProcess one = node("one", "teams: {groups: all}\n");
    String ada = idp(one).user("ada");
    idp(one).group("Ops", ada);
    Wait.until(SOON, () -> assertThat(held.teams()).containsExactly("Ops"));

    NodeProcess two = node("two", "teams: {groups: {prefix: Team}}\n");
    Wait.until(
        SOON,
        () ->
            assertThat(one.verb("status").out())
                .containsPattern("crm +scim +other-rules .*another node has activated version 2"));
    idp(one).group("Sales", ada);
    idp(one).group("Team A", ada);

    Wait.until(SOON, () -> assertThat(held.teams()).contains("Team A"));
    assertThat(held.teams()).as("by the rules that were activated last").doesNotContain("Sales");
    assertThat(two.verb("status").out()).containsPattern("crm +scim +active");
  }
}
