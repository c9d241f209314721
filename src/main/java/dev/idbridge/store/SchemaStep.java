package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this version of the daemon gets along with the tables as they are: with its own step, and
 * with those of later releases that say so. So the nodes of one store can be upgraded one by one.
 */
final class SchemaStep {
  /** What this version knows. A release whose migrations change what others rely on raises it. */
  static final int OWN = 1;

  private static final Logger LOG = LoggerFactory.getLogger(SchemaStep.class);

  private SchemaStep() {}

  /**
   * Before and after migrating: a newer store is not touched by an older daemon.
   *
   * @throws StoreUnavailable when the tables are of a release that this version cannot work beside
   */
  static void check(Connection connection, DatabaseKind kind) throws SQLException {
    if (!exists(connection, kind)) {
      return;
    }
    try (PreparedStatement select =
            connection.prepareStatement("SELECT step, least FROM schema_step WHERE id = 1");
        ResultSet found = select.executeQuery()) {
      if (!found.next()) {
        return;
      }
      int step = found.getInt(1);
      int least = found.getInt(2);
      if (OWN < least) {
        throw new StoreUnavailable(
            "the store's tables are of step "
                + step
                + ", made by a newer version, and need a daemon of step "
                + least
                + " at least; this one is of step "
                + OWN
                + ". Install the newer version here, too, or restore the backup taken before the"
                + " upgrade");
      }
      if (OWN < step) {
        LOG.warn(
            "the store's tables are of step {}, newer than this version's {}; it works beside the"
                + " newer one until it is upgraded, too",
            step,
            OWN);
      }
    }
  }

  private static boolean exists(Connection connection, DatabaseKind kind) throws SQLException {
    String schema = kind == DatabaseKind.H2 ? "SCHEMA()" : "DATABASE()";
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT COUNT(*) FROM information_schema.tables"
                    + " WHERE LOWER(table_name) = 'schema_step' AND table_schema = "
                    + schema);
        ResultSet found = select.executeQuery()) {
      found.next();
      return found.getInt(1) > 0;
    }
  }
}
