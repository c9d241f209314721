package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig.Verify;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.MemberRow;
import dev.idbridge.ledger.SyncLine;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every kind of delivery does alike: sync-log lines, failures sorted by who can act, metrics.
 * Thread-safe.
 */
final class Bookkeeper {
  private static final Logger LOG = LoggerFactory.getLogger("dev.idbridge.delivery");
  private static final Duration RECHECK = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(10);

  /** Looks until what was written counts as not written: over seven minutes in all. */
  static final int LOOKS = 3;

  final Ledger ledger;
  final Clock clock;
  private final Backoffs backoffs;
  private final MeterRegistry metrics;

  Bookkeeper(Ledger ledger, Clock clock, Backoffs backoffs, MeterRegistry metrics) {
    this.ledger = ledger;
    this.clock = clock;
    this.backoffs = backoffs;
    this.metrics = metrics;
  }

  Booking booking(Delivery delivery) {
    return delivery.booking(clock.millis());
  }

  /** One line about the lane's own target. */
  SyncLine line(
      Delivery delivery,
      SyncLine.Action action,
      String name,
      String remoteId,
      SyncLine.Outcome outcome,
      String reason) {
    Lane lane = delivery.lane();
    metrics
        .counter(
            "idbridge_effects_total",
            "app",
            delivery.app().name(),
            "action",
            action.name(),
            "outcome",
            outcome.name())
        .increment();
    return new SyncLine(
        clock.millis(),
        "out",
        lane.directory(),
        lane.app(),
        action,
        lane.kind() == LaneKind.TEAM || delivery.team.group != null ? "Group" : "User",
        lane.target(),
        name,
        0,
        remoteId,
        outcome,
        reason,
        lane.firstCause(),
        lane.lastCause(),
        lane.causes(),
        lane.attempts() + 1,
        "",
        0,
        0,
        "");
  }

  /** One line about one member of the lane's team. */
  SyncLine memberLine(
      Delivery delivery,
      SyncLine.Action action,
      String team,
      MemberRow row,
      SyncLine.Outcome outcome,
      String reason) {
    Lane lane = delivery.lane();
    metrics
        .counter(
            "idbridge_effects_total",
            "app",
            delivery.app().name(),
            "action",
            action.name(),
            "outcome",
            outcome.name())
        .increment();
    return new SyncLine(
        clock.millis(),
        "out",
        lane.directory(),
        lane.app(),
        action,
        "Group",
        lane.target(),
        team,
        row.account(),
        "",
        outcome,
        reason,
        row.cause(),
        row.cause(),
        Math.max(1, row.causes()),
        row.attempts() + 1,
        "",
        0,
        0,
        "");
  }

  /** The lane leaves this delivery. */
  void end(Delivery delivery, Booking booking, LaneEnd how) {
    ledger.book(booking.ends(how));
    delivery.end();
    metrics
        .timer(
            "idbridge_delivery_seconds",
            "app",
            delivery.app().name(),
            "kind",
            delivery.lane().kind().word())
        .record(Math.max(0, clock.millis() - delivery.lane().wantedAt()), TimeUnit.MILLISECONDS);
  }

  /** Nothing was begun in the app, through no fault of the target: it is due again after this. */
  void giveBack(Delivery delivery, Duration after, String reason) {
    end(
        delivery,
        booking(delivery),
        later(delivery, delivery.lane().basis(), clock.millis() + after.toMillis(), reason));
  }

  /** At another time; what was a look is the same look then. */
  private static LaneEnd later(Delivery delivery, String basis, long at, String reason) {
    return looking(delivery)
        ? new LaneEnd.Verify(basis, at, delivery.lane().looks())
        : new LaneEnd.Later(basis, at, reason, keepsEarlierIntent(delivery));
  }

  /** Whether this is a look at what an earlier delivery wrote, and nothing was written since. */
  private static boolean looking(Delivery delivery) {
    return delivery.lane().looks() > 0 && !delivery.wrote();
  }

