package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.model.MemberOp;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code verify: always}, of roles: an app that says yes and does nothing, or does it later. */
class VerifyRolesTest {
  private static TestBridge bridge(DatabaseKind kind) throws Exception {
    TestBridge bridge =
        new TestBridge(
            kind,
            GrantsTest.ACCOUNTS,
            GrantsTest.TEAMS,
            GrantsTest.rules(GrantsTest.members("Engineering", "developer", "pager")),
            AppConfig.Verify.ALWAYS);
    bridge.app.roles = GrantsTest.ALL;
    return bridge;
  }

  private static void afterAllLooks(TestBridge bridge) {
    for (int look = 0; look < 4; look++) {
      bridge.forward(Duration.ofMinutes(7));
      bridge.deliver();
    }
  }

  private static List<String> failed(TestBridge bridge) {
    return bridge.rows("SELECT action, reason FROM sync_log WHERE outcome = 'FAILED' ORDER BY id");
  }

  private static TreeSet<String> held(TestBridge bridge, String user) {
    return bridge.app.grants.computeIfAbsent(bridge.app.account(user).id, id -> new TreeSet<>());
  }

  private static List<String> lanes(TestBridge bridge) {
    return bridge.rows("SELECT state FROM lane WHERE kind = 'grants' AND state <> 'idle'");
  }

  @ParameterizedTest
  @EnumSource
  void aGrantAndARevocationThatTheAppOnlySaidYesToAreToldAndDoneAgain(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      // The app says yes, and then forgets what it was told.
      bridge.app.meanwhile = () -> held(bridge, "ada").remove("developer");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      assertThat(lanes(bridge)).containsExactly("verifying");
      assertThat(failed(bridge)).isEmpty();
      bridge.forward(Duration.ofSeconds(11));
      bridge.deliver();
      assertThat(failed(bridge)).as("after one look").isEmpty();
      afterAllLooks(bridge);
      assertThat(failed(bridge))
          .contains(
              "GRANT role developer: the app said yes, but shows the role as not held; asserted"
                  + " anew");

      bridge.app.meanwhile = () -> {};
      afterAllLooks(bridge);
      assertThat(bridge.app.held("ada")).containsExactly("developer", "pager");
      afterAllLooks(bridge);
      assertThat(lanes(bridge)).isEmpty();
      assertThat(bridge.rows("SELECT * FROM grant_look")).isEmpty();

      int before = failed(bridge).size();
      bridge.app.meanwhile = () -> held(bridge, "ada").add("pager");
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      bridge.app.meanwhile = () -> {};
      afterAllLooks(bridge);
      assertThat(failed(bridge).subList(before, failed(bridge).size()))
          .contains(
              "REVOKE role pager: the app said yes, but shows the role as held; asserted anew");
      afterAllLooks(bridge);
      assertThat(bridge.app.held("ada")).isEmpty();
      afterAllLooks(bridge);
      assertThat(lanes(bridge)).isEmpty();
      assertThat(bridge.rows("SELECT role FROM app_grant")).isEmpty();
    }
  }

  @Test
  void anAppThatShowsItsRolesLateDoesNotFail() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      bridge.deliver();
      bridge.app.meanwhile = () -> held(bridge, "ada").clear();
      bridge.group("Engineering", ada);
      bridge.deliver();
      bridge.app.meanwhile = () -> {};
      bridge.forward(Duration.ofSeconds(11));
      bridge.deliver();
      held(bridge, "ada").addAll(List.of("developer", "pager"));
      afterAllLooks(bridge);

      assertThat(failed(bridge)).isEmpty();
      assertThat(lanes(bridge)).isEmpty();
      assertThat(bridge.rows("SELECT * FROM grant_look")).isEmpty();
    }
  }

  @Test
  void whatIsWantedMeanwhileIsDoneAtOnceAndLookedAtThen() throws Exception {
    try (TestBridge bridge = bridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String group = bridge.group("Engineering", ada);
      bridge.deliver();
      assertThat(lanes(bridge)).containsExactly("verifying");
      bridge.members(group, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.held("ada")).isEmpty();
      afterAllLooks(bridge);
      assertThat(failed(bridge)).isEmpty();
      assertThat(lanes(bridge)).isEmpty();
    }
  }
}
