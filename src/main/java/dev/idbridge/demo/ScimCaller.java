package dev.idbridge.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import dev.idbridge.connector.spi.Deadline;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Speaks to a SCIM service as a client with a bearer token; anything but 2xx ends the demo. */
final class ScimCaller {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final AppHttp http;
  private final String base;
  private final Map<String, String> headers;

  /**
   * @param base without a slash at its end
   * @param agent the client's User-Agent
   */
  ScimCaller(AppHttp http, String base, String token, String agent) {
    this.http = http;
    this.base = base;
    this.headers = new LinkedHashMap<>();
    headers.put("Authorization", "Bearer " + token);
    headers.put("User-Agent", agent);
    headers.put("Accept", "application/scim+json");
  }

  JsonNode get(String path) throws DemoFailed {
    return call("GET", path, null);
  }

  /** For a URL, spaces as {@code %20}. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode call(String method, String path, @Nullable String body) throws DemoFailed {
    Map<String, String> all = new LinkedHashMap<>(headers);
    if (body != null) {
      all.put("Content-Type", "application/scim+json; charset=utf-8");
    }
    Request request =
        new Request(
            method,
            URI.create(base + "/" + path),
            all,
            body == null ? null : body.getBytes(StandardCharsets.UTF_8),
            AppHttp.RateClass.READ);
    try {
      Response response = http.send(request, Deadline.in(PATIENCE));
      JsonNode answer =
          response.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(response.body());
      if (response.status() / 100 != 2) {
        throw new DemoFailed(
            request + " was answered " + response.status() + ": " + answer.path("detail").asText());
      }
      return answer;
    } catch (HttpFailure e) {
      throw new DemoFailed(request + " got no answer: " + e.getMessage());
    } catch (JsonProcessingException e) {
      throw new DemoFailed(request + " was answered with something that is no JSON");
    } catch (java.io.IOException e) {
      throw new DemoFailed(request + " was answered with something that cannot be read: " + e);
    }
  }
}
