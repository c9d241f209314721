package dev.idbridge.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many calls may be under way. Every app has slots that are its own whatever the others do; the
 * rest is common, for whoever needs it. So an app that does not answer holds its own slots and at
 * most the common ones, never another app's. Thread-safe.
 */
final class CallSlots {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Share> shares = new ArrayList<>();
  private final int each;
  private int common;

  /**
   * @param most calls at one time over all apps; each app has one at least, however many there are
   * @param apps how many apps share them
   */
  CallSlots(int most, int apps) {
    this.each = Math.max(1, most / Math.max(1, apps));
    this.common = most;
  }

  /** Slots of an app that shares with nobody. */
  static Share alone(int concurrency) {
    return new CallSlots(concurrency, 1).share(concurrency);
  }

  /**
   * The slots of one more app.
   *
   * @param concurrency calls to it at one time
   */
  Share share(int concurrency) {
    lock.lock();
    try {
      int own = Math.min(concurrency, each);
      common = Math.max(0, common - own);
      Share share = new Share(own, concurrency);
      shares.add(share);
      return share;
    } finally {
      lock.unlock();
    }
  }

  /** One app's part. */
  final class Share {
    private final int own;
    private final int most;
    private final Condition leavers = lock.newCondition();
    private final Condition others = lock.newCondition();
    private int waitingLeavers;
    private int waitingOthers;
    private int used;

    private Share(int own, int most) {
      this.own = own;
      this.most = most;
    }

    /**
     * Waits for a slot; whoever takes access away goes first.
     *
     * @return false when none was free in time
     */
    boolean take(boolean leaver, Duration patience) {
      long left = patience.toNanos();
      lock.lock();
      try {
        boolean waits = !free() || (!leaver && waitingLeavers > 0);
        while (waits) {
          if (left <= 0) {
            // Whoever woke this one may have meant another.
            signal();
            return false;
          }
          left = leaver ? awaitAsLeaver(left) : awaitAsOther(left);
          waits = !free() || (!leaver && waitingLeavers > 0);
        }
        if (used++ >= own) {
          common--;
        }
        signal();
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        lock.unlock();
      }
    }

    private long awaitAsLeaver(long nanos) throws InterruptedException {
      waitingLeavers++;
      try {
        return leavers.awaitNanos(nanos);
      } finally {
        waitingLeavers--;
      }
    }

    private long awaitAsOther(long nanos) throws InterruptedException {
      waitingOthers++;
      try {
        return others.awaitNanos(nanos);
      } finally {
        waitingOthers--;
      }
    }

    private boolean free() {
      return used < own || (used < most && common > 0);
    }

    void give() {
      lock.lock();
      try {
        if (--used >= own) {
          common++;
          shares.forEach(Share::signal);
        } else {
          signal();
        }
      } finally {
        lock.unlock();
      }
    }

    private void signal() {
      if (free()) {
        if (waitingLeavers > 0) {
          leavers.signal();
        } else if (waitingOthers > 0) {
          others.signal();
        }
      }
    }

    /** Who waits for a slot. */
    int waiting() {
      lock.lock();
      try {
        return waitingLeavers + waitingOthers;
      } finally {
        lock.unlock();
      }
    }

    /** Calls under way. */
    int used() {
      lock.lock();
      try {
        return used;
      } finally {
        lock.unlock();
      }
    }
  }
}
