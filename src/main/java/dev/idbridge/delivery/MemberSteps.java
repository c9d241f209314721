package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.delivery.Scopes.Verdict;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Booking.MemberLetter;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.MemberLook;
import dev.idbridge.ledger.MemberRow;
import dev.idbridge.ledger.MemberWork;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Adds and removes our members of one team, slice by slice, removals first. Rows that need no call
 * are settled on the way; what was found is never removed. Thread-safe.
 */
final class MemberSteps {
  private final Bookkeeper books;

  MemberSteps(Bookkeeper books) {
    this.books = books;
  }

  /**
   * Plans the next slice.
   *
   * @return false when nothing is left to do
   */
  boolean plan(Delivery delivery, Link team) {
    TeamState state = delivery.team;
    boolean clear = state.unclear == null;
    List<MemberWork> rows = books.ledger.work(delivery.lane(), state.slice.size(), clear);
    if (rows.isEmpty()) {
      return false;
    }
    Booking booking = books.booking(delivery);
    boolean confer = delivery.app().capabilities().membersConfer();
    List<MemberWork> adds = new ArrayList<>();
    List<MemberWork> removes = new ArrayList<>();
    boolean booked = false;
    Map<Long, Verdict> verdicts = verdicts(delivery, rows);
    for (MemberWork work : rows) {
      boolean inside = verdicts.getOrDefault(work.row().account(), Verdict.IN).inside();
      boolean in =
          !state.leaving
              && ((inside && work.shouldBeIn(restores(delivery)))
                  || (work.wanted() && work.row().held() && !confer));
      if (in && !clear && !work.row().sure()) {
        // Nobody is added while it cannot be told whether the team is one.
        booking.member(work.row().to(MemberRow.State.DUE));
        booked = true;
      } else if (in
          ? adding(delivery, work, adds, booking)
          : removing(
              delivery,
              work,
              removes,
              booking,
              team,
              inside ? whyNot(work) : "the user is not in the app's scope")) {
        booked = true;
      }
    }
    if (booked) {
      books.ledger.book(booking);
    }
    if (!adds.isEmpty() || !removes.isEmpty()) {
      call(delivery, team, adds, removes);
    }
    return true;
  }

  private static Map<Long, Verdict> verdicts(Delivery delivery, List<MemberWork> rows) {
    Scopes scopes = delivery.scopes;
    return scopes == null
        ? Map.of()
        : scopes.of(
            delivery.app().config().scope(),
            rows.stream().map(work -> work.row().account()).toList());
  }

  private static boolean restores(Delivery delivery) {
    return delivery.app().config().accounts().memberships() == OnReactivate.RESTORE;
  }

  private static String whyNot(MemberWork work) {
    if (!work.wanted()) {
      return "superseded before it was delivered";
    }
    return work.usable()
        ? "the user was reactivated; on-reactivate.memberships is none, so it is added when the"
            + " identity provider names it as a member again"
        : "the user is not active";
  }

  /** Whether the row was settled without a call. */
  private static boolean adding(
      Delivery delivery, MemberWork work, List<MemberWork> adds, Booking booking) {
    MemberRow row = work.row();
    if (row.sure() && !delivery.lane().inDoubt()) {
      booking.member(row.applied(row.origin()));
      return true;
    }
    if (work.remoteId() == null || !work.linkActive()) {
      // The lane's doubt ends with this delivery, the row's with the account's return.
      MemberRow open = delivery.lane().inDoubt() ? row.unsure() : row;
      booking.member(
          open.parked(0, 0, "waits for the account of " + work.userName() + " in the app"));
      return true;
    }
    adds.add(work);
    return false;
  }

  /** Whether the row was settled without a call. */
  private boolean removing(
      Delivery delivery,
      MemberWork work,
      List<MemberWork> removes,
      Booking booking,
      Link team,
      String whyNot) {
    MemberRow row = work.row();
    boolean mayBeIn = row.held() || row.seen() != null;
    if (!mayBeIn) {
      booking.memberGone(row);
      booking.settled(row.account());
      booking.line(
          books.memberLine(
              delivery, Action.MEMBER_ADD, team.applied(), row, SyncLine.Outcome.SKIPPED, whyNot));
      return true;
    }
    if (row.held() && row.origin() == Origin.FOUND) {
      booking.memberGone(row);
      booking.settled(row.account());
      booking.line(
          books.memberLine(
              delivery,
              Action.MEMBER_REMOVE,
              team.applied(),
              row,
              SyncLine.Outcome.SKIPPED,
              "was a member before we came; not ours to remove"));
      return true;
    }
    if (work.remoteId() == null) {
      booking.memberGone(row);
      booking.settled(row.account());
      booking.line(
          books.memberLine(
              delivery,
              Action.MEMBER_REMOVE,
              team.applied(),
              row,
              SyncLine.Outcome.SKIPPED,
              "its account is not in the app any more"));
      return true;
    }
    removes.add(work);
    return false;
  }

