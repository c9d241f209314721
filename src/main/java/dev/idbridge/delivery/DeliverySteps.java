package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.directory.Targets;
import dev.idbridge.ledger.Called;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.LaneLost;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.Link;
import dev.idbridge.model.StoreUnavailable;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of an app's route, by name: {@code planDelivery}, {@code callApp}, {@code
 * appUnavailable}, {@code bookOutcome}. The exchange's body is a {@link Delivery}; where it stands
 * is told by the property {@code delivery} (planning, calling, ended), which a route reads faster
 * than the body's own. Thread-safe.
 */
public final class DeliverySteps {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");
  private static final Duration PROBES_OUT = Duration.ofSeconds(1);

  private final Bookkeeper books;
  private final AccountSteps accounts;
  private final TeamSteps teams;
  private final GrantSteps grants;
  private final FollowUpSteps followUps;
  private final FollowUpRoute followUpRoute = new FollowUpRoute();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Trails trails = new Trails();

  public DeliverySteps(
      Ledger ledger, Targets targets, Clock clock, Backoffs backoffs, MeterRegistry metrics) {
    this.books = new Bookkeeper(ledger, clock, backoffs, metrics);
    this.accounts = new AccountSteps(books);
    this.teams = new TeamSteps(books);
    this.grants = new GrantSteps(books, targets);
    this.followUps = new FollowUpSteps(books);
  }

  /** Makes the steps known to the routes. */
  public void bind(Registry registry) {
    registry.bind("planDelivery", (Processor) e -> guarded(e, this::plan));
    registry.bind("callApp", (Processor) this::call);
    registry.bind("appUnavailable", (Processor) this::unavailable);
    registry.bind("bookOutcome", (Processor) e -> guarded(e, this::book));
  }

  /** For who wants to follow single deliveries. */
  public Trails trails() {
    return trails;
  }

  /** Deliveries end at their next slice. */
  public void stopping() {
    stopping.set(true);
  }

  private interface Step {
    void on(Delivery delivery);
  }

  /**
   * What the store refuses leaves the lane leased: it comes back, in doubt, when the store is back
   * or the lease ends.
   */
  private void guarded(Exchange exchange, Step step) {
    Delivery delivery = exchange.getMessage().getBody(Delivery.class);
    try {
      step.on(delivery);
    } catch (LaneLost lost) {
      LOG.info("{}", lost.getMessage());
      lost(delivery);
      delivery.end();
    } catch (StoreUnavailable down) {
      LOG.debug("{} is tried again when the store is back: {}", delivery.lane(), down.getMessage());
      abandon(delivery);
      delivery.end();
    } catch (RuntimeException bug) {
      LOG.error(
          "{} stays leased after an unexpected error; it is tried again", delivery.lane(), bug);
      delivery.end();
    }
    exchange.setProperty("delivery", delivery.stands());
  }

  /**
   * Somebody else holds the lane, or held it since. What this delivery called may have reached the
   * app after what they called: they, or the next, assert it.
   */
  private void lost(Delivery delivery) {
    if (delivery.wrote()) {
      try {
        books.ledger.reassert(delivery.lane(), called(delivery));
      } catch (StoreUnavailable down) {
        LOG.debug(
            "{} is asserted anew when the store is back: {}", delivery.lane(), down.getMessage());
        abandon(delivery);
      }
    }
  }

  /** When the store is back, whoever has the lane by then may have to go over our calls. */
  private void abandon(Delivery delivery) {
    books.ledger.abandon(delivery.lane(), delivery.wrote() ? called(delivery) : null);
  }

  private static Called called(Delivery delivery) {
    return new Called(
        delivery.created(),
        delivery.team.page.stream().map(work -> work.row().account()).toList(),
        GrantSteps.subject(delivery),
        delivery.grants.page.stream().map(GrantRow::role).toList(),
        remoteId(delivery));
  }

  private static @Nullable String remoteId(Delivery delivery) {
    Link link =
        switch (delivery.lane().kind()) {
          case ACCOUNT -> delivery.account.link;
          case TEAM -> delivery.team.link;
          case GRANTS -> GrantSteps.link(delivery);
          case FOLLOW_UP -> null;
        };
    return link == null ? null : link.remoteId();
  }

