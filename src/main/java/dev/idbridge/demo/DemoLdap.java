package dev.idbridge.demo;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryDirectoryServerSnapshot;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An LDAP server in memory, over TCP on 127.0.0.1. Stopped and started again it has the same port
 * and its data. Thread-safe.
 */
public final class DemoLdap implements AutoCloseable {
  private final String suffix;
  private final String admin;
  private final String password;
  private final List<Entry> first;
  private @Nullable InMemoryDirectoryServer server;
  private @Nullable InMemoryDirectoryServerSnapshot kept;
  private int port;
  private int mostEntries;
  private String[] references = {};

  /**
   * Not started yet.
   *
   * @param admin DN that may do everything, with this password
   * @param first what it holds at its first start, parents before children
   */
  public DemoLdap(String suffix, String admin, String password, List<Entry> first) {
    this.suffix = suffix;
    this.admin = admin;
    this.password = password;
    this.first = List.copyOf(first);
  }

  /** Where it listens; any free port until the first start. */
  public synchronized int port() {
    return port;
  }

  /** Starts, again at the same port and with its data. */
  public synchronized void start() {
    try {
      InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(suffix);
      config.addAdditionalBindCredentials(admin, password);
      config.setMaxSizeLimit(mostEntries);
      config.setReferentialIntegrityAttributes(references);
      config.setListenerConfigs(
          InMemoryListenerConfig.createLDAPConfig(
              "ldap", InetAddress.getLoopbackAddress(), port, null));
      InMemoryDirectoryServer fresh = new InMemoryDirectoryServer(config);
      if (kept == null) {
        fresh.addEntries(first);
      } else {
        fresh.restoreSnapshot(kept);
      }
      fresh.startListening();
      port = fresh.getListenPort();
      server = fresh;
    } catch (LDAPException e) {
      throw new IllegalStateException("the LDAP server did not start: " + e.getMessage(), e);
    }
  }

  /** Closes every connection and takes no more; the data stays. */
  public synchronized void stop() {
    if (server != null) {
      kept = server.createSnapshot();
      server.shutDown(true);
      server = null;
    }
  }

  /** From the next start no search gives more entries than this, whatever it asks; 0: no limit. */
  public synchronized void limitSearches(int entries) {
    mostEntries = entries;
  }

  /** From the next start these attributes follow an entry that is renamed or deleted. */
  public synchronized void keepReferences(String... attributes) {
    references = attributes.clone();
  }

  /** Writes all that it holds to a file, as LDIF (RFC 2849). */
  public synchronized void export(String file) {
    try {
      if (server != null) {
        server.exportToLDIF(file, false, true);
      }
    } catch (LDAPException e) {
      throw new IllegalStateException("the LDAP server's data cannot be written to " + file, e);
    }
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      server.shutDown(true);
      server = null;
    }
  }
}
