package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.store.DatabaseKind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the daemon's log says of apps and deliveries, and what it does not. */
class LogLinesTest {
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.idbridge.delivery");
  private final Level before = ours.getLevel();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    ours.setLevel(Level.INFO);
    ours.addAppender(lines);
  }

  @AfterEach
  void leave() {
    ours.detachAppender(lines);
    ours.setLevel(before);
  }

  private List<String> said() {
    return lines.list.stream().map(l -> l.getLevel() + " " + l.getFormattedMessage()).toList();
  }

  @Test
  void anAppThatStopsAndThatTakesDeliveriesAgainIsOneLineEach() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      App app = bridge.apps.getFirst();
      long now = bridge.clock.millis();
      lines.list.clear();

      for (int i = 0; i < 8; i++) {
        app.shut("auth-failed", now, now + 30_000, "401 token expired");
      }
      assertThat(said()).hasSize(1);
      assertThat(said().getFirst())
          .startsWith("ERROR app crm refuses our credentials: 401 token expired")
          .contains("idbridge app test crm");

      bridge.forward(java.time.Duration.ofMinutes(14));
      app.checked(new Health(Health.State.UP, "here"), 0);
      app.shut("unavailable", now, now + 5_000, "its last calls failed");
      app.shut("unavailable", now, now + 10_000, "its last calls failed");
      app.opened();
      assertThat(said().subList(1, said().size()))
          .satisfiesExactly(
              line ->
                  assertThat(line).isEqualTo("INFO app crm takes deliveries again, after 840 s"),
              line -> assertThat(line).startsWith("WARN app crm is unavailable: its last calls"),
              line -> assertThat(line).startsWith("INFO app crm takes deliveries again"));
    }
  }

  @Test
  void neitherNamesNorAddressesOfFailingUsersAreInTheLog() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("adalovelace");
      bridge.app.before =
          plan -> new Outcome.Retry("adalovelace@example.com belongs to 'adalovelace2'", false);
      bridge.deliver();
      bridge.forward(java.time.Duration.ofDays(1));
      bridge.app.before =
          plan -> new Outcome.Reject("adalovelace@example.com belongs to 'adalovelace2'");
      bridge.deliver();

      assertThat(bridge.outLines()).anyMatch(line -> line.contains("adalovelace2"));
      assertThat(said())
          .anyMatch(line -> line.startsWith("WARN") && line.contains("account " + ada))
          .anyMatch(line -> line.startsWith("ERROR") && line.contains("dead letter"))
          .noneMatch(line -> line.contains("adalovelace"));
    }
  }
}
