package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Store;
import dev.idbridge.testing.Databases;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;

class StoreHealthTest {

  @Test
  void aDaemonIsReadyFromTheEndOfItsStartToTheBeginningOfItsEnd() {
    try (Databases database = Databases.fresh(DatabaseKind.H2)) {
      Store store = database.open();
      StoreHealth health = new StoreHealth(store);
      assertThat(health.call(Map.of()).getState()).isEqualTo(HealthCheck.State.DOWN);
      health.serving();
      assertThat(health.call(Map.of()).getState()).isEqualTo(HealthCheck.State.UP);
      health.ending();
      HealthCheck.Result ending = health.call(Map.of());
      assertThat(ending.getState())
          .as("load balancers send elsewhere")
          .isEqualTo(HealthCheck.State.DOWN);
      assertThat(ending.getMessage()).contains("ending");
    }
  }
}
