package dev.idbridge.scim;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives SCIM Errors to what the HTTP server refuses before a route sees it, bodies over the limit
 * above all, and to what fails while an answer is written.
 */
final class ServerErrors extends LifecycleStrategySupport {
  private static final Map<Integer, String> DETAILS =
      Map.of(
          400, "the request cannot be read as HTTP: check path and headers",
          413, Receive.tooLarge().detail(),
          500, "the request failed inside the bridge; its log tells more under this request id",
          503, "the bridge is starting or stopping; try again");

  private static final Logger log = LoggerFactory.getLogger(ServerErrors.class);

  private final RequestTimer timer;

  ServerErrors(RequestTimer timer) {
    this.timer = timer;
  }

  @Override
  public void onContextStarted(CamelContext context) {
    for (VertxPlatformHttpRouter router :
        context.getRegistry().findByType(VertxPlatformHttpRouter.class)) {
      if (router.isMainServer()) {
        router.route().failureHandler(this::answer);
      }
    }
  }

  private void answer(RoutingContext request) {
    var response = request.response();
    if (response.headWritten()) {
      request.next();
      return;
    }
    int status = DETAILS.containsKey(request.statusCode()) ? request.statusCode() : 500;
    String detail = String.valueOf(DETAILS.get(status));
    String requestId = Inbound.requestId(request.request().getHeader("X-Request-Id"));
    if (status == 500) {
      log.error("Request {} failed before or after its route", requestId, request.failure());
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", MediaType.answer(request.request().getHeader("Accept")))
        .putHeader("X-Request-Id", requestId);
    if (status == 503) {
      response.putHeader("Retry-After", "5");
    }
    if (status == 413 && request.request().version() != HttpVersion.HTTP_2) {
      response.putHeader("Connection", "close");
    }
    response.end(Buffer.buffer(Json.error(status, "", detail)));
    timer.record("", "unknown", status, 0);
  }
}
