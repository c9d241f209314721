package dev.idbridge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the admin API answers.
 *
 * @param headers beside the content type
 * @param body JSON, or nothing
 * @param pieces a body too long to be held, instead of {@code body}
 */
public record AdminResponse(
    int status,
    String contentType,
    Map<String, String> headers,
    String body,
    @Nullable Pieces pieces) {
  static final String PROBLEM = "application/problem+json";

  public AdminResponse {
    headers = Map.copyOf(headers);
  }

  /** Writes a body piece by piece; each piece is taken before the next is made. */
  @FunctionalInterface
  public interface Pieces {
    void writeTo(Consumer<String> out);
  }

  /** An RFC 9457 problem. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Problem(String title, int status, @Nullable String detail) {}

  static AdminResponse ok(Object value) {
    return new AdminResponse(200, "application/json", Map.of(), Json.write(value), null);
  }

  static AdminResponse created(Object value) {
    return new AdminResponse(201, "application/json", Map.of(), Json.write(value), null);
  }

  static AdminResponse pieces(String contentType, Pieces pieces) {
    return new AdminResponse(200, contentType, Map.of(), "", pieces);
  }

  static AdminResponse nothing() {
    return new AdminResponse(204, "", Map.of(), "", null);
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
        status, PROBLEM, headers, Json.write(new Problem(title, status, detail)), null);
  }
}