  /** Whether some of what deliveries to the app write is looked at afterwards. */
  boolean mayVerify(Delivery delivery) {
    return delivery.app().config().verify() != Verify.OFF;
  }

  /** Whether what this delivery wrote is looked at afterwards. */
  boolean verifies(Delivery delivery) {
    Lane lane = delivery.lane();
    return delivery.wrote()
        && switch (delivery.app().config().verify()) {
          case OFF -> false;
          case SAMPLE -> Long.hashCode(lane.target() * 31 + lane.lastCause()) % 16 == 0;
          case ALWAYS -> true;
        };
  }

  /** The first look comes soon, later ones give the app time to show what it did. */
  LaneEnd look(String basis, int look) {
    long after = LOOK.toMillis();
    for (int i = 1; i < look; i++) {
      after *= 6;
    }
    return new LaneEnd.Verify(basis, clock.millis() + after, look);
  }

  /** An account that lost access lost it now. */
  void deprovisioned(Delivery delivery) {
    metrics
        .timer("idbridge_deprovision_seconds", "app", delivery.app().name())
        .record(Math.max(0, clock.millis() - delivery.lane().wantedAt()), TimeUnit.MILLISECONDS);
  }

  /** When a member or role that failed so often is tried again. */
  long retryAt(int attempts) {
    return clock.millis() + backoffs.after(attempts).toMillis();
  }

  /** When what only a person can change is tried again. */
  long daily() {
    return clock.millis() + backoffs.daily().toMillis();
  }

  /**
   * Ends a delivery that could not be finished: what happens next depends on who can act.
   *
   * @param basis what memberships are to assume of the account from now on
   * @param booking may carry what is true regardless of the failure
   */
  void fail(
      Delivery delivery,
      Booking booking,
      Outcome.Failure failure,
      SyncLine.Action action,
      String name,
      String basis) {
    Lane lane = delivery.lane();
    App app = delivery.app();
    long now = clock.millis();
    metrics
        .counter("idbridge_retries_total", "app", app.name(), "class", word(failure))
        .increment();
    switch (failure) {
      case Outcome.Throttled throttled -> {
        Duration after = throttled.after() == null ? PAUSE : throttled.after();
        app.shut("throttled", now, now + after.toMillis(), throttled.reason());
        end(delivery, booking, later(delivery, basis, now + after.toMillis(), failure.reason()));
      }
      case Outcome.AuthFailed refused -> {
        app.shut("auth-failed", now, now + RECHECK.toMillis(), refused.reason());
        end(delivery, booking, later(delivery, basis, now, failure.reason()));
      }
      case Outcome.Retry retry -> {
        if (looking(delivery)) {
          // Says nothing about what was written: no failure of the target, and no answer either.
          end(delivery, booking, look(basis, lane.looks()));
        } else if (backoffs.usedUp(lane.firstFailedAt(), now)) {
          dead(delivery, booking, failure, action, name, basis);
        } else {
          boolean open = retry.mayHaveApplied() && delivery.wrote();
          backOff(
              delivery,
              booking,
              failure,
              action,
              name,
              new LaneEnd.Backoff(
                  basis,
                  now + backoffs.after(lane.attempts() + 1).toMillis(),
                  failure.reason(),
                  open,
                  open || keepsEarlierIntent(delivery)));
        }
      }
      case Outcome.Unverified unverified ->
          backOff(
              delivery,
              booking,
              failure,
              action,
              name,
              new LaneEnd.Backoff(
                  basis,
                  now + backoffs.after(lane.attempts() + 1).toMillis(),
                  failure.reason(),
                  true,
                  true));
      case Outcome.Conflict conflict when looking(delivery) ->
          unseen(delivery, booking, failure, action, name, basis);
      case Outcome.Reject reject when looking(delivery) ->
          unseen(delivery, booking, failure, action, name, basis);
      case Outcome.Conflict conflict ->
          backOff(
              delivery,
              booking,
              failure,
              action,
              name,
              new LaneEnd.Backoff(
                  basis, daily(), failure.reason(), false, keepsEarlierIntent(delivery)));
      case Outcome.Reject reject -> dead(delivery, booking, failure, action, name, basis);
    }
  }

