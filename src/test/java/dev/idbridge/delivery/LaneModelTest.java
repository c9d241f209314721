package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneLost;
import dev.idbridge.ledger.LaneState;
import dev.idbridge.ledger.LaneTriggers;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lanes driven by random triggers, claims, endings and lost leases, against a plain model of the
 * state table in {@code src/docs/state-machine.md}.
 */
class LaneModelTest {
  private static final int STEPS = 1_500;
  private static final int LANES = 5;

  /** One lane as the table says it should be. */
  private static final class Model {
    LaneState state = LaneState.DUE;
    @Nullable Long due;
    int priority;
    long wanted = 1;
    long claimed;
    long applied;
    long token;
    int attempts;
    boolean inDoubt;
    boolean revived;
    boolean letter;

    String row() {
      return "%s %s %d %d %d %d %d %b"
          .formatted(state.word(), due, priority, wanted, claimed, applied, attempts, inDoubt);
    }

    void wanted(int level, long now) {
      wanted++;
      boolean rests = state == LaneState.IDLE || state == LaneState.VERIFYING;
      priority = rests ? level : Math.min(priority, level);
      if (rests
          || state == LaneState.WAITING
          || (state == LaneState.DEAD && (!revived || level == 0))
          || (state == LaneState.BACKOFF && level == 0)
          || (state == LaneState.DUE && level == 0 && due != null && due > now)) {
        state = LaneState.DUE;
        due = now;
      }
    }

    boolean claimable(long now) {
      return due != null && due <= now;
    }

    void claimed(Lane lane, long leaseEnd) {
      inDoubt |= state == LaneState.LEASED;
      state = LaneState.LEASED;
      claimed = wanted;
      token = lane.leaseToken();
      due = leaseEnd;
    }

    void ended(LaneEnd how, Lane lane, long now) {
      boolean moved = wanted > claimed;
      boolean onChange = true;
      boolean success = false;
      Long at = null;
      LaneState next = LaneState.IDLE;
      inDoubt = lane.inDoubt();
      switch (how) {
        case LaneEnd.Done done -> {
          success = true;
          inDoubt = false;
        }
        case LaneEnd.Verify verify -> {
          success = true;
          inDoubt = false;
          next = LaneState.VERIFYING;
          at = verify.at();
        }
        case LaneEnd.Again again -> {
          success = true;
          inDoubt = false;
          at = again.at();
        }
        case LaneEnd.Yield yield -> {
          next = LaneState.DUE;
          at = now;
        }
        case LaneEnd.Backoff backoff -> {
          next = LaneState.BACKOFF;
          at = backoff.at();
          onChange = false;
          inDoubt |= backoff.inDoubt();
          attempts++;
        }
        case LaneEnd.Later later -> {
          next = attempts > 0 ? LaneState.BACKOFF : LaneState.DUE;
          at = later.at();
          onChange = false;
        }
        case LaneEnd.Waiting waiting -> next = LaneState.WAITING;
        case LaneEnd.Dead dead -> {
          next = LaneState.DEAD;
          attempts++;
          revived |= letter;
          letter = true;
        }
      }
      if (success) {
        letter &= attempts == 0;
        attempts = 0;
        applied = claimed;
        revived = false;
      }
      boolean again = moved && (onChange || priority == 0);
      state = again ? LaneState.DUE : next;
      due = again ? Long.valueOf(now) : at;
      priority = moved || !success ? priority : 1;
      token = 0;
    }
  }

  private final TreeMap<Long, Model> models = new TreeMap<>();
  private final List<Lane> held = new ArrayList<>();
  private final List<Lane> lost = new ArrayList<>();
  private final Set<String> cells = new TreeSet<>();

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void lanesMoveAsTheirTableSaysWhateverHappensInWhateverOrder(DatabaseKind kind) throws Exception {
    long seed = Long.getLong("lanes.seed", System.nanoTime());
    Random random = new Random(seed);
    try (TestBridge bridge = new TestBridge(kind)) {
      for (int step = 0; step < STEPS; step++) {
        step(bridge, random);
        compare(bridge, "seed " + seed + ", step " + step);
      }
      comesToRest(bridge, seed);
    }
    assertThat(cells)
        .as("cells of the table that this run went through, seed " + seed)
        .contains(
            "idle wanted",
            "due wanted",
            "leased wanted",
            "backoff wanted",
            "waiting wanted",
            "dead wanted",
            "verifying wanted",
            "backoff leaver",
            "dead leaver",
            "leased leaver",
            "waiting woken",
            "idle claim",
            "due claim",
            "backoff claim",
            "verifying claim",
            "leased claim");
  }

  private void step(TestBridge bridge, Random random) {
    long now = bridge.store.clock().millis();
    switch (random.nextInt(11)) {
      case 0, 1, 2 -> trigger(bridge, random, now);
      case 3, 4 -> claim(bridge, 1 + random.nextInt(3), now);
      case 5, 6, 7 -> end(bridge, random, now);
      case 8 -> woken(bridge, now);
      case 9 -> lostLeasesChangeNothing(bridge, random, now);
      default -> bridge.forward(Duration.ofMillis(1 + random.nextInt(40_000)));
    }
  }

