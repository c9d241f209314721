package dev.idbridge.ledger;

import dev.idbridge.model.StoreUnavailable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many lanes, parked members and dead letters every app has. To count lanes is to go through an
 * index of all of them: half a second or more for a million. So what took long is counted again
 * only when {@value #REST} times as long has passed; until then, and while somebody else counts,
 * the answer is what was counted last. What takes less than a quarter of a second is counted every
 * time. Thread-safe; throws {@link StoreUnavailable} when the database cannot be used.
 */
public final class LaneCounts {
  /** Counting takes at most one part in so many of the time. */
  static final int REST = 20;

  private static final long QUICK = TimeUnit.MILLISECONDS.toNanos(250);

  /** What counts as waiting to be done, and thus as old. */
  private static final Set<String> OPEN =
      Set.of(LaneState.DUE.word(), LaneState.LEASED.word(), LaneState.BACKOFF.word());

  private final EntityManagerFactory entities;
  private final LongSupplier nanoTime;
  private final ReentrantLock counting = new ReentrantLock();
  private volatile @Nullable Counted last;

  public LaneCounts(EntityManagerFactory entities) {
    this(entities, System::nanoTime);
  }

  /**
   * @param nanoTime a monotonic clock
   */
  LaneCounts(EntityManagerFactory entities, LongSupplier nanoTime) {
    this.entities = entities;
    this.nanoTime = nanoTime;
  }

  /** So many lanes of an app are of one kind and in one state. */
  public record Lanes(int app, String kind, String state, long count) {}

  /**
   * What an app has.
   *
   * @param lanes by state
   * @param oldestDueAt since when the longest-waiting lane that is due, leased or in back-off
   *     waits; 0 when none does
   */
  public record Tally(Map<String, Long> lanes, long deadLetters, long parked, long oldestDueAt) {
    public Tally {
      lanes = Map.copyOf(lanes);
    }
  }

  /** What was counted at one time; each map is by app. */
  public record Counts(
      List<Lanes> lanes,
      Map<Integer, Long> letters,
      Map<Integer, Long> parked,
      Map<Integer, Long> oldest) {
    public Counts {
      lanes = List.copyOf(lanes);
      letters = Map.copyOf(letters);
      parked = Map.copyOf(parked);
      oldest = Map.copyOf(oldest);
    }

    /** One app's part. */
    public Tally of(int app) {
      return new Tally(
          lanes.stream()
              .filter(some -> some.app == app)
              .collect(Collectors.groupingBy(Lanes::state, Collectors.summingLong(Lanes::count))),
          letters.getOrDefault(app, 0L),
          parked.getOrDefault(app, 0L),
          oldest.getOrDefault(app, 0L));
    }
  }

  /**
   * @param took nanoseconds
   * @param at when it was done, by the monotonic clock
   */
  private record Counted(Counts counts, long took, long at) {
    boolean quick() {
      return took < QUICK;
    }
  }

  /** Counts, or answers what was counted last. */
  public Counts counts() {
    Counted known = last;
    if (known == null || known.quick()) {
      counting.lock();
    } else if (rests(known) || !counting.tryLock()) {
      return known.counts;
    }
    try {
      Counted meanwhile = last;
      return meanwhile != null && rests(meanwhile) ? meanwhile.counts : count();
    } finally {
      counting.unlock();
    }
  }

  private boolean rests(Counted known) {
    return !known.quick() && nanoTime.getAsLong() - known.at < REST * known.took;
  }

  private Counts count() {
    long begin = nanoTime.getAsLong();
    EntityManager manager = entities.createEntityManager();
    try {
      Counts counts = count(manager);
      long end = nanoTime.getAsLong();
      last = new Counted(counts, end - begin, end);
      return counts;
    } catch (PersistenceException e) {
      throw new StoreUnavailable("the store cannot be read: " + e.getMessage(), e);
    } finally {
      manager.close();
    }
  }

  /** Grouped and asked for as the indexes are ordered, so that no row of a lane is read for it. */
  private static Counts count(EntityManager manager) {
    List<Lanes> lanes =
        manager
            .createQuery(
                "select l.appId, l.kind, l.state, count(*) from LaneRow l"
                    + " group by l.appId, l.state, l.kind",
                Object[].class)
            .getResultList()
            .stream()
            .map(row -> new Lanes((int) row[0], (String) row[1], (String) row[2], (long) row[3]))
            .toList();
    List<Integer> apps =
        manager.createQuery("select a.id from AppRow a", Integer.class).getResultList();
    List<Integer> behind =
        lanes.stream()
            .filter(some -> OPEN.contains(some.state))
            .map(Lanes::app)
            .distinct()
            .toList();
    return new Counts(
        lanes,
        byApp(
            manager, apps, "select d.appId, count(*) from DeadLetterRow d where d.appId in :apps"),
        byApp(
            manager,
            apps,
            "select d.appId, count(*) from AppMemberRow d where d.appId in :apps"
                + " and d.state = 'parked'"),
        byApp(
            manager,
            behind,
            "select d.appId, min(d.wantedAt) from LaneRow d where d.appId in :apps"
                + " and d.state in ('due', 'leased', 'backoff')"));
  }

  private static Map<Integer, Long> byApp(EntityManager manager, List<Integer> apps, String query) {
    Map<Integer, Long> numbers = new HashMap<>();
    if (!apps.isEmpty()) {
      for (Object[] row :
          manager
              .createQuery(query + " group by d.appId", Object[].class)
              .setParameter("apps", apps)
              .getResultList()) {
        numbers.put((Integer) row[0], ((Number) row[1]).longValue());
      }
    }
    return numbers;
  }
}
