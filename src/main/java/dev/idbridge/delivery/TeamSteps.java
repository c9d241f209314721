package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneEnd;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.LinkTaken;
import dev.idbridge.ledger.NamedTeams.NamedTeam;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.ledger.TeamSources;
import dev.idbridge.ledger.Trigger;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Team;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings one team into line: found anywhere by name or created at the root, renamed when it is
 * ours, and our members in it, slice by slice through {@link MemberSteps}. Thread-safe.
 */
final class TeamSteps {
  private final Bookkeeper books;
  private final MemberSteps members;
  private final TeamLook looks;

  TeamSteps(Bookkeeper books) {
    this.books = books;
    this.members = new MemberSteps(books);
    this.looks = new TeamLook(books);
  }

  void plan(Delivery delivery) {
    if (looks.plan(delivery)) {
      return;
    }
    TeamState state = delivery.team;
    Lane lane = delivery.lane();
    if (!state.started) {
      state.intent = lane.intentSeen();
      if (known(state) && !team(state).name().equals(lane.intentName())) {
        state.intentName = lane.intentName();
      }
      state.slice.begin(delivery, delivery.app().capabilities().membersPerCall());
      state.started = true;
      if (state.group != null && !state.group.imported()) {
        try {
          route(delivery, state, state.group);
        } catch (EvaluationFailed failed) {
          if (!noted(state, lane.target()) || state.link == null) {
            unclear(delivery, state.group, failed);
            return;
          }
          // Whoever has left the group has nothing to do in its team, whatever it says.
          state.unclear = failed;
          state.routed = lane.target();
        }
      }
    }
    if (state.unclear != null && state.link == null && state.group != null) {
      // It was not in the app any more, and is not made.
      unclear(delivery, state.group, state.unclear);
    } else if (!known(state) || (state.group != null && state.group.imported())) {
      done(delivery, books.booking(delivery));
    } else if (state.vanished && state.link != null) {
      // Its name may be another one in the app by now.
      delivery.call(new Call.SeeTeam(state.link.remoteId()));
    } else if (state.link == null) {
      planUnlinked(delivery, state);
    } else {
      planLinked(delivery, state, state.link);
    }
  }

  /** Whether the group was this team when that could be told last. */
  private static boolean noted(TeamState state, long team) {
    return state.own.stream().anyMatch(own -> own.team() == team);
  }

  private static boolean known(TeamState state) {
    return state.group != null || state.named != null;
  }

  private static Team team(TeamState state) {
    NamedTeam named = state.named;
    return named != null
        ? new Team(named.name(), Long.toString(named.id()))
        : Desired.team((Resource.Group) Objects.requireNonNull(state.group).resource());
  }

  /**
   * Decides which team the group is in this app: its own, one that a rule names, or none; and says
   * so to the teams that it feeds, or fed.
   */
  private void route(Delivery delivery, TeamState state, Target target) throws EvaluationFailed {
    AppConfig.Teams teams = delivery.app().config().teams();
    Resource.Group group = (Resource.Group) target.resource();
    boolean selected = !target.deleted() && Desired.selected(teams.groups(), group);
    String named = selected ? teams.named(group.displayName()) : null;
    if (named != null) {
      state.routed =
          books.ledger.namedTeam(delivery.app().id(), delivery.lane().directory(), named);
    } else {
      state.routed = selected ? Long.valueOf(group.id()) : null;
    }
    if (!selected && teams.onGroupDelete() == OnGroupDelete.DETACH) {
      return;
    }
    boolean deep = !delivery.app().placed();
    boolean right =
        state.routed == null
            ? state.own.isEmpty()
            : state.own.equals(List.of(new TeamSources.Own(state.routed, deep)));
    if (!right) {
      books.ledger.route(delivery.lane(), state.routed, deep, delivery.app().placed());
    }
  }

  /** Nobody can tell whether the group reaches the app: the team stays as it is, or is not made. */
  private void unclear(Delivery delivery, Target target, EvaluationFailed failed) {
    books.undecided(
        delivery,
        "teams.groups.expression: " + failed.getMessage(),
        Action.LINK,
        ((Resource.Group) target.resource()).displayName(),
        delivery.lane().basis());
  }

  /** Whether the app should hold this team now. */
  private static boolean wanted(Delivery delivery) {
    TeamState state = delivery.team;
    if (state.named != null) {
      return state.named.fed();
    }
    return state.routed != null && state.routed == delivery.lane().target();
  }

