package dev.idbridge.connector.spi;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request and gives the answer back, whatever its status. Never retries what an app
 * may have seen, never follows a redirect. Thread-safe. Bodies and secret headers are never logged.
 */
public interface AppHttp {

  /**
   * @throws HttpFailure when no whole answer came back
   */
  Response send(Request request, Deadline deadline) throws HttpFailure;

  /**
   * For calls of an app that go another way than {@link #send}: returns when {@code limits.rate} of
   * the app allows one more.
   *
   * @throws HttpFailure with {@link HttpFailure#waitFor} when that is not before the deadline
   */
  default void pace(RateClass rateClass, Deadline deadline) throws HttpFailure {}

  /** Which of the app's rate limits a request counts against. */
  enum RateClass {
    READ("reads"),
    USER_WRITE("user-writes"),
    GROUP_WRITE("group-writes");

    private final String limit;

    RateClass(String limit) {
      this.limit = limit;
    }

    /** The key under {@code limits.rate} in the app's file. */
    public String limit() {
      return limit;
    }
  }

  /**
   * @param uri absolute, encoded
   * @param headers by name; {@code User-Agent} is added when missing
   * @param body null for none
   */
  record Request(
      String method,
      URI uri,
      Map<String, String> headers,
      byte @Nullable [] body,
      RateClass rateClass) {
    public Request {
      headers = Map.copyOf(headers);
    }

    /** Method and path: what may be logged. */
    @Override
    public String toString() {
      return method + " " + uri.getRawPath();
    }
  }

  /**
   * @param headers by lower-case name; the first value where one is repeated
   */
  record Response(int status, Map<String, String> headers, byte[] body) {
    public Response {
      headers = Map.copyOf(headers);
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** Status only: answers may carry secrets. */
    @Override
    public String toString() {
      return "HTTP " + status;
    }
  }

  /** No whole answer: refused, reset, timed out, cut off, or not sent to keep the app's rate. */
  final class HttpFailure extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean sent;
    private final int status;
    private final transient @Nullable Duration waitFor;

    public HttpFailure(String reason, boolean sent) {
      this(reason, sent, 0, null);
    }

    private HttpFailure(String reason, boolean sent, int status, @Nullable Duration waitFor) {
      super(reason, null, false, false);
      this.sent = sent;
      this.status = status;
      this.waitFor = waitFor;
    }

    /** The answer broke off, or was too long, after this status line. */
    public static HttpFailure afterStatus(int status, String reason) {
      return new HttpFailure(reason, true, status, null);
    }

    /** Not sent: our own rate limit for the app would have held it beyond its deadline. */
    public static HttpFailure rateLimited(String reason, Duration waitFor) {
      return new HttpFailure(reason, false, 0, waitFor);
    }

    /** Whether the app may have received, and so applied, the request. */
    public boolean sent() {
      return sent;
    }

    /** The status line that came before the answer broke off; 0 when none came. */
    public int status() {
      return status;
    }

    /**
     * How long to wait before the app's rate allows the call; null when that was not the reason.
     */
    public @Nullable Duration waitFor() {
      return waitFor;
    }
  }
}
