package dev.idbridge.scim;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Gives SCIM Errors to what the HTTP server refuses before a route sees it: bodies over the limit,
 * unreadable request targets, and what fails while a route is not there.
 */
final class ServerErrors extends LifecycleStrategySupport {
  private static final Map<Integer, String> DETAILS =
      Map.of(
          400, "the request cannot be read as HTTP: check path and headers",
          404, "there is nothing here",
          413, Receive.tooLarge().detail(),
          414, "the request's address is too long",
          500, "the request failed inside the bridge; its log tells more under this request id",
          503, "the bridge is starting or stopping; try again");

  private final RequestTimer timer;

  ServerErrors(RequestTimer timer) {
    this.timer = timer;
  }

  @Override
  public void onContextStarted(CamelContext context) {
    for (VertxPlatformHttpRouter router :
        context.getRegistry().findByType(VertxPlatformHttpRouter.class)) {
      if (router.isMainServer()) {
        DETAILS.forEach(
            (status, detail) ->
                router.errorHandler(status, request -> answer(request, status, detail)));
      }
    }
  }

  private void answer(RoutingContext request, int status, String detail) {
    var response = request.response();
    if (response.headWritten()) {
      return;
    }
    String requestId = Inbound.requestId(request.request().getHeader("X-Request-Id"));
    response
        .setStatusCode(status)
        .putHeader("Content-Type", MediaType.answer(request.request().getHeader("Accept")))
        .putHeader("X-Request-Id", requestId);
    if (status == 503) {
      response.putHeader("Retry-After", "5");
    }
    if (status == 413) {
      response.putHeader("Connection", "close");
    }
    response.end(Buffer.buffer(Json.error(status, "", detail)));
    timer.record("", "unknown", status, 0);
  }
}
