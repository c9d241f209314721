package dev.idbridge.admin;

import dev.idbridge.admin.AdminRefused.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The daemon's own bearer token (RFC 6750 section 2.1); compared in constant time. */
public final class AdminToken {
  private static final String SCHEME = "bearer ";
  private final byte[] expected;

  public AdminToken(String token) {
    this.expected = token.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @param authorization the header as it came
   * @throws AdminRefused when it is not this token
   */
  public void check(@Nullable String authorization) {
    boolean bearer =
        authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    if (authorization == null || !bearer) {
      throw new AdminRefused(
          Kind.UNAUTHORIZED, "send 'Authorization: Bearer' with the content of admin.token");
    }
    byte[] given =
        authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, given)) {
      throw new AdminRefused(
          Kind.UNAUTHORIZED, "this is not the running daemon's admin token; read admin.token anew");
    }
  }
}
