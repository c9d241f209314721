package dev.idbridge.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Speaks JSON to one app under one base address. Thread-safe. */
public final class RestClient {
  public static final ObjectMapper JSON = new ObjectMapper();

  /** Where error texts stand, in the order in which they are taken. */
  private static final List<String> WORDS =
      List.of("detail", "errorMessage", "error_description", "message", "error");

  private final String base;
  private final Credentials credentials;
  private final Services services;

  /**
   * @param base absolute, without a slash at its end
   */
  public RestClient(String base, Credentials credentials, Services services) {
    this.base = base;
    this.credentials = credentials;
    this.services = services;
  }

  /**
   * The base address in a setting, without slashes at its end.
   *
   * @throws SettingException when it is no http or https address
   */
  public static String base(Settings settings, String name) {
    String text = settings.require(name).strip().replaceFirst("/+$", "");
    try {
      URI uri = URI.create(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new SettingException(
        name, "is '" + text + "', must be an address such as https://app.example.com");
  }

  public RestAnswer get(String path, About about, Deadline deadline) {
    return call("GET", path, null, RateClass.READ, about, deadline);
  }

  /** A call with a body of type {@code application/json}, or none. */
  public RestAnswer call(
      String method,
      String path,
      @Nullable JsonNode body,
      RateClass rate,
      About about,
      Deadline deadline) {
    return call(method, path, body, "application/json", rate, about, deadline);
  }

  /**
   * Asks once; a second time only where the app did not take a token that could be renewed.
   *
   * @param path under the base address, encoded, starting with a slash, with its query
   */
  public RestAnswer call(
      String method,
      String path,
      @Nullable JsonNode body,
      String contentType,
      RateClass rate,
      About about,
      Deadline deadline) {
    String refused = null;
    while (true) {
      switch (credentials.access(refused, deadline)) {
        case Credentials.Access.Refused no -> {
          return new RestAnswer.No(no.why(), 0, MissingNode.getInstance(), "");
        }
        case Credentials.Access.Granted access -> {
          Request request = request(method, path, body, contentType, rate, access);
          RestAnswer answer = ask(request, about, access, deadline);
          boolean expired =
              answer instanceof RestAnswer.No no
                  && no.status() == 401
                  && no.why() instanceof Outcome.AuthFailed;
          if (!expired || refused != null || !credentials.renewable()) {
            return answer;
          }
          refused = access.authorization();
        }
      }
    }
  }

  private Request request(
      String method,
      String path,
      @Nullable JsonNode body,
      String contentType,
      RateClass rate,
      Credentials.Access.Granted access) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/json");
    headers.put("Authorization", access.authorization());
    byte[] bytes = null;
    if (body != null) {
      headers.put("Content-Type", contentType);
      bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    }
    return new Request(method, URI.create(base + path), headers, bytes, rate);
  }

  private RestAnswer ask(
      Request request, About about, Credentials.Access.Granted access, Deadline deadline) {
    Response response;
    try {
      response = services.http().send(request, deadline);
    } catch (HttpFailure e) {
      if (e.status() < 300) {
        return new RestAnswer.No(HttpOutcomes.of(request, e), 0, MissingNode.getInstance(), "");
      }
      // The status line says no; of the answer only its words are lost.
      response = new Response(e.status(), Map.of(), new byte[0]);
    }
    return response.status() >= 200 && response.status() < 300
        ? yes(request, response)
        : no(request, response, about, access);
  }

  private static RestAnswer yes(Request request, Response response) {
    JsonNode json = json(response);
    boolean read = request.method().equals("GET");
    boolean empty = response.body().length == 0;
    if (json.isContainerNode() || (empty && !read)) {
      return new RestAnswer.Ok(json, response.header("location"));
    }
    String why = request + ": " + response + " with a body that is no JSON; check base-url";
    return new RestAnswer.No(new Outcome.Retry(why, !read), response.status(), json, "");
  }

  private RestAnswer no(
      Request request, Response response, About about, Credentials.Access.Granted access) {
    JsonNode json = json(response);
    String text = ReasonText.of(words(json), access.secrets());
    boolean paused = HttpOutcomes.retryAfter(response, services.clock()) != null;
    int status = response.status();
    if ((status == 404 || status == 410) && about == About.OBJECT && !paused) {
      return new RestAnswer.Gone(request + ": " + response + (text.isEmpty() ? "" : ", " + text));
    }
    Outcome.Failure why = HttpOutcomes.of(request, response, about, text, services.clock());
    return new RestAnswer.No(why, status, json, text);
  }

  /** The app's own words for what went wrong; empty when it found none. */
  static String words(JsonNode json) {
    JsonNode several = json.path("errors");
    if (several.isArray() && !several.isEmpty()) {
      StringJoiner all = new StringJoiner("; ");
      several.forEach(one -> all.add(one.isTextual() ? one.textValue() : words(one)));
      return all.toString();
    }
    String field = json.path("field").isTextual() ? json.path("field").textValue() + ": " : "";
    for (String name : WORDS) {
      if (json.path(name).isTextual()) {
        return field + json.path(name).textValue();
      }
    }
    return field;
  }

  static JsonNode json(Response response) {
    String type = response.header("content-type");
    if (response.body().length == 0
        || (type != null && !type.toLowerCase(Locale.ROOT).contains("json"))) {
      return MissingNode.getInstance();
    }
    try {
      JsonNode read = JSON.readTree(response.body());
      return read == null ? MissingNode.getInstance() : read;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** Encodes one path segment or query value. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