  private void planUnlinked(Delivery delivery, TeamState state) {
    Team team = team(state);
    if (state.absent) {
      create(delivery, state, team);
    } else if (wanted(delivery) || state.intent != null) {
      delivery.call(new Call.FindTeams(new TeamKeys(nameInApp(state, team))));
    } else {
      if (state.named != null) {
        books.ledger.dissolve(delivery.lane());
      }
      done(delivery, books.booking(delivery));
    }
  }

  private void create(Delivery delivery, TeamState state, Team team) {
    state.parent = parent(state);
    String under = under(delivery, state.parent);
    if (under == null) {
      waitFor(delivery, state.parent);
    } else {
      delivery.call(new Call.OnTeam(new TeamPlan.Create(team, under)));
    }
  }

  /** Where it is, if it may stay there; else under the team of the oldest group that it is in. */
  private static long parent(TeamState state) {
    Link link = state.link;
    if (state.places.isEmpty()) {
      return 0;
    }
    return link != null && state.places.contains(link.parent())
        ? link.parent()
        : state.places.getFirst();
  }

  /** The remote id of a parent, empty for the root; null when it is not in the app yet. */
  private @Nullable String under(Delivery delivery, long parent) {
    if (parent == 0) {
      return "";
    }
    Link link = books.ledger.links(delivery.app().id(), LaneKind.TEAM, List.of(parent)).get(parent);
    return link == null ? null : link.remoteId();
  }

  private void waitFor(Delivery delivery, long parent) {
    books.end(
        delivery,
        books.booking(delivery),
        new LaneEnd.Waiting(
            delivery.lane().basis(),
            LaneKind.TEAM,
            parent,
            "the team of group " + parent + ", which it stands under, is not in the app yet"));
  }

  /** The team bears the name that we gave it last, or were about to give it. */
  private static String nameInApp(TeamState state, Team team) {
    if (state.link != null) {
      return state.link.applied();
    }
    return state.intentName != null ? state.intentName : team.name();
  }

  private void planLinked(Delivery delivery, TeamState state, Link link) {
    Lane lane = delivery.lane();
    boolean wanted = wanted(delivery);
    state.leaving = !wanted;
    OnGroupDelete policy = delivery.app().config().teams().onGroupDelete();
    if (!wanted && policy == OnGroupDelete.DETACH) {
      done(delivery, books.booking(delivery));
      return;
    }
    if (link.origin() == Origin.FOUND && lane.inDoubt() && !state.there) {
      // A rename asserts those that are ours.
      delivery.call(new Call.SeeTeam(link.remoteId()));
      return;
    }
    Team team = team(state);
    boolean nameDiffers = !team.name().equals(link.applied()) || lane.inDoubt();
    boolean clear = state.unclear == null;
    if (wanted && clear && link.origin() == Origin.OURS && nameDiffers && !state.renamed) {
      delivery.call(new Call.OnTeam(new TeamPlan.Rename(link.remoteId(), team, link.applied())));
      return;
    }
    if (wanted && clear && move(delivery, state, link, team)) {
      return;
    }
    if (!wanted && !state.expanded && passesOn(delivery, state, link)) {
      return;
    }
    if (!state.expanded) {
      if (wanted) {
        books.ledger.expand(lane);
      } else {
        books.ledger.dissolve(lane);
      }
      state.expanded = true;
    }
    if (delivery.sliceOver()) {
      books.end(delivery, books.booking(delivery), new LaneEnd.Yield(lane.basis()));
    } else if (!members.plan(delivery, link)) {
      if (wanted) {
        done(delivery, books.booking(delivery));
      } else {
        planRemoval(delivery, link, policy);
      }
    }
  }

