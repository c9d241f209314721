package dev.idbridge.admin;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets admin requests in: Camel's platform-http consumers bind to the intake's server only, so a
 * handler on the management server's router takes {@code /admin} and calls {@code direct:admin}.
 */
public final class AdminHttp {
  private static final int LARGEST_BODY = 64 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(AdminHttp.class);
  private static final long PATIENCE_SECONDS = 60;
  private static final int LONGEST_OPERATOR = 64;
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
        operator(http.request().getHeader(AdminApi.OPERATOR)),
        body == null ? "" : body);
  }

  /** A name for the change record: bounded, and nothing that could steer a terminal. */
  private static String operator(@Nullable String header) {
    if (header == null) {
      return "";
    }
    String name = header.replaceAll("[^\\p{L}\\p{N}._@+\\- ]", "?").strip();
    return name.length() > LONGEST_OPERATOR ? name.substring(0, LONGEST_OPERATOR) : name;
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

  /** Each piece is on its way before the next is read, so that a slow client holds nothing up. */
  private static void stream(
      HttpServerResponse http, String contentType, AdminResponse.Pieces pieces) {
    http.putHeader("Content-Type", contentType).setChunked(true);
    try {
      pieces.writeTo(
          piece ->
              http.write(piece)
                  .toCompletionStage()
                  .toCompletableFuture()
                  .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                  .join());
      http.end();
    } catch (RuntimeException e) {
      // An end without the last chunk: the client sees that it is cut short.
      LOG.warn("an export broke off: {}", e.toString());
      http.reset();
    }
  }

  private static void send(HttpServerResponse http, AdminResponse response) {
    http.setStatusCode(response.status()).putHeader("Cache-Control", "no-store");
    response.headers().forEach(http::putHeader);
    AdminResponse.Pieces pieces = response.pieces();
    if (pieces != null) {
      stream(http, response.contentType(), pieces);
    } else if (response.body().isEmpty()) {
      http.end();
    } else {
      http.putHeader("Content-Type", response.contentType()).end(response.body());
    }
  }
}
