package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.MemberOp;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.HttpFaults.Fault;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What apps and networks do to calls, over real HTTP, beside an app that is well; the loop, the
 * routes, the connector and the app are real, the clock is moved.
 */
class FaultsTest {
  /** Short, so that a call which is not answered ends soon. */
  private static final Duration LEASE = Duration.ofMillis(800);

  private TestBridge bridge;
  private FaultyApp shop;
  private Dispatcher loop;

  @BeforeEach
  void start() throws Exception {
    bridge = new TestBridge(DatabaseKind.H2);
    shop = new FaultyApp(bridge, Map.of("members-shown", "true"));
  }

  @AfterEach
  void end() throws Exception {
    shop.wire.close();
    if (loop != null) {
      loop.close();
    }
    shop.close();
    bridge.close();
  }

  private void deliver(Duration lease) {
    loop = bridge.dispatcher(64, lease);
    loop.start();
  }

  private static void await(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: " + what).isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private long lanes(String where) {
    return Long.parseLong(
        bridge.rows("SELECT COUNT(*) FROM lane WHERE app_id = 2 AND " + where).getFirst());
  }

  /** Moves the clock on whenever everything waits, until nothing does. */
  private void comesToRest() {
    for (int round = 0; round < 60; round++) {
      loop.wake();
      await(
          "the loop has done what is due",
          () ->
              lanes("state = 'leased'") == 0
                  && (lanes("due_at <= " + bridge.clock.millis()) == 0 || !open()));
      if (lanes("(state NOT IN ('idle', 'dead') OR due_at IS NOT NULL)") == 0) {
        return;
      }
      bridge.forward(Duration.ofMinutes(1));
    }
    throw new AssertionError("never at rest: " + bridge.rows("SELECT * FROM lane"));
  }

  /** Whether the loop may claim lanes of the app now, whatever held it back before. */
  private boolean open() {
    return bridge.apps.get(1).open(bridge.clock.millis());
  }

  private String gate() {
    return bridge.apps.get(1).gate().state();
  }

  /** What becomes of an answer, though the app does what it was asked. */
  enum Loss {
    NEVER_COMES,
    CONNECTION_CLOSES,
    CONNECTION_IS_RESET,
    HALF_OF_IT_COMES,
    /** The app is slower than the lease: it begins when nobody waits any more. */
    COMES_LATE
  }

  private static String kind(String method, String path) {
    return method + " " + path.split("/")[3];
  }

  /** The first write of each kind meets the fault. */
  private void lose(Loss loss) {
    Map<String, CountDownLatch> late = new ConcurrentHashMap<>();
    shop.wire.judge(
        (method, path, body) -> {
          if (method.equals("GET")) {
            return null;
          }
          CountDownLatch first = new CountDownLatch(1);
          CountDownLatch earlier = late.putIfAbsent(kind(method, path), first);
          if (earlier != null) {
            // The late one overtakes its own repetition.
            int made = shop.app.made().size();
            if (earlier.getCount() > 0 && method.equals("POST")) {
              earlier.countDown();
              await("the late call is done", () -> shop.app.made().size() > made);
            }
            earlier.countDown();
            return null;
          }
          return switch (loss) {
            case NEVER_COMES -> new Fault.NoAnswer();
            case CONNECTION_CLOSES -> new Fault.LoseAnswer();
            case CONNECTION_IS_RESET -> new Fault.After(shop.cable::reset);
            case HALF_OF_IT_COMES -> new Fault.HalfBody();
            case COMES_LATE -> new Fault.Hold(first);
          };
        });
  }

  @ParameterizedTest
  @EnumSource
  void whateverBecomesOfAnAnswerNothingIsThereTwiceAndAllOfItIsOurs(Loss loss) throws Exception {
    lose(loss);
    String ada = bridge.user("ada");
    String ops = bridge.group("Ops", ada);
    deliver(LEASE);

    comesToRest();

    assertThat(shop.app.made()).hasSize(2);
    assertThat(shop.members("Ops")).containsExactly("ada");
    assertThat(bridge.rows("SELECT DISTINCT origin FROM link WHERE app_id = 2"))
        .containsExactly("OURS");
    assertThat(bridge.rows("SELECT origin FROM app_member WHERE app_id = 2"))
        .containsExactly("OURS");

    lose(loss);
    bridge.members(ops, new MemberOp.Remove(List.of(ada)));
    bridge.active(ada, false);
    comesToRest();

    assertThat(shop.members("Ops")).isEmpty();
    assertThat(shop.active()).isEmpty();
    assertThat(shop.app.users()).hasSize(1);
    assertThat(bridge.app.account("ada").active).as("the other app, too").isFalse();
    assertThat(lanes("state <> 'idle'")).isZero();
    assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
  }

