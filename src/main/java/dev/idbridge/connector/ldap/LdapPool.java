package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.PasswordProvider;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import com.unboundid.util.ssl.SSLUtil;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** The connections to one server; opened at the first use. Thread-safe. */
final class LdapPool implements AutoCloseable {
  private final LdapLayout layout;
  private final Settings settings;
  private @Nullable Open open;
  private boolean closed;
  private final AppHttp rates;

  /**
   * @param rates keeps operations to the app's limits
   */
  LdapPool(LdapLayout layout, Settings settings, AppHttp rates) {
    this.layout = layout;
    this.rates = rates;
    this.settings = settings;
  }

  /** Some operations on one connection. */
  interface Work<T> {
    T run(LdapSession session) throws LDAPException, LdapFailure;
  }

  /**
   * Runs the work on one connection, its writes counted as this. Work that only read, on a
   * connection that turns out to be lost, runs once more on a fresh one.
   */
  <T> T with(Deadline deadline, RateClass writes, Work<T> work) throws LdapFailure {
    for (boolean first = true; ; first = false) {
      Open pool = open();
      LDAPConnection connection = connect(pool, deadline);
      LdapSession session =
          new LdapSession(layout, connection, deadline, new LdapPace(rates, writes));
      try {
        T result = work.run(session);
        pool.pool.releaseConnection(connection);
        return result;
      } catch (LDAPException e) {
        boolean usable = e.getResultCode().isConnectionUsable();
        release(pool, connection, usable);
        boolean again =
            first
                && !session.wrote()
                && e.getResultCode().equals(ResultCode.SERVER_DOWN)
                && !deadline.passed();
        if (!again) {
          throw new LdapFailure(session.last(), e, session.wrote());
        }
      } catch (LdapFailure e) {
        release(pool, connection, e.code().isConnectionUsable());
        throw e;
      } catch (RuntimeException e) {
        release(pool, connection, false);
        throw e;
      }
    }
  }

  private static void release(Open pool, LDAPConnection connection, boolean usable) {
    if (usable) {
      pool.pool.releaseConnection(connection);
    } else {
      // Not "release defunct": that opens another one at once, beyond the deadline.
      pool.pool.discardConnection(connection);
    }
  }

  private LDAPConnection connect(Open pool, Deadline deadline) throws LdapFailure {
    String what = "connect to " + layout.address() + " as " + layout.bindDn();
    if (deadline.passed()) {
      throw new LdapFailure(what, new LDAPException(ResultCode.TIMEOUT, "no time left"), false);
    }
    pool.servers.deadline(deadline);
    try {
      return pool.pool.getConnection();
    } catch (LDAPException e) {
      throw new LdapFailure(what, e, false);
    } finally {
      pool.servers.deadline(null);
    }
  }

  private synchronized Open open() throws LdapFailure {
    if (closed) {
      throw new LdapFailure(
          "connect to " + layout.address(),
          new LDAPException(ResultCode.CONNECT_ERROR, "the connector is closed"),
          false);
    }
    if (open == null) {
      try {
        open = new Open(layout, settings);
      } catch (LDAPException | GeneralSecurityException e) {
        LDAPException why =
            e instanceof LDAPException ldap
                ? ldap
                : new LDAPException(ResultCode.CONNECT_ERROR, "TLS: " + e.getMessage());
        throw new LdapFailure("connect to " + layout.address(), why, false);
      }
    }
    return open;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (open != null) {
      open.pool.close();
      open = null;
    }
  }

  private static final class Open {
    final LdapServers servers;
    final LDAPConnectionPool pool;

    Open(LdapLayout layout, Settings settings) throws LDAPException, GeneralSecurityException {
      LDAPConnectionOptions options = new LDAPConnectionOptions();
      options.setAbandonOnTimeout(true);
      options.setFollowReferrals(false);
      options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
      SSLUtil ssl = new SSLUtil();
      SocketFactory sockets = layout.tls() ? ssl.createSSLSocketFactory() : null;
      PostConnectProcessor startTls =
          layout.startTls() ? new StartTLSPostConnectProcessor(ssl.createSSLContext()) : null;
      servers = new LdapServers(layout, options, sockets);
      pool =
          new LDAPConnectionPool(
              servers,
              new SimpleBindRequest(layout.bindDn().toString(), new Password(settings)),
              0,
              layout.poolSize(),
              startTls,
              false);
      pool.setConnectionPoolName(layout.address());
      pool.setMaxConnectionAgeMillis(Duration.ofMinutes(10).toMillis());
    }
  }

  /** Read at every bind, so that a rotated password is used without a restart. */
  private static final class Password extends PasswordProvider {
    private static final long serialVersionUID = 1;
    private final transient Settings settings;

    Password(Settings settings) {
      this.settings = settings;
    }

    @Override
    public byte[] getPasswordBytes() throws LDAPException {
      String problem;
      try {
        String password = settings.secret("password");
        if (password != null && !password.isEmpty()) {
          return password.getBytes(StandardCharsets.UTF_8);
        }
        problem = "is empty";
      } catch (SettingException e) {
        problem = String.valueOf(e.getMessage());
      }
      throw new LDAPException(ResultCode.INVALID_CREDENTIALS, "setting 'password' " + problem);
    }
  }
}
