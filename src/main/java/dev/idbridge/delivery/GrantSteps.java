package dev.idbridge.delivery;

import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Booking.MemberLetter;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.GrantRow.State;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.model.Resource;
import dev.idbridge.model.RoleRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the roles of one account, or of one team, into line. First what should be is worked out
 * and noted in the rows, as one commit before the first call: what is revoked is on record before
 * it goes. Then the rows are delivered slice by slice, revocations first. A group's lane also makes
 * due the grants of those whom its change concerns. What was found is never revoked, unless the
 * app's rules say so. Thread-safe.
 */
final class GrantSteps {
  private static final Comparator<GrantRow> BY_RESOURCE =
      Comparator.comparing((GrantRow row) -> row.role().resource())
          .thenComparing(row -> row.state() != State.REMOVING)
          .thenComparing(row -> row.role().name());

  /** What one account may hold in an app; more is a failure. */
  private static final int MOST_LISTED = 1_000;

  private final Bookkeeper books;
  private final Targets targets;
  private final LastHolderSteps lastHolders;
  private final GrantLookSteps looks;

  GrantSteps(Bookkeeper books, Targets targets) {
    this.books = books;
    this.targets = targets;
    this.lastHolders = new LastHolderSteps(books);
    this.looks = new GrantLookSteps(books);
  }

  void plan(Delivery delivery) {
    GrantState state = delivery.grants;
    Target group = delivery.team.group;
    RoleRules rules = delivery.app().config().roles();
    if (rules == null) {
      // The app's file speaks of no roles: they are left alone.
      books.end(delivery, booking(delivery), new LaneEnd.Done(delivery.lane().basis()));
      return;
    }
    if (looks.plan(delivery)) {
      return;
    }
    if (group != null && !state.expanded) {
      String basis =
          group.deleted() || !delivery.app().follows(delivery.lane().directory())
              ? ""
              : GrantsWanted.basis(
                  rules,
                  (Resource.Group) group.resource(),
                  targets.above(delivery.lane().target()));
      if (books.ledger.expandGrants(delivery.lane(), basis)) {
        if (delivery.sliceOver()) {
          books.end(delivery, booking(delivery), new LaneEnd.Yield(delivery.lane().basis()));
        }
        return;
      }
      state.expanded = true;
    }
    if (lists(delivery, rules)) {
      return;
    }
    if (!state.reconciled) {
      state.slice.begin(delivery, delivery.app().capabilities().roles().perCall());
      new GrantReconciliation(books, targets, delivery, rules).note();
      state.reconciled = true;
    }
    if (delivery.sliceOver()) {
      books.end(delivery, booking(delivery), new LaneEnd.Yield(delivery.lane().basis()));
    } else if (!lastHolders.plan(delivery) && !slice(delivery)) {
      CrashPoints.beforeCompletion(delivery);
      if (state.unlisted != null) {
        books.fail(
            delivery,
            booking(delivery),
            state.unlisted,
            Action.REVOKE,
            name(delivery),
            delivery.lane().basis());
      } else {
        books.end(delivery, booking(delivery), looks.end(delivery));
      }
    }
  }

  /** Whether the app is asked what an account holds: where all of it is to be asked for. */
  private static boolean lists(Delivery delivery, RoleRules rules) {
    GrantState state = delivery.grants;
    Link link = link(delivery);
    if (state.listed != null
        || state.unlisted != null
        || link == null
        || subject(delivery) != LaneKind.ACCOUNT
        || delivery.account.user == null
        || rules.strip() != RoleRules.Strip.ALL
        || !delivery.app().capabilities().roles().listed()) {
      return false;
    }
    delivery.call(new Call.ListGrants(link.remoteId(), MOST_LISTED));
    return true;
  }

  /** What cannot be told is not taken away: everything else goes on. */
  private void listed(Delivery delivery, Object answer) {
    if (answer instanceof Lookup.Complete<?> complete) {
      Set<Role> listed = new LinkedHashSet<>();
      complete.found().forEach(role -> listed.add((Role) role));
      delivery.grants.listed = listed;
      return;
    }
    Outcome.Failure failure = Objects.requireNonNull(Call.failure(answer));
    if (failure instanceof Outcome.Throttled || failure instanceof Outcome.AuthFailed) {
      whole(delivery, failure);
    } else {
      delivery.grants.unlisted = failure;
    }
  }

