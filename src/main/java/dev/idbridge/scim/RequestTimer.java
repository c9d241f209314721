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

/**
 * Measures requests as {@code idbridge_scim_requests_seconds{directory,operation,status}}, from the
 * first step until the answer is written. A directory counts by name only once a token proved it,
 * so that strangers cannot make up label values.
 */
final class RequestTimer {
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
    record(
        caller == null ? "" : caller.directory().name(),
        operation(call),
        status == null ? 500 : status,
        System.nanoTime() - in.startedNanos());
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
    if (call == null) {
      return "unknown";
    }
    return call.endpoint.type() == null
        ? call.operation().word()
        : call.operation().word() + "_" + call.type().word().toLowerCase(Locale.ROOT);
  }
}
