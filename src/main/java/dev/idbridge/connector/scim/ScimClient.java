package dev.idbridge.connector.scim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.ReasonText;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Speaks JSON to the app and reads its answers. Thread-safe. */
final class ScimClient {
  static final ObjectMapper JSON = new ObjectMapper();

  private final ScimDialect dialect;
  private final Settings settings;
  private final Services services;

  ScimClient(ScimDialect dialect, Settings settings, Services services) {
    this.dialect = dialect;
    this.settings = settings;
    this.services = services;
  }

  /**
   * @param path under the base URL, encoded, with its query
   */
  ScimAnswer call(
      String method,
      String path,
      @Nullable ObjectNode body,
      RateClass rate,
      About about,
      Deadline deadline) {
    String secret;
    Request request;
    try {
      secret = secret();
      request = request(method, path, body, rate, secret);
    } catch (SettingException e) {
      String why = "setting '" + e.setting() + "' " + e.getMessage();
      return new ScimAnswer.No(new Outcome.AuthFailed(why), 0, "", "");
    }
    Response response;
    try {
      response = services.http().send(request, deadline);
    } catch (HttpFailure e) {
      boolean statusSaysAll =
          e.status() >= 300
              || (e.status() >= 200 && (method.equals("PATCH") || method.equals("DELETE")));
      if (!statusSaysAll) {
        return new ScimAnswer.No(HttpOutcomes.of(request, e), 0, "", "");
      }
      response = new Response(e.status(), Map.of(), new byte[0]);
    }
    return response.status() >= 200 && response.status() < 300
        ? yes(request, response)
        : no(request, response, about, secret);
  }

  private static ScimAnswer yes(Request request, Response response) {
    JsonNode json = json(response);
    String location = response.header("location");
    if (json instanceof ObjectNode object) {
      return new ScimAnswer.Ok(object, location);
    }
    boolean read = request.method().equals("GET");
    boolean empty = response.body().length == 0;
    if (request.method().equals("DELETE") || (empty && !read)) {
      return new ScimAnswer.Ok(null, location);
    }
    String why = request + ": " + response + " with a body that is no JSON object; check base-url";
    return new ScimAnswer.No(new Outcome.Retry(why, !read), response.status(), "", "");
  }

  private ScimAnswer no(Request request, Response response, About about, String secret) {
    JsonNode json = json(response);
    String scimType = json == null ? "" : json.path("scimType").asText("");
    String text = ReasonText.of(json == null ? "" : words(json), List.of(secret));
    String detail =
        scimType.isEmpty() ? text : ReasonText.of(scimType, List.of(secret)) + ", " + text;
    int status = response.status();
    boolean paused = HttpOutcomes.retryAfter(response, services.clock()) != null;
    if ((status == 404 || status == 410) && about == About.OBJECT && !paused) {
      return new ScimAnswer.Gone(request + ": " + response);
    }
    Outcome.Failure why = HttpOutcomes.of(request, response, about, detail, services.clock());
    if (why instanceof Outcome.Reject
        && (status == 400 || status == 422)
        && (scimType.equalsIgnoreCase("uniqueness")
            || dialect.conflictText().matcher(text).find())) {
      why = new Outcome.Conflict(why.reason());
    }
    return new ScimAnswer.No(why, status, scimType, text);
  }

  private Request request(
      String method, String path, @Nullable ObjectNode body, RateClass rate, String secret) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/scim+json, application/json");
    String credentials = dialect.basic() ? settings.require("user") + ":" + secret : secret;
    headers.put(
        "Authorization",
        dialect.basic()
            ? "Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8))
            : "Bearer " + credentials);
    byte[] bytes = null;
    if (body != null) {
      headers.put("Content-Type", dialect.contentType());
      bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    }
    return new Request(method, URI.create(dialect.baseUrl() + "/" + path), headers, bytes, rate);
  }

  private String secret() {
    String name = dialect.basic() ? "password" : "token";
    String secret = settings.secret(name);
    if (secret == null || secret.isBlank()) {
      throw new SettingException(name, "is empty");
    }
    if (secret.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new SettingException(name, "holds a line break or another control character");
    }
    return secret;
  }

  private static @Nullable JsonNode json(Response response) {
    String type = response.header("content-type");
    if (response.body().length == 0
        || (type != null && !type.toLowerCase(Locale.ROOT).contains("json"))) {
      return null;
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  private static String words(JsonNode error) {
    for (String name : List.of("detail", "message", "error_description", "error")) {
      if (error.path(name).isTextual()) {
        return error.path(name).textValue();
      }
    }
    return "";
  }

  /** Encodes one path segment or query value. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A string as it stands in a filter (RFC 7644 section 3.4.2.2: a JSON string). */
  static String quote(String text) {
    return JSON.getNodeFactory().textNode(text).toString();
  }
}
