package dev.idbridge.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections of a pool that fail at once while the database is known to be away: only the first
 * callers wait until the pool gives up, then one thread alone tries until it is back. Thread-safe.
 */
final class OutageAware extends DelegatingDataSource {
  private static final Logger LOG = LoggerFactory.getLogger(OutageAware.class);
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final HikariDataSource pool;
  private final AtomicBoolean away = new AtomicBoolean();
  private volatile String why = "";

  OutageAware(HikariDataSource pool) {
    super(pool);
    this.pool = pool;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (away.get()) {
      throw new SQLTransientConnectionException("the database is away: " + why, "08001");
    }
    try {
      return pool.getConnection();
    } catch (SQLTransientConnectionException e) {
      // Without a cause all connections are merely in use.
      if (e.getCause() != null && !pool.isClosed()) {
        begin(e.getCause());
      }
      throw e;
    }
  }

  private void begin(Throwable cause) {
    why = String.valueOf(cause.getMessage());
    if (away.compareAndSet(false, true)) {
      LOG.warn("The store is away, requests are answered 503 until it is back: {}", why);
      Thread.ofPlatform().name("store-back").daemon().start(this::tryUntilBack);
    }
  }

  private void tryUntilBack() {
    while (!pool.isClosed()) {
      try (Connection back = pool.getConnection()) {
        if (back.isValid(1)) {
          LOG.info("The store is back");
          break;
        }
      } catch (SQLException still) {
        LOG.debug("The store is still away", still);
      }
      LockSupport.parkNanos(AGAIN_NANOS);
    }
    away.set(false);
  }
}