  private void trigger(TestBridge bridge, Random random, long now) {
    long target = 1 + random.nextInt(LANES);
    Priority priority = Priority.values()[random.nextInt(3)];
    bridge
        .store
        .transactions()
        .run(
            connection -> {
              new LaneTriggers()
                  .makeDue(
                      connection,
                      List.of(new Trigger(1, LaneKind.ACCOUNT, target, 1, 9, now, priority)));
              return true;
            });
    Model lane = models.get(target);
    if (lane == null) {
      lane = new Model();
      lane.due = now;
      lane.priority = priority.level();
      models.put(target, lane);
    } else {
      cells.add(lane.state.word() + (priority == Priority.LEAVER ? " leaver" : " wanted"));
      lane.wanted(priority.level(), now);
    }
  }

  private void claim(TestBridge bridge, int most, long now) {
    for (Lane lane : bridge.ledger.claim(1, most, TestBridge.LEASE)) {
      Model model = models.get(lane.target());
      assertThat(model.claimable(now)).as("%s was due: %s", lane, model.row()).isTrue();
      cells.add(model.state.word() + " claim");
      held.stream().filter(other -> other.target() == lane.target()).forEach(lost::add);
      held.removeAll(lost);
      model.claimed(lane, now + TestBridge.LEASE.toMillis());
      assertThat(lane.inDoubt()).isEqualTo(model.inDoubt);
      held.add(lane);
    }
  }

  private void end(TestBridge bridge, Random random, long now) {
    if (!held.isEmpty()) {
      Lane lane = held.remove(random.nextInt(held.size()));
      LaneEnd how = ending(random, now);
      bridge.ledger.book(new Booking(lane, now).ends(how));
      models.get(lane.target()).ended(how, lane, now);
    }
  }

  private static LaneEnd ending(Random random, long now) {
    return switch (random.nextInt(9)) {
      case 0, 1 -> new LaneEnd.Done("active");
      case 2 -> new LaneEnd.Yield("active");
      case 3 -> new LaneEnd.Backoff("active", now + 5_000, "down", random.nextBoolean(), false);
      case 4 -> new LaneEnd.Later("active", now + 2_000, "throttled", false);
      case 5 -> new LaneEnd.Waiting("active", LaneKind.TEAM, 99, "memberships first");
      case 6 -> new LaneEnd.Dead("active", "UPDATE", "ada", "refused");
      case 7 -> new LaneEnd.Again("active", now + 15_000, "deleted later");
      default -> new LaneEnd.Verify("active", now + 10_000, 1);
    };
  }

  private void woken(TestBridge bridge, long now) {
    bridge.waiters.wakeSatisfied();
    for (Model lane : models.values()) {
      if (lane.state == LaneState.WAITING) {
        cells.add("waiting woken");
        lane.state = LaneState.DUE;
        lane.due = now;
      }
    }
  }

  private void lostLeasesChangeNothing(TestBridge bridge, Random random, long now) {
    if (!lost.isEmpty()) {
      Lane lane = lost.remove(random.nextInt(lost.size()));
      assertThatThrownBy(() -> bridge.ledger.book(new Booking(lane, now).ends(ending(random, now))))
          .isInstanceOf(LaneLost.class);
    }
  }

  private void compare(TestBridge bridge, String when) {
    List<String> expected =
        models.entrySet().stream()
            .map(lane -> lane.getKey() + " " + lane.getValue().row())
            .toList();
    List<String> rows =
        bridge.rows(
            "SELECT target_id, state, due_at, priority, wanted_seq, claimed_seq, applied_seq,"
                + " attempts, CASE WHEN in_doubt = TRUE THEN 'true' ELSE 'false' END"
                + " FROM lane ORDER BY target_id");
    assertThat(rows).as(when).isEqualTo(expected);
  }

  /** No wake-up is lost: whatever is due, or will be, is delivered up to what was wanted last. */
  private void comesToRest(TestBridge bridge, long seed) {
    woken(bridge, bridge.store.clock().millis());
    for (int round = 0; round < 100; round++) {
      bridge.forward(Duration.ofMinutes(1));
      long now = bridge.store.clock().millis();
      for (Lane lane : bridge.ledger.claim(1, LANES, TestBridge.LEASE)) {
        bridge.ledger.book(new Booking(lane, now).ends(new LaneEnd.Done("active")));
      }
    }
    assertThat(
            bridge.rows(
                "SELECT target_id, state FROM lane WHERE state <> 'dead'"
                    + " AND (applied_seq <> wanted_seq OR state <> 'idle')"))
        .as("lanes that never came to rest, seed " + seed)
        .isEmpty();
  }
}
