package dev.idbridge.testing;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * OpenLDAP's server from the system's packages, as a process on 127.0.0.1 with a tree of its own.
 */
public final class Slapd implements LdapTree {
  private static final Path BINARY = Path.of("/usr/sbin/slapd");

  private static final String INTEGRITY =
      """
      memberof-refint TRUE
      overlay refint
      refint_attributes member
      refint_nothing "%s"
      """
          .formatted(ADMIN);

  private final Path home;
  private final int port;
  private Process process;

  public static boolean installed() {
    return Files.isExecutable(BINARY);
  }

  /**
   * @param home an empty directory of its own
   */
  public Slapd(Path home) {
    this(home, true);
  }

  /**
   * @param home an empty directory of its own
   * @param integrity whether groups follow the renames and deletions of their members
   */
  public Slapd(Path home, boolean integrity) {
    this.home = home;
    try {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      Files.createDirectories(home.resolve("db"));
      Files.writeString(home.resolve("slapd.conf"), configuration(integrity));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
    LdapTree.roots().forEach(this::add);
  }

  private String configuration(boolean integrity) {
    return """
    include /etc/ldap/schema/core.schema
    include /etc/ldap/schema/cosine.schema
    include /etc/ldap/schema/inetorgperson.schema
    pidfile %1$s/slapd.pid
    modulepath /usr/lib/ldap
    moduleload back_mdb
    moduleload memberof
    moduleload refint
    moduleload unique
    database mdb
    suffix "%2$s"
    rootdn "%3$s"
    rootpw %4$s
    directory %1$s/db
    index objectClass,uid,mail,cn,entryUUID,member eq
    overlay unique
    unique_uri ldap:///%5$s?uid?sub
    overlay memberof
    %6$s
    """
        .formatted(home, SUFFIX, ADMIN, PASSWORD, PEOPLE, integrity ? INTEGRITY : "");
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    try {
      process =
          new ProcessBuilder(
                  BINARY.toString(),
                  "-d",
                  "0",
                  "-f",
                  home.resolve("slapd.conf").toString(),
                  "-h",
                  "ldap://127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("slapd.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > until) {
        throw new IllegalStateException("slapd did not start: " + log());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private boolean answers() {
    try (LDAPConnection connection = new LDAPConnection("127.0.0.1", port, ADMIN, PASSWORD)) {
      return connection.isConnected();
    } catch (LDAPException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(home.resolve("slapd.log"));
    } catch (IOException e) {
      return "no log";
    }
  }

  @Override
  public synchronized void stop() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
