package dev.idbridge.admin;

/**
 * @param secret what the IdP sends as bearer token; never shown again
 */
public record NewToken(TokenEntry token, String secret) {
  /** Without the secret. */
  @Override
  public String toString() {
    return "NewToken[" + token + "]";
  }
}
