package dev.idbridge.scim;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures requests as {@code idbridge_scim_requests_seconds{directory,operation,status}}, from the
 * first step until the answer is written. A directory counts by name only once a token proved it,
 * so that strangers cannot make up label values. At DEBUG each request leaves a line, without its
 * URL, where personal data may stand.
 */
final class RequestTimer {
  private static final Logger log = LoggerFactory.getLogger(RequestTimer.class);

  private final MeterRegistry meters;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();

  RequestTimer(MeterRegistry meters) {
    this.meters = meters;
  }

  void start(Exchange exchange, Inbound in) {
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                record(done, in);
              }
            });
  }

  private void record(Exchange exchange, Inbound in) {
    ScimCall call = exchange.getProperty(ScimCall.PROPERTY, ScimCall.class);
    ScimCall.Caller caller = call == null ? null : call.callerIfKnown();
    Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    int answered = status == null ? 500 : status;
    long nanos = System.nanoTime() - in.startedNanos();
    log.debug(
        "{} {} {} by {} from {}: {} in {} ms",
        in.requestId(),
        in.method(),
        operation(call),
        caller == null ? "nobody" : caller.actor().name(),
        in.address(),
        answered,
        TimeUnit.NANOSECONDS.toMillis(nanos));
    record(caller == null ? "" : caller.directory().name(), operation(call), answered, nanos);
  }

  void record(String directory, String operation, int status, long nanos) {
    timers
        .computeIfAbsent(
            directory + ' ' + operation + ' ' + status,
            key ->
                Timer.builder("idbridge_scim_requests")
                    .description("Requests of identity providers")
                    .tag("directory", directory)
                    .tag("operation", operation)
                    .tag("status", Integer.toString(status))
                    .register(meters))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String operation(@Nullable ScimCall call) {
    if (call != null && call.isSignIn()) {
      return "sign_in";
    }
    if (call == null) {
      return "unknown";
    }
    return call.endpoint.type() == null
        ? call.operation().word()
        : call.operation().word() + "_" + call.type().word().toLowerCase(Locale.ROOT);
  }
}
