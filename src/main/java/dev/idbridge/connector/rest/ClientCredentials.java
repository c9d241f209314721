package dev.idbridge.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by the client credentials grant (RFC 6749 section 4.4), kept until shortly before they end
 * and fetched by one thread at a time. A token that the app does not take is exchanged once.
 */
public final class ClientCredentials implements Credentials {
  /** A token is replaced when less than this, or a fifth of its life, is left. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /** For answers that do not tell expires_in (RFC 6749 section 5.1 only recommends it). */
  private static final long LIFE_WHEN_UNTOLD = 60;

  private record Token(String value, String secret, Instant until) {}

  private final URI endpoint;
  private final Settings settings;
  private final Services services;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Token token;

  /**
   * Uses the settings {@code client-id} and {@code client-secret}.
   *
   * @param endpoint the token endpoint
   */
  public ClientCredentials(URI endpoint, Settings settings, Services services) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.services = services;
  }

  @Override
  public boolean renewable() {
    return true;
  }

  @Override
  public Access access(@Nullable String refused, Deadline deadline) {
    Token now = usable(refused);
    if (now != null) {
      return granted(now);
    }
    boolean mine = false;
    try {
      mine = fetching.tryLock(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
      if (!mine) {
        return refusal(new Outcome.Retry("no token in time from " + endpoint.getPath(), false));
      }
      now = usable(refused);
      return now != null ? granted(now) : fetch(deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refusal(new Outcome.Retry("interrupted while waiting for a token", false));
    } finally {
      if (mine) {
        fetching.unlock();
      }
    }
  }

  private @Nullable Token usable(@Nullable String refused) {
    Token now = token;
    return now == null
            || !services.clock().instant().isBefore(now.until)
            || ("Bearer " + now.value).equals(refused)
        ? null
        : now;
  }

  private static Access granted(Token token) {
    return new Access.Granted("Bearer " + token.value, List.of(token.value, token.secret));
  }

  private static Access refusal(Outcome.Failure why) {
    return new Access.Refused(why);
  }

  private Access fetch(Deadline deadline) {
    String secret;
    String form;
    try {
      secret = BearerToken.secret(settings, "client-secret");
      form =
          "grant_type=client_credentials&client_id="
              + RestClient.encode(settings.require("client-id"))
              + "&client_secret="
              + RestClient.encode(secret);
    } catch (SettingException e) {
      return refusal(BearerToken.unusable(e));
    }
    Request request =
        new Request(
            "POST",
            endpoint,
            Map.of(
                "Accept",
                "application/json",
                "Content-Type",
                "application/x-www-form-urlencoded; charset=utf-8"),
            form.getBytes(StandardCharsets.UTF_8),
            RateClass.READ);
    Response response;
    try {
      response = send(request, deadline);
    } catch (HttpFailure e) {
      Outcome.Failure why = HttpOutcomes.of(request, e);
      // Asking for a token changes nothing that a plan is about.
      return refusal(why instanceof Outcome.Retry r ? new Outcome.Retry(r.reason(), false) : why);
    }
    JsonNode json = RestClient.json(response);
    String value = json.path("access_token").asText("");
    if (response.status() != 200 || value.isEmpty()) {
      return refusal(no(request, response, json, secret));
    }
    long life = json.path("expires_in").asLong(LIFE_WHEN_UNTOLD);
    long margin = Math.min(MARGIN.toSeconds(), life / 5);
    Token fetched =
        new Token(
            value, secret, services.clock().instant().plusSeconds(Math.max(1, life - margin)));
    token = fetched;
    return granted(fetched);
  }

  /**
   * Asks again, once, where the connection broke: an idle one may have been closed by the app, and
   * a POST is not sent again by the client that is lent to us.
   */
  private Response send(Request request, Deadline deadline) throws HttpFailure {
    try {
      return services.http().send(request, deadline);
    } catch (HttpFailure e) {
      if (!e.sent() || e.status() != 0 || deadline.passed()) {
        throw e;
      }
      return services.http().send(request, deadline);
    }
  }

  /** Error answers of a token endpoint are 400 or 401 (RFC 6749 section 5.2). */
  private Outcome.Failure no(Request request, Response response, JsonNode json, String secret) {
    String text = ReasonText.of(RestClient.words(json), List.of(secret));
    if (response.status() == 200) {
      return new Outcome.Retry(request + ": " + response + " without a token", false);
    }
    Outcome.Failure why = HttpOutcomes.of(request, response, About.APP, text, services.clock());
    return switch (why) {
      case Outcome.Reject reject -> new Outcome.AuthFailed(reject.reason());
      case Outcome.Retry retry -> new Outcome.Retry(retry.reason(), false);
      default -> why;
    };
  }
}
