package dev.idbridge.jwt;

/** The keys of an issuer cannot be had just now, so no token of it can be judged. */
public final class KeysUnavailable extends Exception {
  private static final long serialVersionUID = 1;

  KeysUnavailable(String reason) {
    super(reason, null, false, false);
  }
}
