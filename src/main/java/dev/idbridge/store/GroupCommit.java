package dev.idbridge.store;

import dev.idbridge.model.CrashPoint;
import dev.idbridge.model.StoreUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Shares commits: many callers hand in small pieces of work, a few threads take what has gathered
 * and make it durable in one transaction. Thread-safe.
 *
 * <p>Every item's future completes, whatever happens: after the commit, or with the refusal the
 * handler gave it, or with {@link StoreUnavailable}. Items that the database refuses together are
 * done again one by one, so that one of them never fails its neighbours. Items of one sharer are
 * taken in the order they came; with more than one thread, later ones may commit first. A second
 * transaction begins beside another one only when enough gathered meanwhile, or when that one takes
 * long: a few items that wait for the one before cost less than a transaction of their own.
 */
public final class GroupCommit<T, R extends @Nullable Object> implements AutoCloseable {
  /** How long a caller waits for its commit, unless the constructor says otherwise. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long CLOSE_SECONDS = 10;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** So many items wait, or one for so long, before a thread works beside one that is at work. */
  private static final int ENOUGH = 16;

  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final String name;
  private final Transactions transactions;
  private final int most;
  private final int capacity;
  private final Handler<T, R> handler;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Map<Object, ArrayDeque<Item<T, R>>> queues = new LinkedHashMap<>();
  private final Set<List<Item<T, R>>> underWay = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private final long patienceNanos;
  private boolean closed;
  private int waiting;
  private int working;

  /**
   * @param writers threads; {@link DatabaseKind#writers()} measured best
   * @param most items in one transaction
   * @param capacity items that may wait; more are refused at once
   */
  public GroupCommit(
      String name,
      Transactions transactions,
      int writers,
      int most,
      int capacity,
      Handler<T, R> handler) {
    this(name, transactions, writers, most, capacity, PATIENCE, handler);
  }

  /**
   * The same for work that takes longer.
   *
   * @param patience after so long a caller hears that the store does not answer, whatever comes of
   *     its work: a database that hangs must not hold the callers
   */
  public GroupCommit(
      String name,
      Transactions transactions,
      int writers,
      int most,
      int capacity,
      Duration patience,
      Handler<T, R> handler) {
    this.name = name;
    this.patienceNanos = patience.toNanos();
    this.transactions = transactions;
    this.most = most;
    this.capacity = capacity;
    this.handler = handler;
    for (int i = 0; i < writers; i++) {
      threads.add(Thread.ofPlatform().name(name + "-" + i).daemon().start(this::serve));
    }
    Thread unused = Thread.ofPlatform().name(name + "-watch").daemon().start(this::watch);
  }

  /** Makes a batch's work part of one transaction. */
  @FunctionalInterface
  public interface Handler<T, R extends @Nullable Object> {
    /**
     * Gives every item an outcome. Called again, on a clean transaction, when the database asks for
     * it or refused the batch: it must not keep anything from an earlier call. It neither commits
     * nor rolls back.
     */
    void apply(Connection connection, List<Item<T, R>> items) throws SQLException;

    /** Whose work it is. They take turns: nobody's item waits for many of somebody else. */
    default Object sharer(T request) {
      return this;
    }

    /** What the caller of a lone item hears when the database refused it. */
    default Exception refusal(T request, StatementRefused refused) {
      return refused;
    }
  }

  /** One caller's work on its way. */
  public static final class Item<T, R extends @Nullable Object> {
    private final T request;
    private final long since = System.nanoTime();
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private @Nullable Runnable outcome;

    private Item(T request) {
      this.request = request;
    }

    public T request() {
      return request;
    }

    /** What the caller gets once the batch is committed. */
    public void done(R result) {
      outcome = () -> future.complete(result);
    }

    /** The caller hears this once the batch is committed; the item must have written nothing. */
    public void refuse(Exception why) {
      outcome = () -> future.completeExceptionally(why);
    }
  }

