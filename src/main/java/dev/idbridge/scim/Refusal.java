package dev.idbridge.scim;

import java.util.Map;

/** A request refused for what it is as HTTP: path, method, credentials, media type, body. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String scimType;
  private final transient Map<String, String> headers;

  Refusal(int status, String scimType, String detail, Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.scimType = scimType;
    this.headers = Map.copyOf(headers);
  }

  Refusal(int status, String detail) {
    this(status, "", detail, Map.of());
  }

  int status() {
    return status;
  }

  String scimType() {
    return scimType;
  }

  Map<String, String> headers() {
    return headers;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