  /**
   * A team that goes on under the same name is not emptied: whoever stands for it from now on takes
   * it over with its members, as soon as nobody works on it here. Not while it holds roles of ours.
   */
  private boolean passesOn(Delivery delivery, TeamState state, Link link) {
    Lane lane = delivery.lane();
    Long heir = books.ledger.heir(lane, state.named == null ? state.routed : null, link.applied());
    boolean roles =
        heir != null
            && books.ledger.grants(lane.app(), LaneKind.TEAM, lane.target()).stream()
                .anyMatch(row -> row.held() && row.origin() == Origin.OURS);
    if (heir == null || roles) {
      // Nobody could take its roles from it afterwards.
      return false;
    }
    Booking booking = books.booking(delivery);
    if (lane.inDoubt()) {
      // What an earlier holder left open is asserted by the heir.
      booking.doubtsTeam(heir);
    } else {
      booking.triggers(
          new Trigger(
              lane.app(),
              LaneKind.TEAM,
              heir,
              lane.directory(),
              lane.lastCause(),
              books.clock.millis(),
              Priority.LEAVER));
    }
    books.end(
        delivery,
        booking,
        new LaneEnd.Waiting(
            lane.basis(),
            LaneKind.TEAM,
            heir,
            "the team '" + link.applied() + "' goes on, and is taken over with its members"));
    return true;
  }

  /** Puts a team of ours where its group stands now; whether there is a call to be made. */
  private boolean move(Delivery delivery, TeamState state, Link link, Team team) {
    if (state.moved || link.origin() != Origin.OURS || !delivery.app().placed()) {
      return false;
    }
    long parent = parent(state);
    if (parent == link.parent() && !(delivery.lane().inDoubt() && parent != 0)) {
      return false;
    }
    state.moved = true;
    String under = under(delivery, parent);
    if (under == null) {
      // Its members do not wait for that.
      state.waitsFor = parent;
      return false;
    }
    state.parent = parent;
    delivery.call(new Call.OnTeam(new TeamPlan.Move(link.remoteId(), team, under)));
    return true;
  }

  private void planRemoval(Delivery delivery, Link link, OnGroupDelete policy) {
    boolean delete =
        policy == OnGroupDelete.ALWAYS
            || (policy == OnGroupDelete.OWNED && link.origin() == Origin.OURS);
    long below =
        delete && delivery.app().capabilities().hierarchy()
            ? books.ledger.teamBelow(delivery.app().id(), delivery.lane().target())
            : 0;
    if (below != 0) {
      books.end(
          delivery,
          books.booking(delivery).untilGone(),
          new LaneEnd.Waiting(
              delivery.lane().basis(),
              LaneKind.TEAM,
              below,
              "the team of group " + below + " stands under it and goes elsewhere first"));
    } else if (holds(delivery, policy == OnGroupDelete.ALWAYS)) {
      return;
    } else if (delete && books.ledger.wantedMeanwhile(delivery.lane())) {
      // The group may be a team again.
      books.end(delivery, books.booking(delivery), new LaneEnd.Yield(delivery.lane().basis()));
    } else if (delete) {
      delivery.call(
          new Call.OnTeam(new TeamPlan.Delete(link.remoteId(), policy == OnGroupDelete.ALWAYS)));
    } else {
      unlinked(delivery, link, "the team stays in the app, without our members");
    }
  }

  /**
   * Whether something that we put there, or may have, is still to be taken away: once the team is
   * let go, nobody knows of it any more.
   *
   * @param withMembers they go with the team
   */
  private boolean holds(Delivery delivery, boolean withMembers) {
    Lane lane = delivery.lane();
    if (!withMembers && books.ledger.holdsMembers(lane)) {
      // Their removal failed: tried again when its time has come.
      done(delivery, books.booking(delivery));
      return true;
    }
    List<String> roles =
        delivery.app().config().roles() == null ? List.of() : books.ledger.rolesLeft(lane);
    if (roles.isEmpty()) {
      return false;
    }
    books.end(
        delivery,
        books.booking(delivery),
        new LaneEnd.Waiting(
            lane.basis(),
            LaneKind.GRANTS,
            lane.target(),
            "its roles are revoked first: " + String.join(", ", roles)));
    return true;
  }

  private void unlinked(Delivery delivery, Link link, String why) {
    Booking booking = books.booking(delivery).unlinks();
    booking.line(
        books.line(
            delivery,
            Action.UNLINK,
            link.applied(),
            link.remoteId(),
            SyncLine.Outcome.SUCCESS,
            why));
    delivery.team.link = null;
    done(delivery, booking);
  }

