package dev.idbridge.scim;

import io.vertx.core.Handler;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.X509KeyManager;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server that {@code platform-http} routes listen on. Camel's own gives no way to say how
 * long a request line may be, which protocols TLS speaks, or what a refused request looks like.
 *
 * <p>Add it to the context as a service before the routes start; stopping it ends the listener.
 */
public final class IntakeListener extends VertxPlatformHttpServer {
  /** Longest request line, for filters in the URL, and most bytes of all headers. */
  static final int LONGEST_LINE = 64 * 1024;

  static final int MOST_HEADER_BYTES = 64 * 1024;

  /** Longer than any request may take, so that a connection at work is never cut. */
  private static final int IDLE_SECONDS = 75;

  private static final long PATIENCE_SECONDS = 5;

  private final String host;
  private final int port;
  private final @Nullable X509KeyManager keys;
  private final int largestBody;
  private final Handler<RoutingContext> admission;
  private final ServerErrors errors;
  private @Nullable HttpServer http;

  IntakeListener(
      String host,
      int port,
      @Nullable X509KeyManager keys,
      EdgeSettings.Limits limits,
      Handler<RoutingContext> admission,
      ServerErrors errors) {
    super(configuration(host, port));
    this.host = host;
    this.port = port;
    this.keys = keys;
    this.largestBody = limits.body();
    this.admission = admission;
    this.errors = errors;
  }

  private static VertxPlatformHttpServerConfiguration configuration(String host, int port) {
    VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
    configuration.setServerType("server");
    configuration.setBindHost(host);
    configuration.setBindPort(port);
    configuration.setPath("/");
    return configuration;
  }

  @Override
  protected void initializeServer() {
    super.initializeServer();
    String name = VertxPlatformHttpRouter.getRouterNameFromPort(port);
    VertxPlatformHttpRouter inner = VertxPlatformHttpRouter.lookup(getCamelContext(), name);
    VertxPlatformHttpRouter router =
        new VertxPlatformHttpRouter(this, getVertx(), inner, name, "server") {
          @Override
          public Handler<RoutingContext> bodyHandler() {
            // No uploads: their folder would be made in the working directory.
            BodyHandler body = BodyHandler.create(false).setBodyLimit(largestBody);
            return context -> {
              context.request().resume();
              body.handle(context);
            };
          }
        };
    router
        .route()
        .handler(admission)
        .failureHandler(context -> errors.answer(context, context.statusCode()));
    // What fails before any route: a path that cannot be decoded, or no route at all.
    router
        .errorHandler(400, context -> errors.answer(context, 400))
        .errorHandler(404, context -> errors.answer(context, 404));
    getCamelContext().getRegistry().unbind(name);
    getCamelContext().getRegistry().bind(name, router);
  }

  @Override
  protected void startServer() throws Exception {
    VertxPlatformHttpRouter router =
        VertxPlatformHttpRouter.lookup(
            getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(port));
    HttpServer server = getVertx().createHttpServer(options());
    server.requestHandler(router).invalidRequestHandler(errors::invalid);
    try {
      http =
          server
              .listen(port, host)
              .toCompletionStage()
              .toCompletableFuture()
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxInitialLineLength(LONGEST_LINE)
            .setMaxHeaderSize(MOST_HEADER_BYTES)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(100)
                    .setMaxHeaderListSize(LONGEST_LINE + MOST_HEADER_BYTES))
            .setHandle100ContinueAutomatically(true)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    if (keys != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(KeyCertOptions.wrap(keys))
          .setEnabledSecureTransportProtocols(new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2")));
    }
    return options;
  }

  @Override
  public @Nullable HttpServer getServer() {
    return http;
  }

  @Override
  public int getPort() {
    HttpServer server = http;
    return server == null ? port : server.actualPort();
  }

  @Override
  protected void stopServer() {
    HttpServer server = http;
    if (server != null) {
      http = null;
      ended(server.close());
    }
  }

  @Override
  protected void stopVertx() {
    if (getVertx() != null) {
      ended(getVertx().close());
    }
  }

  private static void ended(io.vertx.core.Future<Void> closing) {
    try {
      closing.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      org.slf4j.LoggerFactory.getLogger(IntakeListener.class)
          .warn("The intake's server did not end cleanly: {}", e.toString());
    }
  }
}