  static LaneKind subject(Delivery delivery) {
    return delivery.team.group == null && delivery.team.named == null
        ? LaneKind.ACCOUNT
        : LaneKind.TEAM;
  }

  static @Nullable Link link(Delivery delivery) {
    return subject(delivery) == LaneKind.ACCOUNT ? delivery.account.link : delivery.team.link;
  }

  /** How the subject is called at the identity provider. */
  static String name(Delivery delivery) {
    Target group = delivery.team.group;
    Target user = delivery.account.user;
    if (group != null) {
      return ((Resource.Group) group.resource()).displayName();
    }
    if (delivery.team.named != null) {
      return delivery.team.named.name();
    }
    return user == null ? "" : ((Resource.User) user.resource()).userName();
  }

  private Booking booking(Delivery delivery) {
    return books.booking(delivery).grantsOf(subject(delivery));
  }

  /** Plans the next call; false when nothing is left to be called. */
  private boolean slice(Delivery delivery) {
    Link link = link(delivery);
    List<GrantRow> open = open(delivery);
    if (link == null || open.isEmpty()) {
      return false;
    }
    Capabilities.Roles can = delivery.app().capabilities().roles();
    List<GrantRow> page = page(delivery, open);
    List<GrantRow> unseen =
        page.stream().filter(row -> grants(row) && row.seen() == null && !row.held()).toList();
    if (!unseen.isEmpty() && can.seen()) {
      delivery.grants.page = unseen;
      delivery.call(
          new Call.SeeGrants(
              link.remoteId(),
              subject(delivery) == LaneKind.TEAM,
              unseen.stream().map(GrantRow::role).toList()));
      return true;
    }
    if (!unseen.isEmpty()) {
      Booking booking = booking(delivery);
      unseen.forEach(row -> booking.grant(row.seen(Seen.UNKNOWN)));
      books.ledger.book(booking);
      CrashPoints.afterIntent(delivery);
      unseen.forEach(row -> delivery.grants.begun.add(row.role()));
    }
    delivery.grants.page =
        page.stream().map(row -> unseen.contains(row) ? row.seen(Seen.UNKNOWN) : row).toList();
    delivery.call(
        new Call.OnGrants(
            new GrantPlan(
                link.remoteId(),
                subject(delivery) == LaneKind.TEAM,
                page.stream().filter(GrantSteps::grants).map(GrantRow::role).toList(),
                page.stream().filter(row -> !grants(row)).map(GrantRow::role).toList())));
    return true;
  }

  private static boolean grants(GrantRow row) {
    return row.state() != State.REMOVING;
  }

  /** What is to be called for; while in doubt, also what is held as far as we know. */
  private List<GrantRow> open(Delivery delivery) {
    boolean doubt = delivery.lane().inDoubt();
    return books
        .ledger
        .grants(delivery.lane().app(), subject(delivery), delivery.lane().target())
        .stream()
        .filter(
            row ->
                row.state() == State.REMOVING
                    || row.state() == State.DUE
                    || (doubt
                        && row.state() == State.APPLIED
                        && row.origin() == Origin.OURS
                        && !delivery.grants.asserted.contains(row.role())))
        .toList();
  }

  /** Revocations first; where one role excludes another, the two of a resource go together. */
  private static List<GrantRow> page(Delivery delivery, List<GrantRow> open) {
    int most = delivery.grants.slice.size();
    List<GrantRow> sorted = new ArrayList<>(open);
    if (!delivery.app().capabilities().roles().oneOnly()) {
      sorted.sort(Comparator.comparing(GrantSteps::grants));
      return sorted.subList(0, Math.min(most, sorted.size()));
    }
    sorted.sort(BY_RESOURCE);
    List<GrantRow> page = new ArrayList<>();
    for (int from = 0; from < sorted.size(); ) {
      int to = from;
      String resource = sorted.get(from).role().resource();
      while (to < sorted.size() && sorted.get(to).role().resource().equals(resource)) {
        to++;
      }
      if (!page.isEmpty() && page.size() + to - from > most) {
        break;
      }
      page.addAll(sorted.subList(from, to));
      from = to;
    }
    return page;
  }