  void outcome(Delivery delivery, Call call, Object answer) {
    TeamState state = delivery.team;
    Outcome.Failure failure = Call.failure(answer);
    if (looks.outcome(delivery, answer)) {
      return;
    }
    if (call instanceof Call.OnMembers || call instanceof Call.SeeMembers) {
      members.outcome(delivery, Objects.requireNonNull(state.link), call, answer);
    } else if (call instanceof Call.OnTeam on
        && on.plan() instanceof TeamPlan.Create
        && answer instanceof Outcome.NotFound) {
      books.fail(
          delivery,
          books.booking(delivery).doubtsTeam(state.parent),
          new Outcome.Retry("the team that it stands under is not in the app any more", false),
          Action.CREATE,
          team(state).name(),
          delivery.lane().basis());
    } else if (answer instanceof Outcome.NotFound) {
      state.vanished = true;
    } else if (call instanceof Call.OnTeam on
        && on.plan() instanceof TeamPlan.Create
        && failure instanceof Outcome.Conflict
        && !state.refused) {
      state.refused = true;
      state.absent = false;
    } else if (call instanceof Call.OnTeam on
        && on.plan() instanceof TeamPlan.Delete
        && failure instanceof Outcome.Conflict conflict) {
      if (!holds(delivery, false)) {
        unlinked(delivery, Objects.requireNonNull(state.link), "not deleted: " + conflict.reason());
      }
    } else if (call instanceof Call.SeeTeam
        && (failure instanceof Outcome.Unverified || failure instanceof Outcome.Reject)) {
      unseen(delivery, state, failure);
    } else if (call instanceof Call.OnTeam on
        && (on.plan() instanceof TeamPlan.Rename || on.plan() instanceof TeamPlan.Move)
        && (failure instanceof Outcome.Conflict || failure instanceof Outcome.Reject)) {
      // Members do not wait for a name that the app refuses.
      state.renamed |= on.plan() instanceof TeamPlan.Rename;
      state.refusedRename = failure.reason();
    } else if (failure != null) {
      books.fail(
          delivery,
          books.booking(delivery),
          failure,
          call instanceof Call.OnTeam on ? action(on.plan()) : Action.LINK,
          team(state).name(),
          delivery.lane().basis());
    } else if (answer instanceof Lookup.Complete<?> complete) {
      List<FoundTeam> teams = complete.found().stream().map(FoundTeam.class::cast).toList();
      if (call instanceof Call.SeeTeam && state.link != null) {
        seen(delivery, state, state.link, teams);
      } else {
        found(delivery, state, teams);
      }
    } else if (call instanceof Call.OnTeam on && answer instanceof Outcome outcome) {
      applied(delivery, state, on.plan(), outcome);
    }
  }

  /** The team was asked for by its id. */
  private void seen(Delivery delivery, TeamState state, Link known, List<FoundTeam> teams) {
    if (teams.stream().noneMatch(team -> team.remoteId().equals(known.remoteId()))) {
      forget(delivery, state);
    } else if (state.vanished && !state.checked) {
      books.fail(
          delivery,
          books.booking(delivery),
          new Outcome.Retry("the team is found and not found by turns", false),
          Action.UPDATE,
          team(state).name(),
          delivery.lane().basis());
    } else {
      // The team is there: it is accounts that were missed.
      state.vanished = false;
      state.there = true;
    }
  }

  /** Nobody can tell whether the team is gone: nothing follows from that. */
  private void unseen(Delivery delivery, TeamState state, Outcome.Failure why) {
    if (!state.vanished) {
      state.there = true;
      return;
    }
    books.fail(
        delivery,
        books.booking(delivery),
        new Outcome.Retry(
            "the team, or an account, is not found, and "
                + why.reason()
                + "; look for '"
                + Objects.requireNonNull(state.link).label()
                + "' in the app",
            false),
        Action.UPDATE,
        team(state).name(),
        delivery.lane().basis());
  }

  private void found(Delivery delivery, TeamState state, List<FoundTeam> teams) {
    if (teams.size() > 1) {
      String paths = teams.stream().map(FoundTeam::path).sorted().collect(Collectors.joining("; "));
      books.fail(
          delivery,
          books.booking(delivery),
          new Outcome.Conflict(
              teams.size()
                  + " teams of this name and no way to tell which is meant: "
                  + paths
                  + "; rename all but one in the app, or the group at the identity provider"),
          Action.LINK,
          team(state).name(),
          delivery.lane().basis());
    } else if (teams.isEmpty()) {
      nothingThere(delivery, state);
    } else {
      boolean ours =
          state.intent != null
              && state.intent != Seen.PRESENT
              && (!state.refused || delivery.lane().inDoubt());
      adopt(delivery, state, teams.getFirst(), ours ? Origin.OURS : Origin.FOUND);
    }
  }

