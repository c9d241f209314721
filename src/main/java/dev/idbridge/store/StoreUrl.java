package dev.idbridge.store;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the store needs in its JDBC URL, added where the configured one does not say it. */
final class StoreUrl {
  private static final String H2 = "jdbc:h2:";
  private static final String H2_FILE = H2 + "file:";
  private static final String MARIADB = "jdbc:mariadb:";

  private StoreUrl() {}

  /**
   * The database a URL names.
   *
   * @throws IllegalArgumentException when it names neither of the two, with what to write instead
   */
  static DatabaseKind kind(String url) {
    if (url.startsWith(H2)) {
      return DatabaseKind.H2;
    }
    if (url.startsWith(MARIADB)) {
      return DatabaseKind.MARIADB;
    }
    throw new IllegalArgumentException(
        "store.url '"
            + shown(url)
            + "' names no database this daemon knows: write jdbc:h2:file:PATH for the embedded"
            + " store or jdbc:mariadb://HOST:3306/DATABASE for MariaDB");
  }

  /**
   * The URL to connect with.
   *
   * @throws IllegalArgumentException when it asks for something that would lose acknowledged writes
   */
  static String complete(String url) {
    return kind(url) == DatabaseKind.H2 ? h2(url) : mariadb(url);
  }

  /** For messages: no user, no password. */
  static String shown(String url) {
    return url.replaceAll("(?i)((?:password|user)=)[^&;]*", "$1***")
        .replaceAll("(//)[^/@]*@", "$1***@");
  }

  private static String h2(String url) {
    Map<String, String> given = settings(url, ";", ";");
    String delay = given.get("WRITE_DELAY");
    if (delay != null && !delay.equals("0")) {
      throw new IllegalArgumentException(
          "store.url asks for WRITE_DELAY="
              + delay
              + ": the embedded store would lose acknowledged changes when the process dies;"
              + " leave it out or write WRITE_DELAY=0");
    }
    if ("TRUE".equalsIgnoreCase(given.get("AUTO_SERVER"))
        || "NO".equalsIgnoreCase(given.get("FILE_LOCK"))) {
      throw new IllegalArgumentException(
          "store.url opens the embedded store to several processes (AUTO_SERVER, FILE_LOCK=NO);"
              + " it belongs to one daemon: leave these out, or use MariaDB");
    }
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("MODE", "MariaDB");
    wanted.put("DATABASE_TO_LOWER", "TRUE");
    wanted.put("CASE_INSENSITIVE_IDENTIFIERS", "TRUE");
    wanted.put("WRITE_DELAY", "0");
    wanted.put("DB_CLOSE_ON_EXIT", "FALSE");
    wanted.put("LOCK_TIMEOUT", "10000");
    // Measured: where space of the file was used again, a kill costs committed changes, whole
    // seconds of them. EmbeddedFile takes out what is dead.
    wanted.put("REUSE_SPACE", "FALSE");
    return append(uninterrupted(url), wanted, given, ";", ";");
  }

  /**
   * A thread that is interrupted while it reads or writes a file closes the file for all: a
   * scheduler or worker pool that ends would take the store with it. H2's retry file system opens
   * it again.
   */
  private static String uninterrupted(String url) {
    return url.startsWith(H2_FILE) ? H2 + "retry:" + url.substring(H2_FILE.length()) : url;
  }

  private static String mariadb(String url) {
    Map<String, String> given = settings(url, "\\?", "&");
    Map<String, String> wanted = new LinkedHashMap<>();
    // Remote servers are spoken to over verified TLS unless the URL says otherwise.
    wanted.put("sslMode", loopback(url) ? "disable" : "verify-full");
    wanted.put("useServerPrepStmts", "true");
    wanted.put("connectTimeout", "5000");
    wanted.put("socketTimeout", "120000");
    String complete = append(url, wanted, given, "?", "&");
    // Bulk is for inserts alone: a bulk update answers -2 for every row, and a stale lease token
    // would go unseen.
    Map<String, String> always = new LinkedHashMap<>();
    always.put("useBulkStmts", "false");
    always.put("useBulkStmtsForInserts", "true");
    if ("true".equalsIgnoreCase(given.get("USEBULKSTMTS"))) {
      throw new IllegalArgumentException(
          "store.url sets useBulkStmts=true: updates would no longer tell how many rows they"
              + " changed; leave it out (inserts are sent in bulk anyway)");
    }
    return append(complete, always, given, "?", "&");
  }

  private static boolean loopback(String url) {
    String host = url.replaceFirst("^jdbc:mariadb:(?:[a-z]+:)?//", "").replaceFirst("[/?].*$", "");
    host = host.substring(host.lastIndexOf('@') + 1);
    return host.matches("(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?");
  }

  private static Map<String, String> settings(String url, String start, String between) {
    Map<String, String> found = new LinkedHashMap<>();
    String[] parts = url.split(start, 2);
    if (parts.length == 2) {
      for (String setting : parts[1].split(between)) {
        int equals = setting.indexOf('=');
        if (equals > 0) {
          found.put(
              setting.substring(0, equals).toUpperCase(Locale.ROOT), setting.substring(equals + 1));
        }
      }
    }
    return found;
  }

  private static String append(
      String url,
      Map<String, String> wanted,
      Map<String, String> given,
      String start,
      String between) {
    StringBuilder complete = new StringBuilder(url);
    wanted.forEach(
        (name, value) -> {
          if (!given.containsKey(name.toUpperCase(Locale.ROOT))) {
            boolean first = complete.indexOf(start) < 0;
            complete.append(first ? start : between).append(name).append('=').append(value);
          }
        });
    return complete.toString();
  }
}
