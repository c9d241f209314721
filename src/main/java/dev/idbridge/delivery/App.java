package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.Scope;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.model.Resource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One app at work: its connector, how much of it goes on at one time, and whether claims may pass.
 * Thread-safe.
 *
 * <p>A gate that is shut holds back claims; it never rewrites lanes.
 */
public final class App {
  private static final Logger LOG = LoggerFactory.getLogger(App.class);

  private final int id;
  private volatile AppConfig config;
  private final Set<Long> directories;
  private final Connector connector;
  private final CircuitBreaker breaker;
  private final Window window;
  private volatile CallSlots.Share slots;
  private final AtomicReference<Gate> gate = new AtomicReference<>(Gate.OPEN);
  private volatile Gate bar = Gate.OPEN;
  private final AtomicLong throttledMillis = new AtomicLong();
  private final AtomicLong notTaking = new AtomicLong();
  private final Clock clock;

  /**
   * @param id as registered in the store
   * @param directories ids of the directories it follows
   * @param clock decides when an app that failed is tried again
   */
  public App(int id, AppConfig config, Set<Long> directories, Connector connector, Clock clock) {
    this.id = id;
    this.clock = clock;
    this.config = config;
    this.directories = Set.copyOf(directories);
    this.connector = connector;
    this.window = new Window(config.limits().concurrency(), System::nanoTime);
    this.slots = CallSlots.alone(config.limits().concurrency());
    this.breaker =
        AppBreaker.of(
            config.name(),
            clock,
            until -> shut("unavailable", clock.millis(), until, "its last calls failed"));
  }

  /**
   * Whether claims may pass.
   *
   * @param state active, throttled, unavailable or auth-failed; or why it is barred: paused,
   *     mismatch, resetting, forgotten, other-rules, no-rules, bad-rules
   * @param until milliseconds since the epoch at which it is tried again
   */
  public record Gate(String state, long until, String reason) {
    static final Gate OPEN = new Gate("active", 0, "");
  }

  public int id() {
    return id;
  }

  public String name() {
    return config.name();
  }

  /** As its file and the rules in force say. */
  public AppConfig config() {
    return config;
  }

  /**
   * Plans under other rules from now on. What is under way may be planned under either; the sweep
   * that follows an activation looks at it again.
   */
  public void adopt(AppConfig under) {
    config = under;
  }

  public boolean follows(long directory) {
    return directories.contains(directory);
  }

  /** Whether a condition of the app's scope held for the user before, and does not after. */
  public boolean leavesScope(Resource.User before, Resource.User after) {
    return config.scope() instanceof Scope.Matching matching
        && Scopes.holds(matching, before)
        && !Scopes.holds(matching, after);
  }

  public Set<Long> directories() {
    return directories;
  }

  public Connector connector() {
    return connector;
  }

  public Capabilities capabilities() {
    return connector.capabilities();
  }

  /** Whether its teams stand in teams, as the groups do. */
  public boolean placed() {
    return Places.matter(this);
  }

  public Gate gate() {
    Gate barred = bar;
    return barred == Gate.OPEN ? gate.get() : barred;
  }

  /**
   * Holds back claims until it is called again: what the store says of the app, or a person decided
   * about it, whatever the app itself answers.
   *
   * @param why null when nothing bars it
   */
  public void bar(@Nullable Gate why) {
    bar = why == null ? Gate.OPEN : why;
  }

  /** Whether claims are held back whatever the app itself answers. */
  public boolean barred() {
    return bar != Gate.OPEN;
  }

  /** Whether claims may pass now. A refused credential opens only after a check said so. */
  boolean open(long now) {
    Gate current = gate.get();
    if (bar != Gate.OPEN) {
      return false;
    }
    return current == Gate.OPEN || (now >= current.until && !current.state.equals("auth-failed"));
  }

