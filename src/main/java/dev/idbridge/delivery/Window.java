package dev.idbridge.delivery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How many lanes of one app are claimed at one time: as many as it can be called at one time, and
 * more where it answers so quickly that they are worked off within a tenth of a second: so long
 * does another app's lane wait behind them for a processor. What is claimed is thus worked on at
 * once, and a claim of many lanes costs hardly more than one of a few. Sized by the dispatcher's
 * thread; thread-safe otherwise.
 */
final class Window {
  /** The most lanes of one app in one's hands. */
  static final int MOST = 512;

  private static final long AHEAD = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MEASURED = TimeUnit.MILLISECONDS.toNanos(10);

  private final int least;
  private final LongSupplier nanoTime;
  private final AtomicInteger inHand = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private volatile int size;
  private long since;
  private boolean filled;

  /**
   * @param least the app's concurrency
   * @param nanoTime a monotonic clock
   */
  Window(int least, LongSupplier nanoTime) {
    this.least = least;
    this.nanoTime = nanoTime;
    this.size = least;
    this.since = nanoTime.getAsLong();
  }

  int size() {
    return size;
  }

  int inHand() {
    return inHand.get();
  }

  /** Lanes to claim now; none while too few fit in for a claim to be worth it. */
  int room() {
    adapt();
    int free = size - inHand.get();
    return free >= step() ? free : 0;
  }

  /** Lanes to claim beyond the window, for those who lose access. */
  int leaverRoom() {
    return Math.max(0, size + least - inHand.get());
  }

  private int step() {
    return size <= least ? 1 : size / 4;
  }

  private void adapt() {
    long now = nanoTime.getAsLong();
    long passed = now - since;
    if (passed < AHEAD && (passed < MEASURED || ended.get() < size / 2)) {
      return;
    }
    long ahead = ended.getAndSet(0) * AHEAD / passed;
    since = now;
    // While less is due than there is room for, nothing is learned about the app.
    if (filled) {
      int most = Math.max(least, Math.min(MOST, size * 4));
      int next = (int) Math.max(least, Math.min(most, ahead));
      // Grown at once, taken back by halves: one slow moment is no slow app.
      size = next >= size ? next : Math.max(next, size / 2);
    }
  }

  /** So many lanes were asked for, and so many came. */
  void claimed(int asked, int got) {
    inHand.addAndGet(got);
    filled = got >= asked;
  }

  /** So many lanes came beyond the window. */
  void borrowed(int got) {
    inHand.addAndGet(got);
  }

  /** One lane has left. True when there is room for a claim again. */
  boolean ended() {
    ended.incrementAndGet();
    int left = inHand.decrementAndGet();
    int free = size - left;
    return left == 0 || free == step() || free == size;
  }
}
