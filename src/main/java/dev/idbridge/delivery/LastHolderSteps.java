package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Booking.MemberLetter;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.GrantRow.State;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.model.RoleRules;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Revokes roles that have to keep a holder only while another active account holds them: as the app
 * shows where it can be asked, else as far as we know. What has to stay is noted as kept, told to a
 * person, and looked at again when somebody gets the role, and daily. Thread-safe.
 */
final class LastHolderSteps {
  /** Holders that an app is asked for: one that stays is enough. */
  private static final int MOST = 20;

  private static final Duration AGAIN = Duration.ofDays(1);

  private final Bookkeeper books;

  LastHolderSteps(Bookkeeper books) {
    this.books = books;
  }

  /** Decides about what is guarded; true where the app has to be asked first. */
  boolean plan(Delivery delivery) {
    GrantState state = delivery.grants;
    while (!state.guarded.isEmpty()) {
      GrantRow row = state.guarded.getFirst();
      if (asks(delivery, row.role())) {
        return true;
      }
      Capabilities.Roles can = delivery.app().capabilities().roles();
      Booking booking = books.booking(delivery).grantsOf(LaneKind.ACCOUNT);
      booking.grant(row.to(State.REMOVING, row.reason()).seen(Seen.PRESENT));
      Set<String> shown = can.holders() || can.seen() ? state.shown : null;
      if (!books.ledger.release(booking, row.role(), shown)) {
        keep(delivery, row);
      }
      next(state);
    }
    return false;
  }

  private static void next(GrantState state) {
    state.guarded.removeFirst();
    state.asked = null;
    state.shown = null;
  }

  /** Plans the next question, if there is one. */
  private boolean asks(Delivery delivery, Role role) {
    GrantState state = delivery.grants;
    Capabilities.Roles can = delivery.app().capabilities().roles();
    if (can.holders()) {
      if (state.shown != null) {
        return false;
      }
      delivery.call(new Call.ListHolders(role, MOST));
      return true;
    }
    if (!can.seen()) {
      return false;
    }
    Deque<String> asked = state.asked;
    if (asked == null) {
      asked = new ArrayDeque<>(books.ledger.holders(delivery.lane(), role, MOST));
      state.asked = asked;
      state.shown = new HashSet<>();
    }
    if (asked.isEmpty() || (state.shown != null && !state.shown.isEmpty())) {
      return false;
    }
    delivery.call(new Call.SeeGrants(asked.getFirst(), false, List.of(role)));
    return true;
  }

  /** Whether the answer was one to a question of ours. */
  boolean outcome(Delivery delivery, Call call, Object answer) {
    GrantState state = delivery.grants;
    if (state.guarded.isEmpty()) {
      return false;
    }
    GrantRow row = state.guarded.getFirst();
    Deque<String> asked = state.asked;
    if (call instanceof Call.ListHolders && answer instanceof Lookup.Complete<?> found) {
      Set<String> shown = new HashSet<>();
      for (Object one : found.found()) {
        if (one instanceof FoundAccount account && account.active()) {
          shown.add(account.remoteId());
        }
      }
      state.shown = shown;
    } else if (answer instanceof Map<?, ?> seen && asked != null && state.shown != null) {
      String subject = asked.removeFirst();
      Object what = seen.get(row.role().key());
      if (what == Seen.PRESENT) {
        state.shown.add(subject);
      } else if (what != Seen.ABSENT) {
        unclear(delivery, row, "the app does not tell who else holds it");
      }
    } else {
      Outcome.Failure failure = Call.failure(answer);
      if (failure instanceof Outcome.Throttled || failure instanceof Outcome.AuthFailed) {
        books.fail(
            delivery,
            books.booking(delivery).grantsOf(LaneKind.ACCOUNT),
            failure,
            Action.REVOKE,
            GrantSteps.name(delivery),
            delivery.lane().basis());
      } else {
        unclear(
            delivery,
            row,
            failure == null
                ? "the app does not tell who else holds it"
                : "who else holds it cannot be told: " + failure.reason());
      }
    }
    return true;
  }

