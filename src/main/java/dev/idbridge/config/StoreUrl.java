package dev.idbridge.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a JDBC URL, if anything; nothing is connected. */
final class StoreUrl {
  private static final String MARIADB = "jdbc:mariadb:";
  private static final Pattern SSL_MODE = Pattern.compile("(?i)[?&]sslMode=([^&]*)");
  private static final Pattern PASSWORD = Pattern.compile("(?i)[?&;]password=");
  private static final List<String> SSL_MODES =
      List.of("verify-full", "verify-ca", "trust", "disable");

  private StoreUrl() {}

  static Optional<String> problem(String url) {
    if (PASSWORD.matcher(url).find()) {
      return Optional.of("carries a password, which would be shown; move it to store.password");
    }
    if (url.startsWith("jdbc:h2:file:")) {
      return Optional.empty();
    }
    if (url.startsWith("jdbc:h2:")) {
      return Optional.of(
          "must keep its data in a file of this daemon alone: \"jdbc:h2:file:${data}/idbridge\"");
    }
    if (url.startsWith("jdbc:mysql:")) {
      return Optional.of(
          "names the MySQL driver; for MariaDB write '" + MARIADB + "//HOST/DATABASE?sslMode=...'");
    }
    return url.startsWith(MARIADB)
        ? sslMode(url)
        : Optional.of("must start with jdbc:h2:file: (embedded) or " + MARIADB + "// (production)");
  }

  /** Drivers differ in what they do when it is not said, so it is always said. */
  private static Optional<String> sslMode(String url) {
    Matcher mode = SSL_MODE.matcher(url);
    String choices =
        "add sslMode=verify-full (checks certificate and host name; serverSslCert=/path names the"
            + " CA), verify-ca (checks the certificate), trust (encrypts, checks nothing) or"
            + " disable (loopback or a trusted network only)";
    if (!mode.find()) {
      return Optional.of("does not say sslMode; " + choices);
    }
    return SSL_MODES.contains(mode.group(1))
        ? Optional.empty()
        : Optional.of("has the unknown sslMode '" + mode.group(1) + "'; " + choices);
  }
}
