package dev.idbridge;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.Explainer;
import dev.idbridge.admin.GroupAdmin;
import dev.idbridge.admin.LiveApps;
import dev.idbridge.admin.ManualEdits;
import dev.idbridge.admin.NodeEntry;
import dev.idbridge.admin.ScopeWatch;
import dev.idbridge.admin.StoreAdmin;
import dev.idbridge.admin.StoreGrants;
import dev.idbridge.admin.StoreInterventions;
import dev.idbridge.admin.StoreLedger;
import dev.idbridge.admin.StoreUsers;
import dev.idbridge.cli.Composition.OpenStore;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.DataFolder;
import dev.idbridge.directory.AccessKeys;
import dev.idbridge.directory.Chains;
import dev.idbridge.directory.DirectoryEntities;
import dev.idbridge.directory.GroupReads;
import dev.idbridge.directory.JdbcTargets;
import dev.idbridge.directory.JpaDirectories;
import dev.idbridge.directory.JpaResources;
import dev.idbridge.directory.JpaTokens;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.People;
import dev.idbridge.directory.QueryLimits;
import dev.idbridge.directory.ValueIndex;
import dev.idbridge.ledger.AppDecisions;
import dev.idbridge.ledger.DeadLetters;
import dev.idbridge.ledger.Detachments;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.LaneCounts;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.LedgerEntities;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.RuleSets;
import dev.idbridge.ledger.Standings;
import dev.idbridge.ledger.Sweeps;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.Node;
import dev.idbridge.store.Store;
import dev.idbridge.store.StoreSettings;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The open store with what people and daemons ask of it. Thread-safe. */
final class BridgeStore implements OpenStore {
  private static final List<Class<?>> ENTITIES =
      Stream.concat(DirectoryEntities.ALL.stream(), LedgerEntities.ALL.stream()).toList();

  private final Store store;
  private final JpaDirectories directories;
  private final JpaTokens tokens;
  private final LedgerQueries queries;
  private final LaneCounts counts;
  private final String place;
  private final boolean embedded;

  private BridgeStore(BridgeConfig config, Store store) {
    this.store = store;
    JpaTokens all = new JpaTokens(store.entityTransactions(), store.ids(), store.clock());
    this.tokens = all;
    this.directories =
        new JpaDirectories(store.entityTransactions(), store.ids(), store.clock(), all::distrust);
    this.queries = new LedgerQueries(store.entities());
    this.counts = new LaneCounts(store.entities());
    this.place = ServeBanner.store(config.store());
    this.embedded = config.store().embedded();
  }

  /**
   * Opens and migrates the store.
   *
   * @throws dev.idbridge.model.StoreUnavailable saying which store, why, and what to do
   */
  static BridgeStore open(BridgeConfig config) {
    return open(config, Clock.systemUTC(), doing -> {});
  }

  /**
   * The same by another local clock.
   *
   * @param slow hears what is begun that may take long, and {@code ""} when it is done
   */
  static BridgeStore open(BridgeConfig config, Clock local, Consumer<String> slow) {
    DataFolder.make(config.data());
    BridgeConfig.Store where = config.store();
    Store store =
        Store.open(
            new StoreSettings(where.url(), where.user(), where.password(), where.pool()),
            ENTITIES,
            local,
            slow);
    try {
      return new BridgeStore(config, store);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  Store store() {
    return store;
  }

  JpaDirectories directories() {
    return directories;
  }

  JpaTokens tokens() {
    return tokens;
  }

  AccessKeys accessKeys() {
    return new AccessKeys(store.entityTransactions(), store.clock());
  }

  ScopeWatch scopes() {
    return new ScopeWatch(queries, new Names(store.entityTransactions()));
  }

  LedgerQueries queries() {
    return queries;
  }

  LaneCounts counts() {
    return counts;
  }

  String place() {
    return place;
  }

  boolean embedded() {
    return embedded;
  }

  /** What an operator can ask and do, with what only a running daemon knows. */
  StoreAdmin operations(Supplier<StoreAdmin.About> about, LiveApps live, String by) {
    Names names = new Names(store.entityTransactions());
    StoreLedger ledger =
        new StoreLedger(
            queries,
            counts,
            directories,
            tokens,
            names,
            live,
            new Chains(store.entityTransactions()),
            store.clock());
    JdbcTargets targets = new JdbcTargets(store.transactions());
    DirectGrants grants =
        new DirectGrants(store.transactions(), new LaneTriggers(), store.ids(), store.clock());
    long notice = notice();
    return new StoreAdmin(
        directories,
        tokens,
        ledger,
        new StoreUsers(
            directories,
            new People(store.entityTransactions()),
            names,
            targets,
            new JpaResources(
                store.entityTransactions(),
                ScimSchema.STANDARD,
                ValueIndex.NONE,
                new QueryLimits(1)),
            queries,
            ledger,
            new Explainer(
                queries,
                new Standings(store.entityTransactions()),
                grants,
                directories,
                names,
                targets,
                new Chains(store.entityTransactions()),
                ledger,
                live,
                store.clock())),
        about,
        // A command that opens the store itself is no daemon.
        () ->
            store.nodes().stream()
                .filter(seen -> live != LiveApps.NONE || seen.number() != store.node().number())
                .map(this::node)
                .toList(),
        new StoreInterventions(
            ledger,
            queries,
            new AppDecisions(
                store.transactions(), new Sweeps(store.ids()), store.ids(), store.clock(), notice),
            new DeadLetters(
                store.transactions(), store.ids(), store.clock(), new SyncLog(store.ids())),
            new StoreGrants(grants, queries, names),
            names,
            live,
            new ManualEdits(directories, names, live::write),
            store.clock(),
            operator ->
                new GroupAdmin(
                    directories,
                    new GroupReads(store.transactions()),
                    new Detachments(store.transactions(), store.ids(), store.clock()),
                    live::refresh,
                    operator),
            rules()),
        store.clock(),
        by);
  }

  /** After so long every node has seen what an app's row says. */
  long notice() {
    return embedded ? 0 : AppFleet.NOTICE.toMillis();
  }

  /** The rules that apps are planned under. */
  RuleSets rules() {
    return new RuleSets(
        store.transactions(), new Sweeps(store.ids()), store.ids(), store.clock(), notice());
  }

  private NodeEntry node(Node.Seen seen) {
    return new NodeEntry(
        seen.number(),
        seen.host(),
        seen.pid(),
        seen.version(),
        Instant.ofEpochMilli(seen.started()),
        Instant.ofEpochMilli(seen.heard()),
        seen.live());
  }

  @Override
  public AdminOperations operations() {
    return operations(
        () -> new StoreAdmin.About(ServeBanner.version(), null, null, null, place, embedded),
        LiveApps.NONE,
        "command line (" + System.getProperty("user.name") + ")");
  }

  @Override
  public void close() {
    store.close();
  }
}
