package dev.idbridge.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * This machine's clock corrected by the database's measured offset, so that all nodes on one
 * database agree about time. The only place that asks a database for the time. Thread-safe.
 */
public final class DatabaseClock extends Clock {
  private static final int ROUNDS = 3;

  private final Clock local;
  private volatile long offset;

  /**
   * @param local this machine's clock
   */
  DatabaseClock(Clock local) {
    this.local = local;
  }

  /**
   * Measures the offset anew: the round trip with the shortest way wins, its middle is taken for
   * the moment the database looked at its clock. The embedded database has no clock of its own.
   */
  void measure(Connection connection, DatabaseKind kind) throws SQLException {
    if (kind == DatabaseKind.H2) {
      return;
    }
    long shortest = Long.MAX_VALUE;
    long measured = offset;
    try (Statement statement = connection.createStatement()) {
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        long before = local.millis();
        try (ResultSet row =
            statement.executeQuery("SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)")) {
          row.next();
          long way = System.nanoTime() - start;
          if (way < shortest) {
            shortest = way;
            measured = row.getLong(1) - (before + way / 2_000_000);
          }
        }
      }
    }
    offset = measured;
  }

  /** Milliseconds the database's clock is ahead of this machine's. */
  public long offset() {
    return offset;
  }

  @Override
  public long millis() {
    return local.millis() + offset;
  }

  @Override
  public Instant instant() {
    return local.instant().plusMillis(offset);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** The zone is UTC whatever is asked: nothing stored or compared depends on one. */
  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