  /** The team we knew is gone from the app: what we held in it we hold no longer. */
  private void forget(Delivery delivery, TeamState state) {
    Link link = Objects.requireNonNull(state.link);
    Booking booking = books.booking(delivery).unlinks();
    booking.line(
        books.line(
            delivery,
            Action.UNLINK,
            link.applied(),
            link.remoteId(),
            SyncLine.Outcome.SUCCESS,
            "the team is not in the app any more"));
    books.ledger.book(booking);
    state.link = null;
    state.vanished = false;
    state.intent = null;
    state.expanded = false;
    state.renamed = false;
  }

  private void nothingThere(Delivery delivery, TeamState state) {
    if (state.intentName != null) {
      // The interrupted create never happened: a look-up by today's name follows.
      state.intentName = null;
      state.intent = null;
      return;
    }
    if (state.refused) {
      books.fail(
          delivery,
          books.booking(delivery),
          new Outcome.Conflict(
              "the app says the team exists, but no look-up finds it; look for '"
                  + team(state).name()
                  + "' among deleted or hidden teams of the app"),
          Action.CREATE,
          team(state).name(),
          delivery.lane().basis());
      return;
    }
    state.intent = null;
    if (wanted(delivery)) {
      books.ledger.book(books.booking(delivery).intent(Seen.ABSENT, team(state).name()));
      CrashPoints.afterIntent(delivery);
      state.intent = Seen.ABSENT;
      state.absent = true;
    } else {
      done(delivery, books.booking(delivery));
    }
  }

  private void adopt(Delivery delivery, TeamState state, FoundTeam team, Origin origin) {
    Lane lane = delivery.lane();
    String name = team(state).name();
    Link link =
        new Link(
            lane.app(),
            LaneKind.TEAM,
            lane.target(),
            lane.directory(),
            team.remoteId(),
            team.path(),
            origin,
            true,
            state.intentName == null ? name : state.intentName);
    Booking booking = books.booking(delivery).links(link);
    booking.line(
        origin == Origin.OURS
            ? books.line(
                delivery,
                Action.CREATE,
                name,
                team.remoteId(),
                SyncLine.Outcome.SUCCESS,
                "confirmed after interruption")
            : books.line(
                delivery,
                Action.LINK,
                name,
                team.remoteId(),
                SyncLine.Outcome.SUCCESS,
                "found in the app as " + team.path() + "; its place, type and other members stay"));
    book(delivery, state, booking, link);
  }

  private void book(Delivery delivery, TeamState state, Booking booking, Link link) {
    try {
      books.ledger.book(booking);
    } catch (LinkTaken taken) {
      if (state.intentName != null) {
        nothingThere(delivery, state);
        return;
      }
      books.fail(
          delivery,
          books.booking(delivery),
          taken.passing()
              ? new Outcome.Retry(
                  "the app's team '"
                      + link.label()
                      + "' is being released by group "
                      + taken.owner(),
                  false)
              : new Outcome.Conflict(
                  "the app's team '"
                      + link.label()
                      + "' belongs to group "
                      + taken.owner()
                      + "; two groups match one team: rename one of them at the identity provider"),
          Action.LINK,
          team(state).name(),
          delivery.lane().basis());
      return;
    }
    state.link = link;
    state.intent = null;
    state.intentName = null;
    state.absent = false;
  }

