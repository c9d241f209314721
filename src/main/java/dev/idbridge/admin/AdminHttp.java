package dev.idbridge.admin;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Lets admin requests in: Camel's platform-http consumers bind to the intake's server only, so a
 * handler on the management server's router takes {@code /admin} and calls {@code direct:admin}.
 */
public final class AdminHttp {
  private static final int LARGEST_BODY = 64 * 1024;
  private static final String ROUTE = "direct:admin";

  private final ProducerTemplate producer;

  private AdminHttp(ProducerTemplate producer) {
    this.producer = producer;
  }

  /**
   * Call once, after the context has started with {@code camel.management.enabled=true}.
   *
   * @return the port the management server is bound to
   */
  public static int attach(CamelContext context) {
    ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
    if (server == null) {
      throw new IllegalStateException("Camel's management server is not enabled");
    }
    AdminHttp http = new AdminHttp(context.createProducerTemplate());
    VertxPlatformHttpRouter router = server.getRouter();
    router
        .route("/admin/*")
        .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY))
        .blockingHandler(http::handle, false)
        .failureHandler(AdminHttp::fail);
    return router.getServer().getPort();
  }

  private void handle(RoutingContext http) {
    Exchange exchange = producer.send(ROUTE, e -> e.setProperty(AdminSteps.REQUEST, request(http)));
    AdminResponse response = exchange.getProperty(AdminSteps.RESPONSE, AdminResponse.class);
    if (response == null) {
      Exception cause = exchange.getException();
      response =
          AdminSteps.of(
              cause == null
                  ? new IllegalStateException("the admin route ended without an answer")
                  : cause);
    }
    send(http.response(), response);
  }

  private static AdminRequest request(RoutingContext http) {
    Map<String, String> query = new LinkedHashMap<>();
    http.queryParams().forEach(entry -> query.putIfAbsent(entry.getKey(), entry.getValue()));
    String body = http.body().asString();
    return new AdminRequest(
        http.request().method().name(),
        http.normalizedPath(),
        query,
        http.request().getHeader("Authorization"),
        body == null ? "" : body);
  }

  private static void fail(RoutingContext http) {
    boolean large = http.statusCode() == 413;
    AdminRefused refused =
        large
            ? new AdminRefused(
                AdminRefused.Kind.TOO_LARGE, "the body is larger than " + LARGEST_BODY + " bytes")
            : AdminRefused.invalid("the request could not be read");
    boolean ours = large || (http.statusCode() >= 400 && http.statusCode() < 500);
    Throwable cause = http.failure();
    send(
        http.response(),
        ours
            ? AdminResponse.of(refused)
            : AdminSteps.of(new IllegalStateException("the admin API failed", cause)));
  }

  private static void send(HttpServerResponse http, AdminResponse response) {
    http.setStatusCode(response.status()).putHeader("Cache-Control", "no-store");
    response.headers().forEach(http::putHeader);
    if (response.body().isEmpty()) {
      http.end();
    } else {
      http.putHeader("Content-Type", response.contentType()).end(response.body());
    }
  }
}
