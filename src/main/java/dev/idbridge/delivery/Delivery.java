package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.FollowUp;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One claimed lane on its way through its app's route: the exchange's body. Used by one thread at a
 * time.
 */
public final class Delivery {
  private final App app;
  private final Lane lane;
  private final Deadline lease;
  private final Duration leaseTime;
  final AccountState account = new AccountState();
  final TeamState team = new TeamState();

  /** Decides about members; null where everybody is in scope. */
  @Nullable Scopes scopes;

  final GrantState grants = new GrantState();
  @Nullable FollowUp followUp;
  private @Nullable Call call;
  private @Nullable Object answer;
  private CallSlots.@Nullable Share slot;
  private boolean ended;
  private boolean wrote;
  private @Nullable String created;
  private Duration took = Duration.ZERO;

  /**
   * @param leaseTime how long the claim's lease lasts
   * @param leaseEnds counted from before the claim, so that it never ends after the store's lease
   */
  public Delivery(App app, Lane lane, Duration leaseTime, Deadline leaseEnds) {
    this.app = app;
    this.lane = lane;
    this.leaseTime = leaseTime;
    this.lease = leaseEnds;
  }

  public App app() {
    return app;
  }

  public Lane lane() {
    return lane;
  }

  /** Whether the lane has left this delivery. */
  public boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
    call = null;
  }

  /** Whether a call waits to be made. */
  public boolean isCalling() {
    return call != null;
  }

  /** For the route: {@code ended}, {@code calling} or {@code planning}. */
  String stands() {
    if (ended) {
      return "ended";
    }
    return call == null ? "planning" : "calling";
  }

  public @Nullable Call call() {
    return call;
  }

  void call(Call next) {
    call = next;
    answer = null;
    if (next.writes()) {
      wrote = true;
      created = next.creates();
    }
  }

  /**
   * @param time from the call to its answer
   */
  void answered(Object given, Duration time) {
    answer = given;
    took = time;
  }

  /** How long the last call took. */
  Duration took() {
    return took;
  }

  @Nullable Object answer() {
    return answer;
  }

  void settled() {
    call = null;
    answer = null;
  }

  /** Whether any call so far may have changed the app. */
  boolean wrote() {
    return wrote;
  }

  /** The name of what the last writing call was to create, or null. */
  @Nullable String created() {
    return created;
  }

  /**
   * Waits until the app may be called.
   *
   * @return false when half the lease is gone: what was not begun is given back
   */
  boolean takeSlot() {
    CallSlots.Share share = app.slots();
    if (!share.take(
        lane.priority() == Priority.LEAVER, lease.left().minus(leaseTime.dividedBy(2)))) {
      return false;
    }
    slot = share;
    return true;
  }

  /** The call is over, or will not be made. */
  void giveSlot() {
    CallSlots.Share share = slot;
    slot = null;
    if (share != null) {
      share.give();
    }
  }

  Duration leaseTime() {
    return leaseTime;
  }

  /** A slice takes half the lease at most. */
  boolean sliceOver() {
    return lease.left().compareTo(leaseTime.dividedBy(2)) < 0;
  }

  /** A call ends well before the lease does. */
  Deadline callDeadline() {
    Duration left = lease.left().minus(leaseTime.dividedBy(10));
    Deadline deadline = Deadline.in(left.isNegative() ? Duration.ZERO : left);
    return lane.priority() == Priority.LEAVER ? deadline.leaver() : deadline;
  }

  Booking booking(long now) {
    return new Booking(lane, now);
  }
}
