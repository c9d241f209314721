package dev.idbridge.connector.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ServerSet;
import dev.idbridge.connector.spi.Deadline;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Opens connections that respect the deadline of whoever needs one. */
final class LdapServers extends ServerSet {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final LdapLayout layout;
  private final LDAPConnectionOptions options;
  private final @Nullable SocketFactory sockets;
  private final ThreadLocal<Deadline> deadline = new ThreadLocal<>();

  LdapServers(LdapLayout layout, LDAPConnectionOptions options, @Nullable SocketFactory sockets) {
    this.layout = layout;
    this.options = options;
    this.sockets = sockets;
  }

  void deadline(@Nullable Deadline until) {
    if (until == null) {
      deadline.remove();
    } else {
      deadline.set(until);
    }
  }

  @Override
  public LDAPConnection getConnection() throws LDAPException {
    Deadline until = deadline.get();
    Duration left = (until == null ? Deadline.in(CONNECT) : until.atMost(CONNECT)).left();
    int millis = (int) Math.max(1, left.toMillis());
    LDAPConnectionOptions bounded = options.duplicate();
    bounded.setConnectTimeoutMillis(millis);
    // For the bind and StartTLS; every later request carries its own.
    bounded.setResponseTimeoutMillis(millis);
    return new LDAPConnection(sockets, bounded, layout.host(), layout.port());
  }
}
