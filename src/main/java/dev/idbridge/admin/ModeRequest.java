package dev.idbridge.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Into which mode a directory is switched.
 *
 * @param mode scim, jit or manual
 * @param jit whose ID tokens count; null for those of before, and for the other modes
 */
public record ModeRequest(String mode, @Nullable Jit jit) {
  public ModeRequest {
    if (mode == null) {
      throw AdminRefused.invalid("mode is missing: scim, jit or manual");
    }
  }

  /**
   * An OpenID provider.
   *
   * @param claims attribute to the claim it is taken from, where it is not the usual one
   */
  public record Jit(
      @Nullable String issuer,
      @Nullable String audience,
      @Nullable String jwksUrl,
      @Nullable Map<String, String> claims) {}
}
