package dev.idbridge.testing;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryDirectoryServerSnapshot;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedAddResult;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedModifyRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An LDAP server in memory (UnboundID), over TCP on 127.0.0.1. */
public final class LdapApp implements LdapTree {
  private InMemoryDirectoryServer server;
  private InMemoryDirectoryServerSnapshot kept;
  private int port;
  private int most;
  private final boolean integrity;
  private volatile String locked = "";
  private final List<String> made = new CopyOnWriteArrayList<>();

  /** Without referential integrity: a group keeps the DN of a member that is renamed. */
  public LdapApp() {
    this(false);
  }

  public LdapApp(boolean integrity) {
    this.integrity = integrity;
    start();
  }

  /** A server that keeps members when their entries are renamed, as OpenLDAP's refint overlay. */
  public static LdapApp thatFollowsRenames() {
    return new LdapApp(true);
  }

  /** DN of every entry that a client added, in order; also of what is gone again. */
  public List<String> made() {
    return List.copyOf(made);
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    try {
      InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(SUFFIX);
      config.addAdditionalBindCredentials(ADMIN, PASSWORD);
      config.setMaxSizeLimit(most);
      config.setEqualityIndexAttributes("uid", "mail", "employeeNumber", "cn", "entryUUID");
      config.addInMemoryOperationInterceptor(new Watch());
      if (integrity) {
        config.setReferentialIntegrityAttributes("member");
      }
      config.setListenerConfigs(
          InMemoryListenerConfig.createLDAPConfig(
              "ldap", InetAddress.getLoopbackAddress(), port, null));
      server = new InMemoryDirectoryServer(config);
      if (kept == null) {
        server.addEntries(LdapTree.roots());
      } else {
        server.restoreSnapshot(kept);
      }
      server.startListening();
      port = server.getListenPort();
    } catch (LDAPException e) {
      throw new IllegalStateException("the LDAP server did not start", e);
    }
  }

  /** Nobody may modify this entry, until another is named. */
  public void lock(String dn) {
    locked = dn;
  }

  /** Starts again; no search gives more entries than this, whatever it asks. */
  public synchronized void sizeLimit(int entries) {
    most = entries;
    stop();
    start();
  }

  @Override
  public synchronized void stop() {
    kept = server.createSnapshot();
    server.shutDown(true);
  }

  @Override
  public void close() {
    server.shutDown(true);
  }

  private final class Watch extends InMemoryOperationInterceptor {
    @Override
    public void processModifyRequest(InMemoryInterceptedModifyRequest request)
        throws LDAPException {
      if (request.getRequest().getDN().equals(locked)) {
        throw new LDAPException(ResultCode.INSUFFICIENT_ACCESS_RIGHTS);
      }
    }

    @Override
    public void processAddResult(InMemoryInterceptedAddResult add) {
      if (add.getResult().getResultCode().equals(ResultCode.SUCCESS)) {
        made.add(add.getRequest().getDN());
      }
    }
  }
}
