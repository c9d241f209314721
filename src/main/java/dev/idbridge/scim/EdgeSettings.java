package dev.idbridge.scim;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the intake.
 *
 * @param publicUrl what IdPs call us by, without a trailing slash; null: as the request says
 * @param basePaths further base paths beside {@code /scim/v2} and {@code /scim/{directory}/v2}
 * @param trustedProxies addresses or CIDR blocks whose forwarded headers count
 * @param workers requests worked on at one time; each holds a thread until its change is durable
 * @param limits what clients may ask
 * @param ways how clients may prove themselves
 */
public record EdgeSettings(
    @Nullable String publicUrl,
    List<String> basePaths,
    List<String> trustedProxies,
    int workers,
    Limits limits,
    Ways ways) {

  /**
   * How clients may prove themselves beside bearer tokens.
   *
   * @param oauth by access tokens of {@code /oauth/token}
   * @param accessTokenLife how long these are good
   * @param basic by id and secret
   */
  public record Ways(boolean oauth, Duration accessTokenLife, boolean basic) {
    public static final Ways NONE = new Ways(false, Duration.ofMinutes(15), false);
  }

  /** Enough for the group commit to find company, few enough for a small machine. */
  public static final int DEFAULT_WORKERS = 128;

  /**
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
      Duration deadline) {
    public static final Limits DEFAULT =
        new Limits(
            16 * 1024 * 1024,
            500,
            1_000,
            Duration.ofSeconds(2),
            1_000,
            1024 * 1024,
            Duration.ofSeconds(50));
  }

  public EdgeSettings {
    basePaths = List.copyOf(basePaths);
    trustedProxies = List.copyOf(trustedProxies);
    if (workers < 1) {
      throw new IllegalArgumentException("workers is " + workers + "; at least 1 is needed");
    }
  }

  /** With the limits that hold when nothing is configured. */
  public EdgeSettings(
      @Nullable String publicUrl,
      List<String> basePaths,
      List<String> trustedProxies,
      int workers) {
    this(publicUrl, basePaths, trustedProxies, workers, Limits.DEFAULT, Ways.NONE);
  }

  /** With bearer tokens alone. */
  public EdgeSettings(
      @Nullable String publicUrl,
      List<String> basePaths,
      List<String> trustedProxies,
      int workers,
      Limits limits) {
    this(publicUrl, basePaths, trustedProxies, workers, limits, Ways.NONE);
  }

  /** The request decides our address, no proxy is trusted. */
  public static EdgeSettings plain() {
    return new EdgeSettings(null, List.of(), List.of(), DEFAULT_WORKERS);
  }

  EdgeSettings with(Limits other) {
    return new EdgeSettings(publicUrl, basePaths, trustedProxies, workers, other, ways);
  }
}
