package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import java.time.Duration;

/**
 * Keeps one session's operations to the app's {@code limits.rate}: searches and compares count as
 * reads, everything else as what the session is for.
 */
final class LdapPace {
  private final AppHttp rates;
  private final RateClass writes;

  LdapPace(AppHttp rates, RateClass writes) {
    this.rates = rates;
    this.writes = writes;
  }

  void take(boolean reads, Deadline deadline) throws LDAPException {
    try {
      rates.pace(reads ? RateClass.READ : writes, deadline);
    } catch (HttpFailure e) {
      Duration wait = e.waitFor();
      throw wait == null
          ? new LDAPException(ResultCode.TIMEOUT, String.valueOf(e.getMessage()))
          : new Exceeded(String.valueOf(e.getMessage()), wait);
    }
  }

  /** The operation was not sent. */
  static final class Exceeded extends LDAPException {
    private static final long serialVersionUID = 1;
    private final transient Duration wait;

    Exceeded(String reason, Duration wait) {
      super(ResultCode.BUSY, reason);
      this.wait = wait;
    }

    Duration waitFor() {
      return wait;
    }
  }
}
