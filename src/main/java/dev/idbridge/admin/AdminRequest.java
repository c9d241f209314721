package dev.idbridge.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to the admin API, as it came over HTTP.
 *
 * @param path decoded, with {@code /admin/v1}
 * @param query by name; of a name that stands twice, the first
 * @param authorization the header of that name
 * @param operator who says to act, as the command line tells; empty when nobody says
 * @param body empty when there is none
 */
public record AdminRequest(
    String method,
    String path,
    Map<String, String> query,
    @Nullable String authorization,
    String operator,
    String body) {
  public AdminRequest {
    query = Map.copyOf(query);
  }

  /** Without authorization and body. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
