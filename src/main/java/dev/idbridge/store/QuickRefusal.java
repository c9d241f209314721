package dev.idbridge.store;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The pool, without the waiting in vain: while the database is away, one caller at a time waits to
 * see whether it is back, all others are refused at once. A pool that is merely busy is waited for
 * as ever. Connections of the embedded store write in turn ({@link OneWriter}). Thread-safe.
 */
final class QuickRefusal implements DataSource {
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final HikariDataSource pool;
  private final @Nullable OneWriter writers;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile boolean away;
  private volatile long askedAt;

  QuickRefusal(HikariDataSource pool, DatabaseKind kind) {
    this.pool = pool;
    this.writers = kind == DatabaseKind.H2 ? new OneWriter() : null;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (!away) {
      return connect();
    }
    boolean mine = System.nanoTime() - askedAt > BETWEEN_NANOS && asking.compareAndSet(false, true);
    if (!mine) {
      throw new SQLTransientConnectionException("the database does not answer; it is asked again");
    }
    try {
      return connect();
    } finally {
      askedAt = System.nanoTime();
      asking.set(false);
    }
  }

  private Connection connect() throws SQLException {
    try {
      Connection connection = pool.getConnection();
      away = false;
      return writers == null ? connection : writers.guard(connection);
    } catch (SQLException e) {
      HikariPoolMXBean state = pool.getHikariPoolMXBean();
      if (state != null && state.getTotalConnections() == 0 && !pool.isClosed()) {
        askedAt = System.nanoTime();
        away = true;
      }
      throw e;
    }
  }

  /**
   * The embedded database has closed itself over a file that it could not write: it opens again
   * once nobody holds a connection to what it was.
   */
  void renew() {
    HikariPoolMXBean state = pool.getHikariPoolMXBean();
    if (state != null) {
      state.softEvictConnections();
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("one user for all");
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return pool.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    pool.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return pool.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || pool.isWrapperFor(type);
  }
}