  @Test
  void anAppThatThrottlesInBurstsIsLeftAloneAsLongAsItSaysAndThatIsNoAttempt() throws Exception {
    AtomicInteger budget = new AtomicInteger(20);
    AtomicInteger refused = new AtomicInteger();
    shop.wire.judge(
        (method, path, body) -> {
          if (budget.getAndDecrement() > 0) {
            return null;
          }
          String date =
              DateTimeFormatter.RFC_1123_DATE_TIME.format(
                  ZonedDateTime.ofInstant(bridge.clock.instant(), ZoneOffset.UTC).plusSeconds(30));
          return refused.getAndIncrement() % 2 == 0
              ? new Fault.Instead(429, Map.of("Retry-After", "30"), "")
              : new Fault.Instead(503, Map.of("Retry-After", date), "");
        });
    for (int i = 0; i < 80; i++) {
      bridge.user("user" + i);
    }
    deliver(TestBridge.LEASE);

    for (int burst = 0; burst < 4; burst++) {
      await("the app has said stop", () -> refused.get() > 0 && lanes("state = 'leased'") == 0);
      assertThat(refused.getAndSet(0)).as("calls refused in one burst").isLessThanOrEqualTo(16);
      int calls = shop.wire.seen().size();
      bridge.forward(Duration.ofSeconds(29));
      String name = "meanwhile" + burst;
      bridge.user(name);
      loop.wake();
      await("the other app goes on", () -> bridge.app.has(name));
      assertThat(shop.wire.seen()).as("calls while it is to be left alone").hasSize(calls);
      budget.set(20);
      bridge.forward(Duration.ofSeconds(2));
      loop.wake();
    }
    budget.set(100_000);
    comesToRest();

    assertThat(shop.app.users()).hasSize(84);
    assertThat(bridge.rows("SELECT DISTINCT attempts FROM lane WHERE app_id = 2"))
        .containsExactly("0");
    assertThat(bridge.rows("SELECT * FROM sync_log WHERE app_id = 2 AND outcome = 'FAILED'"))
        .isEmpty();
  }

  @Test
  void aBatchThatIsRefusedForOneMemberIsHalvedUntilThatMemberWaitsAlone() throws Exception {
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      people.add(bridge.user("user" + i));
    }
    deliver(TestBridge.LEASE);
    comesToRest();
    String bad = shop.id("user17");
    AtomicBoolean refuses = new AtomicBoolean(true);
    shop.wire.judge(
        (method, path, body) ->
            method.equals("PATCH") && body.contains(bad) && refuses.get()
                ? new Fault.Instead(
                    400,
                    Map.of("Content-Type", "application/json"),
                    "{\"detail\":\"guests cannot join\"}")
                : null);
    shop.wire.forgetSeen();
    String ops = bridge.group("Ops", people.toArray(String[]::new));
    comesToRest();

    assertThat(shop.members("Ops")).hasSize(39).doesNotContain("user17");
    assertThat(shop.wire.seen().stream().filter(seen -> seen.startsWith("PATCH")))
        .as("calls for 40 members")
        .hasSizeLessThanOrEqualTo(16);
    assertThat(bridge.rows("SELECT name, action, member_id FROM dead_letter WHERE app_id = 2"))
        .containsExactly("user17 MEMBER_ADD " + people.get(17));
    assertThat(bridge.app.memberNames("Ops")).as("the other app").hasSize(40);

