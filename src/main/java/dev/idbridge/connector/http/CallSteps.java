package dev.idbridge.connector.http;

import dev.idbridge.connector.spi.AppHttp.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * The two steps that Camel's HTTP client is given: the outer one writes exactly the call's address
 * and headers, holds the deadline and reads the bounded answer; the inner one, right before the
 * transport, knows that a connection stands and the request goes out.
 */
final class CallSteps implements HttpClientConfigurer {
  private final ThreadLocal<HttpCall> current;
  private final ScheduledExecutorService timer;
  private final long connectMillis;
  private final int longestBody;

  CallSteps(
      ThreadLocal<HttpCall> current,
      ScheduledExecutorService timer,
      long connectMillis,
      int longestBody) {
    this.current = current;
    this.timer = timer;
    this.connectMillis = connectMillis;
    this.longestBody = longestBody;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableDefaultUserAgent()
        .addExecInterceptorFirst("call", this::whole)
        .addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "sent", this::transport);
  }

  private ClassicHttpResponse whole(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    HttpCall call = current.get();
    // Camel was told the origin only: the path and headers are the caller's, byte for byte.
    String query = call.request.uri().getRawQuery();
    String path = call.request.uri().getRawPath();
    request.setPath((path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query));
    request.setHeader("User-Agent", call.userAgent);
    call.request.headers().forEach(request::setHeader);
    long left = Math.max(1, call.deadline.left().toMillis());
    scope.clientContext.setRequestConfig(timeouts(left));
    Future<?> cut = timer.schedule(() -> cut(call, scope), left, TimeUnit.MILLISECONDS);
    try {
      ClassicHttpResponse answer = chain.proceed(request, scope);
      call.status = answer.getCode();
      byte[] body = body(answer.getEntity(), call, scope);
      call.response = new Response(answer.getCode(), headers(answer), body);
      answer.setEntity(new ByteArrayEntity(body, null));
      return answer;
    } finally {
      cut.cancel(false);
    }
  }

  @SuppressWarnings("deprecation") // the connect timeout of one request has no other place
  private RequestConfig timeouts(long left) {
    return RequestConfig.custom()
        .setConnectionRequestTimeout(Timeout.ofMilliseconds(left))
        .setConnectTimeout(Timeout.ofMilliseconds(Math.min(left, connectMillis)))
        .setResponseTimeout(Timeout.ofMilliseconds(left))
        .build();
  }

  private static void cut(HttpCall call, ExecChain.Scope scope) {
    call.timedOut = true;
    if (scope.originalRequest instanceof Cancellable request) {
      request.cancel();
    }
  }

  private ClassicHttpResponse transport(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    HttpCall call = current.get();
    call.sent = true;
    try {
      return chain.proceed(request, scope);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (NoHttpResponseException | SocketException e) {
      EndpointDetails connection = scope.clientContext.getEndpointDetails();
      call.staleConnection = connection != null && connection.getRequestCount() > 1;
      throw e;
    }
  }

  private byte[] body(HttpEntity entity, HttpCall call, ExecChain.Scope scope) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    try (InputStream in = entity.getContent()) {
      byte[] body = in.readNBytes(longestBody + 1);
      if (body.length > longestBody) {
        call.tooLong = true;
        // Closing the stream would read the rest.
        scope.execRuntime.discardEndpoint();
        throw new IOException("answer is longer than " + longestBody + " bytes");
      }
      return body;
    }
  }

  private static Map<String, String> headers(ClassicHttpResponse answer) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : answer.getHeaders()) {
      if (header.getValue() != null) {
        headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
      }
    }
    return headers;
  }
}