  void outcome(Delivery delivery, Call call, Object answer) {
    if (call instanceof Call.ListGrants) {
      listed(delivery, answer);
      return;
    }
    if (looks.outcome(delivery, answer) || lastHolders.outcome(delivery, call, answer)) {
      return;
    }
    if (answer instanceof Map<?, ?> seen) {
      seen(delivery, seen);
    } else if (answer instanceof BatchOutcome.Items items && call instanceof Call.OnGrants on) {
      items(delivery, on.plan(), items.items());
    } else {
      whole(delivery, Objects.requireNonNull(Call.failure(answer)));
    }
  }

  /** The intents are committed with what was seen; what is held already was found. */
  private void seen(Delivery delivery, Map<?, ?> seen) {
    Booking booking = booking(delivery);
    for (GrantRow row : delivery.grants.page) {
      Seen what = seen.get(row.role().key()) instanceof Seen s ? s : Seen.UNKNOWN;
      if (what == Seen.PRESENT) {
        booking.grant(row.applied(Origin.FOUND));
        booking.settled(Booking.letterOf(row.role()));
        holds(delivery, booking, row);
        booking.line(
            line(
                delivery,
                Action.GRANT,
                row,
                SyncLine.Outcome.SKIPPED,
                "held in the app already; found, not ours"));
      } else {
        booking.grant(row.seen(what));
        delivery.grants.begun.add(row.role());
      }
    }
    books.ledger.book(booking);
    CrashPoints.afterIntent(delivery);
  }

  private void whole(Delivery delivery, Outcome.Failure failure) {
    GrantState state = delivery.grants;
    boolean refused = failure instanceof Outcome.Reject || failure instanceof Outcome.Conflict;
    boolean together =
        delivery.app().capabilities().roles().oneOnly()
            && state.page.stream().map(row -> row.role().resource()).distinct().count() == 1;
    if (refused && state.page.size() > 1 && !together) {
      // One bad role must wait alone: ask again with fewer, until it is alone.
      state.slice.refused(state.page.size());
      return;
    }
    if (refused) {
      Booking booking = booking(delivery);
      for (GrantRow row : state.page) {
        if (failure instanceof Outcome.Conflict) {
          // It names nothing: two changes met in the app.
          retried(delivery, booking, row, grants(row), failure.reason());
        } else {
          rejected(delivery, booking, row, failure.reason());
        }
      }
      books.ledger.book(booking);
      state.slice.taken(delivery);
      return;
    }
    books.fail(
        delivery,
        booking(delivery),
        failure,
        state.page.stream().allMatch(GrantSteps::grants) ? Action.GRANT : Action.REVOKE,
        name(delivery),
        delivery.lane().basis());
  }

  private void items(Delivery delivery, GrantPlan plan, Map<String, Outcome> outcomes) {
    CrashPoints.midSlice(delivery);
    Booking booking = booking(delivery);
    Outcome.@Nullable Failure appWide = null;
    boolean gone = false;
    boolean stopped = outcomes.values().stream().anyMatch(Outcome::stops);
    for (GrantRow row : delivery.grants.page) {
      boolean grant = plan.granted().contains(row.role());
      if (stopped && !outcomes.containsKey(row.role().key())) {
        // Not tried: nothing failed, and the intents stand.
        continue;
      }
      Outcome outcome =
          outcomes.getOrDefault(
              row.role().key(), new Outcome.Retry("the app's answer does not say", true));
      switch (outcome) {
        case Outcome.Applied applied -> settled(delivery, booking, row, grant, false);
        case Outcome.Already already -> settled(delivery, booking, row, grant, true);
        case Outcome.NotFound missing -> {
          gone = true;
          retried(delivery, booking, row, grant, missing.reason());
        }
        case Outcome.Throttled t -> appWide = t;
        case Outcome.AuthFailed a -> appWide = a;
        case Outcome.Reject reject -> rejected(delivery, booking, row, reject.reason());
        case Outcome.Failure failure -> retried(delivery, booking, row, grant, failure.reason());
      }
    }
    delivery.grants.slice.taken(delivery);
    if (gone) {
      // Whether it is gone, and what it held with it, its own lane finds out.
      if (subject(delivery) == LaneKind.ACCOUNT) {
        booking.doubts(delivery.lane().target());
      } else {
        booking.doubtsTeam(delivery.lane().target());
      }
    }
    if (appWide != null) {
      books.fail(delivery, booking, appWide, Action.GRANT, name(delivery), delivery.lane().basis());
      return;
    }
    CrashPoints.beforeCompletion(delivery);
    books.ledger.book(booking);
  }

