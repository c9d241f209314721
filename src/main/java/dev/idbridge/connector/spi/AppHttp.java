package dev.idbridge.connector.spi;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request and gives the answer back, whatever its status. Never retries, never
 * follows a redirect to another host. Thread-safe. Bodies and secret headers are never logged.
 */
public interface AppHttp {

  /**
   * @throws HttpFailure when no whole answer came back
   */
  Response send(Request request, Deadline deadline) throws HttpFailure;

  /** Which of the app's rate limits a request counts against. */
  enum RateClass {
    READ,
    USER_WRITE,
    GROUP_WRITE
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
      return headers.get(name.toLowerCase(java.util.Locale.ROOT));
    }

    /** Status only: answers may carry secrets. */
    @Override
    public String toString() {
      return "HTTP " + status;
    }
  }

  /** No whole answer: refused, reset, timed out. */
  final class HttpFailure extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean sent;

    public HttpFailure(String reason, boolean sent) {
      super(reason, null, false, false);
      this.sent = sent;
    }

    /** Whether the app may have received, and so applied, the request. */
    public boolean sent() {
      return sent;
    }
  }
}
