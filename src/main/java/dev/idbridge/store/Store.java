package dev.idbridge.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.idbridge.model.Ids;
import dev.idbridge.model.StoreUnavailable;
import jakarta.persistence.EntityManagerFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open database: migrated, checked, with this daemon's number taken. Thread-safe; closing it
 * gives everything back.
 */
public final class Store implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  /** For the difference between the clocks of two daemons, as each measures the database's. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private final HikariDataSource source;
  private final DataSource quick;
  private final DatabaseKind kind;
  private final DatabaseClock clock;
  private final Transactions transactions;
  private final EntityManagerFactory entities;
  private final Node node;
  private final Ids ids;
  private final Consumer<String> slow;
  private final Outage outage;

  private Store(
      HikariDataSource source,
      DataSource quick,
      DatabaseKind kind,
      DatabaseClock clock,
      Transactions transactions,
      EntityManagerFactory entities,
      Node node,
      Consumer<String> slow,
      Outage outage) {
    this.outage = outage;
    this.slow = slow;
    this.source = source;
    this.quick = quick;
    this.kind = kind;
    this.clock = clock;
    this.transactions = transactions;
    this.entities = entities;
    this.node = node;
    this.ids = new Ids(clock, node.number());
  }

  /**
   * Opens the database, brings its tables up to date and compares them with the entities.
   *
   * @param entities every entity class of the daemon; {@link NodeRow} is added
   * @throws StoreUnavailable saying what is wrong with the database and what to do
   * @throws IllegalArgumentException when the URL cannot be right
   */
  public static Store open(StoreSettings settings, List<Class<?>> entities) {
    return open(settings, entities, Clock.systemUTC());
  }

  /** The same by another local clock. */
  public static Store open(StoreSettings settings, List<Class<?>> entities, Clock local) {
    return open(settings, entities, local, doing -> {});
  }

  /**
   * The same, saying what is done that may take long.
   *
   * @param slow hears what is begun, and {@code ""} when it is done; also while the store is closed
   */
  public static Store open(
      StoreSettings settings, List<Class<?>> entities, Clock local, Consumer<String> slow) {
    DatabaseKind kind = StoreUrl.kind(settings.url());
    if (kind == DatabaseKind.H2) {
      compact(settings, slow);
    }
    HikariDataSource source = connect(settings, kind);
    try {
      DatabaseClock clock = new DatabaseClock(local);
      try (Connection connection = source.getConnection()) {
        ServerCheck.check(connection, kind);
        SchemaStep.check(connection, kind);
        clock.measure(connection, kind);
      } catch (SQLException e) {
        throw StartTrouble.explained(settings.url(), kind, e);
      }
      slow.accept("bringing the store's tables up to date");
      Migrations.apply(source, kind, settings.url());
      slow.accept("");
      DataSource quick = new QuickRefusal(source, kind);
      Outage outage = new Outage(System::nanoTime);
      Transactions transactions = new Transactions(quick, kind, outage);
      EntityManagerFactory factory = Mapping.open(quick, kind, settings.url(), withOwn(entities));
      try {
        Node node = Node.take(transactions, clock);
        return new Store(source, quick, kind, clock, transactions, factory, node, slow, outage);
      } catch (RuntimeException e) {
        factory.close();
        throw e;
      }
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** After a kill the file is as long as the dead daemon left it. */
  private static void compact(StoreSettings settings, Consumer<String> slow) {
    try (Connection connection =
        DriverManager.getConnection(
            StoreUrl.complete(settings.url()), settings.user(), settings.password())) {
      EmbeddedFile.compact(connection, slow);
    } catch (SQLException e) {
      throw StartTrouble.explained(settings.url(), DatabaseKind.H2, e);
    }
  }

  private static List<Class<?>> withOwn(List<Class<?>> entities) {
    List<Class<?>> all = new ArrayList<>(entities);
    all.add(NodeRow.class);
    all.add(SchemaStepRow.class);
    return all;
  }

  private static HikariDataSource connect(StoreSettings settings, DatabaseKind kind) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("store");
    config.setJdbcUrl(StoreUrl.complete(settings.url()));
    if (settings.user() != null) {
      config.setUsername(settings.user());
    }
    if (settings.password() != null) {
      config.setPassword(settings.password());
    }
    config.setMaximumPoolSize(Math.max(4, settings.pool()));
    config.setMinimumIdle(2);
    config.setAutoCommit(false);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    // An identity provider hears within this time that the store is away.
    config.setConnectionTimeout(3_000);
    config.setValidationTimeout(2_000);
    config.setInitializationFailTimeout(1);
    if (kind == DatabaseKind.MARIADB) {
      // Without strict mode the server cuts values that are too long instead of refusing them.
      config.setConnectionInitSql(
          "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
              + "NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 10");
    }
    try {
      return new HikariDataSource(config);
    } catch (RuntimeException e) {
      throw StartTrouble.explained(settings.url(), kind, e);
    }
  }

  public DatabaseKind kind() {
    return kind;
  }

  /** Connections are given without auto-commit, at READ COMMITTED. */
  public DataSource dataSource() {
    return quick;
  }

  /** What Camel's JPA component and the admin reads work with. */
  public EntityManagerFactory entities() {
    return entities;
  }

  /** For admin reads and low-rate writes over the entities. */
  public EntityTransactions entityTransactions() {
    return new EntityTransactions(entities, transactions);
  }

  public Transactions transactions() {
    return transactions;
  }

  /** The one clock: UTC, corrected by the database's measured offset. */
  public Clock clock() {
    return clock;
  }

  public Node node() {
    return node;
  }

  /** Whether it did what it was asked for last; never blocks. */
  public boolean answers() {
    return !outage.away();
  }

  /** Every daemon on this store, this one too. */
  public List<Node.Seen> nodes() {
    return Node.all(transactions, clock);
  }

  public Ids ids() {
    return ids;
  }

  /**
   * How long the file of the embedded store is, in bytes: what no kill may cost is bought with a
   * file that only grows until the daemon ends. 0 for any other store.
   */
  public long fileBytes() {
    return kind == DatabaseKind.MARIADB ? 0 : transactions.run(EmbeddedFile::bytes);
  }

  /**
   * Says that this daemon lives and measures the database's clock anew; call it every ten seconds
   * or so. False when another daemon took this one's number: it must stop.
   */
  public boolean heartbeat() {
    transactions.run(
        connection -> {
          clock.measure(connection, kind);
          return true;
        });
    return node.heartbeat();
  }

  /**
   * The same for a daemon that goes on for long: from the first call on, ids are made only as long
   * as the last call that succeeded is younger than another daemon needs to take the number. Two
   * daemons never make ids with one number, whatever one of them slept through.
   */
  public boolean keepNumber() {
    long before = clock.millis();
    boolean ours = heartbeat();
    if (!ours) {
      ids.allowUntil(0, () -> {});
    } else if (kind == DatabaseKind.MARIADB) {
      long after = clock.millis();
      ids.allowUntil(
          Math.min(before, after) + Node.SILENCE.minus(MARGIN).toMillis(), this::keepNumber);
    }
    return ours;
  }

  @Override
  public void close() {
    if (source.isClosed()) {
      return;
    }
    outage.end();
    try {
      node.release();
    } catch (RuntimeException e) {
      LOG.warn(
          "Node number {} was not given back; it is free in {} s: {}",
          node.number(),
          Node.SILENCE.toSeconds(),
          e.getMessage());
    }
    entities.close();
    if (kind == DatabaseKind.H2) {
      try (Connection connection = source.getConnection()) {
        EmbeddedFile.compact(connection, slow);
        // Whatever the pool does when it comes back fails: the database may be closed.
        source.evictConnection(connection);
      } catch (SQLException e) {
        LOG.warn(
            "The embedded store was not compacted; it is when it is opened next: {}",
            e.getMessage());
      }
    }
    source.close();
  }
}
