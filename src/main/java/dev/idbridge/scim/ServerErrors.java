package dev.idbridge.scim;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives SCIM Errors to what the HTTP server refuses before a route sees it, bodies over the limit
 * above all, and to what fails while an answer is written.
 */
final class ServerErrors {
  private static final Logger log = LoggerFactory.getLogger(ServerErrors.class);
  private static final String STOPPING = "the bridge is starting or stopping; try again";

  private final RequestTimer timer;
  private final Map<Integer, String> details;

  ServerErrors(RequestTimer timer, EdgeSettings.Limits limits) {
    this.timer = timer;
    this.details =
        Map.of(
            400,
            "the request cannot be read as HTTP: a % in path or query must begin an escape such"
                + " as %20, and headers must be well-formed",
            413,
            Receive.tooLarge(limits.body()).detail(),
            500,
            "the request failed inside the bridge; its log tells more under this request id");
  }

  /** What failed in or before a route. */
  void answer(RoutingContext context, int status) {
    if (context.response().headWritten()) {
      context.next();
      return;
    }
    if (context.response().closed() || context.failure() instanceof HttpClosedException) {
      log.debug("A client went away before it was answered");
      return;
    }
    if (status == 503 || status == 404) {
      // Routes take every path: without one they are not there yet, or not any more.
      answer(context.request(), 503, STOPPING, 5);
      return;
    }
    int known = details.containsKey(status) ? status : 500;
    if (known == 500) {
      log.error(
          "Request {} failed before or after its route",
          Inbound.requestId(context.request().getHeader("X-Request-Id")),
          context.failure());
    }
    answer(context.request(), known, String.valueOf(details.get(known)), 0);
  }

  /** What is no HTTP request, or too large as one; its connection cannot be used any more. */
  void invalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    boolean header = cause instanceof TooLongHttpHeaderException;
    boolean line = cause instanceof TooLongFrameException && !header;
    int status = header ? 431 : line ? 414 : 400;
    String detail =
        header
            ? "the headers are longer than " + IntakeListener.MOST_HEADER_BYTES + " bytes"
            : line
                ? "the request line is longer than %d bytes; ask for less, or search by POST"
                    .formatted(IntakeListener.LONGEST_LINE)
                : details.get(400);
    request.response().putHeader("Connection", "close");
    answer(request, status, String.valueOf(detail), 0);
    request.connection().close();
  }

  /**
   * @param retryAfterSeconds 0: no such header
   */
  void answer(HttpServerRequest request, int status, String detail, long retryAfterSeconds) {
    HttpServerResponse response = request.response();
    response
        .setStatusCode(status)
        .putHeader("Content-Type", MediaType.answer(request.getHeader("Accept")))
        .putHeader("X-Request-Id", Inbound.requestId(request.getHeader("X-Request-Id")));
    if (retryAfterSeconds > 0) {
      response.putHeader("Retry-After", Long.toString(retryAfterSeconds));
    }
    // What is left of the body is not read.
    if (!request.isEnded() && request.version() != HttpVersion.HTTP_2) {
      response.putHeader("Connection", "close");
    }
    if (request.method() == HttpMethod.HEAD) {
      response.end();
    } else {
      response.end(Buffer.buffer(Json.error(status, "", detail)));
    }
    // Who waits for its body to be taken would not read the answer; nobody keeps what comes.
    request.resume();
    timer.record("", "unknown", status, 0);
  }
}
