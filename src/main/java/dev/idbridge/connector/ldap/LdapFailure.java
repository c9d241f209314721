package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.ReasonText;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation that did not succeed, and what that means (RFC 4511 appendix A):
 *
 * <ul>
 *   <li>invalidCredentials 49, inappropriateAuthentication 48, strongerAuthRequired 8 and
 *       insufficientAccessRights 50 → {@link Outcome.AuthFailed}
 *   <li>entryAlreadyExists 68, constraintViolation 19 (what a uniqueness overlay answers) and
 *       notAllowedOnNonLeaf 66 → {@link Outcome.Conflict}
 *   <li>no connection, a lost one, a timeout, busy 51, unavailable 52, the server's time, size and
 *       admin limits, other 80, a referral 10 and a base that is not there 32 → {@link
 *       Outcome.Retry}
 *   <li>not sent, to keep {@code limits.rate} → {@link Outcome.Throttled}
 *   <li>everything else, such as a value that the schema refuses → {@link Outcome.Reject}
 * </ul>
 */
final class LdapFailure extends Exception {
  private static final long serialVersionUID = 1;
  private final String reason;
  private final ResultCode code;
  private final boolean mayHaveApplied;
  private final transient @Nullable Duration pause;

  /**
   * @param operation what was asked, for the reason
   * @param wrote a write had been sent
   */
  LdapFailure(String operation, LDAPException e, boolean wrote) {
    this(
        reason(operation, e),
        e.getResultCode(),
        wrote && (lost(e.getResultCode()) || e instanceof LdapPace.Exceeded),
        e instanceof LdapPace.Exceeded exceeded && !wrote ? exceeded.waitFor() : null);
  }

  /** What failed after an earlier write of the same plan took effect. */
  static LdapFailure halfway(String operation, LDAPException e) {
    return new LdapFailure(reason(operation, e), e.getResultCode(), true, null);
  }

  private LdapFailure(
      String reason, ResultCode code, boolean mayHaveApplied, @Nullable Duration pause) {
    super(reason, null, false, false);
    this.reason = reason;
    this.code = code;
    this.mayHaveApplied = mayHaveApplied;
    this.pause = pause;
  }

  String reason() {
    return reason;
  }

  ResultCode code() {
    return code;
  }

  boolean is(ResultCode other) {
    return code.equals(other);
  }

  Outcome.Failure outcome() {
    if (pause != null) {
      return new Outcome.Throttled(reason, pause);
    }
    return switch (code.intValue()) {
      case ResultCode.INVALID_CREDENTIALS_INT_VALUE,
          ResultCode.INAPPROPRIATE_AUTHENTICATION_INT_VALUE,
          ResultCode.STRONG_AUTH_REQUIRED_INT_VALUE,
          ResultCode.INSUFFICIENT_ACCESS_RIGHTS_INT_VALUE ->
          new Outcome.AuthFailed(reason);
      case ResultCode.ENTRY_ALREADY_EXISTS_INT_VALUE,
          ResultCode.CONSTRAINT_VIOLATION_INT_VALUE,
          ResultCode.NOT_ALLOWED_ON_NONLEAF_INT_VALUE ->
          new Outcome.Conflict(reason);
      case ResultCode.BUSY_INT_VALUE,
          ResultCode.UNAVAILABLE_INT_VALUE,
          ResultCode.OPERATIONS_ERROR_INT_VALUE,
          ResultCode.TIME_LIMIT_EXCEEDED_INT_VALUE,
          ResultCode.SIZE_LIMIT_EXCEEDED_INT_VALUE,
          ResultCode.ADMIN_LIMIT_EXCEEDED_INT_VALUE,
          ResultCode.OTHER_INT_VALUE,
          ResultCode.REFERRAL_INT_VALUE,
          ResultCode.NO_SUCH_OBJECT_INT_VALUE ->
          new Outcome.Retry(reason, mayHaveApplied);
      default ->
          code.isClientSideResultCode()
              ? new Outcome.Retry(reason, mayHaveApplied)
              : new Outcome.Reject(reason);
    };
  }

  private static boolean lost(ResultCode code) {
    return code.isClientSideResultCode() && !code.equals(ResultCode.CONNECT_ERROR);
  }

  private static String reason(String operation, LDAPException e) {
    String said = e.getDiagnosticMessage() != null ? e.getDiagnosticMessage() : "";
    if (e.getResultCode().isClientSideResultCode()) {
      said = "";
    } else if (said.isEmpty() && e.getMessage() != null) {
      said = e.getMessage();
    }
    String text = ReasonText.of(said, List.of());
    return operation
        + ": "
        + e.getResultCode().getName()
        + " ("
        + e.getResultCode().intValue()
        + ")"
        + (text.isEmpty() ? "" : ", " + text);
  }
}
