package dev.idbridge.scim;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.StoreUnavailable;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Makes the SCIM Error of whatever went wrong (RFC 7644 section 3.12). What the client did is told
 * in full; what we did is told by request id only, and logged here, once.
 */
final class AnswerError implements Processor {
  private static final Logger log = LoggerFactory.getLogger(AnswerError.class);
  private static final String RETRY_AFTER_SECONDS = "5";

  private final IntakeLog intake;
  private final Clock clock;

  AnswerError(IntakeLog intake, Clock clock) {
    this.intake = intake;
    this.clock = clock;
  }

  record Problem(int status, String scimType, String detail, Map<String, String> headers) {}

  @Override
  public void process(Exchange exchange) {
    Inbound in = exchange.getProperty(Receive.INBOUND, Inbound.class);
    if (in == null) {
      throw new IllegalStateException("scimError answers intake requests only");
    }
    Problem problem = told(exchange);
    Answer.reply(
        exchange.getMessage(),
        in,
        problem.status(),
        problem.headers(),
        Json.error(problem.status(), problem.scimType(), problem.detail()));
  }

  /** What to tell the client of the exception that was caught; a refused write is noted. */
  Problem told(Exchange exchange) {
    ScimCall call = exchange.getProperty(ScimCall.PROPERTY, ScimCall.class);
    Inbound in = exchange.getProperty(Receive.INBOUND, Inbound.class);
    Throwable cause = bare(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    try (MDC.MDCCloseable closing = MDC.putCloseable(Step.MDC_KEY, in.requestId())) {
      Problem problem = problem(cause, in);
      if (!(cause instanceof ChangeRefused
          && exchange.getProperty(ScimEdge.HANDED_OVER, false, boolean.class))) {
        note(call, problem);
      }
      return problem;
    }
  }

  private static Problem problem(@Nullable Throwable cause, Inbound in) {
    return switch (cause) {
      case Refusal refusal ->
          new Problem(refusal.status(), refusal.scimType(), refusal.detail(), refusal.headers());
      case ChangeRefused refused ->
          new Problem(
              refused.reason().status(), refused.reason().scimType(), refused.detail(), Map.of());
      case StoreUnavailable unavailable -> {
        log.debug("Request {} answered 503: {}", in.requestId(), unavailable.getMessage());
        yield new Problem(
            503,
            "",
            "the directory cannot be reached just now; try again",
            Map.of("Retry-After", RETRY_AFTER_SECONDS));
      }
      case null, default -> {
        log.error("Request {} {} failed", in.requestId(), in.method(), cause);
        yield new Problem(
            500,
            "",
            "the request failed inside the bridge; its log tells more under request id "
                + in.requestId(),
            Map.of());
      }
    };
  }

  private void note(@Nullable ScimCall call, Problem problem) {
    ScimCall.Caller caller = call == null ? null : call.callerIfKnown();
    if (call == null || caller == null || !call.operation().isWrite() || problem.status() >= 500) {
      return;
    }
    try {
      intake.refused(
          new IntakeLog.Refused(
              caller.directory().id(),
              call.operation().word(),
              call.type(),
              call.endpoint.id(),
              problem.status(),
              problem.scimType(),
              problem.detail(),
              caller.actor(),
              clock.instant()));
    } catch (RuntimeException e) {
      log.warn("Refused request {} could not be noted", caller.actor().requestId(), e);
    }
  }

  private static @Nullable Throwable bare(@Nullable Throwable wrapped) {
    Throwable cause = wrapped;
    while (cause != null
        && cause.getCause() != null
        && (cause instanceof CompletionException
            || cause instanceof ExecutionException
            || cause instanceof CamelExecutionException)) {
      cause = cause.getCause();
    }
    return cause;
  }
}
