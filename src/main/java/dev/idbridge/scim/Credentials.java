package dev.idbridge.scim;

import dev.idbridge.directory.Tokens;
import dev.idbridge.directory.Tokens.Token;
import dev.idbridge.jwt.AccessTokens;
import dev.idbridge.jwt.TokenRefused;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an Authorization header proves: a bearer token (RFC 6750), an access token of our own, or a
 * client's id and secret (RFC 7617), the last two only where they are offered. A client's secret is
 * no bearer token, and a bearer token no password.
 */
final class Credentials {
  private static final int MAX_SECRET = 2_048;

  private final Tokens tokens;
  private final AccessTokens access;
  private final EdgeSettings.Ways ways;

  Credentials(Tokens tokens, AccessTokens access, EdgeSettings.Ways ways) {
    this.tokens = tokens;
    this.access = access;
    this.ways = ways;
  }

  /**
   * What somebody presents.
   *
   * @param client null for a bearer token
   */
  record Presented(@Nullable String client, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Presented[" + client + "]";
    }
  }

  /** Null when there is nothing that could prove anything. */
  @Nullable Presented presented(@Nullable String authorization) {
    if (authorization == null) {
      return null;
    }
    BasicCredentials basic = ways.basic() ? BasicCredentials.of(authorization) : null;
    if (basic != null) {
      return new Presented(basic.user(), basic.password());
    }
    String given = authorization.strip();
    String secret =
        given.regionMatches(true, 0, "Bearer ", 0, 7) ? given.substring(7).strip() : given;
    boolean scheme = secret.indexOf(' ') >= 0 || secret.equalsIgnoreCase("Bearer");
    return secret.isEmpty() || scheme || secret.length() > MAX_SECRET
        ? null
        : new Presented(null, secret);
  }

  /**
   * The good token behind it, if there is one.
   *
   * @throws TokenRefused when it is an access token that is not good, saying why
   */
  Optional<Token> verify(Presented presented, long directory, String address) throws TokenRefused {
    String client = presented.client();
    if (client != null) {
      return tokens.verifyClient(client, presented.secret(), address);
    }
    if (!ways.oauth() || !AccessTokens.looksLike(presented.secret())) {
      return tokens.verify(presented.secret(), address);
    }
    AccessTokens.Grant grant = access.check(presented.secret());
    return grant.directory() != directory
        ? Optional.empty()
        : tokens.verifyClient(grant.client(), address);
  }

  /** The token of a secret that may be good no more, for whoever once held it. */
  Optional<Token> known(Presented presented) {
    return tokens
        .known(presented.secret())
        .filter(
            token ->
                presented.client() == null
                    ? token.client() == null
                    : presented.client().equals(token.client()));
  }

  /** What a refused client may try (RFC 9110 section 11.6.1). */
  String challenge(String error) {
    return "Bearer realm=\"scim\""
        + error
        + (ways.basic() ? ", Basic realm=\"scim\", charset=\"UTF-8\"" : "");
  }
}
