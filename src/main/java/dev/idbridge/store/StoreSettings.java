package dev.idbridge.store;

import org.jspecify.annotations.Nullable;

/**
 * Where the store is.
 *
 * @param url JDBC URL of H2 ({@code jdbc:h2:...}) or MariaDB ({@code jdbc:mariadb:...})
 * @param pool connections at most, at least 4: two for writers, the rest for readers
 */
public record StoreSettings(
    String url, @Nullable String user, @Nullable String password, int pool) {

  /** Without credentials. */
  @Override
  public String toString() {
    return "StoreSettings[" + StoreUrl.shown(url) + "]";
  }
}