  /** Nothing is taken away on half an answer. */
  private void unclear(Delivery delivery, GrantRow row, String reason) {
    int attempts = row.state() == State.PARKED ? row.attempts() + 1 : 1;
    Booking booking = books.booking(delivery).grantsOf(LaneKind.ACCOUNT);
    booking.grant(row.parked(books.retryAt(attempts), attempts, reason));
    waits(delivery, booking, row, reason);
    booking.line(
        GrantSteps.line(books, delivery, Action.REVOKE, row, SyncLine.Outcome.FAILED, reason));
    books.ledger.book(booking);
    next(delivery.grants);
  }

  private void keep(Delivery delivery, GrantRow row) {
    Link link = GrantSteps.link(delivery);
    boolean disabled = link == null || !link.active();
    String reason =
        row.reason()
            + ", but no other active account is known to hold it, and roles.last-holder has it;"
            + " kept"
            + (disabled ? " on the disabled account" : "")
            + " until somebody else does: grant it to another user, or take it out of last-holder";
    Booking booking = books.booking(delivery).grantsOf(LaneKind.ACCOUNT);
    GrantRow kept = row.kept(books.clock.millis() + AGAIN.toMillis(), reason);
    booking.grant(kept);
    if (!disabled) {
      booking.holds(row.role());
    }
    waits(delivery, booking, row, reason);
    boolean told = row.state() == State.KEPT && delivery.lane().causes() == 0;
    if (!told) {
      booking.letter(
          new MemberLetter(
              Booking.letterOf(row.role()),
              GrantSteps.name(delivery) + ": " + row.role(),
              Action.REVOKE.name(),
              reason,
              1));
    }
    if (row.state() != State.KEPT) {
      booking.line(
          GrantSteps.line(books, delivery, Action.REVOKE, row, SyncLine.Outcome.SKIPPED, reason));
    }
    books.ledger.book(booking);
  }

  /** Where a subject holds one role only, another one would take the place of what stays. */
  private void waits(Delivery delivery, Booking booking, GrantRow kept, String reason) {
    if (!delivery.app().capabilities().roles().oneOnly()) {
      return;
    }
    books.ledger.grants(delivery.lane().app(), LaneKind.ACCOUNT, delivery.lane().target()).stream()
        .filter(other -> other.state() == State.DUE && !other.role().equals(kept.role()))
        .filter(other -> other.role().resource().equals(kept.role().resource()))
        .forEach(
            other ->
                booking.grant(
                    other.parked(
                        books.clock.millis() + AGAIN.toMillis(),
                        0,
                        "the app takes one role only, and " + kept.role() + " stays: " + reason)));
  }

  /** The account of a deleted user may have waited for this. */
  void released(Delivery delivery, Booking booking, GrantRow row) {
    RoleRules rules = delivery.app().config().roles();
    Target user = delivery.account.user;
    if (rules != null
        && user != null
        && user.deleted()
        && rules.lastHolder().contains(row.role().name())) {
      booking.triggers(
          new Trigger(
              delivery.lane().app(),
              LaneKind.ACCOUNT,
              delivery.lane().target(),
              delivery.lane().directory(),
              delivery.lane().lastCause(),
              books.clock.millis(),
              delivery.lane().priority()));
    }
  }

  /** The roles for whose sake the account of a deleted user stays; null for none. */
  static @Nullable String held(Bookkeeper books, Delivery delivery) {
    RoleRules rules = delivery.app().config().roles();
    if (rules == null || rules.lastHolder().isEmpty()) {
      return null;
    }
    List<String> held =
        books
            .ledger
            .grants(delivery.lane().app(), LaneKind.ACCOUNT, delivery.lane().target())
            .stream()
            .filter(row -> row.held() && rules.lastHolder().contains(row.role().name()))
            .map(row -> row.role().key())
            .toList();
    return held.isEmpty() ? null : String.join(", ", held);
  }
}
