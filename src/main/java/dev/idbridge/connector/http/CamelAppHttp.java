package dev.idbridge.connector.http;

import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.support.DefaultExchange;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One app's way out: its own pool over Camel's HTTP component, so that an app that hangs takes no
 * other app's connections.
 *
 * <p>A request is sent once, whatever the answer; only a GET whose pooled connection turned out to
 * be closed by the other side is sent again, once, on a fresh one. Cookies are not kept, redirects
 * are given back. Every wait (for the app's rate, a connection, the answer, its last byte) ends
 * with the deadline. Nothing of the request or answer is logged.
 *
 * <p>Metric: {@code idbridge.app.http} by app, class ({@code reads}, {@code user-writes}, {@code
 * group-writes}) and status ({@code none} without one).
 */
public final class CamelAppHttp implements AppHttp, AutoCloseable {
  static final int LONGEST_BODY = 8 << 20;
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** A look at the socket costs about a millisecond: not paid by calls in quick succession. */
  private static final TimeValue VALIDATE = TimeValue.ofMilliseconds(20);

  private final CamelContext camel;
  private final String app;
  private final MeterRegistry meters;
  private final String userAgent = "idbridge/" + version();
  private final Map<RateClass, CallRate> rates = new EnumMap<>(RateClass.class);
  private final ThreadLocal<HttpCall> current = new ThreadLocal<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable Client client;

  /**
   * @param camel sends; may start later, but before the first call
   * @param app the app's name, for metrics
   * @param perSecond calls per second by class; a class that is missing is unlimited
   * @param meters takes the timer
   */
  public CamelAppHttp(
      CamelContext camel, String app, Map<RateClass, Integer> perSecond, MeterRegistry meters) {
    this.camel = camel;
    this.app = app;
    this.meters = meters;
    perSecond.forEach((rate, calls) -> rates.put(rate, new CallRate(rate.limit(), calls)));
  }

  /** The app's rates are shared by so many daemons, of which this is one. */
  public void share(int daemons) {
    rates.values().forEach(rate -> rate.share(daemons));
  }

  @Override
  public Response send(Request request, Deadline deadline) throws HttpFailure {
    long start = System.nanoTime();
    int status = 0;
    try {
      Response response = sendAtRate(request, deadline);
      status = response.status();
      return response;
    } finally {
      Timer.builder("idbridge.app.http")
          .tag("app", app)
          .tag("class", request.rateClass().limit())
          .tag("status", status == 0 ? "none" : Integer.toString(status))
          .register(meters)
          .record(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  @Override
  public void pace(RateClass rateClass, Deadline deadline) throws HttpFailure {
    CallRate rate = rates.get(rateClass);
    if (rate != null) {
      rate.take(deadline);
    }
  }

  private Response sendAtRate(Request request, Deadline deadline) throws HttpFailure {
    pace(request.rateClass(), deadline);
    if (deadline.passed()) {
      throw new HttpFailure("not sent: no time left", false);
    }
    HttpCall call = new HttpCall(request, userAgent, deadline);
    Exception problem = exchange(call);
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    if (problem != null && call.staleConnection) {
      // Where one idle connection was closed by the app, the others were too.
      client().pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
    }
    if (problem != null && call.staleConnection && reads && !deadline.passed()) {
      call = new HttpCall(request, userAgent, deadline);
      problem = exchange(call);
    }
    Response response = call.response;
    if (response != null) {
      return response;
    }
    throw failure(call, problem);
  }

  private @Nullable Exception exchange(HttpCall call) throws HttpFailure {
    Client to = client();
    Exchange exchange = new DefaultExchange(camel);
    Request request = call.request;
    exchange.getIn().setHeader(Exchange.HTTP_METHOD, request.method());
    exchange.getIn().setHeader(Exchange.HTTP_URI, origin(request));
    byte[] body = request.body();
    if (body != null) {
      exchange.getIn().setBody(new ByteArrayEntity(body, null));
    }
    current.set(call);
    try {
      return to.template.send(to.endpoint, exchange).getException();
    } finally {
      current.remove();
    }
  }

  private static String origin(Request request) throws HttpFailure {
    String scheme = request.uri().getScheme();
    if (request.uri().getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new HttpFailure("not sent: the address is not an http or https URL with a host", false);
    }
    return scheme + "://" + request.uri().getRawAuthority() + "/";
  }

  private static HttpFailure failure(HttpCall call, @Nullable Exception problem) {
    String reason;
    if (call.timedOut || call.deadline.passed()) {
      reason = "no whole answer in time";
    } else if (call.tooLong) {
      reason = "the answer is longer than " + LONGEST_BODY + " bytes";
    } else if (problem instanceof ConnectionRequestTimeoutException) {
      reason = "no free connection in time";
    } else if (problem instanceof UnknownHostException) {
      reason = "unknown host " + call.request.uri().getHost();
    } else if (problem instanceof ConnectTimeoutException) {
      reason = "no connection to " + call.request.uri().getAuthority() + " in time";
    } else if (problem instanceof ConnectException) {
      reason = "no connection to " + call.request.uri().getAuthority() + ": refused";
    } else if (problem instanceof SSLException tls) {
      reason =
          "no secure connection to " + call.request.uri().getAuthority() + ": " + tls.getMessage();
    } else {
      reason =
          (call.sent ? "connection lost: " : "no connection: ")
              + (problem == null ? "no answer" : problem.getClass().getSimpleName());
    }
    return call.status > 0
        ? HttpFailure.afterStatus(call.status, reason + ", after HTTP " + call.status)
        : new HttpFailure(reason, call.sent);
  }

  private synchronized Client client() throws HttpFailure {
    if (closed.get()) {
      throw new HttpFailure("not sent: the client is closed", false);
    }
    if (client == null) {
      client = new Client(camel, current);
    }
    return client;
  }

  @Override
  public synchronized void close() {
    if (closed.compareAndSet(false, true) && client != null) {
      client.close();
      client = null;
    }
  }

  private static String version() {
    String version = CamelAppHttp.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /** Made at the first call: construction of a connector does nothing to the outside. */
  private static final class Client {
    private final PoolingHttpClientConnectionManager pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnPerRoute(200)
            .setMaxConnTotal(400)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(CONNECT))
                    .setValidateAfterInactivity(VALIDATE)
                    .setTimeToLive(TimeValue.ofMinutes(10))
                    .build())
            .build();
    private final ScheduledThreadPoolExecutor timer;
    private final HttpComponent component = new HttpComponent();
    private final Endpoint endpoint;
    private final ProducerTemplate template;

    Client(CamelContext camel, ThreadLocal<HttpCall> current) {
      timer =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("app-http-deadlines").factory());
      timer.setRemoveOnCancelPolicy(true);
      component.setCamelContext(camel);
      component.setClientConnectionManager(pool);
      component.setHttpClientConfigurer(
          new CallSteps(current, timer, CONNECT.toMillis(), LONGEST_BODY));
      component.setSkipRequestHeaders(true);
      component.setSkipResponseHeaders(true);
      component.setCookieManagementDisabled(true);
      component.start();
      try {
        endpoint =
            component.createEndpoint(
                "http://app?throwExceptionOnFailure=false&deleteWithBody=true");
      } catch (Exception e) {
        throw new IllegalStateException("Camel's HTTP component did not start", e);
      }
      template = camel.createProducerTemplate();
    }

    void close() {
      template.stop();
      endpoint.stop();
      component.stop();
      pool.close();
      timer.shutdownNow();
    }
  }
}
