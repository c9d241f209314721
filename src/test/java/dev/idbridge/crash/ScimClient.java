package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;

/** Speaks SCIM to the daemon as an identity provider does. Thread-safe. */
final class ScimClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CrashDaemon daemon;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private volatile String token = "";
  final AtomicLong answered = new AtomicLong();
  final java.util.Map<String, Integer> failures = new java.util.concurrent.ConcurrentHashMap<>();
  final AtomicLong lost = new AtomicLong();

  ScimClient(CrashDaemon daemon) {
    this.daemon = daemon;
  }

  /** Makes the token through the admin API. */
  void login() throws Exception {
    JsonNode made =
        send(
                "POST",
                daemon.files().daemon().orElseThrow().adminUrl()
                    + "/admin/v1/directories/default/tokens",
                daemon.files().token(),
                "{\"name\":\"idp\"}",
                "application/json")
            .body();
    token = made.path("secret").asText();
  }

  /** Reads from the admin API of the daemon that runs now. */
  JsonNode admin(String path) throws IOException {
    return send(
            "GET",
            daemon.files().daemon().orElseThrow().adminUrl() + "/admin/v1/" + path,
            daemon.files().token(),
            null,
            "application/json")
        .body();
  }

  /** Detaches a group's team in an app, or attaches it, as an administrator; asked once. */
  Answer act(String group, String app, String act) {
    daemon.intake();
    try {
      return send(
          "POST",
          daemon.files().daemon().orElseThrow().adminUrl()
              + "/admin/v1/directories/default/groups/"
              + group
              + "/acts",
          daemon.files().token(),
          "{\"act\":\"" + act + "\",\"app\":\"" + app + "\"}",
          "application/json");
    } catch (IOException | NoSuchElementException down) {
      return new Answer(0, MissingNode.getInstance());
    }
  }

  /** Sends one request once, as soon as the daemon is up. */
  Answer send(String method, String path, Object body) {
    Answer answer =
        send(
            method,
            daemon.intake() + path,
            token,
            body == null ? null : body.toString(),
            "application/scim+json");
    (answer.none() ? lost : answered).incrementAndGet();
    return answer;
  }

  /** Reads; asks again as often as no answer comes. */
  Answer get(String path) {
    for (int i = 0; i < 1_000; i++) {
      Answer answer = send("GET", path, null);
      if (!answer.none()) {
        return answer;
      }
    }
    throw new AssertionError("no answer to GET " + path);
  }

  /** The one resource whose attribute has the value, or a missing node. */
  JsonNode find(String path, String attribute, String value) {
    Answer answer =
        get(
            path
                + "?filter="
                + URLEncoder.encode(attribute + " eq \"" + value + "\"", StandardCharsets.UTF_8));
    if (!answer.ok() || answer.body().path("totalResults").asInt() > 1) {
      throw new AssertionError("search for " + value + " says " + answer);
    }
    return answer.body().path("Resources").path(0);
  }

  private Answer send(String method, String url, String bearer, String body, String type) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + bearer)
            .header("Content-Type", type)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      int status = response.statusCode() >= 500 ? 0 : response.statusCode();
      if (status == 0) {
        failures.merge(response.statusCode() + " " + response.body(), 1, Integer::sum);
      }
      return new Answer(
          status,
          response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body()));
    } catch (IOException e) {
      failures.merge(e.getClass().getSimpleName() + " " + e.getMessage(), 1, Integer::sum);
      return new Answer(0, MissingNode.getInstance());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
