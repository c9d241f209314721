package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.ledger.Priority;
import dev.idbridge.model.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims due lanes for every app that has room and an open gate, and sends each through its app's
 * route, on a thread of its own. Claims never exceed an app's {@link Window}, so that what is
 * claimed is worked on at once; calls never exceed its {@link CallSlots}.
 */
public final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");
  private static final long POLL = TimeUnit.MILLISECONDS.toNanos(500);

  /** What trickles in is claimed together; what comes after a pause is claimed at once. */
  private static final long LINGER = TimeUnit.MILLISECONDS.toNanos(20);

  /** Lanes in hand over all apps, beyond what each may be called with at one time. */
  private static final int MOST = 1_024;

  /** Longer than the store's own time limits let one claim wait for the database. */
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(150);

  /** What a claim under way gets to come back when the daemon ends. */
  private static final Duration LAST_CLAIM = Duration.ofSeconds(5);

  private static final Duration CHECK_EVERY = Duration.ofSeconds(30);

  private final Claimer claimer;
  private final List<Turn> turns = new ArrayList<>();
  private final ProducerTemplate routes;
  private final Clock clock;
  private final ExecutorService threads = threads();
  private final AtomicInteger inHand = new AtomicInteger();
  private final Semaphore signal = new Semaphore(0);
  private final AtomicLong lastBeat = new AtomicLong(System.nanoTime());
  private volatile boolean inStore;
  private volatile boolean stopping;
  private final Thread loop = new Thread(this::run, "dispatcher");

  /**
   * @param workers calls to apps at one time, over all apps
   */
  public Dispatcher(
      Claimer claimer, List<App> apps, ProducerTemplate routes, Clock clock, int workers) {
    this.claimer = claimer;
    this.routes = routes;
    this.clock = clock;
    CallSlots slots = new CallSlots(workers, apps.size());
    for (App app : apps) {
      app.shares(slots.share(app.config().limits().concurrency()));
      turns.add(new Turn(app, routes.getCamelContext().getEndpoint("direct:app-" + app.name())));
    }
    loop.setDaemon(true);
  }

  /** Until Java 24 a call that waits inside a monitor holds up every virtual thread there is. */
  private static ExecutorService threads() {
    return Runtime.version().feature() >= 24
        ? Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("delivery-", 1).factory())
        : Executors.newCachedThreadPool(
            Thread.ofPlatform().name("delivery-", 1).daemon().factory());
  }

  /** One app in the loop's round. */
  private static final class Turn {
    final App app;
    final Endpoint route;

    /** Something may be due. */
    volatile boolean asked = true;

    long last = System.nanoTime() - POLL;
    boolean sparse;

    Turn(App app, Endpoint route) {
      this.app = app;
      this.route = route;
    }

    /** Nanoseconds until a claim is worth it. */
    long waits(long now) {
      long passed = now - last;
      return Math.max(0, (asked ? (sparse ? LINGER : 0) : POLL) - passed);
    }
  }

  public void start() {
    loop.start();
  }

  /** Lanes may have become due; claims are tried at once. */
  public void wake() {
    turns.forEach(turn -> turn.asked = true);
    signal();
  }

  private void signal() {
    if (signal.availablePermits() == 0) {
      signal.release();
    }
  }

  /**
   * Time since the loop last went round: what a watchdog asks. A claim that waits for the database
   * counts as going round for {@link #STORE_PATIENCE}: it has time limits of its own, and a daemon
   * that is killed meanwhile would start into the same wait.
   */
  public Duration sinceLastBeat() {
    boolean waits = inStore;
    Duration since = Duration.ofNanos(System.nanoTime() - lastBeat.get());
    Duration late = waits ? since.minus(STORE_PATIENCE) : since;
    return late.isNegative() ? Duration.ZERO : late;
  }

  private void run() {
    while (!stopping) {
      long wait = POLL;
      lastBeat.set(System.nanoTime());
      for (Turn turn : turns) {
        lastBeat.set(System.nanoTime());
        long waits = turn.waits(System.nanoTime());
        if (waits > 0) {
          wait = Math.min(wait, waits);
          continue;
        }
        try {
          wait = Math.min(wait, claim(turn) ? 0 : POLL);
        } catch (StoreUnavailable down) {
          // It is the same for every app, and each would wait for it.
          LOG.debug("no lanes claimed: {}", down.getMessage());
          wait = POLL;
          turn.last = System.nanoTime();
          turn.asked = false;
          break;
        } catch (RuntimeException bug) {
          LOG.error("claiming lanes for app {} failed", turn.app.name(), bug);
        }
      }
      if (wait > 0) {
        await(wait);
      }
    }
  }

  private void await(long nanos) {
    try {
      if (signal.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        signal.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  /** Whether there may be more to claim for the app right now. */
  private boolean claim(Turn turn) {
    App app = turn.app;
    turn.asked = false;
    turn.last = System.nanoTime();
    turn.sparse = true;
    long now = clock.millis();
    if (app.checkDue(now)) {
      app.checking(now + CHECK_EVERY.toMillis());
      threads.execute(() -> check(app));
    }
    if (!app.open(now)) {
      return false;
    }
    Window window = app.window();
    int room = window.room();
    Priority least = Priority.SWEEP;
    if (app.probing()) {
      room = Math.min(room, AppBreaker.PROBES - window.inHand());
    } else if (window.inHand() >= app.config().limits().concurrency()) {
      room = Math.min(room, MOST - inHand.get());
    }
    if (room <= 0 && !app.probing()) {
      least = Priority.LEAVER;
      room = window.leaverRoom();
    }
    if (room <= 0) {
      return false;
    }
    List<Delivery> deliveries = claimed(app, least, room);
    if (least != Priority.LEAVER) {
      window.claimed(room, deliveries.size());
    } else {
      window.borrowed(deliveries.size());
    }
    inHand.addAndGet(deliveries.size());
    for (Delivery delivery : deliveries) {
      threads.execute(() -> deliver(turn, delivery));
    }
    turn.sparse = deliveries.size() < room;
    return !turn.sparse && least != Priority.LEAVER;
  }

  private List<Delivery> claimed(App app, Priority least, int room) {
    inStore = true;
    try {
      return claimer.claim(app, least, room);
    } finally {
      lastBeat.set(System.nanoTime());
      inStore = false;
    }
  }

  /** Off the loop: an app that does not answer its check delays no other. */
  private void check(App app) {
    try {
      app.checked(
          app.connector().check(Deadline.in(Duration.ofSeconds(10))),
          clock.millis() + CHECK_EVERY.toMillis());
      wake();
    } catch (RuntimeException bug) {
      LOG.error("checking app {} failed", app.name(), bug);
    }
  }

  private void deliver(Turn turn, Delivery delivery) {
    try {
      Exchange exchange = new DefaultExchange(routes.getCamelContext(), ExchangePattern.InOnly);
      exchange.getMessage().setBody(delivery);
      routes.send(turn.route, exchange);
      if (exchange.getException() != null) {
        LOG.error(
            "{} stays leased after an error in its app's route; it is tried again when the lease"
                + " ends",
            delivery.lane(),
            exchange.getException());
      }
    } finally {
      delivery.giveSlot();
      inHand.decrementAndGet();
      if (turn.app.window().ended()) {
        turn.asked = true;
        turn.sparse = false;
        signal();
      }
    }
  }

  /** Stops claiming and waits for running deliveries to end at their slice, a lease at most. */
  @Override
  public void close() {
    close(Deadline.in(claimer.lease().plus(LAST_CLAIM)));
  }

  /** The same, until the deadline at most; what is under way then is asserted anew later. */
  public void close(Deadline deadline) {
    stopping = true;
    signal();
    try {
      loop.join(Math.max(1, deadline.atMost(LAST_CLAIM).left().toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Deadline end = deadline.atMost(claimer.lease());
    while (inHand.get() > 0 && !end.passed() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    if (inHand.get() > 0) {
      LOG.warn(
          "{} deliveries under way are left as they are; whoever holds them next asserts them"
              + " anew",
          inHand.get());
    }
    // Not interrupted: a thread that is interrupted in the store would close its file for all.
    threads.shutdown();
  }
}