  private void plan(Delivery delivery) {
    // What was booked may leave nothing to be called yet: planned again until there is.
    while (!delivery.isEnded() && !delivery.isCalling()) {
      planOnce(delivery);
    }
    if (delivery.isCalling() && (!delivery.takeSlot() || stopping.get())) {
      delivery.giveSlot();
      books.giveBack(delivery, Duration.ZERO, "the app is busy with earlier calls");
    } else if (delivery.isCalling()) {
      leaveAlone(delivery);
    }
  }

  /** What was claimed before the app asked for a pause is not sent into it. */
  private void leaveAlone(Delivery delivery) {
    Duration pause = delivery.app().leftAlone(books.clock.millis());
    if (pause.isPositive()) {
      delivery.giveSlot();
      books.giveBack(delivery, pause, delivery.app().gate().reason());
    }
  }

  private void planOnce(Delivery delivery) {
    if (stopping.get()) {
      books.giveBack(delivery, Duration.ZERO, "");
      return;
    }
    trails.planning(delivery);
    switch (delivery.lane().kind()) {
      case ACCOUNT -> accounts.plan(delivery);
      case TEAM -> teams.plan(delivery);
      case GRANTS -> grants.plan(delivery);
      case FOLLOW_UP -> followUps.plan(delivery);
    }
    trails.planned(delivery);
  }

  private void call(Exchange exchange) throws AppUnavailable {
    Delivery delivery = exchange.getMessage().getBody(Delivery.class);
    Call call = Objects.requireNonNull(delivery.call());
    Object answer;
    long began = System.nanoTime();
    try {
      answer =
          call instanceof Call.RunFollowUp run
              ? followUpRoute.run(exchange.getContext(), run, delivery.callDeadline())
              : call.on(delivery.app().connector(), delivery.callDeadline());
    } catch (RuntimeException bug) {
      LOG.error(
          "connector {} failed with an exception, which is its bug; counted as a retry",
          delivery.app().config().connector(),
          bug);
      answer = new Outcome.Retry("the connector failed: " + bug.getClass().getSimpleName(), true);
    } finally {
      delivery.giveSlot();
    }
    if (call.writes()) {
      CrashPoints.afterEffect(delivery);
    }
    delivery.answered(answer, Duration.ofNanos(System.nanoTime() - began));
    trails.answered(delivery, call, answer);
    if (call instanceof Call.RunFollowUp) {
      // Says nothing about the app: neither its breaker nor its gate is concerned.
      return;
    }
    if (Call.failure(answer) instanceof Outcome.Retry retry) {
      throw new AppUnavailable(retry.reason());
    }
    delivery.app().opened();
  }

  /**
   * Either the call failed, and its answer stands, or the breaker did not let it through, and there
   * is none.
   */
  private void unavailable(Exchange exchange) {
    Delivery delivery = exchange.getMessage().getBody(Delivery.class);
    delivery.giveSlot();
    exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
  }

  private void book(Delivery delivery) {
    Call call = Objects.requireNonNull(delivery.call());
    Object answer = delivery.answer();
    delivery.settled();
    if (answer == null) {
      long open = delivery.app().gate().until() - books.clock.millis();
      books.giveBack(
          delivery,
          open > 0 ? Duration.ofMillis(open) : PROBES_OUT,
          "the app's last calls failed; waiting for it");
      return;
    }
    switch (delivery.lane().kind()) {
      case ACCOUNT -> accounts.outcome(delivery, call, answer);
      case TEAM -> teams.outcome(delivery, call, answer);
      case GRANTS -> grants.outcome(delivery, call, answer);
      case FOLLOW_UP -> followUps.outcome(delivery, call, answer);
    }
    trails.booked(delivery);
  }

  /** Tells the breaker that the app did not answer usefully; the answer itself is kept. */
  private static final class AppUnavailable extends Exception {
    private static final long serialVersionUID = 1;

    AppUnavailable(String reason) {
      super(reason, null, false, false);
    }
  }
}
