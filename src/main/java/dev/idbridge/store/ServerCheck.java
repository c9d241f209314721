package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the server is one the daemon can keep its promises on. */
final class ServerCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

  private ServerCheck() {}

  static void check(Connection connection, DatabaseKind kind) throws SQLException {
    if (kind == DatabaseKind.H2) {
      return;
    }
    DatabaseMetaData server = connection.getMetaData();
    checkVersion(
        server.getDatabaseProductName(),
        server.getDatabaseProductVersion(),
        server.getDatabaseMajorVersion(),
        server.getDatabaseMinorVersion());
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@innodb_flush_log_at_trx_commit")) {
      if (row.next() && row.getInt(1) != 1) {
        LOG.warn(
            "MariaDB runs with innodb_flush_log_at_trx_commit={}: a change that was acknowledged"
                + " can be lost when the server's machine fails. Set it to 1",
            row.getInt(1));
      }
    }
  }

  // SKIP LOCKED, which several daemons on one database need, came with 10.6.
  static void checkVersion(String product, String version, int major, int minor) {
    if (!product.toLowerCase(java.util.Locale.ROOT).contains("mariadb")) {
      throw new StoreUnavailable(
          "the server is " + product + " " + version + "; the store needs MariaDB 10.6 or newer");
    }
    if (major < 10 || (major == 10 && minor < 6)) {
      throw new StoreUnavailable(
          "the server is MariaDB "
              + version
              + ", too old: the store needs 10.6 or newer."
              + " Upgrade the server, or point store.url at another one");
    }
  }
}
