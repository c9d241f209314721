package dev.idbridge.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything {@code conf/idbridge.yaml} and {@code conf/apps/} say, checked.
 *
 * @param conf the configuration folder
 * @param data where the embedded store, {@code daemon.json} and {@code admin.token} live
 * @param routes the folder with the route files
 */
public record BridgeConfig(
    Path conf,
    Path data,
    Path routes,
    Server server,
    Management management,
    Store store,
    Delivery delivery,
    Retention retention,
    List<AppConfig> apps) {
  public BridgeConfig {
    apps = List.copyOf(apps);
  }

  /**
   * @param publicUrl what IdPs call us by, without a trailing slash; null: as the request says
   * @param basePaths further forms of the base path, such as {@code /api/v1/scim/{directory}/v2}
   * @param trustedProxies addresses or CIDR blocks whose forwarded headers count
   */
  public record Server(
      String host,
      int port,
      @Nullable String publicUrl,
      List<String> basePaths,
      List<String> trustedProxies,
      @Nullable Tls tls) {
    public Server {
      basePaths = List.copyOf(basePaths);
      trustedProxies = List.copyOf(trustedProxies);
    }
  }

  /** PEM files. */
  public record Tls(Path certificate, Path key) {}

  public record Management(String host, int port) {}

  /**
   * @param url JDBC URL, {@code ${data}} replaced
   * @param pool connections at most
   * @param startWait how long a start waits for a database that does not answer
   */
  public record Store(
      String url, @Nullable String user, @Nullable String password, int pool, Duration startWait) {
    public boolean embedded() {
      return url.startsWith("jdbc:h2:");
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Store[" + url.replaceAll("(?i)(password=)[^&;]*", "$1***") + "]";
    }
  }

  /**
   * @param workers deliveries at one time over all apps
   * @param lease how long a claimed lane is ours without renewal
   */
  public record Delivery(int workers, Duration lease, Retry retry) {}

  /**
   * @param first upper bound of the first back-off
   * @param max upper bound of any back-off
   * @param keep how long transient failures are retried
   */
  public record Retry(Duration first, Duration max, Duration keep) {}

  public record Retention(Duration syncLog, Duration changes) {}
}
