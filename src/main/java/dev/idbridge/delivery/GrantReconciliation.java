package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.config.AppConfig.OnReactivate;
import dev.idbridge.config.AppConfig.OnUserDelete;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.delivery.GrantsWanted.Wanted;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.GrantRow.State;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.SyncLine;
import dev.idbridge.ledger.SyncLine.Action;
import dev.idbridge.model.Resource;
import dev.idbridge.model.RoleRules;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out which roles one subject should hold now, and notes in its rows what that means: to be
 * granted, to be revoked, to wait, suppressed. One commit; no app is called. One thread.
 */
final class GrantReconciliation {
  private final Bookkeeper books;
  private final Targets targets;
  private final Delivery delivery;
  private final RoleRules rules;
  private final LaneKind subject;
  private final @Nullable Link link;
  private final Booking booking;
  private final Map<Role, Wanted> wanted = new LinkedHashMap<>();
  private final Map<Role, Role> outranked = new HashMap<>();
  private boolean usable;
  private boolean inside = true;
  private boolean deleted;
  private boolean kept;
  private boolean guarded;
  private long reactivated;
  private boolean noted;

  GrantReconciliation(Bookkeeper books, Targets targets, Delivery delivery, RoleRules rules) {
    this.books = books;
    this.targets = targets;
    this.delivery = delivery;
    this.rules = rules;
    this.subject = GrantSteps.subject(delivery);
    this.link = GrantSteps.link(delivery);
    this.booking = books.booking(delivery).grantsOf(subject);
  }

  void note() {
    Target user = delivery.account.user;
    Target group = delivery.team.group;
    if (group != null) {
      ofTeam(group);
    } else if (user != null) {
      ofUser(user);
    }
    Map<Role, GrantRow> rows = new LinkedHashMap<>();
    for (GrantRow row :
        books.ledger.grants(delivery.lane().app(), subject, delivery.lane().target())) {
      rows.put(row.role(), row);
    }
    shown(rows);
    wanted.forEach(
        (role, why) ->
            rows.putIfAbsent(role, GrantRow.fresh(role, List.of(), delivery.lane().lastCause())));
    if (delivery.app().capabilities().roles().oneOnly() && usable) {
      outranked.putAll(
          GrantsWanted.outranked(
              rules,
              rows.values().stream()
                  .filter(row -> row.direct() || wanted.containsKey(row.role()))
                  .filter(this::evident)
                  .map(GrantRow::role)
                  .toList()));
    }
    rows.values().forEach(this::note);
    if (noted) {
      books.ledger.book(booking);
    }
  }

  /** What the account holds by nobody's act that we know of; protected roles are left out. */
  private void shown(Map<Role, GrantRow> rows) {
    Set<Role> listed = delivery.grants.listed;
    if (listed == null || guarded) {
      return;
    }
    for (Role role : listed) {
      GrantRow row = rows.get(role);
      if (row == null && !rules.protectedRoles().contains(role.name())) {
        rows.put(role, GrantRow.found(role, delivery.lane().lastCause()));
      } else if (row != null && !row.held() && row.seen() == null) {
        rows.put(role, row.held(Origin.FOUND));
      }
    }
  }

  private void ofUser(Target target) {
    Resource.User user = (Resource.User) target.resource();
    deleted = target.deleted();
    guarded = rules.protects(user.userName());
    inside = delivery.account.inside;
    usable =
        !target.deleted() && user.active() && inside && delivery.app().follows(user.directory());
    reactivated = target.reactivated();
    if (!target.deleted()) {
      wanted.putAll(GrantsWanted.ofUser(rules, user, targets.above(user.id())));
    }
  }

