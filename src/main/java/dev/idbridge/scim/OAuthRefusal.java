package dev.idbridge.scim;

import java.util.Map;

/** A token request refused in the words of RFC 6749 section 5.2. */
final class OAuthRefusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String error;
  private final transient Map<String, String> headers;

  OAuthRefusal(int status, String error, String description, Map<String, String> headers) {
    super(description, null, false, false);
    this.status = status;
    this.error = error;
    this.headers = Map.copyOf(headers);
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }

  Map<String, String> headers() {
    return headers;
  }
}
