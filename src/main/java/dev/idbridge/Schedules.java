package dev.idbridge;

import dev.idbridge.config.BridgeConfig;
import dev.idbridge.directory.Arrivals;
import dev.idbridge.directory.DirectoryPurge;
import dev.idbridge.directory.TokenWatch;
import dev.idbridge.ledger.Waiters;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the schedules' routes: {@code syncLogBound}, {@code changesBound}, {@code
 * wakeSatisfiedWaiters}, {@code expireParked}, {@code warnOfTokens}, {@code purgeDirectories}.
 */
final class Schedules {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  private final BridgeConfig.Retention retention;
  private final Duration keepParked;
  private final Waiters waiters;
  private final Arrivals arrivals;
  private final TokenWatch tokens;
  private final DirectoryPurge purge;
  private final MeterRegistry meters;
  private final java.time.Clock clock;

  Schedules(
      BridgeConfig.Retention retention,
      Duration keepParked,
      Waiters waiters,
      Arrivals arrivals,
      TokenWatch tokens,
      DirectoryPurge purge,
      MeterRegistry meters,
      java.time.Clock clock) {
    this.retention = retention;
    this.keepParked = keepParked;
    this.waiters = waiters;
    this.arrivals = arrivals;
    this.tokens = tokens;
    this.purge = purge;
    this.meters = meters;
    this.clock = clock;
  }

  void bind(Registry registry) {
    registry.bind("syncLogBound", (Processor) exchange -> bound(exchange, retention.syncLog()));
    registry.bind("changesBound", (Processor) exchange -> bound(exchange, retention.changes()));
    registry.bind("wakeSatisfiedWaiters", (Processor) exchange -> wake());
    registry.bind("expireParked", (Processor) exchange -> expire());
    registry.bind("warnOfTokens", (Processor) exchange -> tokens.warnings().forEach(LOG::warn));
    registry.bind("purgeDirectories", (Processor) exchange -> purge());
  }

  private void purge() {
    for (String name : purge.run()) {
      LOG.info("directory {} is deleted with all that belonged to it", name);
    }
  }

  /** Everything before this moment goes; the body starts the loop of batches. */
  private void bound(Exchange exchange, Duration keep) {
    exchange
        .getMessage()
        .setHeader("CamelJpaParameters", Map.of("before", clock.millis() - keep.toMillis()));
    exchange.getMessage().setBody(1);
  }

  private void wake() {
    int missed = waiters.wakeSatisfied();
    if (missed > 0) {
      meters.counter("idbridge_waiters_missed_total").increment(missed);
      LOG.warn("{} waiters had what they waited for and slept on; woken now", missed);
    }
    int joined = arrivals.missed();
    if (joined > 0) {
      LOG.info("{} parked members that had arrived are in their groups now", joined);
    }
  }

  private void expire() {
    int expired = waiters.expireParked(keepParked);
    if (expired > 0) {
      LOG.warn(
          "{} members waited {} days for their accounts and became dead letters; see 'idbridge"
              + " dead-letters list'",
          expired,
          keepParked.toDays());
    }
    int absent = arrivals.expire(keepParked);
    if (absent > 0) {
      LOG.warn(
          "{} members that identity providers named did not arrive within {} days; see 'idbridge"
              + " sync-log --result failed'",
          absent,
          keepParked.toDays());
    }
  }
}
