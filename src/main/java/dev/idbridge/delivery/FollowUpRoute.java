package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Outcome;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends a leaver to the route an operator wrote, and sorts what comes of it. The body is a map (see
 * {@code routes/examples}), the header {@code Idempotency-Key} the follow-up's id.
 */
final class FollowUpRoute {
  /** These a server may well take later, or after a person changed something. */
  private static final Set<Integer> LATER = Set.of(401, 403, 407, 408, 409, 423, 425, 429);

  private volatile @Nullable ProducerTemplate sender;

  /**
   * Runs the route. It fails for now unless it ends without an exception before the deadline; an
   * IllegalArgumentException, and an HTTP status that says the request itself is wrong, are for
   * good.
   */
  Outcome run(CamelContext camel, Call.RunFollowUp call, Deadline deadline) {
    Exchange exchange = new DefaultExchange(camel, ExchangePattern.InOnly);
    exchange.getMessage().setBody(call.message());
    exchange.getMessage().setHeader("Idempotency-Key", Long.toString(call.id()));
    try {
      CompletableFuture<Exchange> answer = sender(camel).asyncSend(call.endpoint(), exchange);
      Exception failed =
          answer.get(deadline.left().toMillis(), TimeUnit.MILLISECONDS).getException();
      return failed == null
          ? new Outcome.Applied(Long.toString(call.id()))
          : failure(call.endpoint(), failed);
    } catch (TimeoutException late) {
      return new Outcome.Retry(call.endpoint() + " did not end in time", true);
    } catch (ExecutionException failed) {
      return failure(call.endpoint(), failed.getCause() == null ? failed : failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Outcome.Retry("the daemon ends", true);
    } catch (RuntimeException unsent) {
      return failure(call.endpoint(), unsent);
    }
  }

  private ProducerTemplate sender(CamelContext camel) {
    ProducerTemplate known = sender;
    if (known == null) {
      known = camel.createProducerTemplate();
      sender = known;
    }
    return known;
  }

  private static Outcome failure(String route, Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpOperationFailedException http) {
        int status = http.getStatusCode();
        String reason = route + " was answered HTTP " + status;
        return status >= 400 && status < 500 && !LATER.contains(status)
            ? new Outcome.Reject(reason)
            : new Outcome.Retry(reason, true);
      }
      if (cause instanceof DirectConsumerNotAvailableException) {
        return new Outcome.Retry("no route begins with " + route, false);
      }
      if (cause instanceof IllegalArgumentException refused) {
        return new Outcome.Reject(route + " refuses it: " + said(refused));
      }
    }
    return new Outcome.Retry(
        route + " failed: " + failed.getClass().getSimpleName() + ": " + said(failed), true);
  }

  private static String said(Throwable failed) {
    String message = String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
    return URISupport.sanitizeUri(message);
  }
}
