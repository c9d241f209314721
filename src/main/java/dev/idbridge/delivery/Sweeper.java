package dev.idbridge.delivery;

import dev.idbridge.directory.MembershipSweep;
import dev.idbridge.ledger.FeedWork;
import dev.idbridge.ledger.SweepWork;
import dev.idbridge.ledger.SweepWork.Sweep;
import dev.idbridge.model.StoreUnavailable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Works sweeps off in the background, one page at a time, and expands for apps that rest. */
public final class Sweeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");
  private static final long POLL_MILLIS = 2_000;

  /** A sweep of so many pages is worth a line in the log. */
  private static final int BIG = 20;

  private static final int MOST = 1_000;

  private final SweepWork lanes;
  private final MembershipSweep memberships;
  private final FeedWork feeds;
  private final Expander expander;
  private final Runnable wakeDispatcher;
  private final Semaphore signal = new Semaphore(0);
  private volatile boolean stopping;
  private final Thread loop = new Thread(this::run, "sweeper");

  /** Pages that this node worked off, by sweep; for the log. */
  private final Map<Long, Integer> worked = new HashMap<>();

  /**
   * @param expander works when there is no sweep
   * @param wakeDispatcher called after a page made lanes due
   */
  public Sweeper(
      SweepWork lanes,
      MembershipSweep memberships,
      FeedWork feeds,
      Expander expander,
      Runnable wakeDispatcher) {
    this.feeds = feeds;
    this.lanes = lanes;
    this.memberships = memberships;
    this.expander = expander;
    this.wakeDispatcher = wakeDispatcher;
    loop.setDaemon(true);
  }

  public void start() {
    loop.start();
  }

  /** A sweep may have begun. */
  public void wake() {
    if (signal.availablePermits() == 0) {
      signal.release();
    }
  }

  private void run() {
    while (!stopping) {
      boolean more = false;
      try {
        boolean fed = feeds.page();
        if (fed) {
          wakeDispatcher.run();
        }
        more = page() || fed || expander.page();
      } catch (StoreUnavailable down) {
        LOG.debug("sweeps wait: {}", down.getMessage());
      } catch (RuntimeException bug) {
        LOG.error("a sweep's page failed; it is tried again", bug);
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

  /** Whether there was anything to do. */
  private boolean page() {
    Optional<Sweep> claimed = lanes.claim();
    if (claimed.isEmpty()) {
      return false;
    }
    Sweep sweep = claimed.get();
    boolean over = MembershipSweep.takes(sweep) ? memberships.page(sweep) : lanes.page(sweep);
    CrashPoints.sweepPage();
    int pages = over ? worked.getOrDefault(sweep.id(), 0) + 1 : 0;
    if (over) {
      worked.remove(sweep.id());
      LOG.atLevel(pages >= BIG ? Level.INFO : Level.DEBUG)
          .log("sweep {} over {} {} is done", sweep.id(), sweep.root(), sweep.rootId());
    } else if (worked.size() < MOST || worked.containsKey(sweep.id())) {
      worked.merge(sweep.id(), 1, Integer::sum);
    }
    wakeDispatcher.run();
    return true;
  }

  @Override
  public void close() {
    stopping = true;
    wake();
    try {
      loop.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