  private void call(Delivery delivery, Link team, List<MemberWork> adds, List<MemberWork> removes) {
    TeamState state = delivery.team;
    List<MemberWork> unseen = adds.stream().filter(work -> work.row().seen() == null).toList();
    if (!unseen.isEmpty() && delivery.app().capabilities().seesMembers()) {
      state.page = unseen;
      delivery.call(
          new Call.SeeMembers(
              team.remoteId(),
              unseen.stream().map(work -> Objects.requireNonNull(work.remoteId())).toList()));
      return;
    }
    if (!unseen.isEmpty()) {
      Booking booking = books.booking(delivery);
      unseen.forEach(work -> booking.member(work.row().seen(Seen.UNKNOWN)));
      books.ledger.book(booking);
      CrashPoints.afterIntent(delivery);
      unseen.forEach(work -> state.begun.add(work.row().account()));
    }
    List<MemberWork> page = new ArrayList<>();
    for (MemberWork work : adds) {
      MemberRow row = work.row();
      page.add(row.seen() == null ? work.with(row.seen(Seen.UNKNOWN)) : work);
    }
    page.addAll(removes);
    state.page = page;
    delivery.call(
        new Call.OnMembers(new MemberPlan(team.remoteId(), remoteIds(adds), remoteIds(removes))));
  }

  private static List<String> remoteIds(List<MemberWork> rows) {
    return rows.stream().map(work -> Objects.requireNonNull(work.remoteId())).toList();
  }

  void outcome(Delivery delivery, Link team, Call call, Object answer) {
    if (answer instanceof Map<?, ?> seen) {
      seen(delivery, team, seen);
    } else if (answer instanceof BatchOutcome.Items items && call instanceof Call.OnMembers on) {
      items(delivery, team, on.plan(), items.items());
    } else {
      whole(delivery, team, call, Objects.requireNonNull(Call.failure(answer)));
    }
  }

  /** The intents are committed with what was seen; who is a member already was found. */
  private void seen(Delivery delivery, Link team, Map<?, ?> seen) {
    TeamState state = delivery.team;
    Booking booking = books.booking(delivery);
    for (MemberWork work : state.page) {
      MemberRow row = work.row();
      Seen what =
          seen.get(Objects.requireNonNull(work.remoteId())) instanceof Seen s ? s : Seen.UNKNOWN;
      if (what == Seen.PRESENT) {
        booking.member(row.applied(row.held() ? row.origin() : Origin.FOUND));
        booking.settled(row.account());
        if (delivery.app().capabilities().roles().needTeam()) {
          booking.triggers(rolesOf(delivery, row));
        }
        if (!row.held()) {
          booking.line(
              books.memberLine(
                  delivery,
                  Action.MEMBER_ADD,
                  team.applied(),
                  row,
                  SyncLine.Outcome.SKIPPED,
                  "already a member in the app; found, not ours"));
        }
      } else {
        booking.member(row.seen(what));
        state.begun.add(row.account());
      }
    }
    books.ledger.book(booking);
    CrashPoints.afterIntent(delivery);
  }

  private void whole(Delivery delivery, Link team, Call call, Outcome.Failure failure) {
    TeamState state = delivery.team;
    boolean refused = failure instanceof Outcome.Reject || failure instanceof Outcome.Conflict;
    if (refused && state.page.size() > 1) {
      // One bad member must wait alone: ask again with fewer, until it is alone.
      state.slice.refused(state.page.size());
      return;
    }
    if (refused) {
      Booking booking = books.booking(delivery);
      MemberWork work = state.page.getFirst();
      if (failure instanceof Outcome.Conflict) {
        // It names nothing: two changes met in the app.
        boolean add =
            !(call instanceof Call.OnMembers on)
                || on.plan().added().contains(Objects.requireNonNull(work.remoteId()));
        retried(delivery, team, booking, work, add, failure);
      } else {
        rejected(delivery, team, booking, work, failure.reason());
      }
      books.ledger.book(booking);
      state.slice.taken(delivery);
      return;
    }
    books.fail(
        delivery,
        books.booking(delivery),
        failure,
        Action.UPDATE,
        team.applied(),
        delivery.lane().basis());
  }

  private void items(Delivery delivery, Link team, MemberPlan plan, Map<String, Outcome> outcomes) {
    TeamState state = delivery.team;
    CrashPoints.midSlice(delivery);
    Booking booking = books.booking(delivery);
    Outcome.@Nullable Failure appWide = null;
    boolean missing = false;
    boolean stopped = outcomes.values().stream().anyMatch(Outcome::stops);
    for (MemberWork work : state.page) {
      String remoteId = Objects.requireNonNull(work.remoteId());
      boolean add = plan.added().contains(remoteId);
      if (stopped && !outcomes.containsKey(remoteId)) {
        // Not tried: nothing failed, and the intents stand.
        continue;
      }
      Outcome outcome =
          outcomes.getOrDefault(remoteId, new Outcome.Retry("the app's answer does not say", true));
      switch (outcome) {
        case Outcome.Applied applied -> settled(delivery, team, booking, work, add, false);
        case Outcome.Already already -> settled(delivery, team, booking, work, add, true);
        case Outcome.NotFound gone -> {
          missing = true;
          notFound(delivery, team, booking, work, add, gone);
        }
        case Outcome.Throttled t -> appWide = t;
        case Outcome.AuthFailed a -> appWide = a;
        case Outcome.Reject reject -> rejected(delivery, team, booking, work, reject.reason());
        case Outcome.Failure failure -> retried(delivery, team, booking, work, add, failure);
      }
    }
    state.slice.taken(delivery);
    if (appWide != null) {
      books.fail(
          delivery, booking, appWide, Action.UPDATE, team.applied(), delivery.lane().basis());
      return;
    }
    CrashPoints.beforeCompletion(delivery);
    books.ledger.book(booking);
    // Whether the account or the team is gone, only a look at the team tells.
    delivery.team.vanished = missing && !delivery.team.checked;
    delivery.team.checked |= missing;
  }

