package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.HttpFaults.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code verify: always}, over real HTTP, with an app that says yes and does what it likes. */
class VerifyTest {
  private final AtomicBoolean lies = new AtomicBoolean();
  private TestBridge bridge;
  private FaultyApp shop;

  private void start(DatabaseKind kind, String probe) throws Exception {
    bridge =
        new TestBridge(
            kind,
            new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE),
            new AppConfig.Teams(new AppConfig.Groups.All(), AppConfig.OnGroupDelete.OWNED),
            AppConfig.Verify.ALWAYS);
    shop = new FaultyApp(bridge, Map.of("member-probe", probe));
    shop.wire.judge(
        (method, path, body) ->
            lies.get() && method.equals("PATCH")
                ? new Fault.Instead(
                    200, Map.of("Content-Type", "application/scim+json"), "{\"id\":\"x\"}")
                : null);
  }

  @AfterEach
  void end() throws Exception {
    shop.close();
    bridge.close();
  }

  private void afterAllLooks() {
    for (int look = 0; look < 3; look++) {
      bridge.forward(Duration.ofMinutes(7));
      bridge.deliver();
    }
  }

  private List<String> lanes() {
    return bridge.rows("SELECT kind, state FROM lane WHERE app_id = 2 ORDER BY kind");
  }

  private List<String> failed() {
    return bridge.rows(
        "SELECT action, reason FROM sync_log WHERE app_id = 2 AND outcome = 'FAILED' ORDER BY id");
  }

  @ParameterizedTest
  @EnumSource
  void aRemovalThatTheAppOnlySaidYesToIsToldAndDoneAgain(DatabaseKind kind) throws Exception {
    start(kind, "members.value");
    String ada = bridge.user("ada");
    String bob = bridge.user("bob");
    String ops = bridge.group("Ops", ada);
    bridge.deliver();
    afterAllLooks();
    assertThat(lanes()).containsExactly("account idle", "account idle", "team idle");
    assertThat(failed()).isEmpty();

    lies.set(true);
    bridge.members(ops, new MemberOp.Remove(List.of(ada)), new MemberOp.Add(List.of(bob)));
    bridge.deliver();
    assertThat(lanes()).last().isEqualTo("team verifying");
    bridge.forward(Duration.ofSeconds(11));
    bridge.deliver();
    assertThat(failed()).as("after one look").isEmpty();
    bridge.forward(Duration.ofMinutes(2));
    bridge.deliver();
    bridge.forward(Duration.ofMinutes(7));
    bridge.deliver();
    assertThat(failed())
        .contains(
            "MEMBER_ADD the app said yes, but shows the account outside the team; asserted anew",
            "MEMBER_REMOVE the app said yes, but shows the account in the team; asserted anew");
    assertThat(shop.members("Ops")).as("still").containsExactly("ada");

    lies.set(false);
    bridge.forward(Duration.ofMinutes(1));
    bridge.deliver();
    assertThat(shop.members("Ops")).containsExactly("bob");
    afterAllLooks();
    assertThat(lanes()).containsExactly("account idle", "account idle", "team idle");
    assertThat(bridge.rows("SELECT * FROM member_look")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "H2")
  void anAttributeThatTheAppOnlySaidYesToIsToldByNameAndWrittenAgain(DatabaseKind kind)
      throws Exception {
    start(kind, "off");
    String ada = bridge.user("ada");
    bridge.deliver();
    afterAllLooks();
    lies.set(true);
    bridge.write(new UserChange.Patch(ada, current -> current.with("displayName", "Countess")));
    bridge.deliver();
    afterAllLooks();

    assertThat(failed())
        .singleElement()
        .asString()
        .startsWith("UPDATE the app said yes, but after 3 looks at it it shows other values of")
        .contains("displayName");
    lies.set(false);
    bridge.forward(Duration.ofMinutes(1));
    bridge.deliver();
    assertThat(shop.app.users().getFirst().getDisplayName()).contains("Countess");
    afterAllLooks();
    assertThat(lanes()).containsExactly("account idle");
  }

  @ParameterizedTest
  @EnumSource(names = "H2")
  void anAppThatShowsMembershipsLateDoesNotFailAndALargeTeamIsNeverRead(DatabaseKind kind)
      throws Exception {
    start(kind, "members.value");
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      people.add(bridge.user("user" + i));
    }
    bridge.deliver();
    bridge.group("All", people.toArray(String[]::new));
    bridge.deliver();
    assertThat(bridge.rows("SELECT COUNT(*) FROM member_look WHERE app_id = 2"))
        .as("noted to be looked at")
        .containsExactly("100");
    AtomicInteger hidden = new AtomicInteger(60);
    shop.wire.judge(
        (method, path, body) ->
            method.equals("GET") && path.endsWith("/Groups") && hidden.getAndDecrement() > 0
                ? new Fault.Instead(
                    200,
                    Map.of("Content-Type", "application/scim+json"),
                    "{\"totalResults\":0,\"Resources\":[]}")
                : null);
    shop.wire.forgetSeen();
    afterAllLooks();

    assertThat(failed()).isEmpty();
    assertThat(lanes()).last().isEqualTo("team idle");
    assertThat(shop.wire.seen())
        .as("no list of members")
        .noneMatch(seen -> seen.contains("attributes=members&") || seen.endsWith("=members "))
        .filteredOn(seen -> seen.contains("/Groups"))
        .allMatch(seen -> seen.contains("filter=") && seen.contains("excludedAttributes=members"));
    assertThat(bridge.rows("SELECT * FROM member_look")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "H2")
  void anAppThatShowsNoMembershipsIsTakenAtItsWord(DatabaseKind kind) throws Exception {
    start(kind, "off");
    String ada = bridge.user("ada");
    bridge.deliver();
    lies.set(true);
    bridge.group("Ops", ada);
    bridge.deliver();
    afterAllLooks();

    assertThat(failed()).isEmpty();
    assertThat(lanes()).containsExactly("account idle", "team idle");
  }
}
