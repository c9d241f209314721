package dev.idbridge;

import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.store.Store;
import java.sql.Statement;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Readiness: the bridge is ready once it serves, and while its store answers. An app that is down
 * does not change that: its work waits, the intake goes on.
 */
final class StoreHealth extends AbstractHealthCheck {
  private final Store store;
  private volatile boolean serving;
  private volatile boolean ending;

  StoreHealth(Store store) {
    super("idbridge", "store");
    this.store = store;
  }

  /** Everything is started: from now on the store alone decides. */
  void serving() {
    serving = true;
  }

  /** From now on load balancers are to send elsewhere. */
  void ending() {
    ending = true;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    if (!serving || ending) {
      builder.message(ending ? "ending" : "starting").down();
      return;
    }
    try {
      store
          .transactions()
          .run(
              connection -> {
                try (Statement ask = connection.createStatement()) {
                  return ask.execute("SELECT 1");
                }
              });
      builder.up();
    } catch (StoreUnavailable down) {
      builder.message("the store does not answer").down();
    }
  }
}
