package dev.idbridge;

import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.AdminSteps;
import dev.idbridge.admin.AdminToken;
import dev.idbridge.admin.StoreAdmin;
import dev.idbridge.cli.ExitCode;
import dev.idbridge.config.AppConfig;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.config.RuleText;
import dev.idbridge.config.TlsKeys;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.delivery.App;
import dev.idbridge.delivery.Backoffs;
import dev.idbridge.delivery.ChangeSteps;
import dev.idbridge.delivery.Claimer;
import dev.idbridge.delivery.DeliverySteps;
import dev.idbridge.delivery.Dispatcher;
import dev.idbridge.delivery.Expander;
import dev.idbridge.delivery.ImportPlaces;
import dev.idbridge.delivery.Importer;
import dev.idbridge.delivery.Sweeper;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.DirectoryPurge;
import dev.idbridge.directory.FoundMembers;
import dev.idbridge.directory.JdbcChangeWriter;
import dev.idbridge.directory.JdbcTargets;
import dev.idbridge.directory.MembershipSweep;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.RefusedWrite;
import dev.idbridge.directory.TokenWatch;
import dev.idbridge.ledger.AppRegister;
import dev.idbridge.ledger.ByHand;
import dev.idbridge.ledger.FeedWork;
import dev.idbridge.ledger.HeldRows;
import dev.idbridge.ledger.ImportBook;
import dev.idbridge.ledger.ImportRuns;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.SweepWork;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.ledger.Waiters;
import dev.idbridge.model.Resource;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.scim.EdgeSettings;
import dev.idbridge.scim.IntakeLog;
import dev.idbridge.scim.ScimEdge;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.QuartzConnections;
import dev.idbridge.store.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Store, Camel and delivery of one daemon, started in this order and ended in reverse. */
final class BridgeEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeEngine.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  /** Of {@link Daemon#ENDING}, what requests may take, and what is kept for servers and store. */
  private static final Duration FOR_REQUESTS = Duration.ofSeconds(15);

  private static final Duration FOR_THE_REST = Duration.ofSeconds(15);

  private static final Duration SAY_AGAIN = Duration.ofSeconds(20);

  private final BridgeConfig config;
  private final Instant started = Instant.now();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private @Nullable AppFleet fleet;
  private volatile @Nullable Runnable background;
  private @Nullable Dispatcher dispatcher;
  private @Nullable ScimEdge intake;
  private @Nullable CamelHost camel;
  private @Nullable StoreHealth health;
  private final Clock local;
  private @Nullable Clock clock;
  private volatile Deadline end = Deadline.in(Daemon.ENDING);
  private volatile @Nullable Bound bound;

  BridgeEngine(BridgeConfig config) {
    this(config, Clock.systemUTC());
  }

  /** The same by another local clock. */
  BridgeEngine(BridgeConfig config, Clock local) {
    this.config = config;
    this.local = local;
  }

  @Override
  public Bound start(String adminToken, Listener daemon) throws StartFailed {
    try {
      return begin(adminToken, daemon);
    } catch (StoreUnavailable e) {
      throw new StartFailed(
          ExitCode.UNREACHABLE,
          "the store " + ServeBanner.store(config.store()) + " cannot be used: " + e.getMessage());
    } catch (SettingException e) {
      throw new StartFailed(ExitCode.CONFIG, "setting '" + e.setting() + "' " + e.getMessage());
    }
  }

  private Bound begin(String adminToken, Listener daemon) throws StartFailed {
    BridgeStore bridge = closing(openPatiently(daemon::slow));
    Store store = bridge.store();
    directoriesAreThere(bridge);
    clock = store.clock();
    LaneTriggers lanes = new LaneTriggers(this::granting);
    SyncLog log = new SyncLog(store.ids());
    Sweeps sweeps = new Sweeps(store.ids());
    ReadSide reads = closing(ReadSide.open(store, config.scim(), config.schemas()));
    JdbcChangeWriter writer =
        closing(
            new JdbcChangeWriter(
                store.transactions(),
                store.ids(),
                store.clock(),
                lanes,
                log,
                sweeps,
                config.schemas(),
                reads.values(),
                bridge.directories()::refusesForeignEmails,
                this::leavesScope));
    Ledger ledger =
        closing(
            new Ledger(
                store.transactions(),
                store.ids(),
                store.node().number(),
                store.clock(),
                log,
                lanes,
                sweeps));
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    CamelHost host = closing(new CamelHost(config, QuartzConnections.properties(store), meters));
    camel = host;
    Waiters waiters = new Waiters(store.transactions(), lanes, store.ids(), store.clock());
    DeliverySteps deliveries =
        new DeliverySteps(
            ledger, new JdbcTargets(store.transactions()), store.clock(), backoffs(), meters);
    StoreHealth health = new StoreHealth(store);
    this.health = health;
    RenewedKeys keys = keys();
    Bound servers =
        host.start(
            (camel, registry) -> {
              AppFleet apps =
                  closing(
                      new AppFleet(
                          config.apps(),
                          bridge.directories(),
                          new AppRegister(
                              store.transactions(), sweeps, store.clock(), bridge.notice()),
                          new NodeRules(
                              bridge.rules(),
                              new RuleText(config.schemas(), ConnectorKinds.installed())),
                          camel,
                          meters,
                          store.clock()));
              fleet = apps;
              ChangeSteps changes =
                  new ChangeSteps(
                      apps::following,
                      writer,
                      this::lanesAreDue,
                      config.server().limits().deadline());
              changes.bind(registry);
              deliveries.bind(registry);
              registry.bind("entityManagerFactory", store.entities());
              HealthCheckRegistry.get(camel).register(health);
              new Schedules(
                      config.retention(),
                      config.delivery().retry().keep(),
                      waiters,
                      writer.arrivals(
                          directory ->
                              apps.apps().stream()
                                  .filter(app -> app.follows(directory))
                                  .map(App::id)
                                  .toList()),
                      new TokenWatch(bridge.directories(), bridge.tokens(), store.clock()),
                      new DirectoryPurge(store.transactions(), store.ids(), store.clock()),
                      meters,
                      store.clock())
                  .bind(registry);
              ScimEdge edge =
                  bindIntake(
                      registry, bridge, writer, reads, meters, closing(new Outside(camel, meters)));
              ImportBook book =
                  new ImportBook(store.transactions(), lanes, log, store.ids(), store.clock());
              Names names = new Names(store.entityTransactions());
              Importer importer =
                  closing(
                      new Importer(
                          new ImportRuns(
                              store.transactions(),
                              store.ids(),
                              store.node().number(),
                              store.clock()),
                          book,
                          new ImportPlaces(
                              book,
                              ledger,
                              names,
                              new JdbcTargets(store.transactions()),
                              writer,
                              new FoundMembers(store.transactions(), store.ids(), store.clock())),
                          store.clock()));
              apps.apps().forEach(importer::tellInterrupted);
              Provisioner provisioner =
                  new Provisioner(
                      new ByHand(store.transactions(), lanes, store.ids(), store.clock()),
                      new JdbcTargets(store.transactions()),
                      new Names(store.entityTransactions()),
                      deliveries.trails(),
                      this::lanesAreDue,
                      store.node().number(),
                      store.clock());
              new AdminSteps(
                      new AdminToken(adminToken),
                      new AdminApi(
                          bridge.operations(
                                  () -> about(bridge),
                                  new FleetApps(
                                      apps,
                                      provisioner,
                                      new ChangeRoute(camel),
                                      importer,
                                      book,
                                      bridge.directories(),
                                      names,
                                      new FleetRules(
                                          apps,
                                          bridge.rules(),
                                          new JdbcTargets(store.transactions()),
                                          ledger,
                                          new HeldRows(store.transactions()))),
                                  "admin API")
                              ::as))
                  .bind(registry);
              return (address, port) -> edge.listener(address, port, keys);
            });
    AppFleet apps = Objects.requireNonNull(fleet);
    for (App app : apps.apps()) {
      host.addApp(app.name());
    }
    Dispatcher loop =
        new Dispatcher(
            new Claimer(ledger, new JdbcTargets(store.transactions()), config.delivery().lease()),
            apps.apps(),
            host.context().createProducerTemplate(),
            store.clock(),
            config.delivery().workers());
    open.push(
        () -> {
          deliveries.stopping();
          loop.close(Deadline.in(left(FOR_THE_REST)));
        });
    dispatcher = loop;
    MembershipSweep memberships =
        new MembershipSweep(store.transactions(), lanes, sweeps, apps::following, store.clock());
    Sweeper sweeper =
        closing(
            new Sweeper(
                new SweepWork(store.transactions(), lanes, sweeps, store.clock()),
                memberships,
                new FeedWork(store.transactions(), lanes, apps::placed, store.clock()),
                new Expander(
                    ledger, new JdbcTargets(store.transactions()), apps.apps(), store.clock()),
                loop::wake));
    closing(
        new Housekeeping(
            store,
            bridge.queries(),
            bridge.counts(),
            bridge.directories(),
            bridge.tokens(),
            apps,
            meters,
            daemon::lost));
    if (store.kind() == DatabaseKind.H2) {
      ledger.takeOver();
    }
    bridge.scopes().warnings(null).forEach(LOG::warn);
    loop.start();
    sweeper.start();
    background =
        () -> {
          if (sweeps.begunJustNow()) {
            sweeper.wake();
          }
        };
    bound = servers;
    health.serving();
    return servers;
  }

  /** An app that follows nobody would only seem to work. */
  private void directoriesAreThere(BridgeStore bridge) throws StartFailed {
    for (AppConfig app : config.apps()) {
      for (String name : app.directories()) {
        if (bridge.directories().find(name).isEmpty()) {
          throw new StartFailed(
              ExitCode.CONFIG,
              ("app %1$s follows directory '%2$s', which is not there. Make it with: idbridge"
                      + " directory create %2$s; or correct 'directory' in conf/apps/%1$s.yaml;"
                      + " there is %3$s")
                  .formatted(
                      app.name(),
                      name,
                      bridge.directories().list().stream()
                          .map(Directory::name)
                          .collect(Collectors.joining(", "))));
        }
      }
    }
  }

  /** A database that does not answer may be starting, too: it is waited for, and that is told. */
  private BridgeStore openPatiently(Consumer<String> slow) {
    long deadline = System.nanoTime() + config.store().startWait().toNanos();
    for (long told = 0; ; ) {
      try {
        BridgeStore opened = BridgeStore.open(config, local, slow);
        slow.accept("");
        return opened;
      } catch (StoreUnavailable e) {
        long now = System.nanoTime();
        if (!e.passing() || now - deadline >= 0) {
          throw e;
        }
        if (told == 0 || now - told > SAY_AGAIN.toNanos()) {
          told = now;
          String waiting =
              "waiting for the store, for up to %d s more: %s"
                  .formatted(Duration.ofNanos(deadline - now).toSeconds(), e.getMessage());
          LOG.warn(waiting);
          slow.accept(waiting);
        }
        LockSupport.parkNanos(ASK_AGAIN.toNanos());
      }
    }
  }

  private Backoffs backoffs() {
    BridgeConfig.Retry retry = config.delivery().retry();
    return new Backoffs(
        retry.first(), retry.max(), retry.keep(), () -> ThreadLocalRandom.current().nextLong());
  }

  private ScimEdge bindIntake(
      Registry registry,
      BridgeStore bridge,
      JdbcChangeWriter writer,
      ReadSide reads,
      PrometheusMeterRegistry meters,
      Outside outside) {
    BridgeConfig.Server server = config.server();
    ScimEdge edge =
        new ScimEdge(
            bridge.directories(),
            bridge.tokens(),
            reads.resources(),
            refused -> writer.refused(line(refused)),
            meters,
            bridge.store().clock(),
            config.schemas(),
            new EdgeSettings(
                server.publicUrl(),
                server.basePaths(),
                server.trustedProxies(),
                EdgeSettings.DEFAULT_WORKERS,
                limits(server.limits()),
                new EdgeSettings.Ways(
                    config.authentication().oauth(),
                    config.authentication().accessTokenLife(),
                    config.authentication().basic())),
            reads.settings(),
            new ScimEdge.Outside(outside, new StoredKeys(bridge.accessKeys())));
    edge.bind(registry::bind);
    intake = edge;
    return edge;
  }

  private @Nullable RenewedKeys keys() throws StartFailed {
    BridgeConfig.Tls files = config.server().tls();
    if (files == null) {
      return null;
    }
    try {
      return closing(new RenewedKeys(files, Clock.systemUTC(), RenewedKeys.EVERY));
    } catch (TlsKeys.Unusable e) {
      throw new StartFailed(ExitCode.CONFIG, "server.tls." + e.setting() + " " + e.getMessage());
    }
  }

  private static EdgeSettings.Limits limits(BridgeConfig.Limits l) {
    return new EdgeSettings.Limits(
        l.body(),
        l.rate(),
        l.burst(),
        l.patience(),
        l.bulkOperations(),
        l.bulkBody(),
        l.deadline());
  }

  private static RefusedWrite line(IntakeLog.Refused refused) {
    RefusedWrite.Asked asked =
        switch (refused.operation()) {
          case "create" -> RefusedWrite.Asked.CREATE;
          case "delete" -> RefusedWrite.Asked.DELETE;
          default -> RefusedWrite.Asked.UPDATE;
        };
    String id = refused.id();
    return new RefusedWrite(
        refused.directory(),
        refused.type(),
        asked,
        id == null ? "" : id,
        "",
        refused.by(),
        refused.status(),
        refused.scimType(),
        refused.detail());
  }

  private boolean granting(int app) {
    AppFleet apps = fleet;
    return apps != null && apps.granting(app);
  }

  private boolean leavesScope(int app, Resource.User before, Resource.User after) {
    AppFleet apps = fleet;
    return apps != null && apps.leavesScope(app, before, after);
  }

  private void lanesAreDue() {
    Dispatcher loop = dispatcher;
    if (loop != null) {
      loop.wake();
    }
    Runnable behind = background;
    if (behind != null) {
      behind.run();
    }
  }

  private StoreAdmin.About about(BridgeStore bridge) {
    Bound servers = bound;
    return new StoreAdmin.About(
        ServeBanner.version(),
        ProcessHandle.current().pid(),
        started,
        servers == null ? null : new ServeBanner(config, servers).intake(),
        bridge.place(),
        bridge.embedded());
  }

  private <T extends AutoCloseable> T closing(T part) {
    open.push(part);
    return part;
  }

  /** What is left of the time for ending when so much of it is kept; never negative. */
  private Duration left(Duration kept) {
    Duration left = end.left().minus(kept);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The delivery loop's own beat. */
  @Override
  public Instant lastBeat() {
    Dispatcher loop = dispatcher;
    Instant now = clock == null ? Instant.now() : clock.instant();
    return loop == null ? now : now.minus(loop.sinceLastBeat());
  }

  @Override
  public String oneLine() {
    AppFleet apps = fleet;
    if (apps == null) {
      return "starting";
    }
    long resting = apps.apps().stream().filter(a -> !a.gate().state().equals("active")).count();
    return apps.apps().size() + " apps" + (resting == 0 ? "" : ", " + resting + " not taking");
  }

  @Override
  public void close() {
    end = Deadline.in(Daemon.ENDING);
    if (health != null) {
      health.ending();
    }
    // The intake refuses first, delivery ends before the servers do, and the store last.
    ScimEdge edge = intake;
    CamelHost host = camel;
    if (edge != null && host != null) {
      edge.stopping();
      host.restSchedules();
      host.awaitIntake(edge::underWay, Deadline.in(FOR_REQUESTS));
    }
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed: {}", part.getClass().getSimpleName(), e.toString());
      }
    }
  }
}
