package dev.idbridge.scim;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * User and password of an Authorization header (RFC 7617).
 *
 * @param user a client's id
 * @param password its secret
 */
record BasicCredentials(String user, String password) {
  private static final int LONGEST = 2_048;

  /** Null when the header is none of this scheme, or broken. */
  static @Nullable BasicCredentials of(@Nullable String authorization) {
    String given = authorization == null ? "" : authorization.strip();
    if (!given.regionMatches(true, 0, "Basic ", 0, 6) || given.length() > LONGEST) {
      return null;
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(given.substring(6).strip()), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 1
          ? null
          : new BasicCredentials(pair.substring(0, colon), pair.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** With both parts decoded, as clients of token endpoints send them (RFC 6749 section 2.3.1). */
  BasicCredentials formDecoded() {
    return new BasicCredentials(Query.decoded(user), Query.decoded(password));
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "BasicCredentials[" + user + "]";
  }
}
