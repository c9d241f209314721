package dev.idbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.BridgeConfig;
import dev.idbridge.directory.DirectoryPurge;
import dev.idbridge.directory.JpaTokens;
import dev.idbridge.directory.TokenWatch;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLog;
import dev.idbridge.ledger.Waiters;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ResourceType;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Store;
import dev.idbridge.testing.Databases;
import dev.idbridge.testing.Intake;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The schedules' routes, called as the schedules call them. */
class SchedulesTest {

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void retentionPurgesWhatIsTooOldInBatchesAndNothingElse(DatabaseKind kind) throws Exception {
    try (Databases databases = Databases.fresh(kind);
        DefaultCamelContext camel = new DefaultCamelContext();
        Intake intake = new Intake(databases.open())) {
      Store store = intake.store;
      long now = store.clock().millis();
      long old = now - Duration.ofDays(91).toMillis();
      SyncLog log = new SyncLog(store.ids());
      List<SyncLine> lines = new ArrayList<>();
      for (int i = 0; i < 2500; i++) {
        lines.add(line(i % 500 == 0 ? now : old));
      }
      store
          .transactions()
          .run(
              connection -> {
                log.append(connection, lines);
                return true;
              });
      camel.disableJMX();
      new Schedules(
              new BridgeConfig.Retention(Duration.ofDays(90), Duration.ofDays(400)),
              Duration.ofDays(28),
              new Waiters(store.transactions(), new LaneTriggers(), store.ids(), store.clock()),
              intake.arrivals,
              new TokenWatch(
                  intake.directories,
                  new JpaTokens(store.entityTransactions(), store.ids(), store.clock()),
                  store.clock()),
              new DirectoryPurge(store.transactions(), store.ids(), store.clock()),
              new SimpleMeterRegistry(),
              store.clock())
          .bind(camel.getRegistry());
      camel.getRegistry().bind("entityManagerFactory", store.entities());
      camel
          .getComponent("quartz", org.apache.camel.component.quartz.QuartzComponent.class)
          .setAutoStartScheduler(false);
      Resource routes =
          PluginHelper.getResourceLoader(camel)
              .resolveResource("file:routes/40-schedules.camel.yaml");
      PluginHelper.getRoutesLoader(camel).loadRoutes(routes);
      camel.start();

      camel.createProducerTemplate().requestBody("direct:retention", "go");

      int left =
          store
              .transactions()
              .run(
                  connection -> {
                    try (var select = connection.prepareStatement("SELECT COUNT(*) FROM sync_log");
                        var found = select.executeQuery()) {
                      found.next();
                      return found.getInt(1);
                    }
                  });
      assertThat(left).isEqualTo(5);
    }
  }

  private static SyncLine line(long at) {
    return SyncLine.in(
        at,
        1,
        SyncLine.Action.CREATE,
        ResourceType.USER.word(),
        7,
        "ada",
        SyncLine.Outcome.SUCCESS,
        "",
        1,
        new ChangeRequest.Actor(1, "okta", "r", "127.0.0.1"),
        201,
        "");
  }
}
