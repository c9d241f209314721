package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Runs work on a connection in one transaction, READ COMMITTED: committed when the work returns,
 * rolled back when it throws. Thread-safe.
 *
 * <p>A deadlock or lock wait runs the work again, up to {@value #MOST} times in all with a little
 * random delay; the work must therefore keep no result of an earlier try.
 */
public final class Transactions {
  private static final int MOST = 6;

  private final DataSource source;
  private final DatabaseKind kind;
  private final Outage outage;

  /**
   * @param source gives connections without auto-commit, at READ COMMITTED
   */
  public Transactions(DataSource source, DatabaseKind kind) {
    this(source, kind, new Outage(System::nanoTime));
  }

  Transactions(DataSource source, DatabaseKind kind, Outage outage) {
    this.outage = outage;
    this.source = source;
    this.kind = kind;
  }

  /** Work on a connection that must neither commit nor close it. */
  @FunctionalInterface
  public interface Work<T extends @org.jspecify.annotations.Nullable Object, X extends Exception> {
    T on(Connection connection) throws SQLException, X;
  }

  public DatabaseKind kind() {
    return kind;
  }

  /**
   * The work's result, durable when this returns.
   *
   * @throws StoreUnavailable when the database cannot be used, or stays busy through all tries.
   *     When the connection broke during the commit itself, the work may have been stored
   * @throws StatementRefused when the database refuses a statement for what it says
   */
  public <T extends @org.jspecify.annotations.Nullable Object, X extends Exception> T run(
      Work<T, X> work) throws X {
    int attempt = 0;
    while (true) {
      try {
        return once(work);
      } catch (SQLException e) {
        boolean again = kind.again(e);
        // A lock wait has lasted seconds already; a deadlock is told at once.
        attempt += kind.waited(e) ? MOST / 2 : 1;
        if (!again || attempt >= MOST) {
          throw translated(e, again);
        }
        pause(attempt);
      }
    }
  }

  private <T extends @org.jspecify.annotations.Nullable Object, X extends Exception> T once(
      Work<T, X> work) throws SQLException, X {
    try (Connection connection = connect()) {
      boolean done = false;
      try {
        T result = work.on(connection);
        connection.commit();
        done = true;
        outage.answered();
        return result;
      } finally {
        if (!done) {
          rollBack(connection);
        }
      }
    }
  }

  private Connection connect() {
    try {
      return source.getConnection();
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  // The first failure is the one to tell; a connection that cannot even roll back is dropped by the
  // pool.
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException ignored) {
      return;
    }
  }

  RuntimeException translated(SQLException e, boolean busy) {
    if (busy) {
      return new StoreUnavailable(
          "the store stayed busy: another transaction held the same rows through "
              + MOST
              + " tries; try again",
          e);
    }
    return kind.unavailable(e) ? unavailable(e) : new StatementRefused(e, kind.duplicate(e));
  }

  private StoreUnavailable unavailable(SQLException e) {
    if (kind == DatabaseKind.H2 && source instanceof QuickRefusal quick) {
      quick.renew();
    }
    outage.failed(String.valueOf(e.getMessage()));
    return new StoreUnavailable(
        "the store cannot be used (" + kind.label() + "): " + e.getMessage(), e);
  }

  private static void pause(int attempt) {
    long most = TimeUnit.MILLISECONDS.toNanos(4L << attempt);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most / 4, most));
  }
}
