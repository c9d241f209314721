package dev.idbridge;

import dev.idbridge.config.BridgeConfig;
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
 * wakeSatisfiedWaiters}, {@code expireParked}.
 */
final class Schedules {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  private final BridgeConfig.Retention retention;
  private final Duration keepParked;
  private final Waiters waiters;
  private final MeterRegistry meters;
  private final java.time.Clock clock;

  Schedules(
      BridgeConfig.Retention retention,
      Duration keepParked,
      Waiters waiters,
      MeterRegistry meters,
      java.time.Clock clock) {
    this.retention = retention;
    this.keepParked = keepParked;
    this.waiters = waiters;
    this.meters = meters;
    this.clock = clock;
  }

  void bind(Registry registry) {
    registry.bind("syncLogBound", (Processor) exchange -> bound(exchange, retention.syncLog()));
    registry.bind("changesBound", (Processor) exchange -> bound(exchange, retention.changes()));
    registry.bind("wakeSatisfiedWaiters", (Processor) exchange -> wake());
    registry.bind("expireParked", (Processor) exchange -> expire());
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
  }
}
