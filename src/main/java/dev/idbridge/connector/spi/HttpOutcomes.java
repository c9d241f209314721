package dev.idbridge.connector.spi;

import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP answer that is no success means, told in one place so that every HTTP connector
 * fails alike:
 *
 * <ul>
 *   <li>{@code Retry-After} in seconds or as a date (RFC 9110 section 10.2.3), whatever the status,
 *       429, and a refusal whose words are "rate limit exceeded" → {@link Outcome.Throttled}, at
 *       most {@link #LONGEST_PAUSE}
 *   <li>401 → {@link Outcome.AuthFailed}; so is 403, unless the call was about one object that
 *       exists: then the app guards that object only, and {@link Outcome.Reject} keeps one guarded
 *       object from parking the whole app
 *   <li>408, 425 and 5xx but 501 → {@link Outcome.Retry}; 5xx may have applied a write
 *   <li>409 → {@link Outcome.Conflict}
 *   <li>3xx → {@link Outcome.Reject}: redirects are not followed
 *   <li>413, 501 and every other 4xx → {@link Outcome.Reject} with the app's own words
 *   <li>no answer → {@link Outcome.Retry}, which may have applied a write that was sent
 * </ul>
 *
 * 404 is the caller's to read: only it knows whether the object or the whole address is meant.
 */
public final class HttpOutcomes {
  /** No pause is longer, whatever an app asks for. */
  public static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  /** How apps say it whose status does not (CockroachDB Cloud with any, GitHub with 403). */
  private static final String RATE_LIMIT = "rate limit exceeded";

  private HttpOutcomes() {}

  /** What a call was about. */
  public enum About {
    /** A collection, a search, the app itself. */
    APP,
    /** One object that exists in the app. */
    OBJECT
  }

  /**
   * @param detail the app's own error text, made fit by {@link ReasonText}; may be empty
   */
  public static Outcome.Failure of(
      Request request, Response response, About about, String detail, Clock clock) {
    int status = response.status();
    String reason = request + ": " + response + (detail.isEmpty() ? "" : ", " + detail);
    Duration pause = retryAfter(response, clock);
    boolean says = status >= 400 && detail.toLowerCase(Locale.ROOT).contains(RATE_LIMIT);
    if (pause != null || status == 429 || says) {
      return new Outcome.Throttled(reason, pause);
    }
    if (status == 401 || (status == 403 && about == About.APP)) {
      return new Outcome.AuthFailed(reason);
    }
    if (status == 409) {
      return new Outcome.Conflict(reason);
    }
    if (status == 408 || status == 425) {
      return new Outcome.Retry(reason, false);
    }
    if (status >= 500 && status != 501) {
      return new Outcome.Retry(reason, !reads(request));
    }
    if (status >= 300 && status < 400) {
      return new Outcome.Reject(reason + "; redirects are not followed, set the final address");
    }
    return new Outcome.Reject(reason);
  }

  /** No whole answer came back. */
  public static Outcome.Failure of(Request request, HttpFailure failure) {
    String reason = request + ": " + failure.getMessage();
    return failure.waitFor() != null
        ? new Outcome.Throttled(reason, failure.waitFor())
        : new Outcome.Retry(reason, failure.sent() && !reads(request));
  }

  /** The pause the app asks for, or null when it asks for none or not understandably. */
  public static @Nullable Duration retryAfter(Response response, Clock clock) {
    String text = response.header("retry-after");
    if (text == null) {
      return null;
    }
    Duration pause = parse(text.strip(), clock);
    if (pause == null) {
      return null;
    }
    if (pause.isNegative()) {
      return Duration.ZERO;
    }
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private static @Nullable Duration parse(String text, Clock clock) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return text.length() > 9 ? LONGEST_PAUSE : Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(clock.instant(), until);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static boolean reads(Request request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }
}