  /**
   * Hands in work. The future completes on a writer's thread, which must not be blocked there; it
   * fails at once when the queue is full or closed.
   */
  public CompletableFuture<R> submit(T request) {
    Item<T, R> item = new Item<>(request);
    lock.lock();
    try {
      if (closed) {
        item.future.completeExceptionally(
            new StoreUnavailable("the store is being closed; try again when it is back"));
      } else if (waiting >= capacity) {
        item.future.completeExceptionally(
            new StoreUnavailable(
                "the store cannot keep up: " + capacity + " writes wait already; try again"));
      } else {
        queues.computeIfAbsent(handler.sharer(request), sharer -> new ArrayDeque<>()).add(item);
        waiting++;
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    return item.future;
  }

  /** How many items wait. */
  public int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Tells callers who have waited too long; what becomes of their work is told to nobody then. */
  private void watch() {
    boolean ended = false;
    while (!ended) {
      LockSupport.parkNanos(LOOK_NANOS);
      long now = System.nanoTime();
      List<Item<T, R>> late = new ArrayList<>();
      underWay.forEach(late::addAll);
      lock.lock();
      try {
        ended = closed && threads.stream().noneMatch(Thread::isAlive);
        queues.values().forEach(late::addAll);
      } finally {
        lock.unlock();
      }
      for (Item<T, R> item : late) {
        if (now - item.since > patienceNanos && !item.future.isDone()) {
          item.future.completeExceptionally(
              new StoreUnavailable(
                  "the store has not answered for "
                      + TimeUnit.NANOSECONDS.toSeconds(patienceNanos)
                      + " s; this may still be stored later, ask for it before you try again"));
        }
      }
    }
  }

  private void serve() {
    for (List<Item<T, R>> batch = take(); !batch.isEmpty(); batch = take()) {
      underWay.add(batch);
      try {
        commit(batch);
      } catch (Throwable e) {
        // An outcome given twice is ignored: whatever broke, nobody waits for ever.
        batch.forEach(item -> item.future.completeExceptionally(e));
      } finally {
        underWay.remove(batch);
        rest();
      }
    }
  }

  private void rest() {
    lock.lock();
    try {
      working--;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Nanoseconds until what waits is worth a transaction of this thread. */
  private long untilWorthIt() {
    if (waiting == 0) {
      return Long.MAX_VALUE;
    }
    if (working == 0 || waiting >= ENOUGH) {
      return 0;
    }
    long now = System.nanoTime();
    long longest = 0;
    for (ArrayDeque<Item<T, R>> queue : queues.values()) {
      longest = Math.max(longest, now - queue.element().since);
    }
    return LONG_NANOS - longest;
  }

  private void await(long nanos) {
    try {
      long unused = work.awaitNanos(nanos);
    } catch (InterruptedException nobodyDoes) {
      return;
    }
  }

  /** Empty when closed and done. */
  private List<Item<T, R>> take() {
    lock.lock();
    try {
      for (long wait = untilWorthIt(); wait > 0 && !closed; wait = untilWorthIt()) {
        await(wait);
      }
      working++;
      List<Item<T, R>> batch = new ArrayList<>(Math.min(most, waiting));
      while (batch.size() < most && waiting > 0) {
        oneOfEach(batch);
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void oneOfEach(List<Item<T, R>> batch) {
    Iterator<ArrayDeque<Item<T, R>>> each = queues.values().iterator();
    while (each.hasNext() && batch.size() < most) {
      ArrayDeque<Item<T, R>> queue = each.next();
      batch.add(queue.remove());
      waiting--;
      if (queue.isEmpty()) {
        each.remove();
      }
    }
  }

  private void commit(List<Item<T, R>> batch) {
    try {
      transactions.run(
          connection -> {
            batch.forEach(item -> item.outcome = null);
            handler.apply(connection, batch);
            if (batch.stream().anyMatch(item -> item.outcome == null)) {
              throw new IllegalStateException(name + " left an item without an outcome");
            }
            CrashPoint.reached("before-commit");
            return batch.size();
          });
    } catch (StoreUnavailable e) {
      batch.forEach(item -> item.future.completeExceptionally(e));
      return;
    } catch (RuntimeException e) {
      if (batch.size() > 1) {
        batch.forEach(item -> commit(List.of(item)));
      } else {
        Item<T, R> alone = batch.getFirst();
        alone.future.completeExceptionally(
            e instanceof StatementRefused refused ? handler.refusal(alone.request, refused) : e);
      }
      return;
    }
    CrashPoint.reached("after-commit");
    for (Item<T, R> item : batch) {
      if (item.outcome != null) {
        item.outcome.run();
      }
    }
  }

  /** Takes no more, finishes what was handed in, and waits for that. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    failTheRest();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void failTheRest() {
    lock.lock();
    try {
      for (ArrayDeque<Item<T, R>> queue : queues.values()) {
        for (Item<T, R> item : queue) {
          item.future.completeExceptionally(
              new StoreUnavailable("the store was closed before this write; try again"));
        }
      }
      queues.clear();
      waiting = 0;
    } finally {
      lock.unlock();
    }
  }
}