  private void settled(
      Delivery delivery, Booking booking, GrantRow row, boolean grant, boolean already) {
    booking.settled(Booking.letterOf(row.role()));
    looks.note(delivery, booking, row, grant);
    if (!grant) {
      released(delivery, booking, row, already);
      return;
    }
    // "Already" right after our look is somebody else's doing; after an interruption, or while an
    // earlier holder's last call may still arrive, it is ours.
    boolean found =
        already
            && !row.held()
            && !delivery.lane().inDoubt()
            && delivery.grants.begun.contains(row.role());
    delivery.grants.asserted.add(row.role());
    booking.grant(row.applied(row.held() ? row.origin() : found ? Origin.FOUND : Origin.OURS));
    holds(delivery, booking, row);
    if (row.held()) {
      return;
    }
    booking.line(
        line(
            delivery,
            Action.GRANT,
            row,
            found ? SyncLine.Outcome.SKIPPED : SyncLine.Outcome.SUCCESS,
            found
                ? "held in the app already; found, not ours"
                : already ? "confirmed after interruption" : because(row)));
  }

  private static void holds(Delivery delivery, Booking booking, GrantRow row) {
    RoleRules rules = delivery.app().config().roles();
    if (rules != null
        && subject(delivery) == LaneKind.ACCOUNT
        && rules.lastHolder().contains(row.role().name())) {
      booking.holds(row.role());
    }
  }

  /** Why a role is asked for, in one line. */
  static String because(GrantRow row) {
    List<String> reasons = new ArrayList<>();
    if (row.direct()) {
      reasons.add("granted by an administrator");
    }
    for (GrantRow.Why why : row.why()) {
      reasons.add(why.rule() + (why.path().contains(" > ") ? " (through " + why.path() + ")" : ""));
    }
    return String.join("; ", reasons);
  }

  /** Asked for and taken away stays on record; what nothing asks for goes. */
  private void released(Delivery delivery, Booking booking, GrantRow row, boolean already) {
    if (row.direct() || !row.why().isEmpty()) {
      booking.grant(row.released(State.SUPPRESSED, row.reason()));
    } else {
      booking.grantGone(row);
    }
    lastHolders.released(delivery, booking, row);
    booking.line(
        line(
            delivery,
            Action.REVOKE,
            row,
            already ? SyncLine.Outcome.SKIPPED : SyncLine.Outcome.SUCCESS,
            already ? "not held in the app any more" : row.reason()));
  }

  private void retried(
      Delivery delivery, Booking booking, GrantRow row, boolean grant, String reason) {
    long at = books.retryAt(row.attempts() + 1);
    GrantRow open = grant ? row : row.unsure();
    booking.grant(open.parked(at, row.attempts() + 1, reason));
    booking.line(
        line(delivery, grant ? Action.GRANT : Action.REVOKE, row, SyncLine.Outcome.FAILED, reason));
  }

  private void rejected(Delivery delivery, Booking booking, GrantRow row, String reason) {
    Action action = grants(row) ? Action.GRANT : Action.REVOKE;
    booking.grant(row.parked(0, row.attempts() + 1, reason));
    booking.letter(
        new MemberLetter(
            Booking.letterOf(row.role()),
            name(delivery) + ": " + row.role(),
            action.name(),
            reason,
            row.attempts() + 1));
    booking.line(line(delivery, action, row, SyncLine.Outcome.FAILED, reason));
  }

  private SyncLine line(
      Delivery delivery, Action action, GrantRow row, SyncLine.Outcome outcome, String reason) {
    return line(books, delivery, action, row, outcome, reason);
  }

  static SyncLine line(
      Bookkeeper books,
      Delivery delivery,
      Action action,
      GrantRow row,
      SyncLine.Outcome outcome,
      String reason) {
    return books.line(
        delivery,
        action,
        name(delivery),
        "",
        outcome,
        "role " + row.role() + (reason.isEmpty() ? "" : ": " + reason));
  }
}
