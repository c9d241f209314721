package dev.idbridge;

import dev.idbridge.delivery.App;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.TokenWatch;
import dev.idbridge.directory.Tokens;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AppView;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.store.Store;
import io.micrometer.core.instrument.FunctionCounter;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process does for itself every few seconds: says that its node lives, and looks at the
 * ledger for the gauges. Labels carry names of apps and directories only.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final int SECONDS = 10;

  /** From where on the file of the embedded store is worth a word. */
  private static final long LONG_FILE = 4L << 30;

  private final Store store;
  private final LedgerQueries queries;
  private final Directories directories;
  private final Tokens tokens;
  private final AppFleet fleet;
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
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("housekeeping").daemon().factory());

  Housekeeping(
      Store store,
      LedgerQueries queries,
      Directories directories,
      Tokens tokens,
      AppFleet fleet,
      MeterRegistry meters) {
    this.store = store;
    this.queries = queries;
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
    timer.scheduleWithFixedDelay(this::round, 1, SECONDS, TimeUnit.SECONDS);
  }

  private void round() {
    try {
      if (!store.heartbeat()) {
        LOG.error(
            "another daemon took this node's number; restart this one so that both make ids of"
                + " their own");
      }
      fleet.share(store.node().live());
      look();
      warnOfLongFile();
    } catch (StoreUnavailable down) {
      LOG.warn("the store does not answer: {}", down.getMessage());
    } catch (RuntimeException bug) {
      LOG.error("housekeeping failed; it goes on", bug);
    }
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
    long now = store.clock().millis();
    List<AppView> apps = queries.apps();
    lanes.register(
        queries.laneCounts().stream()
            .map(
                row ->
                    MultiGauge.Row.of(
                        Tags.of(
                            "app",
                            (String) row[0],
                            "kind",
                            (String) row[1],
                            "state",
                            (String) row[2]),
                        (Number) row[3]))
            .toList(),
        true);
    gauge(oldest, apps, a -> a.oldestDueAt() == 0 ? 0 : (now - a.oldestDueAt()) / 1000.0);
    gauge(deadLetters, apps, AppView::deadLetters);
    gauge(parked, apps, AppView::parked);
    gauge(held, apps, a -> a.lanes().getOrDefault("held", 0L));
    Map<Integer, Long> open = queries.sweeps();
    gauge(sweeps, apps, a -> open.getOrDefault(a.id(), 0L));
    states.register(
        fleet.apps().stream()
            .map(a -> MultiGauge.Row.of(Tags.of("app", a.name(), "state", a.gate().state()), 1))
            .toList(),
        true);
    intake(store.clock().instant());
  }

  private interface Value {
    Number of(AppView app);
  }

  private static void gauge(MultiGauge gauge, List<AppView> apps, Value value) {
    gauge.register(
        apps.stream().map(a -> MultiGauge.Row.of(Tags.of("app", a.name()), value.of(a))).toList(),
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

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
