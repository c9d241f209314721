package dev.idbridge.testing;

/**
 * A Keycloak with a realm {@value #REALM} for the bridge's client {@code idbridge}: the real one,
 * or what stands for it where it is too slow.
 */
public interface Keycloak extends AutoCloseable {
  String REALM = "acme";
  String SECRET = "s3cret-of-the-bridge";

  /** Password of the user {@code admin} in the master realm. */
  String ADMIN = "admin-passw0rd";

  /** Scheme, host and port. */
  String url();

  /** What the realm allows. */
  void realm(boolean mayEditUserName, boolean mayKeepUnmanaged);

  @Override
  void close();
}
