package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.Scope;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.expression.Expression;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.RoleRules;
import dev.idbridge.model.RoleRules.Grant;
import dev.idbridge.model.RoleRules.OfAttribute;
import dev.idbridge.model.RoleRules.OfGroup;
import dev.idbridge.model.RoleRules.Strip;
import dev.idbridge.model.RoleRules.To;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random groups in groups, rules, scopes, changes, returns and interruptions: what an app holds in
 * the end is what a plain reference works out from the beginning. More seeds: {@code
 * -Didbridge.model.seeds=200}.
 */
class GrantsModelTest {
  private static final int SEEDS = Integer.getInteger("idbridge.model.seeds", 4);
  private static final long FIRST = Long.getLong("idbridge.model.first", 1);
  private static final int STEPS = 100;
  private static final List<String> NAMES = List.of("A", "B", "C", "D", "E");
  private static final List<String> ROLES = List.of("ra", "rb", "rc", "rd");
  private static final Expression BOSS = expression("user.title == 'Boss'");

  private static Expression expression(String text) {
    try {
      return new Expressions(ScimSchema.STANDARD).compile(text, Sees.USER, Gives.CONDITION);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> seeds() {
    return LongStream.range(FIRST, FIRST + SEEDS)
        .boxed()
        .flatMap(
            seed ->
                seed % 8 == 1
                    ? Stream.of(
                        Arguments.of(DatabaseKind.H2, seed),
                        Arguments.of(DatabaseKind.MARIADB, seed))
                    : Stream.of(Arguments.of(DatabaseKind.H2, seed)));
  }

  /** Each of these takes two worlds. */
  static LongStream few() {
    return LongStream.range(FIRST, FIRST + Math.max(1, SEEDS / 2));
  }

  private static RoleRules rules(Random random) {
    List<RoleRules.Rule> rules = new ArrayList<>();
    for (String name : NAMES) {
      for (int i = random.nextInt(3); i > 0; i--) {
        To to = random.nextInt(3) == 0 ? To.TEAM : To.MEMBERS;
        String asked = random.nextBoolean() ? name : name.toLowerCase(Locale.ROOT);
        rules.add(new OfGroup(asked, some(random), to));
      }
    }
    if (random.nextBoolean()) {
      rules.add(new OfAttribute("title", "boss", GrantsTest.role("boss")));
    }
    return new RoleRules(
        random.nextInt(3) == 0 ? List.of() : GrantsTest.role("base"),
        rules,
        random.nextInt(4) == 0 ? Strip.ALL : Strip.OURS,
        List.of(),
        List.of("user4"),
        List.of("crown"),
        random.nextInt(3) == 0 ? List.of() : List.of("ra"));
  }

  private static List<Grant> some(Random random) {
    String first = any(random, ROLES);
    String other = any(random, ROLES);
    return first.equals(other) ? GrantsTest.role(first) : GrantsTest.role(first, other);
  }

  private static Scope scope(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Scope.Groups(List.of(any(random, NAMES), any(random, NAMES)));
      case 1 -> new Scope.Matching(BOSS);
      default -> new Scope.Everyone();
    };
  }

  private static <T> T any(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsHeldIsWhatTheReferenceSaysHoweverItWasInterrupted(DatabaseKind kind, long seed)
      throws Exception {
    Random random = new Random(seed);
    OnReactivate grants = random.nextInt(3) == 0 ? OnReactivate.RESTORE : OnReactivate.NONE;
    try (RolesWorld world = new RolesWorld(kind, rules(random), grants)) {
      world.bridge.deliver();
      world.found(0, "ra");
      world.found(1, "other");
      world.found(2, "crown");
      for (int group = 0; group < NAMES.size(); group++) {
        world.makeGroup(group, NAMES.get(group));
      }
      world.bridge.app.roles = GrantsTest.ALL.listing(random.nextBoolean(), random.nextBoolean());
      Story story = new Story(world, random);
      for (int step = 0; step < STEPS; step++) {
        story.step();
      }
      if (random.nextBoolean()) {
        story.activate();
      }
      world.settle();
      world.compare("seed " + seed + ": " + story.told);
    }
  }

  /** What is asked of one user, group or file, in its order. */
  private record Act(int resource, Consumer<RolesWorld> what) {}

  @ParameterizedTest
  @MethodSource("few")
  void anyOrderThatKeepsThatOfEachResourceEndsAlike(long seed) throws Exception {
    Random random = new Random(seed);
    List<Act> acts = acts(random);
    List<List<String>> ends = new ArrayList<>();
    for (int order = 0; order < 2; order++) {
      try (RolesWorld world =
          new RolesWorld(DatabaseKind.H2, plain(new Random(seed)), OnReactivate.RESTORE)) {
        for (int group = 0; group < NAMES.size(); group++) {
          world.makeGroup(group, NAMES.get(group));
        }
        Story story = new Story(world, random);
        for (Act act : order == 0 ? acts : interleaved(acts, random)) {
          act.what.accept(world);
          if (random.nextInt(8) == 0) {
            story.deliver(false);
          }
        }
        world.settle();
        world.compare("seed " + seed + ", order " + order);
        ends.add(world.snapshot());
      }
    }
    assertThat(ends.getLast()).as("seed %d", seed).isEqualTo(ends.getFirst());
  }

  /** Groups hold only later ones, and names belong to one group each: no act is refused. */
  private static List<Act> acts(Random random) {
    List<Act> acts = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      int user = random.nextInt(RolesWorld.USERS);
      int group = random.nextInt(NAMES.size());
      int below = group + 1 + random.nextInt(NAMES.size());
      boolean on = random.nextInt(3) > 0;
      long rules = random.nextLong();
      acts.add(
          switch (random.nextInt(12)) {
            case 0 -> new Act(user, world -> world.turn(user, on));
            case 1 -> new Act(user, world -> world.boss(user, on));
            case 2 -> new Act(user, world -> world.grant(user, "direct"));
            case 3 -> new Act(user, world -> world.takeBack(user, "direct"));
            case 4 -> new Act(10 + group, world -> world.leave(user, group));
            case 5 ->
                new Act(
                    10 + group,
                    world -> world.rename(group, NAMES.get(group) + (on ? "" : " former")));
            case 6 -> new Act(10 + group, world -> world.grantToTeam(group, "rd", on));
            case 7 ->
                new Act(
                    20,
                    world -> {
                      Random fresh = new Random(rules);
                      world.activate(plain(fresh), scope(fresh));
                    });
            case 8, 9 ->
                below >= NAMES.size()
                    ? new Act(10 + group, world -> world.join(user, group))
                    : new Act(
                        10 + group,
                        world -> {
                          if (on) {
                            world.nest(below, group);
                          } else {
                            world.unnest(below, group);
                          }
                        });
            default -> new Act(10 + group, world -> world.join(user, group));
          });
    }
    return acts;
  }

  private static RoleRules plain(Random random) {
    RoleRules rules = rules(random);
    return new RoleRules(rules.base(), rules.rules(), Strip.OURS, List.of(), List.of(), List.of());
  }

  /** Another order, in which what belongs to one resource stays in its own. */
  private static List<Act> interleaved(List<Act> acts, Random random) {
    Map<Integer, Deque<Act>> left = new TreeMap<>();
    acts.forEach(act -> left.computeIfAbsent(act.resource, r -> new ArrayDeque<>()).add(act));
    List<Act> other = new ArrayList<>();
    while (!left.isEmpty()) {
      int next = any(random, List.copyOf(left.keySet()));
      other.add(left.get(next).removeFirst());
      left.values().removeIf(Deque::isEmpty);
    }
    return other;
  }

  /** Random acts, some of them in the middle of a call, and calls that go wrong. */
  private static final class Story {
    final StringBuilder told = new StringBuilder();
    private final RolesWorld world;
    private final TestBridge bridge;
    private final Random random;
    private int groups = NAMES.size();
    private boolean within;

    Story(RolesWorld world, Random random) {
      this.world = world;
      this.bridge = world.bridge;
      this.random = random;
    }

    void step() throws ChangeRefused {
      switch (random.nextInt(16)) {
        case 0 -> {
          // A daemon that dies with lanes in its hands.
          bridge.claimOnly();
          bridge.forward(TestBridge.LEASE.plusSeconds(1));
        }
        case 1, 2 -> deliver(true);
        default -> act();
      }
    }

    /** Delivers what is due, with an app that fails and answers that are lost. */
    void deliver(boolean changes) {
      world.begin();
      bridge.app.before = plan -> random.nextInt(12) == 0 ? new Outcome.Retry("down", false) : null;
      bridge.app.after =
          plan -> random.nextInt(10) == 0 ? new Outcome.Retry("cut off", true) : null;
      bridge.app.item = role -> random.nextInt(15) == 0 ? new Outcome.Retry("one", true) : null;
      bridge.app.meanwhile = changes ? this::meanwhile : () -> {};
      bridge.deliver();
      bridge.app.meanwhile = () -> {};
      bridge.forward(Duration.ofSeconds(random.nextInt(600)));
      told.append("\n deliver;");
    }

    /** In the middle of a call: something changes, or another daemon takes the lane over. */
    private void meanwhile() {
      if (within || random.nextInt(8) > 0) {
        return;
      }
      within = true;
      try {
        if (random.nextInt(3) > 0) {
          act();
        } else {
          bridge.forward(TestBridge.LEASE.plusSeconds(1));
          if (random.nextBoolean()) {
            told.append(" (taken over)");
            bridge.claimOnly();
          } else {
            told.append(" (done by another)");
            bridge.deliver();
          }
        }
      } catch (ChangeRefused refused) {
        throw new AssertionError(refused);
      } finally {
        within = false;
      }
    }

    void activate() {
      RoleRules fresh = rules(random);
      Scope scope = scope(random);
      told.append(' ').append(fresh).append(' ').append(scope);
      world.activate(fresh, scope);
    }

    private void act() throws ChangeRefused {
      int user = random.nextInt(RolesWorld.USERS);
      List<Integer> live =
          world.reference.groups.entrySet().stream()
              .filter(one -> one.getValue().alive)
              .map(Map.Entry::getKey)
              .toList();
      int group = any(random, live);
      int other = any(random, live);
      String name = any(random, NAMES);
      int dice = random.nextInt(24);
      told.append("\n ").append(dice).append(" u").append(user).append(" g").append(group);
      told.append(" g").append(other).append(' ').append(name);
      switch (dice) {
        case 0, 1, 2, 3, 4, 5 -> world.join(user, group);
        case 6 -> world.leave(user, group);
        case 7, 8 -> world.nest(other, group);
        case 9 -> world.unnest(other, group);
        case 10 -> world.rename(group, name);
        case 11 -> world.turn(user, false);
        case 12, 13 -> world.turn(user, true);
        case 14, 15 -> world.boss(user, random.nextBoolean());
        case 16 -> world.grant(user, any(random, List.of("direct", "ra", "crown")));
        case 17 -> world.takeBack(user, any(random, List.of("direct", "ra", "crown")));
        case 18 -> world.grantToTeam(group, any(random, ROLES), random.nextBoolean());
        case 19 -> {
          if (random.nextBoolean() || !world.reference.users.get(user).alive) {
            world.leaveOrReturn(user);
          }
        }
        case 20 -> activate();
        case 21 -> {
          if (live.size() > 3 && random.nextBoolean()) {
            world.dropGroup(group);
          }
        }
        default -> world.makeGroup(groups++, name);
      }
    }
  }
}
