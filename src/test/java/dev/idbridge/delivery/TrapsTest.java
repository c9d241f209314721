package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Mistakes that other provisioning software is known for, as far as no other test holds us off them
 * already; {@code src/docs/traps.md} lists all of them.
 */
class TrapsTest {
  private TestBridge bridge;

  @AfterEach
  void end() throws Exception {
    bridge.close();
  }

  private void start() throws Exception {
    start(AppConfig.OnUserDelete.DISABLE);
  }

  private void start(AppConfig.OnUserDelete onUserDelete) throws Exception {
    bridge =
        new TestBridge(
            DatabaseKind.H2,
            new AppConfig.Accounts(onUserDelete),
            new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED));
  }

  @Test
  void whatTheAppFailedToDeleteIsRememberedUntilItIsDeleted() throws Exception {
    start(AppConfig.OnUserDelete.DELETE);
    String ada = bridge.user("ada");
    String ops = bridge.group("Ops", ada);
    bridge.deliver();
    bridge.app.before =
        plan ->
            plan instanceof AccountPlan.Delete || plan instanceof TeamPlan.Delete
                ? new Outcome.Retry("502", true)
                : null;
    bridge.write(new UserChange.Delete(ada));
    bridge.write(new GroupChange.Delete(ops));
    bridge.deliver();
    assertThat(bridge.rows("SELECT kind FROM link ORDER BY kind"))
        .containsExactly("account", "team");

    bridge.app.before = plan -> null;
    bridge.forward(Duration.ofHours(1));
    bridge.deliver();

    assertThat(bridge.app.accounts).isEmpty();
    assertThat(bridge.app.teams).isEmpty();
    assertThat(bridge.rows("SELECT kind FROM link")).isEmpty();
  }

  @Test
  void whoIsMissingInTheIdpsNewListOfMembersLeavesTheTeamEvenWhenNobodyIsLeft() throws Exception {
    start();
    String ada = bridge.user("ada");
    String bob = bridge.user("bob");
    String ops = bridge.group("Ops", ada, bob);
    bridge.deliver();

    bridge.write(
        new GroupChange.Replace(ops, Attributes.of(Map.of("displayName", "Ops")), List.of(bob)));
    bridge.deliver();
    assertThat(bridge.app.memberNames("Ops")).containsExactly("bob");

    bridge.write(
        new GroupChange.Replace(ops, Attributes.of(Map.of("displayName", "Ops")), List.of()));
    bridge.deliver();
    assertThat(bridge.app.memberNames("Ops")).isEmpty();
    assertThat(bridge.app.accounts).hasSize(2);
  }

  @Test
  void manyThatFailHoldUpNobodyBehindThemAndAreNotAskedAgainAtOnce() throws Exception {
    start();
    bridge.app.before =
        plan ->
            plan instanceof AccountPlan.Create create
                    && create.account().userName().startsWith("bad")
                ? new Outcome.Unverified("lies")
                : null;
    for (int i = 0; i < 120; i++) {
      bridge.user("bad" + i);
    }
    bridge.user("good");

    bridge.deliver();

    assertThat(bridge.app.accounts).hasSize(1);
    assertThat(bridge.app.calls.stream().filter("Create"::equals)).as("calls").hasSize(121);
  }

  @Test
  void aRetryIsARowWithItsTimeThatAnotherLoopTakesUp() throws Exception {
    start();
    bridge.app.before = plan -> new Outcome.Retry("connection refused", false);
    bridge.user("ada");
    try (Dispatcher first = bridge.dispatcher(8)) {
      first.start();
      await(() -> bridge.laneStates().contains("account backoff"));
    }
    assertThat(bridge.rows("SELECT due_at > " + bridge.clock.millis() + " FROM lane"))
        .first()
        .isIn("1", "TRUE", "true");

    bridge.app.before = plan -> null;
    bridge.forward(Duration.ofMinutes(1));
    try (Dispatcher second = bridge.dispatcher(8)) {
      second.start();
      await(() -> bridge.app.has("ada"));
    }
  }

  private static void await(java.util.function.BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Test
  void anotherEmailOrUserNameIsTheSameAccount() throws Exception {
    start();
    String ada = bridge.user("ada");
    bridge.group("Ops", ada);
    bridge.deliver();
    String account = bridge.app.account("ada").id;
    bridge.app.calls.clear();

    bridge.write(
        new UserChange.Patch(
            ada,
            current ->
                current
                    .with("userName", "augusta@example.org")
                    .with(
                        "emails",
                        List.of(Map.of("value", "augusta@example.org", "type", "work")))));
    bridge.deliver();

    assertThat(bridge.app.account("augusta@example.org").id).isEqualTo(account);
    assertThat(bridge.app.calls).containsExactly("Update");
    assertThat(bridge.app.memberNames("Ops")).containsExactly("augusta@example.org");
  }

  @Test
  void aGroupMayBePutUnderItsOwnName() throws Exception {
    start();
    String ada = bridge.user("ada");
    String ops = bridge.group("Ops");
    List<String> names = new ArrayList<>(List.of("Ops", "OPS", "Ops"));
    for (String name : names) {
      bridge.write(
          new GroupChange.Replace(ops, Attributes.of(Map.of("displayName", name)), List.of(ada)));
    }
    bridge.deliver();

    assertThat(bridge.app.memberNames("Ops")).containsExactly("ada");
  }
}
