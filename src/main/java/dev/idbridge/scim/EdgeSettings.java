package dev.idbridge.scim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the intake.
 *
 * @param publicUrl what IdPs call us by, without a trailing slash; null: as the request says
 * @param basePaths further base paths beside {@code /scim/v2} and {@code /scim/{directory}/v2}
 * @param trustedProxies addresses or CIDR blocks whose forwarded headers count
 * @param workers requests worked on at one time; each holds a thread until its change is durable
 */
public record EdgeSettings(
    @Nullable String publicUrl, List<String> basePaths, List<String> trustedProxies, int workers) {

  /** Largest request body, in bytes. The server refuses more with 413 before a route sees it. */
  public static final int MAX_BODY = 1024 * 1024;

  /** Enough for the group commit to find company, few enough for a small machine. */
  public static final int DEFAULT_WORKERS = 128;

  public EdgeSettings {
    basePaths = List.copyOf(basePaths);
    trustedProxies = List.copyOf(trustedProxies);
    if (workers < 1) {
      throw new IllegalArgumentException("workers is " + workers + "; at least 1 is needed");
    }
  }

  /** The request decides our address, no proxy is trusted. */
  public static EdgeSettings plain() {
    return new EdgeSettings(null, List.of(), List.of(), DEFAULT_WORKERS);
  }
}
