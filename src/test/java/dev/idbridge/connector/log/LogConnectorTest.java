package dev.idbridge.connector.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Team;
import dev.idbridge.testing.TestServices;
import dev.idbridge.testing.TestSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogConnectorTest {
  private static final Deadline SOON = Deadline.in(Duration.ofMinutes(1));
  private final Logger logger =
      (Logger) LoggerFactory.getLogger("dev.idbridge.connector.log.preview");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Connector connector =
      new LogConnectorFactory()
          .create(
              new TestSettings(List.of(), Map.of()),
              new TestServices(
                  "preview",
                  Clock.systemUTC(),
                  (request, deadline) -> {
                    throw new AssertionError("nothing is sent");
                  }));

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  private static Account account(String userName) {
    return new Account(
        userName,
        "ext-7",
        "Ada Lovelace",
        "Ada",
        "Lovelace",
        List.of("ada@example.com"),
        true,
        Attributes.NONE);
  }

  private List<String> written() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void aCreateIsOneLineAndTheSameIdEachTime() {
    Outcome first = connector.account(new AccountPlan.Create(account("ada")), SOON);
    Outcome second = connector.account(new AccountPlan.Create(account("ada")), SOON);

    assertThat(first).isInstanceOf(Outcome.Applied.class).isEqualTo(second);
    assertThat(written()).hasSize(2);
    assertThat(written().getFirst())
        .startsWith("create account 'ada' as log-")
        .doesNotContain("ada@example.com", "Lovelace");
  }

  @Test
  void aNameCannotForgeALine() {
    connector.account(new AccountPlan.Create(account("ada\nroot logged in")), SOON);

    assertThat(written()).singleElement().asString().doesNotContain("\n");
  }

  @Test
  void everyPlanSucceedsAndIsWritten() {
    Account ada = account("ada");
    List<AccountPlan> plans =
        List.of(
            new AccountPlan.Update("log-1", account("ada.king"), ada),
            new AccountPlan.Enable("log-1", ada),
            new AccountPlan.Disable("log-1", ada),
            new AccountPlan.Delete("log-1"));
    for (AccountPlan plan : plans) {
      assertThat(connector.account(plan, SOON)).isEqualTo(new Outcome.Applied("log-1"));
    }
    assertThat(connector.team(new TeamPlan.Create(new Team("Platform", null)), SOON))
        .isInstanceOf(Outcome.Applied.class);
    connector.team(new TeamPlan.Rename("log-2", new Team("Ops", null), "Platform"), SOON);
    connector.team(new TeamPlan.Delete("log-2", false), SOON);
    BatchOutcome members =
        connector.members(new MemberPlan("log-2", List.of("log-1"), List.of("log-3")), SOON);

    assertThat(((BatchOutcome.Items) members).items())
        .containsOnly(
            Map.entry("log-1", new Outcome.Applied("log-1")),
            Map.entry("log-3", new Outcome.Applied("log-3")));
    assertThat(written())
        .hasSize(8)
        .contains(
            "rename account log-1 from 'ada' to 'ada.king'",
            "rename team log-2 from 'Platform' to 'Ops'",
            "change members of team log-2: add [log-1], remove [log-3]");
  }

  @Test
  void nothingIsEverFoundAndItIsAlwaysUp() {
    assertThat(connector.findAccounts(new AccountKeys(null, "ada", List.of()), SOON))
        .isEqualTo(Lookup.of(List.of()));
    assertThat(connector.check(SOON).state()).isEqualTo(Health.State.UP);
  }
}