  private void settled(
      Delivery delivery,
      Link team,
      Booking booking,
      MemberWork work,
      boolean add,
      boolean already) {
    MemberRow row = work.row();
    booking.settled(row.account());
    note(delivery, booking, work, add);
    if (add) {
      if (delivery.app().capabilities().roles().needTeam()) {
        booking.triggers(rolesOf(delivery, row));
      }
      // "Already" right after our look is somebody else's doing; after an interruption, or while an
      // earlier holder's last call may still arrive, it is ours.
      boolean found =
          already
              && !row.held()
              && !delivery.lane().inDoubt()
              && delivery.team.begun.contains(row.account());
      booking.member(row.applied(row.held() ? row.origin() : found ? Origin.FOUND : Origin.OURS));
      String reason = "";
      if (found) {
        reason = "already a member in the app; found, not ours";
      } else if (already) {
        reason = "confirmed after interruption";
      }
      booking.line(
          books.memberLine(
              delivery,
              Action.MEMBER_ADD,
              team.applied(),
              row,
              found ? SyncLine.Outcome.SKIPPED : SyncLine.Outcome.SUCCESS,
              reason));
    } else {
      booking.memberGone(row);
      booking.line(
          books.memberLine(
              delivery,
              Action.MEMBER_REMOVE,
              team.applied(),
              row,
              already ? SyncLine.Outcome.SKIPPED : SyncLine.Outcome.SUCCESS,
              already ? "not a member in the app any more" : ""));
    }
  }

  /** Roles that wait for the membership wait no more. */
  private Trigger rolesOf(Delivery delivery, MemberRow row) {
    Lane lane = delivery.lane();
    return new Trigger(
        lane.app(),
        LaneKind.GRANTS,
        row.account(),
        lane.directory(),
        row.cause(),
        books.clock.millis(),
        Priority.NORMAL);
  }

  /** The app's yes is looked at later, where it can be asked for one membership. */
  private void note(Delivery delivery, Booking booking, MemberWork work, boolean add) {
    String remoteId = work.remoteId();
    if (remoteId != null
        && delivery.team.noted < TeamLook.MOST
        && delivery.app().capabilities().seesMembers()
        && books.verifies(delivery)) {
      delivery.team.noted++;
      booking.look(new MemberLook(work.row().account(), remoteId, add, work.row().cause()));
    }
  }

  private void notFound(
      Delivery delivery,
      Link team,
      Booking booking,
      MemberWork work,
      boolean add,
      Outcome.NotFound gone) {
    if (add || (delivery.team.checked && work.row().attempts() == 0)) {
      // The team is there: whether the account is, its own lane finds out before the next attempt.
      retried(delivery, team, booking, work, add, new Outcome.Retry(gone.reason(), false));
      booking.doubts(work.row().account());
    } else if (delivery.team.checked) {
      settled(delivery, team, booking, work, false, true);
    }
    // A removal stays due until the look at the team says what is gone.
  }

  private void retried(
      Delivery delivery,
      Link team,
      Booking booking,
      MemberWork work,
      boolean add,
      Outcome.Failure failure) {
    MemberRow row = work.row();
    MemberRow open = add ? row : row.unsure();
    booking.member(
        open.parked(books.retryAt(row.attempts() + 1), row.attempts() + 1, failure.reason()));
    booking.line(
        books.memberLine(
            delivery,
            add ? Action.MEMBER_ADD : Action.MEMBER_REMOVE,
            team.applied(),
            row,
            SyncLine.Outcome.FAILED,
            failure.reason()));
  }

  private void rejected(
      Delivery delivery, Link team, Booking booking, MemberWork work, String reason) {
    MemberRow row = work.row();
    Action action = work.shouldBeIn(restores(delivery)) ? Action.MEMBER_ADD : Action.MEMBER_REMOVE;
    booking.member(row.parked(0, row.attempts() + 1, reason));
    booking.letter(
        new MemberLetter(
            row.account(), work.userName(), action.name(), reason, row.attempts() + 1));
    booking.line(
        books.memberLine(delivery, action, team.applied(), row, SyncLine.Outcome.FAILED, reason));
  }
}
