package dev.idbridge.config;

import dev.idbridge.model.schema.ScimSchema;
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
 * @param schemas the standard schemas and those of {@code conf/schemas/}
 */
public record BridgeConfig(
    Path conf,
    Path data,
    Path routes,
    Server server,
    Authentication authentication,
    Scim scim,
    Management management,
    Store store,
    Delivery delivery,
    Retention retention,
    ScimSchema schemas,
    List<AppConfig> apps) {
  public BridgeConfig {
    apps = List.copyOf(apps);
  }

  /**
   * @param publicUrl what IdPs call us by, without a trailing slash; null: as the request says
   * @param basePaths further forms of the base path, such as {@code /api/v1/scim/{directory}/v2}
   * @param trustedProxies addresses or CIDR blocks whose forwarded headers count
   * @param tls null: plain HTTP
   */
  public record Server(
      String host,
      int port,
      @Nullable String publicUrl,
      List<String> basePaths,
      List<String> trustedProxies,
      @Nullable Tls tls,
      Limits limits) {
    public Server {
      basePaths = List.copyOf(basePaths);
      trustedProxies = List.copyOf(trustedProxies);
    }
  }

  /**
   * PEM files; both were read and fit each other.
   *
   * @param certificate the server's certificate, then those that lead to its authority
   */
  public record Tls(Path certificate, Path key) {}

  /**
   * What identity providers may ask of the intake.
   *
   * @param body largest request body, in bytes
   * @param rate requests per second of one token
   * @param burst requests of one token at once, when it was quiet before
   * @param patience how long a request above the rate waits before it is refused
   * @param bulkOperations most operations in one bulk request
   * @param bulkBody largest body of a bulk request, in bytes
   * @param deadline what cannot be answered in this time is refused
   */
  public record Limits(
      int body,
      int rate,
      int burst,
      Duration patience,
      int bulkOperations,
      int bulkBody,
      Duration deadline) {}

  /**
   * What identity providers may ask for.
   *
   * @param filterable paths of further attributes that an index answers
   * @param scanLimit most resources looked at one by one to answer what no index does
   * @param cursorLife how long a cursor is good
   */
  public record Scim(List<String> filterable, int scanLimit, Duration cursorLife) {
    public Scim {
      filterable = List.copyOf(filterable);
    }
  }

  /**
   * Ways to prove oneself beside bearer tokens.
   *
   * @param oauth whether clients get access tokens at {@code /oauth/token}
   * @param accessTokenLife how long these are good
   * @param basic whether clients may send id and secret with every request
   */
  public record Authentication(boolean oauth, Duration accessTokenLife, boolean basic) {}

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
