package dev.idbridge.testing;

import dev.idbridge.demo.DemoLdap;

/** An LDAP server in memory (UnboundID), over TCP on 127.0.0.1. */
public final class LdapApp implements LdapTree {
  private final DemoLdap server = new DemoLdap(SUFFIX, ADMIN, PASSWORD, LdapTree.roots());

  public LdapApp() {
    start();
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public void start() {
    server.start();
  }

  /** Starts again; no search gives more entries than this, whatever it asks. */
  public void sizeLimit(int entries) {
    server.limitSearches(entries);
    stop();
    start();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public void close() {
    server.close();
  }
}
