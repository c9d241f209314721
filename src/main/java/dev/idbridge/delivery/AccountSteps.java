package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.AppConfig.OnUserDelete;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.LinkTaken;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.model.Account;
import dev.idbridge.model.Resource;
import dev.idbridge.model.RoleRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings one account into line. {@link #plan} looks at what should be, what we did and what this
 * claim learned, and either asks for one call or ends the lane; {@link #outcome} books the answer.
 * Thread-safe.
 */
final class AccountSteps {
  /** Until an account is looked at again that stays for the sake of a role. */
  private static final Duration LAST_HOLDER = Duration.ofDays(1);

  private final Bookkeeper books;

  AccountSteps(Bookkeeper books) {
    this.books = books;
  }

  /** What the directory wants of the account. */
  private enum Goal {
    ACTIVE,
    INACTIVE,
    DELETED
  }

  void plan(Delivery delivery) {
    AccountState state = delivery.account;
    Lane lane = delivery.lane();
    if (!state.begun) {
      state.intent = lane.intentSeen();
      state.enabled = state.link != null && state.link.active();
      if (state.user != null) {
        work(delivery, state, state.user);
        Account planned = wanted(state);
        if (!planned.userName().equals(lane.intentName())) {
          state.intentName = lane.intentName();
        }
      }
      state.begun = true;
    }
    Target user = state.user;
    if (user == null || user.imported()) {
      done(delivery, books.booking(delivery));
      return;
    }
    Account wanted = wanted(state);
    if (state.unmapped != null && goal(state) == Goal.ACTIVE) {
      books.undecided(
          delivery,
          state.unmapped,
          state.link == null ? Action.CREATE : Action.UPDATE,
          name(state),
          basis(delivery));
      return;
    }
    if (lane.looks() > 0 && state.link != null) {
      look(delivery, state, state.link, wanted);
      return;
    }
    if (state.clash != null && state.link != null) {
      delivery.call(new Call.FindAccounts(newKeys(state, state.link, wanted)));
      return;
    }
    if (state.link == null || state.vanished) {
      planUnlinked(delivery, state, goal(state), wanted);
    } else {
      planLinked(delivery, state, goal(state), wanted, state.link);
    }
  }

  /** The names that an update was to give, not those that the account has already. */
  private static AccountKeys newKeys(AccountState state, Link link, Account wanted) {
    Account before = state.applied(link);
    List<String> emails =
        before == null
            ? wanted.emails()
            : wanted.emails().stream().filter(e -> !before.emails().contains(e)).toList();
    boolean renamed = before == null || !before.userName().equals(wanted.userName());
    String first = renamed || emails.isEmpty() ? wanted.userName() : emails.getFirst();
    return new AccountKeys(null, first, emails);
  }

  private static Goal goal(AccountState state) {
    Target user = Objects.requireNonNull(state.user);
    if (user.deleted()) {
      return Goal.DELETED;
    }
    boolean wanted = ((Resource.User) user.resource()).active() && state.inside;
    return wanted ? Goal.ACTIVE : Goal.INACTIVE;
  }

  private static Account wanted(AccountState state) {
    return Objects.requireNonNull(state.wanted);
  }

  /** What the account should say; whoever loses access loses it even if that cannot be told. */
  private static void work(Delivery delivery, AccountState state, Target user) {
    Resource.User resource = (Resource.User) user.resource();
    Account plain = Desired.account(resource);
    Account wanted;
    try {
      wanted = Mapped.of(resource, plain, delivery.app().config().mapping());
    } catch (MappingFailed failed) {
      Link link = state.link;
      Account last = link == null ? null : state.applied(link);
      wanted = last == null ? plain : last.withActive(plain.active());
      state.unmapped = failed.getMessage();
    }
    state.wanted = user.deleted() || !state.inside ? wanted.withActive(false) : wanted;
  }

  private void planUnlinked(Delivery delivery, AccountState state, Goal goal, Account wanted) {
    if (state.absent) {
      delivery.call(new Call.OnAccount(new AccountPlan.Create(wanted)));
    } else if (namesWritten(state) instanceof AccountKeys keys) {
      delivery.call(new Call.FindAccounts(keys));
    } else if (state.intentName != null) {
      delivery.call(new Call.FindAccounts(new AccountKeys(null, state.intentName, List.of())));
    } else if (goal == Goal.ACTIVE || state.intent != null || state.vanished) {
      delivery.call(new Call.FindAccounts(Desired.keys(wanted)));
    } else {
      done(delivery, books.booking(delivery));
    }
  }

  /** An account that was missed may bear the names that we gave it last: asked for first. */
  private static @Nullable AccountKeys namesWritten(AccountState state) {
    Link link = state.link;
    if (!state.vanished || state.lookedBefore || link == null) {
      return null;
    }
    Account before = state.applied(link);
    return before == null || before.userName().equals(wanted(state).userName())
        ? null
        : Desired.keys(before);
  }

  private void planLinked(
      Delivery delivery, AccountState state, Goal goal, Account wanted, Link link) {
    // An earlier holder may have switched the account without booking it.
    boolean doubt = delivery.lane().inDoubt() && !state.switched;
    if (goal == Goal.ACTIVE) {
      if (!link.active() || doubt) {
        delivery.call(new Call.OnAccount(new AccountPlan.Enable(link.remoteId(), wanted)));
      } else if (differs(delivery, link, wanted)) {
        delivery.call(
            new Call.OnAccount(
                new AccountPlan.Update(link.remoteId(), wanted, before(delivery, link))));
      } else {
        done(delivery, books.booking(delivery));
      }
    } else if (guarded(delivery, wanted)) {
      done(
          delivery,
          books
              .booking(delivery)
              .line(
                  books.line(
                      delivery,
                      Action.DEACTIVATE,
                      wanted.userName(),
                      link.remoteId(),
                      SyncLine.Outcome.SKIPPED,
                      "a protected account: no push takes it away; see roles.protected-accounts")));
    } else if (link.active() || doubt) {
      delivery.call(
          new Call.OnAccount(new AccountPlan.Disable(link.remoteId(), wanted.withActive(false))));
    } else if (goal == Goal.DELETED && deletes(delivery)) {
      long at = deletesAt(delivery);
      if (at > books.clock.millis() && link.origin() == Origin.OURS) {
        keep(delivery, at, "disabled; it is deleted at " + Instant.ofEpochMilli(at));
      } else {
        planDelete(delivery, link);
      }
    } else {
      done(delivery, books.booking(delivery));
    }
  }

  private static boolean guarded(Delivery delivery, Account wanted) {
    RoleRules roles = delivery.app().config().roles();
    return roles != null && roles.protects(wanted.userName());
  }

  /** What the account says as far as we can trust what we wrote. */
  private static @Nullable Account before(Delivery delivery, Link link) {
    boolean doubt = delivery.lane().inDoubt() && !delivery.account.asserted;
    return doubt ? null : delivery.account.applied(link);
  }

  private static boolean differs(Delivery delivery, Link link, Account wanted) {
    return !wanted.equals(before(delivery, link));
  }

  private static boolean deletes(Delivery delivery) {
    return delivery.app().config().accounts().onUserDelete() == OnUserDelete.DELETE
        && delivery.app().capabilities().deletesAccounts();
  }

  /** When the account of the deleted user goes, milliseconds since the epoch. */
  private static long deletesAt(Delivery delivery) {
    Target user = Objects.requireNonNull(delivery.account.user);
    return user.resource().modified().toEpochMilli()
        + delivery.app().config().accounts().deleteAfter().toMillis();
  }

  /** It stays disabled until its time; a user of the same name who comes before takes it over. */
  private void keep(Delivery delivery, long until, String reason) {
    Booking booking = books.booking(delivery);
    wakeOnChange(delivery, booking);
    books.end(delivery, booking, new LaneEnd.Again(basisNow(delivery.account.link), until, reason));
  }

  private void planDelete(Delivery delivery, Link link) {
    if (link.origin() == Origin.FOUND) {
      // Found, not made by us: disabled, never removed.
      done(delivery, books.booking(delivery));
      return;
    }
    String kept = LastHolderSteps.held(books, delivery);
    if (kept != null) {
      keep(
          delivery,
          books.clock.millis() + LAST_HOLDER.toMillis(),
          "disabled, and not deleted while no other active account holds " + kept);
      return;
    }
    int held = books.ledger.teamsHeld(delivery.lane().app(), delivery.lane().target());
    if (held > 0) {
      books.end(
          delivery,
          books.booking(delivery),
          new LaneEnd.Waiting(
              basis(delivery),
              LaneKind.TEAM,
              0,
              "its memberships are removed first, in " + held + " teams"));
    } else {
      delivery.call(new Call.OnAccount(new AccountPlan.Delete(link.remoteId())));
    }
  }

  void outcome(Delivery delivery, Call call, Object answer) {
    AccountState state = delivery.account;
    Outcome.Failure failure = Call.failure(answer);
    if (state.clash != null && state.link != null) {
      clashed(delivery, state, state.link, state.clash, answer);
    } else if (delivery.lane().looks() > 0
        && state.link != null
        && answer instanceof Lookup.Complete<?> c) {
      looked(delivery, state.link, call, c);
    } else if (call instanceof Call.OnAccount on && answer instanceof Outcome.NotFound gone) {
      notFound(delivery, state, gone);
    } else if (call instanceof Call.OnAccount on
        && on.plan() instanceof AccountPlan.Update
        && failure instanceof Outcome.Conflict conflict) {
      state.clash = conflict;
    } else if (call instanceof Call.OnAccount on
        && on.plan() instanceof AccountPlan.Create
        && failure instanceof Outcome.Conflict
        && !state.refused) {
      // Somebody made it between our look and our call, or the look-up keys missed it.
      state.refused = true;
      state.absent = false;
    } else if (failure != null) {
      failed(
          delivery,
          state,
          call instanceof Call.OnAccount on ? action(on.plan()) : Action.LINK,
          failure);
    } else if (answer instanceof Lookup.Complete<?> complete) {
      found(delivery, state, complete.found().stream().map(FoundAccount.class::cast).toList());
    } else if (call instanceof Call.OnAccount on && answer instanceof Outcome outcome) {
      applied(delivery, state, on.plan(), outcome);
    }
  }

  /** The app's refusal says that something is taken; a look-up says by whom. */
  private void clashed(
      Delivery delivery, AccountState state, Link own, Outcome.Conflict clash, Object answer) {
    String owners = "";
    if (answer instanceof Lookup.Complete<?> complete) {
      owners =
          complete.found().stream()
              .map(FoundAccount.class::cast)
              .filter(found -> !found.remoteId().equals(own.remoteId()))
              .map(found -> "'" + found.label() + "'")
              .sorted()
              .collect(Collectors.joining(", "));
    }
    failed(
        delivery,
        state,
        Action.UPDATE,
        owners.isEmpty()
            ? clash
            : new Outcome.Conflict(
                "the name or an e-mail address of "
                    + name(state)
                    + " belongs to the app's account "
                    + owners
                    + " already ("
                    + clash.reason()
                    + "); correct one of the two users, tried again daily"));
  }

  private void found(Delivery delivery, AccountState state, List<FoundAccount> accounts) {
    Account wanted = wanted(state);
    Link known = state.link;
    if (state.vanished
        && known != null
        && accounts.stream().anyMatch(found -> found.remoteId().equals(known.remoteId()))) {
      byTurns(delivery, state, known.label());
      return;
    }
    if (namesWritten(state) != null) {
      // Somebody else has the old name, or nobody: the look by today's names decides.
      state.lookedBefore = true;
      return;
    }
    if (accounts.size() > 1) {
      String labels =
          accounts.stream().map(FoundAccount::label).sorted().collect(Collectors.joining(", "));
      books.fail(
          delivery,
          books.booking(delivery),
          new Outcome.Conflict(
              accounts.size()
                  + " accounts match and none is linked: "
                  + labels
                  + "; remove or rename all but one in the app"),
          Action.LINK,
          wanted.userName(),
          basis(delivery));
      return;
    }
    if (accounts.isEmpty()) {
      nothingThere(delivery, state);
      return;
    }
    FoundAccount account = accounts.getFirst();
    boolean ours =
        state.intent != null
            && state.intent != Seen.PRESENT
            && (!state.refused || delivery.lane().inDoubt())
            && !state.vanished;
    adopt(delivery, state, account, ours ? Origin.OURS : Origin.FOUND, wanted);
  }

  private void nothingThere(Delivery delivery, AccountState state) {
    if (state.intentName != null) {
      // The interrupted create never happened: a look-up by today's keys follows.
      state.intentName = null;
      state.intent = null;
      return;
    }
    Target user = Objects.requireNonNull(state.user);
    if (state.refused) {
      books.fail(
          delivery,
          books.booking(delivery),
          new Outcome.Conflict(
              "the app says the account exists, but no look-up finds it; look for '"
                  + wanted(state).userName()
                  + "' among deleted or hidden accounts of the app"),
          Action.CREATE,
          wanted(state).userName(),
          basis(delivery));
      return;
    }
    Booking booking = books.booking(delivery);
    if (state.vanished) {
      booking.unlinks();
    }
    boolean wasThere = state.vanished;
    state.link = null;
    state.vanished = false;
    state.intent = null;
    if (goal(state) == Goal.ACTIVE) {
      books.ledger.book(booking.intent(Seen.ABSENT, wanted(state).userName()));
      CrashPoints.afterIntent(delivery);
      state.intent = Seen.ABSENT;
      state.absent = true;
    } else {
      if (wasThere) {
        booking.line(
            books.line(
                delivery,
                Action.UNLINK,
                wanted(state).userName(),
                "",
                SyncLine.Outcome.SUCCESS,
                "the account is not in the app any more"));
      }
      done(delivery, booking);
    }
  }

  private void adopt(
      Delivery delivery, AccountState state, FoundAccount account, Origin origin, Account wanted) {
    Lane lane = delivery.lane();
    Link link =
        new Link(
            lane.app(),
            LaneKind.ACCOUNT,
            lane.target(),
            lane.directory(),
            account.remoteId(),
            account.label(),
            origin,
            account.active(),
            "");
    Booking booking = books.booking(delivery).links(link);
    anew(delivery, booking);
    booking.line(
        origin == Origin.OURS
            ? books.line(
                delivery,
                Action.CREATE,
                wanted.userName(),
                account.remoteId(),
                SyncLine.Outcome.SUCCESS,
                "confirmed after interruption")
            : books.line(
                delivery,
                Action.LINK,
                wanted.userName(),
                account.remoteId(),
                SyncLine.Outcome.SUCCESS,
                "found in the app as " + account.label()));
    if (state.vanished) {
      booking.unlinks();
    }
    try {
      books.ledger.book(booking);
    } catch (LinkTaken taken) {
      if (state.intentName != null) {
        nothingThere(delivery, state);
      } else {
        linkTaken(delivery, account.label(), taken, wanted);
      }
      return;
    }
    state.link = link;
    state.enabled = account.active();
    state.switched = true;
    state.intentName = null;
    state.vanished = false;
    state.intent = null;
    state.absent = false;
  }

  /** An account where there was one: its teams are told, as nothing else about it changes. */
  private static void anew(Delivery delivery, Booking booking) {
    if (basis(delivery).equals("active")) {
      delivery.account.anew = true;
      booking.anew();
    }
  }

  private void linkTaken(Delivery delivery, String label, LinkTaken taken, Account wanted) {
    if (taken.passing()) {
      books.fail(
          delivery,
          books.booking(delivery),
          new Outcome.Retry(
              "the app's account '" + label + "' is being released by user " + taken.owner(),
              false),
          Action.LINK,
          wanted.userName(),
          basis(delivery));
      return;
    }
    books.fail(
        delivery,
        books.booking(delivery),
        new Outcome.Conflict(
            "the app's account '"
                + label
                + "' belongs to user "
                + taken.owner()
                + "; two users match one account: correct one of them at the identity provider"),
        Action.LINK,
        wanted.userName(),
        basis(delivery));
  }

  private void applied(Delivery delivery, AccountState state, AccountPlan plan, Outcome outcome) {
    Lane lane = delivery.lane();
    Booking booking = books.booking(delivery);
    SyncLine.Outcome word =
        outcome instanceof Outcome.Already ? SyncLine.Outcome.SKIPPED : SyncLine.Outcome.SUCCESS;
    String reason = outcome instanceof Outcome.Already ? "already so in the app" : "";
    switch (plan) {
      case AccountPlan.Create create -> {
        String remoteId =
            outcome instanceof Outcome.Applied applied
                ? applied.remoteId()
                : ((Outcome.Already) outcome).remoteId();
        Link link =
            new Link(
                lane.app(),
                LaneKind.ACCOUNT,
                lane.target(),
                lane.directory(),
                remoteId,
                create.account().userName(),
                Origin.OURS,
                create.account().active(),
                AccountJson.write(create.account()));
        booking.links(link);
        anew(delivery, booking);
        state.applied(link, create.account());
        booking.line(
            books.line(
                delivery,
                Action.CREATE,
                create.account().userName(),
                remoteId,
                SyncLine.Outcome.SUCCESS,
                ""));
        state.link = link;
        state.switched = true;
        state.asserted = true;
        state.absent = false;
        try {
          finish(delivery, state, booking);
        } catch (LinkTaken taken) {
          state.link = null;
          linkTaken(delivery, create.account().userName(), taken, create.account());
        }
      }
      case AccountPlan.Update update -> {
        state.asserted = true;
        wrote(delivery, state, booking, update.account(), outcome, word, reason);
      }
      case AccountPlan.Enable enable ->
          switched(delivery, state, booking, enable.account(), Action.REACTIVATE, word, reason);
      case AccountPlan.Disable disable -> {
        books.deprovisioned(delivery);
        disabled(delivery, booking);
        switched(delivery, state, booking, disable.account(), Action.DEACTIVATE, word, reason);
      }
      case AccountPlan.Delete delete -> {
        booking.unlinks();
        booking.line(
            books.line(delivery, Action.DELETE, name(state), delete.remoteId(), word, reason));
        state.link = null;
        state.intent = null;
        done(delivery, booking);
      }
    }
  }

  /** Enabled or disabled: the rest of the account says what it said before. */
  private void switched(
      Delivery delivery,
      AccountState state,
      Booking booking,
      Account account,
      Action action,
      SyncLine.Outcome word,
      String reason) {
    Link known = Objects.requireNonNull(state.link);
    state.switched = true;
    boolean again = known.active() == account.active() && reason.isEmpty();
    Account before = state.applied(known);
    Link link =
        known.with(
            account.active(),
            before == null ? "" : AccountJson.write(before.withActive(account.active())));
    book(
        delivery,
        state,
        booking,
        link,
        account,
        action,
        word,
        again
            ? "asserted after interruption"
            : reason.isEmpty() && action == Action.DEACTIVATE && !state.inside
                ? "not in the app's scope"
                : reason);
  }

  private void wrote(
      Delivery delivery,
      AccountState state,
      Booking booking,
      Account account,
      Outcome outcome,
      SyncLine.Outcome word,
      String reason) {
    Link known = Objects.requireNonNull(state.link);
    Link link = renamed(known, outcome).with(known.active(), AccountJson.write(account));
    state.applied(link, account);
    book(delivery, state, booking, link, account, Action.UPDATE, word, reason);
  }

  /** Some apps' ids change with the name: the answer tells the id that holds from now on. */
  private static Link renamed(Link known, Outcome outcome) {
    return outcome instanceof Outcome.Applied applied ? known.known(applied.remoteId()) : known;
  }

  private void book(
      Delivery delivery,
      AccountState state,
      Booking booking,
      Link link,
      Account account,
      Action action,
      SyncLine.Outcome word,
      String reason) {
    state.link = link;
    booking.relinks(link);
    booking.line(books.line(delivery, action, account.userName(), link.remoteId(), word, reason));
    finish(delivery, state, booking);
  }

  /** Ends the lane in the same commit unless another step follows. */
  private void finish(Delivery delivery, AccountState state, Booking booking) {
    Target user = Objects.requireNonNull(state.user);
    CrashPoints.beforeCompletion(delivery);
    Link link = state.link;
    boolean follows =
        switch (goal(state)) {
          case ACTIVE -> link != null && differs(delivery, link, wanted(state));
          case INACTIVE -> false;
          case DELETED -> deletes(delivery);
        };
    if (follows) {
      wakeOnChange(delivery, booking);
      books.ledger.book(booking);
    } else {
      done(delivery, booking);
    }
  }

  private void notFound(Delivery delivery, AccountState state, Outcome.NotFound gone) {
    if (state.vanished || state.link == null) {
      byTurns(delivery, state, gone.reason());
      return;
    }
    state.vanished = true;
  }

  /** What we know of the account stays: it may be there. */
  private void byTurns(Delivery delivery, AccountState state, String what) {
    failed(
        delivery,
        state,
        goal(state) == Goal.ACTIVE ? Action.UPDATE : Action.DEACTIVATE,
        new Outcome.Retry("the account is found and not found by turns: " + what, false));
  }

  private void failed(
      Delivery delivery, AccountState state, Action action, Outcome.Failure refused) {
    // Nothing is named where an account is switched or deleted: somebody else changes it, too.
    Outcome.Failure failure =
        refused instanceof Outcome.Conflict
                && (action == Action.DEACTIVATE
                    || action == Action.REACTIVATE
                    || action == Action.DELETE)
            ? new Outcome.Retry(refused.reason(), false)
            : refused;
    Booking booking = books.booking(delivery);
    String basis = basis(delivery);
    boolean leaver = goal(state) != Goal.ACTIVE && basis.equals("active");
    if (leaver) {
      // Memberships do not wait for an account that cannot be disabled.
      basis = "inactive";
      leaves(delivery, booking);
    } else if (goal(state) != Goal.ACTIVE) {
      booking.wakesTeamsLeft();
    }
    books.fail(delivery, booking, failure, action, name(state), basis);
  }

  private static Action action(AccountPlan plan) {
    return switch (plan) {
      case AccountPlan.Create c -> Action.CREATE;
      case AccountPlan.Update u -> Action.UPDATE;
      case AccountPlan.Enable e -> Action.REACTIVATE;
      case AccountPlan.Disable d -> Action.DEACTIVATE;
      case AccountPlan.Delete d -> Action.DELETE;
    };
  }

  private static String name(AccountState state) {
    return state.user == null ? "" : ((Resource.User) state.user.resource()).userName();
  }

  private static String basis(Delivery delivery) {
    return delivery.lane().basis();
  }

  private static String basisNow(@Nullable Link link) {
    if (link == null) {
      return "none";
    }
    return link.active() ? "active" : "inactive";
  }

  private void wakeOnChange(Delivery delivery, Booking booking) {
    String now = basisNow(delivery.account.link);
    String before = delivery.lane().basis();
    if (!now.equals(before)) {
      boolean lost = delivery.account.enabled && !now.equals("active");
      if (before.equals("active") || lost) {
        leaves(delivery, booking);
      } else {
        booking.wakesTeams(now.equals("active") ? Priority.NORMAL : Priority.LEAVER);
      }
    } else if (now.equals("active") && cameBackUnseen(delivery)) {
      booking.wakesTeams(Priority.LEAVER);
    } else if (now.equals("active") && delivery.account.anew) {
      booking.wakesTeams(Priority.NORMAL);
    }
  }

  /**
   * Its teams let it go, what they are is noted, and what the operator does about it is due. Noted
   * together with the account being disabled, and so once, however often that is cut short.
   */
  private void leaves(Delivery delivery, Booking booking) {
    Link link = delivery.account.link;
    boolean followed = !delivery.app().config().accounts().followUp().isEmpty();
    booking.wakesTeams(Priority.LEAVER);
    if (delivery.account.enabled) {
      delivery.account.enabled = false;
      booking.leaves(link == null ? "" : link.remoteId(), followed);
    }
    if (link == null || !link.active()) {
      disabled(delivery, booking);
    }
  }

  /** The account is disabled or gone: who waits for that goes on. */
  private void disabled(Delivery delivery, Booking booking) {
    Lane lane = delivery.lane();
    if (!delivery.app().config().accounts().followUp().isEmpty()) {
      booking.triggers(
          new Trigger(
              lane.app(),
              LaneKind.FOLLOW_UP,
              lane.target(),
              lane.directory(),
              lane.lastCause(),
              books.clock.millis(),
              Priority.NORMAL));
    }
  }

  /**
   * Whether the user was inactive and is active again, without the account having been disabled in
   * between: where memberships do not come back by themselves, they go all the same.
   */
  private static boolean cameBackUnseen(Delivery delivery) {
    Target user = delivery.account.user;
    return user != null
        && user.reactivated() > 0
        && user.reactivated() >= delivery.lane().firstCause()
        && delivery.app().config().accounts().memberships() == OnReactivate.NONE;
  }

  private void done(Delivery delivery, Booking booking) {
    wakeOnChange(delivery, booking);
    Target user = delivery.account.user;
    if (user == null || goal(delivery.account) != Goal.ACTIVE) {
      booking.wakesTeamsLeft();
    }
    String basis = basisNow(delivery.account.link);
    if (delivery.account.link != null && books.verifies(delivery)) {
      books.end(delivery, booking, books.look(basis, 1));
    } else {
      books.end(delivery, booking, new LaneEnd.Done(basis));
    }
  }

  /** First whether the account is there under its name, then what it says. */
  private static void look(Delivery delivery, AccountState state, Link link, Account wanted) {
    Account written = state.applied(link);
    delivery.call(
        state.there && written != null
            ? new Call.SeeAccount(link.remoteId(), written)
            : new Call.FindAccounts(new AccountKeys(null, wanted.userName(), List.of())));
  }

  /** The app said yes some time ago: is it so? It may take its time to show it. */
  private void looked(Delivery delivery, Link link, Call call, Lookup.Complete<?> answer) {
    AccountState state = delivery.account;
    if (call instanceof Call.SeeAccount) {
      String names = answer.found().stream().map(String::valueOf).collect(Collectors.joining(", "));
      saw(delivery, link, names.isEmpty() ? null : "it shows other values of " + names);
      return;
    }
    FoundAccount there = null;
    for (Object one : answer.found()) {
      if (one instanceof FoundAccount found && found.remoteId().equals(link.remoteId())) {
        there = found;
      }
    }
    String wrong = null;
    if (there == null) {
      wrong = "no look-up by its name finds the account";
    } else if (there.active() != link.active()) {
      wrong = "the account is " + (there.active() ? "active" : "not active");
    }
    if (wrong == null && state.applied(link) != null) {
      state.there = true;
      return;
    }
    saw(delivery, link, wrong);
  }

  private void saw(Delivery delivery, Link link, @Nullable String wrong) {
    int look = delivery.lane().looks();
    if (wrong == null) {
      books.end(delivery, books.booking(delivery), new LaneEnd.Done(delivery.lane().basis()));
    } else if (look < Bookkeeper.LOOKS) {
      books.end(delivery, books.booking(delivery), books.look(delivery.lane().basis(), look + 1));
    } else {
      books.fail(
          delivery,
          books.booking(delivery),
          new Outcome.Unverified(
              "the app said yes, but after " + look + " looks at it " + wrong + "; asserted anew"),
          link.active() ? Action.UPDATE : Action.DEACTIVATE,
          wanted(delivery.account).userName(),
          basis(delivery));
    }
  }
}
