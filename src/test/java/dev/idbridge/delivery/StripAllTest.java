package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code strip: all}: what an account holds goes when nothing asks for it, whoever gave it. */
class StripAllTest {
  private static final Capabilities.Roles LISTED = GrantsTest.ALL.listing(true, false);

  private static RoleRules rules(List<String> lastHolder) {
    return new RoleRules(
        List.of(),
        List.of(GrantsTest.members("Engineering", "developer")),
        Strip.ALL,
        List.of(),
        List.of("BreakGlass"),
        List.of("crown"),
        lastHolder);
  }

  private static TestBridge bridge(DatabaseKind kind) throws Exception {
    TestBridge bridge = GrantsTest.bridge(kind, rules(List.of()));
    bridge.app.roles = LISTED;
    return bridge;
  }

  private static void holds(TestBridge bridge, String user, String... roles) {
    bridge
        .app
        .grants
        .computeIfAbsent(bridge.app.account(user).id, id -> new TreeSet<>())
        .addAll(List.of(roles));
  }

  @ParameterizedTest
  @EnumSource
  void whatNobodyEverNamedGoesTooAndProtectedOnesStay(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind)) {
      String ada = bridge.user("ada");
      bridge.user("breakglass");
      bridge.deliver();
      holds(bridge, "ada", "owner", "crown", "developer");
      holds(bridge, "breakglass", "owner");

      bridge.group("Engineering", ada);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("crown", "developer");
      assertThat(bridge.outLines())
          .contains("REVOKE SUCCESS ada role owner: nothing asks for it any more");

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).containsExactly("crown");
      assertThat(bridge.app.held("breakglass")).containsExactly("owner");
    }
  }

  @Test
  void aListThatFailsTakesNothingAwayAndHoldsUpNothingElse() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.group("Engineering", ada);
      bridge.deliver();
      holds(bridge, "ada", "owner");
      bridge.app.before =
          plan -> plan.equals("list-grants") ? new Outcome.Retry("half a page", false) : null;

      bridge.active(ada, false);
      bridge.deliver();

      assertThat(bridge.app.held("ada")).as("ours went").containsExactly("owner");
      assertThat(bridge.rows("SELECT state FROM lane WHERE kind = 'grants' AND state <> 'idle'"))
          .containsExactly("backoff");

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT role FROM app_grant WHERE held = TRUE")).isEmpty();
    }
  }

  @Test
  void anAppThatListsNothingKeepsWhatNobodyNamed() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      bridge.app.roles = GrantsTest.ALL;
      String ada = bridge.user("ada");
      bridge.deliver();
      holds(bridge, "ada", "owner");
      bridge.active(ada, false);
      bridge.deliver();
      assertThat(bridge.app.held("ada")).containsExactly("owner");
      assertThat(bridge.app.calls).doesNotContain("list-grants");
    }
  }

  @Test
  void theLastHolderKeepsWhatSomebodyElseGave() throws Exception {
    try (TestBridge bridge = GrantsTest.bridge(DatabaseKind.H2, rules(List.of("owner")))) {
      bridge.app.roles = GrantsTest.ALL.listing(true, true);
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      bridge.deliver();
      holds(bridge, "ada", "owner", "pager");
      holds(bridge, "bob", "owner");

      bridge.group("Engineering", ada, bob);
      bridge.deliver();

      assertThat(List.of(bridge.app.held("ada"), bridge.app.held("bob")))
          .containsExactlyInAnyOrder(List.of("developer"), List.of("developer", "owner"));
    }
  }

  @Test
  void aRevocationThatWasCutOffIsFinished() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      holds(bridge, "ada", "owner");
      bridge.app.after =
          plan -> plan instanceof GrantPlan ? new Outcome.Retry("cut off", true) : null;
      bridge.active(ada, false);
      bridge.deliver();
      bridge.app.after = plan -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.held("ada")).isEmpty();
      assertThat(bridge.rows("SELECT state FROM lane WHERE state <> 'idle'")).isEmpty();
      assertThat(bridge.outLines())
          .filteredOn(line -> line.startsWith("REVOKE S"))
          .as("told once")
          .hasSize(1);
    }
  }
}