    refuses.set(false);
    bridge.members(ops, new MemberOp.Remove(List.of(people.get(3))));
    comesToRest();
    assertThat(shop.members("Ops")).as("nobody else waits for it").hasSize(38);
  }

  @Test
  void aBatchThatTheAppIsTooSlowForIsHalvedUntilItGetsThrough() throws Exception {
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      people.add(bridge.user("user" + i));
    }
    deliver(Duration.ofMillis(1200));
    comesToRest();
    String ops = bridge.group("Ops");
    comesToRest();
    AtomicBoolean slow = new AtomicBoolean(true);
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    shop.wire.judge(
        (method, path, body) -> {
          if (!body.contains("members")) {
            return null;
          }
          int members = body.split("value(\":\"| eq )", -1).length - 1;
          sizes.add(members);
          if (!slow.get()) {
            return null;
          }
          if (members > 30) {
            return new Fault.Silence();
          }
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(15L * members));
          return null;
        });
    bridge.members(ops, new MemberOp.Add(people));
    comesToRest();

    assertThat(shop.members("Ops")).hasSize(100);
    assertThat(sizes).as("members of each call").startsWith(100, 50, 25).hasSizeLessThan(20);
    assertThat(sizes.stream().skip(2)).as("once the app keeps up").allMatch(size -> size <= 25);

    slow.set(false);
    sizes.clear();
    bridge.members(ops, new MemberOp.Remove(people));
    comesToRest();
    assertThat(shop.members("Ops")).isEmpty();
    assertThat(sizes).as("members of each call after a success").containsExactly(100);
  }

  @Test
  void anAppThatIsDownForDaysIsTriedEverMoreRarelyAndThenWaitsForAPersonWithItsReason()
      throws Exception {
    shop.cable.cut();
    bridge.user("ada");
    List<String> gaps = new ArrayList<>();
    Duration passed = Duration.ZERO;
    for (; lanes("state = 'dead'") == 0; passed = passed.plusHours(1)) {
      bridge.deliver();
      gaps.add(bridge.rows("SELECT due_at FROM lane WHERE app_id = 2").getFirst());
      assertThat(passed).isLessThan(Duration.ofDays(30));
      bridge.forward(Duration.ofHours(1));
    }

    assertThat(passed).isGreaterThan(Duration.ofDays(28));
    assertThat(gaps.stream().distinct().count()).as("times set in 28 days").isBetween(112L, 500L);
    assertThat(bridge.rows("SELECT name, action, reason FROM dead_letter"))
        .singleElement()
        .asString()
        .startsWith("ada ")
        .contains("refused");
    assertThat(bridge.app.accounts).as("the other app").hasSize(1);
  }

  @Test
  void anAppThatWasDownForFourWeeksGetsEverythingWhenItReturns() throws Exception {
    shop.cable.cut();
    String ada = bridge.user("ada");
    bridge.group("Ops", ada);
    bridge.deliver();
    for (int day = 0; day < 27; day++) {
      bridge.forward(Duration.ofDays(1));
      bridge.deliver();
    }
    shop.cable.mend();
    bridge.forward(Duration.ofHours(7));
    deliver(TestBridge.LEASE);

    comesToRest();

    assertThat(shop.members("Ops")).containsExactly("ada");
    assertThat(bridge.rows("SELECT * FROM dead_letter")).isEmpty();
  }

  @Test
  void aBacklogThatReturnsIsWorkedOffByPriorityWhileTheOtherAppKeepsItsPace() throws Exception {
    List<String> leavers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      leavers.add(bridge.user("leaver" + i));
    }
    deliver(TestBridge.LEASE);
    comesToRest();
    shop.cable.cut();
    for (int i = 0; i < 150; i++) {
      bridge.user("user" + i);
    }
    loop.wake();
    await("the app is left alone", () -> gate().equals("unavailable"));
    for (String leaver : leavers) {
      bridge.active(leaver, false);
    }
    loop.wake();
    await("the other app has everything", () -> bridge.app.size() == 170);
    await(
        "it has lost its leavers",
        () -> bridge.app.accounts.values().stream().filter(held -> !held.active).count() == 20);
    await("nothing is under way", () -> lanes("state = 'leased'") == 0);

    shop.cable.mend();
    shop.wire.forgetSeen();
    bridge.forward(Duration.ofMinutes(1));
    comesToRest();

    assertThat(shop.active()).hasSize(150).noneMatch(name -> name.startsWith("leaver"));
    List<String> writes =
        shop.wire.seen().stream().filter(seen -> !seen.startsWith("GET")).toList();
    int last =
        writes.lastIndexOf(
            writes.stream().filter(w -> w.startsWith("PATCH")).reduce((a, b) -> b).orElseThrow());
    assertThat(writes.subList(0, last).stream().filter(write -> write.startsWith("POST")))
        .as("accounts made before the last leaver lost access")
        .hasSizeLessThanOrEqualTo(8);
  }
}