  /**
   * The app refuses to be asked, which says nothing about what was written: asked again like one
   * that shows its changes late, and then left at the app's word.
   */
  private void unseen(
      Delivery delivery,
      Booking booking,
      Outcome.Failure failure,
      SyncLine.Action action,
      String name,
      String basis) {
    Lane lane = delivery.lane();
    if (lane.looks() < LOOKS) {
      end(delivery, booking, look(basis, lane.looks() + 1));
      return;
    }
    booking.line(
        line(
            delivery,
            action,
            name,
            "",
            SyncLine.Outcome.SKIPPED,
            "the app said yes; what was written could not be looked at: " + failure.reason()));
    if (lane.kind() == LaneKind.TEAM) {
      booking.looked(ledger.looks(lane, TeamLook.MOST));
    }
    end(delivery, booking, new LaneEnd.Done(basis));
  }

  /** An intent that an earlier claim left open stays open until a look-up of ours settled it. */
  private static boolean keepsEarlierIntent(Delivery delivery) {
    return delivery.lane().intentSeen() != null
        && !delivery.account.absent
        && !delivery.team.absent;
  }

  private void backOff(
      Delivery delivery,
      Booking booking,
      Outcome.Failure failure,
      SyncLine.Action action,
      String name,
      LaneEnd.Backoff how) {
    booking.line(line(delivery, action, name, "", SyncLine.Outcome.FAILED, failure.reason()));
    LOG.warn(
        "{} of {} {} in app {} failed ({}); attempt {}, next at {}; why: {}",
        action,
        delivery.lane().kind().word(),
        delivery.lane().target(),
        delivery.app().name(),
        word(failure),
        delivery.lane().attempts() + 1,
        java.time.Instant.ofEpochMilli(how.at()),
        why(delivery));
    LOG.debug("the reason: {}", failure.reason());
    end(delivery, booking, how);
  }

  private void dead(
      Delivery delivery,
      Booking booking,
      Outcome.Failure failure,
      SyncLine.Action action,
      String name,
      String basis) {
    booking.line(line(delivery, action, name, "", SyncLine.Outcome.FAILED, failure.reason()));
    LOG.error(
        "{} of {} {} in app {} became a dead letter after {} attempts ({}); its next change tries"
            + " again once; why: idbridge dead-letters list --app {}",
        action,
        delivery.lane().kind().word(),
        delivery.lane().target(),
        delivery.app().name(),
        delivery.lane().attempts() + 1,
        word(failure),
        delivery.app().name());
    LOG.debug("the reason: {}", failure.reason());
    end(delivery, booking, new LaneEnd.Dead(basis, action.name(), name, failure.reason()));
  }

  /** What should be cannot be told, so the app is not called; a person is. */
  void undecided(
      Delivery delivery, String reason, SyncLine.Action action, String name, String basis) {
    Booking booking = booking(delivery);
    booking.line(line(delivery, action, name, "", SyncLine.Outcome.FAILED, reason));
    LOG.error(
        "{} of {} {} in app {} is not done: what should be cannot be told; tried again when it or the"
            + " app's file changes; why: idbridge dead-letters list --app {}",
        action,
        delivery.lane().kind().word(),
        delivery.lane().target(),
        delivery.app().name(),
        delivery.app().name());
    LOG.debug("the reason: {}", reason);
    end(delivery, booking, new LaneEnd.Dead(basis, action.name(), name, reason, true));
  }

  /** Where the reason stands. It may hold names and addresses, which the log does not. */
  private static String why(Delivery delivery) {
    return "idbridge sync-log --result FAILED --app " + delivery.app().name();
  }

  private static String word(Outcome.Failure failure) {
    return switch (failure) {
      case Outcome.Throttled t -> "throttled";
      case Outcome.AuthFailed a -> "auth";
      case Outcome.Retry r -> "transient";
      case Outcome.Unverified u -> "unverified";
      case Outcome.Conflict c -> "conflict";
      case Outcome.Reject r -> "permanent";
    };
  }
}
