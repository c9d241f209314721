package dev.idbridge.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets the transactions of the embedded store write one after the other, each from its first
 * statement that is not a plain read until its commit or roll-back. Plain reads wait for nobody.
 *
 * <p>Measured: when the process is killed while one transaction commits and another is in the
 * middle, the file may keep rows of the second without the note that takes them back; they stay
 * locked for ever then. A commit with no other transaction under way leaves no such rows.
 */
final class OneWriter {
  /** What the embedded database itself says when it waited too long for a row. */
  private static final int LOCK_TIMEOUT = 50200;

  private static final long PATIENCE_SECONDS = 10;

  private final ReentrantLock writing = new ReentrantLock(true);

  /** The same connection, which waits for its turn before it writes. One thread at a time. */
  Connection guard(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            OneWriter.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new Turn(connection));
  }

  private final class Turn implements InvocationHandler {
    private final Connection connection;
    private boolean mine;

    Turn(Connection connection) {
      this.connection = connection;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
        throws Throwable {
      boolean ends = false;
      switch (method.getName()) {
        // Nothing but reads is ever sent unprepared.
        case "prepareStatement", "prepareCall" -> begin(given);
        case "commit", "close", "abort" -> ends = true;
        case "rollback" -> ends = given == null || given.length == 0;
        default -> {
          // Everything else neither writes nor ends a transaction.
        }
      }
      try {
        return method.invoke(connection, given);
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      } finally {
        if (ends && mine) {
          mine = false;
          writing.unlock();
        }
      }
    }

    private void begin(@Nullable Object @Nullable [] given) throws SQLException {
      boolean reads =
          given != null && given.length > 0 && given[0] instanceof String sql && onlyReads(sql);
      if (mine || reads) {
        return;
      }
      try {
        if (!writing.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new SQLTimeoutException(
              "another transaction has been writing for " + PATIENCE_SECONDS + " s",
              "HYT00",
              LOCK_TIMEOUT);
        }
        mine = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLTimeoutException("interrupted before its turn to write", "HYT00", e);
      }
    }
  }

  private static boolean onlyReads(String sql) {
    String words = sql.stripLeading().toUpperCase(Locale.ROOT);
    return (words.startsWith("SELECT") || words.startsWith("WITH"))
        && !words.contains("FOR UPDATE");
  }
}
