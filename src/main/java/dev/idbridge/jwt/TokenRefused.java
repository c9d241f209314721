package dev.idbridge.jwt;

/** A token that proves nothing. The text goes to whoever sent it: it quotes no token and no key. */
public final class TokenRefused extends Exception {
  private static final long serialVersionUID = 1;

  TokenRefused(String reason) {
    super(reason, null, false, false);
  }

  /** Why, as the end of a sentence. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
