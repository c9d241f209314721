package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.Mapping;
import dev.idbridge.config.Scope;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Settings;
import dev.idbridge.directory.JdbcChangeWriter;
import dev.idbridge.directory.JdbcTargets;
import dev.idbridge.directory.MembershipSweep;
import dev.idbridge.directory.ValueIndex;
import dev.idbridge.ledger.AppRegister;
import dev.idbridge.ledger.FeedWork;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.SweepWork;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.ledger.Waiters;
import dev.idbridge.model.AttributePatch;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Store;
import dev.idbridge.store.Transactions;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * The way from a change to an app without the servers: real store, real write path, the shipped
 * routes, and apps in memory. Deliveries run when a test says so, by a clock that a test moves.
 */
final class TestBridge implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(30);

  // One store per database and JVM, emptied for every bridge: migrating takes longer than a test.
  private static final Map<DatabaseKind, Store> STORES = new EnumMap<>(DatabaseKind.class);
  private static final SettableClock CLOCK =
      new SettableClock(Instant.parse("2026-11-22T08:00:00Z"));

  final SettableClock clock = CLOCK;
  final Store store;
  final Ledger ledger;
  final JdbcChangeWriter writer;
  final MemoryApp app = new MemoryApp();
  final List<App> apps = new ArrayList<>();
  final Waiters waiters;
  private final LaneTriggers lanes;
  final Sweeps starter;
  final Claimer claimer;
  final Expander expander;
  private SweepWork sweeps;
  private MembershipSweep memberships;
  FeedWork feeds;
  private final DefaultCamelContext camel = new DefaultCamelContext();

  TestBridge(DatabaseKind kind) throws Exception {
    this(
        kind,
        new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE),
        new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED));
  }

  TestBridge(DatabaseKind kind, AppConfig.Accounts accounts, AppConfig.Teams teams)
      throws Exception {
    this(kind, accounts, teams, AppConfig.Verify.OFF);
  }

  TestBridge(
      DatabaseKind kind,
      AppConfig.Accounts accounts,
      AppConfig.Teams teams,
      AppConfig.Verify verify)
      throws Exception {
    this(kind, accounts, teams, null, verify);
  }

  TestBridge(
      DatabaseKind kind,
      AppConfig.Accounts accounts,
      AppConfig.Teams teams,
      @Nullable RoleRules roles,
      AppConfig.Verify verify)
      throws Exception {
    store = STORES.computeIfAbsent(kind, k -> Databases.fresh(k).open(clock));
    empty();
    known(1, "crm");
    lanes = new LaneTriggers(id -> apps.get(id - 1).config().roles() != null);
    SyncLog log = new SyncLog(store.ids());
    starter = new Sweeps(store.ids());
    ledger = new Ledger(store.transactions(), store.ids(), 1, store.clock(), log, lanes, starter);
    writer =
        new JdbcChangeWriter(
            store.transactions(),
            store.ids(),
            store.clock(),
            lanes,
            log,
            starter,
            ScimSchema.STANDARD,
            ValueIndex.NONE,
            directory -> false,
            (app, before, after) -> apps.get(app - 1).leavesScope(before, after));
    waiters = new Waiters(store.transactions(), lanes, store.ids(), store.clock());
    restart();
    AppConfig config =
        new AppConfig(
            "crm",
            "memory",
            List.of("default"),
            new NoSettings(),
            new Scope.Everyone(),
            accounts,
            Mapping.NONE,
            teams,
            roles,
            new AppConfig.Limits(8, Map.of()),
            verify,
            AppConfig.Rules.FILE);
    apps.add(new App(1, config, Set.of(1L), app, store.clock()));
    camel.getRegistry().bind("breaker-crm", apps.getFirst().breaker());
    claimer = new Claimer(ledger, new JdbcTargets(store.transactions()), LEASE);
    Backoffs backoffs =
        new Backoffs(
            Duration.ofSeconds(5), Duration.ofHours(6), Duration.ofDays(28), new Random(7));
    new DeliverySteps(
            ledger,
            new JdbcTargets(store.transactions()),
            store.clock(),
            backoffs,
            new SimpleMeterRegistry())
        .bind(camel.getRegistry());
    new ChangeSteps(directory -> ids(), writer, () -> {}, Duration.ofSeconds(50))
        .bind(camel.getRegistry());
    camel.disableJMX();
    for (String file : List.of("20-fan-out", "30-deliver")) {
      Resource resource =
          PluginHelper.getResourceLoader(camel)
              .resolveResource("file:routes/" + file + ".camel.yaml");
      PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
    }
    camel.addRouteFromTemplate("app-crm", "app", Map.of("name", "crm"));
    camel.start();
    expander = new Expander(ledger, new JdbcTargets(store.transactions()), apps, store.clock());
  }

  /** Who works sweeps off is another from now on, who knows only what is stored. */
  void restart() {
    sweeps = new SweepWork(store.transactions(), lanes, starter, store.clock());
    memberships =
        new MembershipSweep(
            store.transactions(), lanes, starter, directory -> ids(), store.clock());
    feeds =
        new FeedWork(store.transactions(), lanes, app -> apps.getFirst().placed(), store.clock());
  }

  /** The app's row, without rules: nothing is swept. */
  private void known(int id, String name) {
    execute(
        "INSERT INTO app (id, name, connector, fingerprint, wanted_fingerprint, follows, grants,"
            + " state, state_reason, paused_by, paused_reason, rules_version, created_at, changed_at)"
            + " VALUES (%d, '%s', 'memory', 'memory', '', '', FALSE, 'active', '', '', '', 0, 0, 0)"
                .formatted(id, name));
  }

  private void empty() {
    store
        .transactions()
        .run(
            connection -> {
              try (Statement delete = connection.createStatement()) {
                for (String table :
                    List.of(
                        "directory_user",
                        "directory_email",
                        "directory_group",
                        "directory_member",
                        "change_record",
                        "app",
                        "rule_set",
                        "scope_group",
                        "lane",
                        "link",
                        "team_source",
                        "feed",
                        "named_team",
                        "app_member",
                        "app_grant",
                        "grant_look",
                        "member_look",
                        "grant_source",
                        "app_strip",
                        "follow_up",
                        "sweep",
                        "sync_log",
                        "dead_letter")) {
                  delete.executeUpdate("DELETE FROM " + table);
                }
              }
              return true;
            });
  }

  /** The same app for members of these groups alone. */
  static AppConfig scoped(AppConfig config, String... groups) {
    return with(config, config.roles(), new Scope.Groups(List.of(groups)));
  }

  /** The same app under other rules. */
  static AppConfig with(AppConfig config, @Nullable RoleRules roles, Scope scope) {
    return new AppConfig(
        config.name(),
        config.connector(),
        config.directories(),
        config.settings(),
        scope,
        config.accounts(),
        config.mapping(),
        config.teams(),
        roles,
        config.limits(),
        config.verify(),
        config.rules());
  }

  /** The first app's file says something else from now on, as a start of the daemon finds it. */
  void reconfigure(AppConfig config) {
    App before = apps.getFirst();
    List<String> groups = config.scope() instanceof Scope.Groups scope ? scope.names() : List.of();
    new AppRegister(store.transactions(), starter, store.clock())
        .register(
            new AppRegister.Entry(
                config.name(),
                "memory",
                "memory",
                config.toString(),
                "",
                config.roles() != null,
                groups),
            before.directories());
    apps.set(0, new App(before.id(), config, before.directories(), app, store.clock()));
  }

  /** One more app of this bridge. */
  void addApp(String name, Connector connector) throws Exception {
    AppConfig first = apps.getFirst().config();
    AppConfig config =
        new AppConfig(
            name,
            "memory",
            first.directories(),
            first.settings(),
            new Scope.Everyone(),
            first.accounts(),
            Mapping.NONE,
            first.teams(),
            first.roles(),
            first.limits(),
            first.verify(),
            first.rules());
    App app = new App(apps.size() + 1, config, Set.of(1L), connector, store.clock());
    known(app.id(), name);
    camel.getRegistry().bind("breaker-" + name, app.breaker());
    camel.addRouteFromTemplate("app-" + name, "app", Map.of("name", name));
    apps.add(app);
  }

  /** The real loop over all apps of this bridge. */
  Dispatcher dispatcher(int workers) {
    return dispatcher(workers, LEASE);
  }

  /** The same with leases of so much real time, by the store's clock as well. */
  Dispatcher dispatcher(int workers, Duration lease) {
    return new Dispatcher(
        new Claimer(ledger, new JdbcTargets(store.transactions()), lease),
        apps,
        camel.createProducerTemplate(),
        store.clock(),
        workers);
  }

  /** For connectors that speak HTTP. */
  DefaultCamelContext camel() {
    return camel;
  }

  private record NoSettings() implements Settings {
    @Override
    public @Nullable String get(String name) {
      return null;
    }

    @Override
    public @Nullable String secret(String name) {
      return null;
    }
  }

  private List<Integer> ids() {
    return apps.stream().map(App::id).toList();
  }

  Committed write(ResourceChange change) throws ChangeRefused {
    ChangeRequest request =
        new ChangeRequest(
            1, change, new ChangeRequest.Actor(1, "okta", "r1", "127.0.0.1"), null, ids());
    try {
      return writer.write(request).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ChangeRefused refused) {
        throw refused;
      }
      throw e;
    }
  }

  String user(String userName) throws ChangeRefused {
    return id(
        write(
            new UserChange.Create(
                Attributes.of(
                    Map.of(
                        "userName", userName,
                        "displayName", userName.toUpperCase(java.util.Locale.ROOT),
                        "emails",
                            List.of(
                                Map.of("value", userName + "@example.com", "type", "work")))))));
  }

  String group(String displayName, String... members) throws ChangeRefused {
    return id(
        write(
            new GroupChange.Create(
                Attributes.of(Map.of("displayName", displayName)), List.of(members))));
  }

  private static String id(Committed committed) {
    return Objects.requireNonNull(committed.resource()).publicId();
  }

  void active(String user, boolean active) throws ChangeRefused {
    write(new UserChange.Patch(user, current -> current.with("active", active)));
  }

  void members(String group, MemberOp... ops) throws ChangeRefused {
    write(new GroupChange.Patch(group, AttributePatch.NOTHING, List.of(ops)));
  }

  void rename(String group, String name) throws ChangeRefused {
    write(new GroupChange.Patch(group, current -> current.with("displayName", name), List.of()));
  }

  /** A route that an operator wrote. */
  void route(String from, org.apache.camel.Processor step) throws Exception {
    camel.addRoutes(
        new org.apache.camel.builder.RouteBuilder() {
          @Override
          public void configure() {
            from(from).errorHandler(noErrorHandler()).process(step);
          }
        });
  }

  /** Claims what is due and delivers it, until nothing is due any more. */
  void deliver() {
    for (int round = 0; round < 200; round++) {
      sweepAll();
      List<Lane> lanes = new ArrayList<>();
      for (App one : apps) {
        lanes.addAll(ledger.claim(one.id(), 50, LEASE));
      }
      if (lanes.isEmpty()) {
        return;
      }
      lanes.forEach(this::deliver);
    }
    throw new AssertionError("deliveries never come to rest: " + rows("SELECT * FROM lane"));
  }

  /**
   * The work on feeds as another node does it.
   *
   * @param between what happens after it has read what there is to do
   */
  FeedWork otherNode(Runnable between) throws Exception {
    String url = store.transactions().run(connection -> connection.getMetaData().getURL());
    AtomicInteger connections = new AtomicInteger();
    DataSource source =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  if (connections.incrementAndGet() == 2) {
                    between.run();
                  }
                  Connection connection =
                      store.kind() == DatabaseKind.H2
                          ? DriverManager.getConnection(url)
                          : DriverManager.getConnection(url, "root", "");
                  connection.setAutoCommit(false);
                  connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                  return connection;
                });
    return new FeedWork(
        new Transactions(source, store.kind()),
        lanes,
        app -> apps.getFirst().placed(),
        store.clock());
  }

  /** What a killed daemon leaves behind: claimed, and never booked. */
  List<Lane> claimOnly() {
    return ledger.claim(1, 50, LEASE);
  }

  void deliver(Lane lane) {
    App to = apps.stream().filter(one -> one.id() == lane.app()).findFirst().orElseThrow();
    Exchange exchange = new DefaultExchange(camel, ExchangePattern.InOnly);
    exchange.getMessage().setBody(claimer.begin(to, List.of(lane), Deadline.in(LEASE)).getFirst());
    camel.createProducerTemplate().send("direct:app-" + to.name(), exchange);
    if (exchange.getException() != null) {
      throw new AssertionError("the app's route failed", exchange.getException());
    }
  }

  /** Everything behind changes that needs no app. */
  void sweepAll() {
    while (sweep() || feeds.page()) {
      // page by page
    }
  }

  /** One page of a sweep; false when there is none. */
  boolean sweep() {
    return sweeps
        .claim()
        .map(
            sweep -> {
              if (MembershipSweep.takes(sweep)) {
                memberships.page(sweep);
              } else {
                sweeps.page(sweep);
              }
              return true;
            })
        .orElse(false);
  }

  void purgeTombstones() {
    store
        .entityTransactions()
        .run(manager -> manager.createNamedQuery("MemberRow.purgeTombstones").executeUpdate());
  }

  void forward(Duration time) {
    clock.forward(time);
  }

  void execute(String sql) {
    store
        .transactions()
        .run(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
              }
            });
  }

  void triggers(Trigger... wanted) {
    store
        .transactions()
        .run(
            connection -> {
              lanes.makeDue(connection, List.of(wanted));
              return true;
            });
  }

  /** Rows as text, columns in order. */
  List<String> rows(String sql) {
    return store
        .transactions()
        .run(
            connection -> {
              try (PreparedStatement select = connection.prepareStatement(sql);
                  ResultSet found = select.executeQuery()) {
                List<String> rows = new ArrayList<>();
                int columns = found.getMetaData().getColumnCount();
                while (found.next()) {
                  StringBuilder row = new StringBuilder();
                  for (int i = 1; i <= columns; i++) {
                    row.append(i == 1 ? "" : " ").append(found.getString(i));
                  }
                  rows.add(row.toString());
                }
                return rows;
              }
            });
  }

  List<String> outLines() {
    return rows(
        "SELECT action, outcome, resource_name, reason FROM sync_log WHERE direction = 'out'"
            + " ORDER BY id");
  }

  List<String> laneStates() {
    return rows("SELECT kind, state FROM lane ORDER BY kind, target_id");
  }

  @Override
  public void close() throws Exception {
    camel.close();
    writer.close();
    ledger.close();
  }
}
