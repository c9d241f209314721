package dev.idbridge;

import dev.idbridge.delivery.App;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.TokenWatch;
import dev.idbridge.directory.Tokens;
import dev.idbridge.ledger.LaneCounts;
import dev.idbridge.ledger.LaneCounts.Counts;
import dev.idbridge.ledger.LaneCounts.Tally;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AppView;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.store.Node;
import dev.idbridge.store.Store;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process does for itself every few seconds: says that its node lives, and looks at the
 * ledger for the gauges, each on a thread of its own. Whoever reads the gauges is answered from
 * memory. Labels carry names of apps and directories only.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final int SECONDS = 10;

  /** While the store is away: no ids are made until it is known that the number is still ours. */
  private static final int SECONDS_AWAY = 1;

  /** From where on the file of the embedded store is worth a word. */
  private static final long LONG_FILE = 4L << 30;

  private final Store store;
  private final LedgerQueries queries;
  private final LaneCounts counts;
  private final Directories directories;
  private final Tokens tokens;
  private final AppFleet fleet;
  private final Consumer<String> lost;
  private long nextRound;
  private final MultiGauge lanes;
  private final MultiGauge oldest;
  private final MultiGauge deadLetters;
  private final MultiGauge parked;
  private final MultiGauge held;
  private final MultiGauge states;
  private final MultiGauge sweeps;
  private final MultiGauge expiry;
  private final MultiGauge lastSeen;
  private long nextWarning = LONG_FILE;
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().name("housekeeping-", 1).daemon().factory());

  Housekeeping(
      Store store,
      LedgerQueries queries,
      LaneCounts counts,
      Directories directories,
      Tokens tokens,
      AppFleet fleet,
      MeterRegistry meters,
      Consumer<String> lost) {
    this.lost = lost;
    this.store = store;
    this.queries = queries;
    this.counts = counts;
    this.directories = directories;
    this.tokens = tokens;
    this.fleet = fleet;
    lanes = MultiGauge.builder("idbridge_lanes").register(meters);
    oldest = MultiGauge.builder("idbridge_lane_oldest_seconds").register(meters);
    deadLetters = MultiGauge.builder("idbridge_dead_letters").register(meters);
    parked = MultiGauge.builder("idbridge_parked_members").register(meters);
    held = MultiGauge.builder("idbridge_held").register(meters);
    states = MultiGauge.builder("idbridge_app_state").register(meters);
    for (App app : fleet.apps()) {
      FunctionCounter.builder(
              "idbridge_throttled_seconds_total", app, a -> a.throttledMillis() / 1e3)
          .tag("app", app.name())
          .register(meters);
    }
    sweeps = MultiGauge.builder("idbridge_sweep_remaining").register(meters);
    expiry = MultiGauge.builder("idbridge_token_expiry_seconds").register(meters);
    lastSeen = MultiGauge.builder("idbridge_idp_last_seen_seconds").register(meters);
    meters.counter("idbridge_waiters_missed_total");
    Gauge.builder("idbridge_store_up", store, s -> s.answers() ? 1 : 0).register(meters);
    nextRound = System.nanoTime();
    every(this::round, SECONDS_AWAY);
    every(this::look, SECONDS);
  }

  private void every(Runnable work, int seconds) {
    timer.scheduleWithFixedDelay(() -> attempt(work), 1, seconds, TimeUnit.SECONDS);
  }

  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (StoreUnavailable down) {
      LOG.debug("the store does not answer: {}", down.getMessage());
    } catch (RuntimeException bug) {
      LOG.error("housekeeping failed; it goes on", bug);
    }
  }

  private void round() {
    if (System.nanoTime() - nextRound < 0) {
      return;
    }
    if (!store.keepNumber()) {
      lost.accept(
          "node number "
              + store.node().number()
              + " was taken by another daemon while this one stood still for "
              + Node.SILENCE.toSeconds()
              + " s or more; it ends, makes no ids any more, and is to be started anew (systemd"
              + " does so)");
      timer.shutdown();
      return;
    }
    fleet.share(store.node().live());
    nextRound = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    warnOfLongFile();
  }

  /** Once per doubling. */
  private void warnOfLongFile() {
    long bytes = store.fileBytes();
    if (bytes >= nextWarning) {
      nextWarning = 2 * bytes;
      LOG.warn(
          "the embedded store's file is {} GiB long and grows until the daemon ends; a restart"
              + " compacts it, and MariaDB is the store for this much traffic",
          bytes >> 30);
    }
  }

  private void look() {
    states.register(
        fleet.apps().stream()
            .map(a -> MultiGauge.Row.of(Tags.of("app", a.name(), "state", a.gate().state()), 1))
            .toList(),
        true);
    if (!store.answers()) {
      // What was true before the store went away would look like health.
      Stream.of(lanes, oldest, deadLetters, parked, held, sweeps, expiry, lastSeen)
          .forEach(gauge -> gauge.register(List.of(), true));
    }
    List<AppView> apps = queries.apps();
    Map<Integer, String> names =
        apps.stream().collect(Collectors.toMap(AppView::id, AppView::name));
    Counts now = counts.counts();
    lanes.register(
        now.lanes().stream()
            .filter(some -> names.containsKey(some.app()))
            .map(some -> MultiGauge.Row.of(tags(names, some), (Number) some.count()))
            .toList(),
        true);
    gauge(oldest, apps, now, tally -> age(tally.oldestDueAt()));
    gauge(deadLetters, apps, now, Tally::deadLetters);
    gauge(parked, apps, now, Tally::parked);
    gauge(held, apps, now, tally -> tally.lanes().getOrDefault("held", 0L));
    Map<Integer, Long> open = queries.sweeps();
    sweeps.register(
        apps.stream()
            .map(
                app ->
                    MultiGauge.Row.of(
                        Tags.of("app", app.name()), (Number) open.getOrDefault(app.id(), 0L)))
            .toList(),
        true);
    intake(store.clock().instant());
  }

  private static Tags tags(Map<Integer, String> names, LaneCounts.Lanes some) {
    return Tags.of(
        "app", names.getOrDefault(some.app(), ""), "kind", some.kind(), "state", some.state());
  }

  /** Seconds since then; 0 for never. */
  private double age(long since) {
    return since == 0 ? 0 : (store.clock().millis() - since) / 1000.0;
  }

  private static void gauge(
      MultiGauge gauge, List<AppView> apps, Counts counts, Function<Tally, Number> value) {
    gauge.register(
        apps.stream()
            .map(
                app ->
                    MultiGauge.Row.of(Tags.of("app", app.name()), value.apply(counts.of(app.id()))))
            .toList(),
        true);
  }

  /** When the next token ends that nobody replaced yet, and since when each IdP has been quiet. */
  private void intake(Instant now) {
    TokenWatch watch = new TokenWatch(directories, tokens, store.clock());
    Map<Long, Instant> heard = tokens.lastUsed();
    List<MultiGauge.Row<Number>> ends = new ArrayList<>();
    List<MultiGauge.Row<Number>> seen = new ArrayList<>();
    for (Directory directory : directories.list()) {
      Tags tags = Tags.of("directory", directory.name());
      watch
          .nextEnd(directory)
          .ifPresent(
              at -> ends.add(MultiGauge.Row.of(tags, at.getEpochSecond() - now.getEpochSecond())));
      Instant last = heard.get(directory.id());
      if (last != null) {
        seen.add(
            MultiGauge.Row.of(tags, Math.max(0, now.getEpochSecond() - last.getEpochSecond())));
      }
    }
    expiry.register(ends, true);
    lastSeen.register(seen, true);
  }

  /** Lets what is under way end: an interrupted read would close the embedded store's file. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.info("the gauges are still being counted; that ends with the store");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