  private void ofTeam(Target target) {
    Resource.Group group = (Resource.Group) target.resource();
    kept =
        target.deleted() && delivery.app().config().teams().onGroupDelete() == OnGroupDelete.DETACH;
    try {
      usable =
          !target.deleted()
              && Desired.selected(delivery.app().config().teams().groups(), group)
              && delivery.app().config().teams().named(group.displayName()) == null;
    } catch (EvaluationFailed unclear) {
      // Told by the team's own delivery.
      kept = true;
    }
    if (!target.deleted()) {
      wanted.putAll(GrantsWanted.ofTeam(rules, group));
    }
  }

  /** Whether something asks for the role that came after the user was reactivated. */
  private boolean evident(GrantRow row) {
    Wanted why = wanted.get(row.role());
    return delivery.app().config().accounts().grants() == OnReactivate.RESTORE
        || reactivated == 0
        || row.asserted() > reactivated
        || (why != null && why.asserted() > reactivated);
  }

  private void note(GrantRow before) {
    if (kept || (guarded && !before.direct() && !leaving(before))) {
      // Frozen, or an account that no push touches.
      return;
    }
    Wanted why = guarded ? null : wanted.get(before.role());
    GrantRow row =
        why == null ? before.because(List.of(), 0) : before.because(why.why(), why.cause());
    boolean asked = (row.direct() && !deleted) || why != null;
    boolean lasting =
        row.direct() && (guarded || rules.protectedRoles().contains(row.role().name()));
    Role higher = outranked.get(row.role());
    boolean evident = evident(row);
    if (asked && ((usable && evident) || lasting) && higher == null) {
      wants(before, row);
    } else if (row.held() || row.seen() != null) {
      takes(before, row, asked, evident, higher);
    } else if (asked) {
      suppresses(before, row, evident, higher);
    } else {
      booking.grantGone(row);
      booking.settled(Booking.letterOf(row.role()));
      noted = true;
    }
  }

  /** An administrator took it back, which counts for protected accounts, too. */
  private static boolean leaving(GrantRow row) {
    return row.state() == State.REMOVING || row.state() == State.KEPT;
  }

  private void wants(GrantRow before, GrantRow row) {
    String refusal = refusal(row.role());
    if (row.sure()) {
      if (before.state() == State.KEPT) {
        booking.settled(Booking.letterOf(row.role()));
        booking.holds(row.role());
      }
      change(before, row.applied(row.origin()));
    } else if (refusal != null) {
      change(before, row.to(State.SUPPRESSED, refusal));
    } else if (link == null || !link.active()) {
      change(
          before,
          row.parked(
              0,
              0,
              "waits for "
                  + (subject == LaneKind.TEAM ? "the team of " : "the account of ")
                  + GrantSteps.name(delivery)
                  + " in the app"));
    } else if (waitsForTeam(row)) {
      change(before, row.parked(0, 0, "waits until the account is a member of the team"));
    } else if (row.state() == State.PARKED && row.attempts() > 0 && !again(row)) {
      change(before, row);
    } else {
      change(before, row.to(State.DUE, ""));
    }
  }

  /** What the app cannot take at all; an administrator may ask for it all the same. */
  private @Nullable String refusal(Role role) {
    Capabilities.Roles can = delivery.app().capabilities().roles();
    if (subject == LaneKind.TEAM ? !can.onTeams() : !can.onAccounts()) {
      return "the app takes no roles on " + (subject == LaneKind.TEAM ? "teams" : "accounts");
    }
    return role.resource().isEmpty() || can.onResources()
        ? null
        : "roles of the app hold for the whole app, not for one resource";
  }

  /** A failure waits for its time; a refusal for somebody to change something. */
  private boolean again(GrantRow row) {
    return row.retryAt() == 0
        ? delivery.lane().causes() > 0
        : row.retryAt() <= books.clock.millis();
  }

  private boolean waitsForTeam(GrantRow row) {
    Wanted why = wanted.get(row.role());
    Set<Long> groups = why == null ? Set.of() : why.groups();
    return subject == LaneKind.ACCOUNT
        && delivery.app().capabilities().roles().needTeam()
        && !row.direct()
        && !groups.isEmpty()
        && books
            .ledger
            .teamsHolding(delivery.lane().app(), delivery.lane().target(), groups)
            .isEmpty();
  }

