package dev.idbridge.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** One database of the MariaDB server that is measured on. */
record Database(String url) {

  /** A connection with auto-commit. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url + "&useServerPrepStmts=true", "root", "");
  }

  /** Variables that let the daemon use it. */
  Map<String, String> asStore() {
    return Map.of(
        "IDBRIDGE_STORE_URL", url, "IDBRIDGE_STORE_USER", "root", "IDBRIDGE_STORE_PASSWORD", "");
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  String one(String sql) throws SQLException {
    try (Connection connection = connect()) {
      return one(connection, sql);
    }
  }

  static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      return found.next() ? String.valueOf(found.getString(1)) : "";
    }
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** How the server stands about durability, which this run must not weaken. */
  String durability() throws SQLException {
    String flush = one("SELECT @@innodb_flush_log_at_trx_commit");
    if (!flush.equals("1")) {
      throw new IllegalStateException(
          "innodb_flush_log_at_trx_commit is " + flush + ": these commits are not durable");
    }
    return "MariaDB %s, innodb_flush_log_at_trx_commit=1, doublewrite %s, binary log %s"
        .formatted(
            one("SELECT VERSION()"),
            one("SELECT @@innodb_doublewrite"),
            one("SELECT @@log_bin").equals("1") ? "on" : "off");
  }

  /** What the whole server has done so far, by the names it has for it. */
  static Map<String, Long> counters(Connection connection) throws SQLException {
    Map<String, Long> counters = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_select', 'Com_insert', 'Com_update',"
                    + " 'Com_delete', 'Com_commit', 'Handler_delete', 'Handler_read_first',"
                    + " 'Handler_read_key', 'Handler_read_last', 'Handler_read_next',"
                    + " 'Handler_read_prev', 'Handler_read_rnd', 'Handler_read_rnd_next',"
                    + " 'Handler_update', 'Handler_write')")) {
      while (found.next()) {
        counters.put(found.getString(1), found.getLong(2));
      }
    }
    return counters;
  }

  /** Waits until no lane is due or being delivered. */
  void drained() throws SQLException {
    long end = System.nanoTime() + 120_000_000_000L;
    try (Connection connection = connect()) {
      while (!one(connection, "SELECT COUNT(*) FROM lane WHERE state IN ('due', 'leased')")
          .equals("0")) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "deliveries do not end: " + one(connection, "SELECT MAX(reason) FROM lane"));
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }
}
