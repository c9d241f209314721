package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.model.StoreUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims due lanes for every app that has free permits and an open gate, and sends each through the
 * deliver route. Claims never exceed the permits, so that what is claimed is worked on at once.
 */
public final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");
  private static final long POLL_MILLIS = 500;
  private static final Duration CHECK_EVERY = Duration.ofSeconds(30);

  private final Ledger ledger;
  private final List<App> apps;
  private final ProducerTemplate routes;
  private final Clock clock;
  private final Duration lease;
  private final int workers;
  private final Semaphore free;
  private final ExecutorService pool;
  private final Semaphore signal = new Semaphore(0);
  private final AtomicLong lastBeat = new AtomicLong(System.nanoTime());
  private volatile boolean stopping;
  private final Thread loop = new Thread(this::run, "dispatcher");

  public Dispatcher(
      Ledger ledger,
      List<App> apps,
      ProducerTemplate routes,
      Clock clock,
      int workers,
      Duration lease) {
    this.ledger = ledger;
    this.apps = List.copyOf(apps);
    this.routes = routes;
    this.clock = clock;
    this.workers = workers;
    this.lease = lease;
    this.free = new Semaphore(workers);
    this.pool =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().name("delivery-", 1).daemon().factory());
    loop.setDaemon(true);
  }

  public void start() {
    loop.start();
  }

  /** Lanes may have become due; claims are tried at once. */
  public void wake() {
    if (signal.availablePermits() == 0) {
      signal.release();
    }
  }

  /** Time since the loop last went round: what a watchdog asks. */
  public Duration sinceLastBeat() {
    return Duration.ofNanos(System.nanoTime() - lastBeat.get());
  }

  private void run() {
    while (!stopping) {
      boolean more = false;
      for (App app : apps) {
        lastBeat.set(System.nanoTime());
        try {
          more |= claim(app);
        } catch (StoreUnavailable down) {
          // It is the same for every app, and each would wait for it.
          LOG.warn("no lanes claimed: {}", down.getMessage());
          break;
        } catch (RuntimeException bug) {
          LOG.error("claiming lanes for app {} failed", app.name(), bug);
        }
      }
      if (!more) {
        await();
      }
    }
  }

  private void await() {
    try {
      if (signal.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        signal.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  /** Whether there may be more to claim for the app right now. */
  private boolean claim(App app) {
    long now = clock.millis();
    if (app.checkDue(now)) {
      app.checking(now + CHECK_EVERY.toMillis());
      pool.execute(() -> check(app));
    }
    if (!app.open(now)) {
      return false;
    }
    int permits = Math.min(app.permits().availablePermits(), free.availablePermits());
    if (permits == 0) {
      return false;
    }
    // Measured from before the claim: ours must end before the store's lease does.
    Deadline ends = Deadline.in(lease);
    List<Lane> lanes = ledger.claim(app.id(), permits, lease);
    if (!lanes.isEmpty()) {
      CrashPoints.afterClaim();
    }
    for (Lane lane : lanes) {
      app.permits().acquireUninterruptibly();
      free.acquireUninterruptibly();
      Delivery delivery = new Delivery(app, lane, lease, ends);
      pool.execute(() -> deliver(app, delivery));
    }
    return lanes.size() == permits;
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

  private void deliver(App app, Delivery delivery) {
    try {
      Exchange exchange = new DefaultExchange(routes.getCamelContext(), ExchangePattern.InOnly);
      exchange.getMessage().setBody(delivery);
      routes.send("direct:deliver", exchange);
      if (exchange.getException() != null) {
        LOG.error(
            "{} stays leased after an error in the deliver route; it is tried again when the lease"
                + " ends",
            delivery.lane(),
            exchange.getException());
      }
    } finally {
      app.permits().release();
      free.release();
      wake();
    }
  }

  /** Stops claiming and waits for running deliveries to end at their slice. */
  @Override
  public void close() {
    stopping = true;
    wake();
    try {
      loop.join(TimeUnit.SECONDS.toMillis(5));
      free.tryAcquire(workers, lease.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pool.shutdownNow();
  }
}
