package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.schema.ScimSchema;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509KeyManager;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * The shipped intake routes on a real port, before a directory in memory. Its {@code direct:change}
 * completes on another thread, as the one that waits for a commit does.
 */
final class IntakeServer implements AutoCloseable {
  final MemoryDirectory directory = new MemoryDirectory();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final List<IntakeLog.Refused> refused = new CopyOnWriteArrayList<>();
  final HttpClient http = HttpClient.newHttpClient();
  final int port;

  /** Thrown by {@code direct:change} when set. */
  volatile RuntimeException bug;

  private final Main main = new Main();
  private final ExecutorService committer = Executors.newCachedThreadPool();

  /** What {@code direct:change} waits for when set, and who waits there. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  final AtomicInteger waiting = new AtomicInteger();

  IntakeServer(EdgeSettings settings) throws Exception {
    this(settings, Path.of("routes"), "scim-errors", Map.of());
  }

  /**
   * @param errors the route configuration that {@code direct:change} names, or {@code none} when it
   *     leaves its errors to the caller
   */
  IntakeServer(EdgeSettings settings, Path routes, String errors, Map<String, Object> beans)
      throws Exception {
    this(settings, routes, errors, beans, null);
  }

  IntakeServer(EdgeSettings settings, X509KeyManager keys) throws Exception {
    this(settings, Path.of("routes"), "scim-errors", Map.of(), keys);
  }

  private IntakeServer(
      EdgeSettings settings,
      Path routes,
      String errors,
      Map<String, Object> beans,
      X509KeyManager keys)
      throws Exception {
    main.configure()
        .withRoutesIncludePattern(
            "file:%s/10-scim.camel.yaml,file:%s/90-errors.camel.yaml".formatted(routes, routes));
    main.configure().addRoutesBuilder(change(errors));
    beans.forEach(main::bind);
    ScimEdge edge =
        new ScimEdge(
            directory,
            directory,
            directory,
            refused::add,
            meters,
            Clock.systemUTC(),
            ScimSchema.STANDARD,
            settings);
    edge.bind(main::bind);
    IntakeListener listener = edge.listener("127.0.0.1", 0, keys);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterConfigure(BaseMainSupport starting) {
            try {
              starting.getCamelContext().addService(listener, true, true);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        });
    main.start();
    port = listener.getPort();
  }

  private RouteBuilder change(String errors) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        var route = from("direct:change").routeId("change");
        if (errors.equals("none")) {
          route.errorHandler(noErrorHandler());
        } else {
          route.routeConfigurationId(errors);
        }
        route.process(
            new AsyncProcessorSupport() {
              @Override
              public boolean process(Exchange exchange, AsyncCallback callback) {
                committer.execute(
                    () -> {
                      commit(exchange);
                      callback.done(false);
                    });
                return false;
              }
            });
      }
    };
  }

  private void commit(Exchange exchange) {
    try {
      waiting.incrementAndGet();
      gate.await();
      if (bug != null) {
        throw bug;
      }
      exchange.setProperty(ScimEdge.HANDED_OVER, true);
      exchange
          .getMessage()
          .setBody(directory.write(exchange.getMessage().getBody(ChangeRequest.class)));
    } catch (Exception e) {
      exchange.setException(e);
    } finally {
      waiting.decrementAndGet();
    }
  }

  CamelContext context() {
    return main.getCamelContext();
  }

  String base() {
    return "http://127.0.0.1:" + port + "/scim/v2";
  }

  /** An answer with its JSON; {@code null} for an empty body. */
  record Answer(HttpResponse<byte[]> http, JsonNode json) {
    int status() {
      return http.statusCode();
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse(null);
    }

    String at(String pointer) {
      JsonNode node = json.at(pointer);
      return node.isMissingNode() ? null : node.asText();
    }
  }

  /** Sends to a path below {@code /scim/v2} with the right token; headers as name, value, ... */
  Answer send(String method, String path, String singleQuoted, String... headers)
      throws IOException, InterruptedException {
    return sendTo(base() + path, method, singleQuoted, "Bearer " + MemoryDirectory.TOKEN, headers);
  }

  Answer sendTo(
      String url, String method, String singleQuoted, String authorization, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
    if (singleQuoted == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .method(method, BodyPublishers.ofString(singleQuoted.replace('\'', '"')))
          .setHeader("Content-Type", "application/scim+json");
    }
    if (authorization != null) {
      request.setHeader("Authorization", authorization);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return answer(http.send(request.build(), BodyHandlers.ofByteArray()));
  }

  static Answer answer(HttpResponse<byte[]> response) throws IOException {
    return new Answer(
        response, response.body().length == 0 ? null : new JsonMapper().readTree(response.body()));
  }

  String createUser(String name) throws IOException, InterruptedException {
    return send("POST", "/Users", "{'userName':'" + name + "'}").at("/id");
  }

  @Override
  public void close() {
    main.stop();
    committer.shutdownNow();
    http.close();
  }
}
