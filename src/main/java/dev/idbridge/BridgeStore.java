package dev.idbridge;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.admin.StoreAdmin;
import dev.idbridge.admin.StoreLedger;
import dev.idbridge.cli.Composition.OpenStore;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.DataFolder;
import dev.idbridge.directory.DirectoryEntities;
import dev.idbridge.directory.JpaDirectories;
import dev.idbridge.directory.JpaTokens;
import dev.idbridge.ledger.LedgerEntities;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.store.Store;
import dev.idbridge.store.StoreSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
  private final String place;
  private final boolean embedded;

  private BridgeStore(BridgeConfig config, Store store) {
    this.store = store;
    this.directories = new JpaDirectories(store.entityTransactions(), store.ids(), store.clock());
    this.tokens = new JpaTokens(store.entityTransactions(), store.ids(), store.clock());
    this.queries = new LedgerQueries(store.entities());
    this.place = ServeBanner.store(config.store());
    this.embedded = config.store().embedded();
  }

  /**
   * Opens and migrates the store.
   *
   * @throws dev.idbridge.model.StoreUnavailable saying which store, why, and what to do
   */
  static BridgeStore open(BridgeConfig config) {
    DataFolder.make(config.data());
    BridgeConfig.Store where = config.store();
    Store store =
        Store.open(
            new StoreSettings(where.url(), where.user(), where.password(), where.pool()), ENTITIES);
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

  LedgerQueries queries() {
    return queries;
  }

  String place() {
    return place;
  }

  boolean embedded() {
    return embedded;
  }

  /** What an operator can ask, with what only a running daemon knows. */
  AdminOperations operations(
      Supplier<StoreAdmin.About> about,
      Function<String, Optional<StoreLedger.AppState>> running,
      String by) {
    return new StoreAdmin(
        directories,
        tokens,
        new StoreLedger(queries, directories, running),
        about,
        store.clock(),
        by);
  }

  @Override
  public AdminOperations operations() {
    return operations(
        () -> new StoreAdmin.About(ServeBanner.version(), null, null, null, place, embedded),
        app -> Optional.empty(),
        "command line (" + System.getProperty("user.name") + ")");
  }

  @Override
  public void close() {
    store.close();
  }
}