  private void takes(
      GrantRow before, GrantRow row, boolean asked, boolean evident, @Nullable Role higher) {
    if (row.held()
        && row.origin() == Origin.FOUND
        && rules.strip() == RoleRules.Strip.OURS
        && !(link != null && guards(before) && ends(link))) {
      if (asked) {
        change(before, row.applied(Origin.FOUND));
      } else {
        leave(row, SyncLine.Outcome.SKIPPED, "held before we came; not ours to revoke");
      }
    } else if (link == null) {
      GrantRow released = row.released(State.SUPPRESSED, "its account is not in the app any more");
      if (asked) {
        change(before, released);
      } else {
        leave(row, SyncLine.Outcome.SKIPPED, "what held it is not in the app any more");
      }
    } else if (row.state() == State.PARKED
        && row.attempts() > 0
        && !again(row)
        && delivery.lane().priority() != Priority.LEAVER) {
      change(before, delivery.lane().inDoubt() ? row.unsure() : row);
    } else if (guards(before)) {
      delivery.grants.guarded.add(row.to(before.state(), whyNot(asked, evident, higher)));
    } else {
      change(before, row.to(State.REMOVING, whyNot(asked, evident, higher)));
    }
  }

  /** Whether somebody else has to hold it first; a revocation that was begun goes on. */
  private boolean guards(GrantRow row) {
    boolean begun = row.state() == State.REMOVING && row.seen() != null;
    return subject == LaneKind.ACCOUNT && rules.lastHolder().contains(row.role().name()) && !begun;
  }

  /** The deletion of an account takes what it holds along, whoever gave it. */
  private boolean ends(Link account) {
    return deleted
        && account.origin() == Origin.OURS
        && delivery.app().config().accounts().onUserDelete() == OnUserDelete.DELETE
        && delivery.app().capabilities().deletesAccounts();
  }

  private void leave(GrantRow row, SyncLine.Outcome outcome, String reason) {
    booking.grantGone(row);
    booking.settled(Booking.letterOf(row.role()));
    booking.line(line(Action.REVOKE, row, outcome, reason));
    noted = true;
  }

  private void suppresses(GrantRow before, GrantRow row, boolean evident, @Nullable Role higher) {
    String reason = whyNot(true, evident, higher);
    boolean told = before.state() == State.SUPPRESSED && before.reason().equals(reason);
    change(before, row.to(State.SUPPRESSED, reason));
    if (!told && usable) {
      booking.line(line(Action.GRANT, row, SyncLine.Outcome.SKIPPED, reason));
    }
  }

  private String whyNot(boolean asked, boolean evident, @Nullable Role higher) {
    if (!asked) {
      return "nothing asks for it any more";
    }
    if (higher != null) {
      return "the app takes one role only, and " + higher + " is higher";
    }
    if (!usable) {
      if (subject == LaneKind.TEAM) {
        return "the group is no team of the app";
      }
      return inside ? "the user is not active" : "the user is not in the app's scope";
    }
    return evident
        ? ""
        : "suppressed since the user was reactivated; it comes back when the identity provider"
            + " names the user as a member again, or by: idbridge grant restore";
  }

  private void change(GrantRow before, GrantRow row) {
    boolean same = row.equals(before) && before.causes() == 0 && exists(before);
    if (!same) {
      booking.grant(row);
      noted = true;
    }
  }

  /** A fresh row was not stored yet: rows from the store never are due without a reason. */
  private static boolean exists(GrantRow row) {
    return row.state() != State.DUE || row.held() || row.seen() != null;
  }

  private SyncLine line(Action action, GrantRow row, SyncLine.Outcome outcome, String reason) {
    return books.line(
        delivery,
        action,
        GrantSteps.name(delivery),
        "",
        outcome,
        "role " + row.role() + ": " + reason);
  }
}