  private void applied(Delivery delivery, TeamState state, TeamPlan plan, Outcome outcome) {
    Lane lane = delivery.lane();
    Booking booking = books.booking(delivery);
    boolean already = outcome instanceof Outcome.Already;
    SyncLine.Outcome word = already ? SyncLine.Outcome.SKIPPED : SyncLine.Outcome.SUCCESS;
    String reason = already ? "already so in the app" : "";
    switch (plan) {
      case TeamPlan.Create create -> {
        String remoteId =
            outcome instanceof Outcome.Applied applied
                ? applied.remoteId()
                : ((Outcome.Already) outcome).remoteId();
        Link link =
            new Link(
                lane.app(),
                LaneKind.TEAM,
                lane.target(),
                lane.directory(),
                remoteId,
                create.team().name(),
                Origin.OURS,
                true,
                create.team().name(),
                state.parent);
        booking.links(link);
        booking.line(
            books.line(
                delivery,
                Action.CREATE,
                create.team().name(),
                remoteId,
                SyncLine.Outcome.SUCCESS,
                (create.parent().isEmpty() ? "at the root" : "under team " + create.parent())
                    + ", team type "
                    + Team.TYPE));
        book(delivery, state, booking, link);
      }
      case TeamPlan.Rename rename -> {
        Link known = Objects.requireNonNull(state.link);
        Link link =
            (outcome instanceof Outcome.Applied applied ? known.known(applied.remoteId()) : known)
                .with(true, rename.team().name());
        booking.relinks(link);
        if (!rename.before().equals(rename.team().name())) {
          booking.line(
              books.line(
                  delivery,
                  Action.UPDATE,
                  rename.team().name(),
                  link.remoteId(),
                  word,
                  already ? reason : "renamed from '" + rename.before() + "'"));
        }
        state.renamed = true;
        book(delivery, state, booking, link);
      }
      case TeamPlan.Move move -> {
        Link known = Objects.requireNonNull(state.link);
        Link link =
            (outcome instanceof Outcome.Applied applied ? known.known(applied.remoteId()) : known)
                .under(state.parent);
        booking.relinks(link);
        if (known.parent() != state.parent) {
          booking.line(
              books.line(
                  delivery,
                  Action.UPDATE,
                  move.team().name(),
                  link.remoteId(),
                  word,
                  already
                      ? reason
                      : move.parent().isEmpty()
                          ? "moved to the root"
                          : "moved under team " + move.parent()));
        }
        book(delivery, state, booking, link);
      }
      case TeamPlan.Delete delete -> {
        booking.unlinks();
        booking.line(
            books.line(
                delivery,
                Action.DELETE,
                Objects.requireNonNull(state.link).applied(),
                delete.remoteId(),
                word,
                reason));
        state.link = null;
        done(delivery, booking);
      }
    }
  }

  private static Action action(TeamPlan plan) {
    return switch (plan) {
      case TeamPlan.Create c -> Action.CREATE;
      case TeamPlan.Rename r -> Action.UPDATE;
      case TeamPlan.Move m -> Action.UPDATE;
      case TeamPlan.Delete d -> Action.DELETE;
    };
  }

  private void done(Delivery delivery, Booking booking) {
    Lane lane = delivery.lane();
    String refused = delivery.team.refusedRename;
    if (refused != null) {
      booking.line(
          books.line(
              delivery,
              Action.UPDATE,
              team(delivery.team).name(),
              "",
              SyncLine.Outcome.FAILED,
              refused));
      Long again = books.ledger.nextRetry(lane);
      long daily = books.daily();
      // Its members do not wait for that: those who come, and those whose call failed.
      books.end(
          delivery, booking, again(lane, again == null ? daily : Math.min(again, daily), refused));
      return;
    }
    EvaluationFailed unclear = delivery.team.unclear;
    if (unclear != null && delivery.team.group != null) {
      Long again = books.ledger.nextRetry(lane);
      if (again == null) {
        unclear(delivery, delivery.team.group, unclear);
      } else {
        books.end(
            delivery,
            booking,
            new LaneEnd.Later(lane.basis(), again, String.valueOf(unclear.getMessage()), false));
      }
      return;
    }
    if (known(delivery.team) && delivery.team.link == null) {
      booking.unmade();
    }
    CrashPoints.beforeCompletion(delivery);
    long waitsFor = delivery.team.waitsFor;
    if (waitsFor != 0) {
      String reason =
          "the team of group " + waitsFor + ", which it is to stand under, is not there yet";
      Long again = books.ledger.nextRetry(lane);
      books.end(
          delivery,
          booking,
          again == null
              ? new LaneEnd.Waiting(lane.basis(), LaneKind.TEAM, waitsFor, reason)
              : again(lane, again, reason));
      return;
    }
    books.end(delivery, booking, looks.end(delivery));
  }

  /** What could be done is done, and the rest comes by itself then; doubt lasts until that. */
  private static LaneEnd again(Lane lane, long at, String reason) {
    return lane.inDoubt()
        ? new LaneEnd.Later(lane.basis(), at, reason, false)
        : new LaneEnd.Again(lane.basis(), at, reason);
  }
}
