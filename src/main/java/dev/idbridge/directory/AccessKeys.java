package dev.idbridge.directory;

import dev.idbridge.store.EntityTransactions;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** The published halves of the daemons' signing keys. Thread-safe. */
public final class AccessKeys {
  private final EntityTransactions transactions;
  private final Clock clock;

  public AccessKeys(EntityTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Publishes a key, and takes back those whose time has passed. */
  public void publish(String kid, String publicJwk, Instant until) {
    AccessKeyRow row = new AccessKeyRow();
    row.kid = kid;
    row.publicJwk = publicJwk;
    row.createdAt = clock.millis();
    row.expiresAt = until.toEpochMilli();
    transactions.run(
        manager -> {
          manager.persist(row);
          return manager
              .createQuery("delete from AccessKeyRow where expiresAt < :now")
              .setParameter("now", clock.millis())
              .executeUpdate();
        });
  }

  /** A published key whose time has not passed. */
  public Optional<String> find(String kid) {
    return transactions.run(
        manager ->
            Optional.ofNullable(manager.find(AccessKeyRow.class, kid))
                .filter(row -> row.expiresAt > clock.millis())
                .map(row -> row.publicJwk));
  }
}