  /**
   * How long the app itself wants no call, whoever holds a lane of it: it said so, or it refuses
   * our credential.
   *
   * @return zero when it may be called
   */
  Duration leftAlone(long now) {
    Gate current = gate.get();
    return switch (current.state) {
      case "throttled" -> Duration.ofMillis(Math.max(0, current.until - now));
      case "auth-failed" -> Duration.ofMillis(Math.max(1_000, current.until - now));
      default -> Duration.ZERO;
    };
  }

  /** Whether it is time to ask the app whether it takes our credentials again. */
  boolean checkDue(long now) {
    Gate current = gate.get();
    return current.state.equals("auth-failed") && now >= current.until;
  }

  /** A check is under way; the next is not due before then. */
  void checking(long again) {
    gate.updateAndGet(current -> new Gate(current.state, again, current.reason));
  }

  /** Holds back claims until then; a shorter pause never shortens a longer one. */
  void shut(String state, long now, long until, String reason) {
    Gate before =
        gate.getAndUpdate(
            current -> {
              boolean longer = current.until > until && current.state.equals(state);
              return longer ? current : new Gate(state, until, reason);
            });
    tell(before, new Gate(state, until, reason));
    if (state.equals("throttled")) {
      throttledMillis.addAndGet(Math.max(0, until - now));
    }
  }

  /** Something worked: claims pass again. */
  void opened() {
    Gate current = gate.get();
    if (current != Gate.OPEN
        && !current.state.equals("throttled")
        && gate.compareAndSet(current, Gate.OPEN)) {
      tell(current, Gate.OPEN);
    }
  }

  /** It answered an administrator well: that it refused our credentials holds back nothing more. */
  public void proved() {
    Gate current = gate.get();
    if (current.state.equals("auth-failed") && gate.compareAndSet(current, Gate.OPEN)) {
      tell(current, Gate.OPEN);
    }
  }

  /** A check's answer decides about a gate that refused credentials shut. */
  void checked(Health health, long again) {
    boolean up = health.state() == Health.State.UP;
    Gate next = up ? Gate.OPEN : new Gate("auth-failed", again, health.detail());
    tell(gate.getAndSet(next), next);
  }

  /** One line when it stops taking deliveries, and one when it takes them again. */
  private void tell(Gate before, Gate next) {
    if (before.state.equals(next.state)) {
      return;
    }
    long now = clock.millis();
    if (next == Gate.OPEN) {
      long from = notTaking.getAndSet(0);
      if (from != 0) {
        LOG.info("app {} takes deliveries again, after {} s", name(), (now - from) / 1_000);
      }
      return;
    }
    if (next.state.equals("throttled")) {
      // Its own pace, and over soon: a line each time would be noise.
      LOG.debug("app {} asks to wait until {}", name(), Instant.ofEpochMilli(next.until));
      return;
    }
    notTaking.compareAndSet(0, now);
    if (next.state.equals("auth-failed")) {
      LOG.error(
          "app {} refuses our credentials: {}. Deliveries to it wait, nothing is lost; put a valid"
              + " credential into its settings, and 'idbridge app test {}' asks it at once",
          name(),
          next.reason,
          name());
    } else {
      LOG.warn(
          "app {} is {}: {}. Deliveries to it wait; tried again at {}",
          name(),
          next.state,
          next.reason,
          Instant.ofEpochMilli(next.until));
    }
  }

  /** Milliseconds this app asked us to wait since the start. */
  public long throttledMillis() {
    return throttledMillis.get();
  }

  /** For the app's route: open while most of its calls fail. */
  public CircuitBreaker breaker() {
    return breaker;
  }

  /** Whether only a few calls may try whether it is back. */
  boolean probing() {
    CircuitBreaker.State state = breaker.getState();
    return state == CircuitBreaker.State.OPEN || state == CircuitBreaker.State.HALF_OPEN;
  }

  Window window() {
    return window;
  }

  /** Its calls count against these slots from now on; none may be under way. */
  void shares(CallSlots.Share share) {
    slots = share;
  }

  CallSlots.Share slots() {
    return slots;
  }
}
