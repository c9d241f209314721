package dev.idbridge.connector.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of one operation on one object. Reasons are for operators and the sync log: one line,
 * no secrets, no stack traces, no response bodies beyond the app's own error text.
 */
public sealed interface Outcome {

  /** The app says so now, by this call. */
  record Applied(String remoteId) implements Outcome {}

  /** Whether the whole app asks to be left alone: what comes after it in a plan is not tried. */
  default boolean stops() {
    return this instanceof Throttled || this instanceof AuthFailed;
  }

  /** It was so already; nothing changed. */
  record Already(String remoteId) implements Outcome {}

  /**
   * The object of the plan is gone. Success for a removal after a fresh look-up finds nothing, else
   * the engine resolves the object anew.
   */
  record NotFound(String reason) implements Outcome {}

  /** Everything that is no success; the engine decides by kind what happens next. */
  sealed interface Failure extends Outcome {
    String reason();
  }

  /**
   * Something else holds the name or the object; retried daily. Where no name is given (an account
   * is switched or deleted, a member or role added or removed), retried with back-off.
   */
  record Conflict(String reason) implements Failure {}

  /**
   * The app may take it later: unreachable, timed out, 5xx. Retried with back-off for 28 days.
   *
   * @param mayHaveApplied the call may have taken effect: the answer was lost, not the request
   */
  record Retry(String reason, boolean mayHaveApplied) implements Failure {}

  /** The app will never take it as it is: becomes a dead letter. */
  record Reject(String reason) implements Failure {}

  /** The app said yes, and a look afterwards says no; or nobody can look. */
  record Unverified(String reason) implements Failure {}

  /**
   * The whole app asks for a pause; not an attempt.
   *
   * @param after as the app says (seconds or date), or null when it does not say
   */
  record Throttled(String reason, @Nullable Duration after) implements Failure {}

  /** The whole app refuses our credentials: it is parked until they work again; not an attempt. */
  record AuthFailed(String reason) implements Failure {}
}
