package dev.idbridge;

import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.jwt.IdTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelContext;

/** Fetches what identity providers publish, over the HTTP client that apps are called with. */
final class Outside implements IdTokens.Fetch, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST = 256 * 1024;

  private final CamelAppHttp http;

  Outside(CamelContext camel, MeterRegistry meters) {
    this.http = new CamelAppHttp(camel, "openid-provider", Map.of(), meters);
  }

  @Override
  public String get(URI address) throws IOException {
    AppHttp.Response answer;
    try {
      answer =
          http.send(
              new AppHttp.Request(
                  "GET",
                  address,
                  Map.of("Accept", "application/json"),
                  null,
                  AppHttp.RateClass.READ),
              Deadline.in(PATIENCE));
    } catch (AppHttp.HttpFailure e) {
      throw new IOException(address + ": " + e.getMessage(), e);
    }
    if (answer.status() != 200 || answer.body().length > LONGEST) {
      throw new IOException(
          address
              + " answered "
              + (answer.status() != 200
                  ? "HTTP " + answer.status()
                  : "more than " + LONGEST + " bytes"));
    }
    return answer.text();
  }

  @Override
  public void close() {
    http.close();
  }
}
