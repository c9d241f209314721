package dev.idbridge.store;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.h2.mvstore.MVStoreException;

/** The two databases, and what they say in different words. */
public enum DatabaseKind {
  /** Embedded, one daemon; survives the death of the process, not of the machine's power. */
  H2(
      "embedded H2",
      1,
      Map.of(
          "table-options", "",
          "long-text", "VARCHAR(1048576)",
          "blob", "BLOB",
          "quartz-flag", "BOOLEAN"),
      Set.of(40001, 50200, 90131),
      Set.of(23505)),
  /** MariaDB 10.6 or newer. */
  MARIADB(
      "MariaDB",
      2,
      Map.of(
          "table-options",
          " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC",
          "long-text",
          "MEDIUMTEXT",
          "blob",
          "BLOB",
          "quartz-flag",
          "VARCHAR(1)"),
      // Lock wait, deadlock, record changed since last read.
      Set.of(1205, 1213, 1020),
      Set.of(1062, 1586));

  private final String label;
  private final int writers;
  private final Map<String, String> placeholders;
  private final Set<Integer> again;
  private final Set<Integer> duplicate;

  DatabaseKind(
      String label,
      int writers,
      Map<String, String> placeholders,
      Set<Integer> again,
      Set<Integer> duplicate) {
    this.label = label;
    this.writers = writers;
    this.placeholders = placeholders;
    this.again = again;
    this.duplicate = duplicate;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** How many threads share the commits of a {@link GroupCommit}. */
  public int writers() {
    return writers;
  }

  Map<String, String> placeholders() {
    return placeholders;
  }

  /** Whether the same transaction may well succeed when it is run again. */
  boolean again(SQLException e) {
    return anyOf(e, again);
  }

  /** Whether a lock was waited for until time ran out. */
  boolean waited(SQLException e) {
    return anyOf(e, Set.of(1205, 50200));
  }

  /** Whether a unique index refused the row. */
  public boolean duplicate(SQLException e) {
    return anyOf(e, duplicate);
  }

  private static boolean anyOf(SQLException e, Set<Integer> codes) {
    for (SQLException next = e; next != null; next = next.getNextException()) {
      if (codes.contains(next.getErrorCode())) {
        return true;
      }
      if (next.getCause() instanceof SQLException cause && codes.contains(cause.getErrorCode())) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is the connection or the database itself that fails, not this statement. */
  boolean unavailable(SQLException e) {
    // The embedded database tells of a file it cannot write (no room, say) as a general error.
    for (Throwable next = e; next != null && this == H2; next = next.getCause()) {
      if (next instanceof MVStoreException || next instanceof IOException) {
        return true;
      }
    }
    for (SQLException next = e; next != null; next = next.getNextException()) {
      if (ownWordsFor(next)
          || (next.getCause() instanceof SQLException cause && ownWordsFor(cause))) {
        return true;
      }
    }
    return false;
  }

  private boolean ownWordsFor(SQLException e) {
    if (e instanceof java.sql.SQLNonTransientConnectionException
        || e instanceof java.sql.SQLTransientConnectionException
        || e instanceof java.sql.SQLRecoverableException) {
      return true;
    }
    String state = e.getSQLState();
    if (state != null && (state.startsWith("08") || state.startsWith("53"))) {
      return true;
    }
    return switch (this) {
      // Closed, closing, I/O trouble, read-only, out of space.
      case H2 ->
          Set.of(90007, 90098, 90121, 90028, 90031, 90097, 90067, 90100).contains(e.getErrorCode());
      // Shutting down, read-only (a failover), disk or table full, too many connections.
      case MARIADB ->
          Set.of(1021, 1040, 1053, 1114, 1152, 1158, 1160, 1161, 1203, 1290, 1836, 1927)
              .contains(e.getErrorCode());
    };
  }
}
