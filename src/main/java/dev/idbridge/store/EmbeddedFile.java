package dev.idbridge.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the embedded store. While the daemon runs, the file only grows, since no space in it
 * is used again ({@link StoreUrl}); it is written anew, without what is dead, when the store is
 * opened and when it is closed in order.
 */
final class EmbeddedFile {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFile.class);

  /** Smaller files are left alone. */
  private static final long WORTH_IT = 32L << 20;

  private static final int LIVE_PERCENT = 50;

  private EmbeddedFile() {}

  /**
   * Writes the file anew if most of it is dead. That closes the database: the connection, and every
   * other one, is of no use afterwards. Killed in the middle, the old file stays.
   *
   * @param slow hears when that begins, and {@code ""} when it has ended
   */
  static void compact(Connection connection, Consumer<String> slow) throws SQLException {
    Map<String, Long> info = info(connection);
    long bytes = info.getOrDefault("info.FILE_SIZE", 0L);
    long live = info.getOrDefault("info.CHUNKS_FILL_RATE", 100L);
    if (bytes < WORTH_IT || live > LIVE_PERCENT) {
      return;
    }
    LOG.info(
        "Compacting the embedded store: {} MiB, of which {} % is in use; this takes seconds",
        bytes >> 20, live);
    slow.accept("compacting the embedded store, " + (bytes >> 20) + " MiB");
    try (Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN COMPACT");
    } finally {
      slow.accept("");
    }
  }

  /** How long the file is; 0 where there is none. */
  static long bytes(Connection connection) throws SQLException {
    return info(connection).getOrDefault("info.FILE_SIZE", 0L);
  }

  private static Map<String, Long> info(Connection connection) throws SQLException {
    Map<String, Long> info = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT setting_name, setting_value FROM information_schema.settings"
                    + " WHERE setting_name IN ('info.FILE_SIZE', 'info.CHUNKS_FILL_RATE')")) {
      while (row.next()) {
        info.put(row.getString(1), Long.valueOf(row.getString(2)));
      }
    }
    return info;
  }
}
