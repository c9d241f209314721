package dev.idbridge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the admin API answers.
 *
 * @param headers beside the content type
 * @param body JSON, or nothing
 */
public record AdminResponse(
    int status, String contentType, Map<String, String> headers, String body) {
  static final String PROBLEM = "application/problem+json";

  public AdminResponse {
    headers = Map.copyOf(headers);
  }

  /** An RFC 9457 problem. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Problem(String title, int status, @Nullable String detail) {}

  static AdminResponse ok(Object value) {
    return new AdminResponse(200, "application/json", Map.of(), Json.write(value));
  }

  static AdminResponse created(Object value) {
    return new AdminResponse(201, "application/json", Map.of(), Json.write(value));
  }

  static AdminResponse nothing() {
    return new AdminResponse(204, "", Map.of(), "");
  }

  static AdminResponse of(AdminRefused refused) {
    Map<String, String> headers =
        refused.kind() == AdminRefused.Kind.UNAUTHORIZED
            ? Map.of("WWW-Authenticate", "Bearer realm=\"idbridge admin\"")
            : Map.of();
    return problem(refused.kind().status(), refused.kind().title(), refused.detail(), headers);
  }

  static AdminResponse problem(
      int status, String title, @Nullable String detail, Map<String, String> headers) {
    return new AdminResponse(
        status, PROBLEM, headers, Json.write(new Problem(title, status, detail)));
  }
}
