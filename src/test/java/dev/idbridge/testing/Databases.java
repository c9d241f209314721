package dev.idbridge.testing;

import dev.idbridge.directory.DirectoryEntities;
import dev.idbridge.ledger.LedgerEntities;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Store;
import dev.idbridge.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Fresh, empty databases for tests: an H2 file in a temporary folder, or a database of its own on
 * the JVM's one MariaDB server. Closing drops it.
 */
public final class Databases implements AutoCloseable {
  /** Every entity there is. */
  public static final List<Class<?>> ENTITIES =
      Stream.concat(DirectoryEntities.ALL.stream(), LedgerEntities.ALL.stream()).toList();

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final DatabaseKind kind;
  private final StoreSettings settings;
  private final Runnable drop;
  private final List<Store> opened = new ArrayList<>();

  private Databases(DatabaseKind kind, StoreSettings settings, Runnable drop) {
    this.kind = kind;
    this.settings = settings;
    this.drop = drop;
  }

  public static Databases fresh(DatabaseKind kind) {
    return switch (kind) {
      case H2 -> {
        try {
          Path folder = Files.createTempDirectory("idbridge-h2");
          yield new Databases(
              kind,
              new StoreSettings("jdbc:h2:file:" + folder.resolve("idbridge"), null, null, 16),
              () -> delete(folder));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case MARIADB -> {
        String name = "t" + COUNT.incrementAndGet();
        MariaDbServer server = MariaDbServer.shared();
        server.execute("CREATE DATABASE " + name);
        yield new Databases(
            kind,
            new StoreSettings(server.url(name), "root", "", 16),
            () -> server.execute("DROP DATABASE " + name));
      }
    };
  }

  public DatabaseKind kind() {
    return kind;
  }

  public StoreSettings settings() {
    return settings;
  }

  /** The store on this database; closed with it at the latest. */
  public Store open() {
    Store store = Store.open(settings, ENTITIES);
    opened.add(store);
    return store;
  }

  /** The same by another local clock. */
  public Store open(java.time.Clock clock) {
    Store store = Store.open(settings, ENTITIES, clock);
    opened.add(store);
    return store;
  }

  @Override
  public void close() {
    opened.forEach(Store::close);
    drop.run();
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
