package dev.idbridge.demo;

import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.dialogue.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Carries dialogues over the HTTP client that connectors use. */
final class HttpWire implements Wire {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AppHttp http;
  private final String base;

  /**
   * @param base without a slash at its end
   */
  HttpWire(AppHttp http, String base) {
    this.http = http;
    this.base = base;
  }

  @Override
  public Reply send(Sent request) throws IOException {
    String body = request.body();
    try {
      Response response =
          http.send(
              new Request(
                  request.method(),
                  URI.create(base + request.target()),
                  request.headers(),
                  body == null ? null : body.getBytes(StandardCharsets.UTF_8),
                  AppHttp.RateClass.READ),
              Deadline.in(PATIENCE));
      Map<String, List<String>> headers = new HashMap<>();
      response.headers().forEach((name, value) -> headers.put(name, List.of(value)));
      return new Reply(
          response.status(), headers, new String(response.body(), StandardCharsets.UTF_8));
    } catch (HttpFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
