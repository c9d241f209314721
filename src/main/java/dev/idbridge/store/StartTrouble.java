package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import java.sql.SQLException;

/** What is wrong with a database that cannot be opened, and what to do about it. */
final class StartTrouble {
  private StartTrouble() {}

  /** Whether the connection or the server failed, not what was asked of it. */
  static boolean away(DatabaseKind kind, Exception e) {
    for (Throwable next = e; next != null; next = next.getCause()) {
      if (next instanceof SQLException sql && kind.unavailable(sql)) {
        return true;
      }
    }
    return false;
  }

  static StoreUnavailable explained(String url, DatabaseKind kind, Exception e) {
    SQLException cause = sqlCause(e);
    String words =
        switch (kind) {
          case H2 -> h2(cause);
          case MARIADB -> mariadb(cause);
        };
    String reason = cause == null ? String.valueOf(e.getMessage()) : innermost(cause);
    return new StoreUnavailable(
        "the store " + StoreUrl.shown(url) + " cannot be opened: " + words + " (" + reason + ")",
        e,
        kind == DatabaseKind.MARIADB && passes(cause, e));
  }

  // No answer, or no connection left: a server that starts, fails over or is busy. All else is told
  // by a server that answers, and stays so until somebody mends it.
  private static boolean passes(
      @org.jspecify.annotations.Nullable SQLException cause, Exception e) {
    int code = cause == null ? 0 : cause.getErrorCode();
    return switch (code) {
      case 1045, 1044, 1698, 1049 -> false;
      default -> code == 0 || code == 1040 || code == 1203 || away(DatabaseKind.MARIADB, e);
    };
  }

  private static String h2(@org.jspecify.annotations.Nullable SQLException e) {
    return switch (e == null ? 0 : e.getErrorCode()) {
      case 90020 ->
          "another process holds the store. The embedded store belongs to one daemon: stop the"
              + " other one, or use MariaDB for several";
      case 28000 ->
          "it was made with another user or password. Set store.user and store.password to those"
              + " it was made with";
      case 90030, 90048 -> "its file is damaged or of another H2 version. Restore a backup";
      default -> "is the folder there, writable, and has it room?";
    };
  }

  private static String mariadb(@org.jspecify.annotations.Nullable SQLException e) {
    return switch (e == null ? 0 : e.getErrorCode()) {
      case 1045, 1044, 1698 ->
          "access was denied. Check store.user and store.password, and that the user has all"
              + " privileges on the database";
      case 1049 ->
          "there is no such database. Create it: CREATE DATABASE idbridge CHARACTER SET utf8mb4";
      case 1040, 1203 -> "it has no connection left. Raise max_connections or lower store.pool";
      default ->
          "nothing usable answers there. Is MariaDB running, are host and port right, does a"
              + " firewall stand between, and do both sides agree about TLS (sslMode in store.url)?";
    };
  }

  private static @org.jspecify.annotations.Nullable SQLException sqlCause(Throwable e) {
    SQLException found = null;
    for (Throwable next = e; next != null; next = next.getCause()) {
      if (next instanceof SQLException sql
          && (found == null || found.getErrorCode() == 0 || sql.getErrorCode() > 1000)) {
        found = sql;
      }
    }
    return found;
  }

  private static String innermost(Throwable e) {
    Throwable last = e;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String text = last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
    return text.lines().findFirst().orElse("");
  }
}
