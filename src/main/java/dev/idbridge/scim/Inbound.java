package dev.idbridge.scim;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an HTTP request that count, read from the request itself and not from the headers
 * Camel makes of it.
 *
 * @param requestId the client's when it is one, else made here
 * @param path raw
 * @param query raw
 * @param origin scheme, host and port as the client sees them
 * @param address of the client, as far as trusted proxies tell it
 * @param startedNanos by the monotonic clock
 */
record Inbound(
    String requestId,
    String method,
    String path,
    @Nullable String query,
    String origin,
    String address,
    @Nullable String authorization,
    @Nullable String userAgent,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    @Nullable String accept,
    @Nullable String ifMatch,
    @Nullable String ifNoneMatch,
    byte[] body,
    long startedNanos) {

  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,64}");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9._-]{1,255}(:[0-9]{1,5})?|\\[[0-9a-fA-F:.]{2,45}](:[0-9]{1,5})?");

  static Inbound of(
      Exchange exchange, @Nullable String publicUrl, Proxies proxies, Admission admission) {
    HttpMessage message = exchange.getMessage(HttpMessage.class);
    HttpServerRequest request = message.getRequest();
    String peer = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    boolean trusted = proxies.trusts(peer);
    return new Inbound(
        requestId(request.getHeader("X-Request-Id")),
        request.method().name(),
        request.path() == null ? "/" : request.path(),
        request.query(),
        publicUrl != null ? publicUrl : origin(request, trusted),
        proxies.client(peer, request.getHeader("X-Forwarded-For")),
        request.getHeader("Authorization"),
        request.getHeader("User-Agent"),
        request.getHeader("Content-Type"),
        request.getHeader("Content-Encoding"),
        request.getHeader("Accept"),
        request.getHeader("If-Match"),
        request.getHeader("If-None-Match"),
        body(message, request),
        admission.arrival(request));
  }

  private static byte[] body(Message message, HttpServerRequest request) {
    if (!request.formAttributes().isEmpty()) {
      return form(request);
    }
    if (message.getBody() instanceof Buffer buffer) {
      return buffer.getBytes();
    }
    byte[] bytes = message.getBody(byte[].class);
    return bytes == null ? new byte[0] : bytes;
  }

  /** The server takes forms apart before we see them: they are put together again. */
  private static byte[] form(HttpServerRequest request) {
    StringJoiner form = new StringJoiner("&");
    request
        .formAttributes()
        .forEach(
            (name, value) ->
                form.add(
                    URLEncoder.encode(name, StandardCharsets.UTF_8)
                        + "="
                        + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return form.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The same request with another condition. */
  Inbound ifMatch(@Nullable String version) {
    return new Inbound(
        requestId,
        method,
        path,
        query,
        origin,
        address,
        authorization,
        userAgent,
        contentType,
        contentEncoding,
        accept,
        version,
        null,
        body,
        startedNanos);
  }

  /** The client's id when it is short and plain, else a new one. */
  static String requestId(@Nullable String given) {
    if (given != null && REQUEST_ID.matcher(given).matches()) {
      return given;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return Long.toHexString(random.nextLong() | Long.MIN_VALUE)
        + Long.toHexString(random.nextLong() | Long.MIN_VALUE);
  }

  private static String origin(HttpServerRequest request, boolean trusted) {
    String scheme = request.isSSL() ? "https" : "http";
    String host = request.getHeader("Host");
    if (host == null && request.authority() != null) {
      host = request.authority().toString();
    }
    if (trusted) {
      String proto = request.getHeader("X-Forwarded-Proto");
      if (proto != null && (proto.equalsIgnoreCase("https") || proto.equalsIgnoreCase("http"))) {
        scheme = proto.toLowerCase(Locale.ROOT);
      }
      String forwarded = request.getHeader("X-Forwarded-Host");
      if (forwarded != null) {
        host = forwarded;
      }
    }
    if (host == null || !HOST.matcher(host).matches()) {
      host = "localhost";
    }
    return scheme + "://" + host;
  }
}
