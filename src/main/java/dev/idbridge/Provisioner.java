package dev.idbridge;

import dev.idbridge.admin.AccountPreview;
import dev.idbridge.admin.AdminRefused;
import dev.idbridge.admin.Trail;
import dev.idbridge.admin.Trail.Step;
import dev.idbridge.config.AppConfig;
import dev.idbridge.delivery.App;
import dev.idbridge.delivery.Preview;
import dev.idbridge.delivery.Rulings;
import dev.idbridge.delivery.Trails;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.ByHand;
import dev.idbridge.ledger.ByHand.Asked;
import dev.idbridge.ledger.ByHand.Stand;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LaneState;
import dev.idbridge.model.Account;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Ruling;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Brings one user into line in one app while somebody waits: the account first, then each team the
 * user is, or should be, in. It goes the way of every delivery, through the same lanes, before all
 * others; whichever node claims them. Thread-safe.
 */
final class Provisioner {
  private static final Duration PATIENCE = Duration.ofSeconds(50);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int MOST_TEAMS = 50;
  private static final int MOST_STEPS = 2_000;

  private final ByHand hand;
  private final Targets targets;
  private final Names names;
  private final Trails trails;
  private final Runnable lanesAreDue;
  private final int node;
  private final Clock clock;

  Provisioner(
      ByHand hand,
      Targets targets,
      Names names,
      Trails trails,
      Runnable lanesAreDue,
      int node,
      Clock clock) {
    this.hand = hand;
    this.targets = targets;
    this.names = names;
    this.trails = trails;
    this.lanesAreDue = lanesAreDue;
    this.node = node;
    this.clock = clock;
  }

  Trail provision(App app, long user, String by) {
    Target target = targets.users(List.of(user)).get(user);
    if (target == null || !(target.resource() instanceof Resource.User found)) {
      throw AdminRefused.notFound("there is no user " + user);
    }
    if (!app.follows(found.directory())) {
      throw refused(app.name() + " does not follow the directory of " + found.userName());
    }
    if (app.barred()) {
      throw refused(
          "app " + app.name() + " rests (" + app.gate().state() + "): " + app.gate().reason());
    }
    return new Run(app, found, target.deleted(), by).go();
  }

  AccountPreview preview(App app, AppConfig rules, long user) {
    Target target = targets.users(List.of(user)).get(user);
    if (target == null || !(target.resource() instanceof Resource.User found)) {
      throw AdminRefused.notFound("there is no user " + user);
    }
    if (!app.follows(found.directory())) {
      throw refused(app.name() + " does not follow the directory of " + found.userName());
    }
    Preview preview = Preview.of(app, rules, user, target, targets);
    Account account = preview.account();
    Map<String, Object> says = new LinkedHashMap<>();
    if (account != null) {
      says.put("userName", account.userName());
      says.put("displayName", account.displayName());
      put(says, "externalId", account.externalId());
      put(says, "givenName", account.givenName());
      put(says, "familyName", account.familyName());
      says.put("emails", account.emails());
      says.putAll(account.more().asMap());
    }
    return new AccountPreview(
        app.name(),
        found.userName(),
        account == null ? "failed" : account.active() ? "account" : "disabled",
        preview.why(),
        says,
        preview.roles(),
        preview.teams());
  }

  Optional<Ruling> ruling(App app, long user, Collection<Resource.Group> groups) {
    return Optional.ofNullable(targets.users(List.of(user)).get(user))
        .filter(target -> target.resource() instanceof Resource.User)
        .map(target -> Rulings.of(app, user, target, groups, targets));
  }

  private static void put(Map<String, Object> says, String name, @Nullable String value) {
    if (value != null) {
      says.put(name, value);
    }
  }

  private static AdminRefused refused(String why) {
    return new AdminRefused(AdminRefused.Kind.CONFLICT, why);
  }

  /** One request, from its trigger to its end. */
  private final class Run {
    private final App app;
    private final Resource.User user;
    private final boolean deleted;
    private final String by;
    private final long deadline = System.nanoTime() + PATIENCE.toNanos();
    private final Map<Long, String> known = new HashMap<>();
    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
    private @Nullable String open;

    Run(App app, Resource.User user, boolean deleted, String by) {
      this.app = app;
      this.user = user;
      this.deleted = deleted;
      this.by = by;
      known.put(user.id(), user.userName());
    }

    Trail go() {
      Asked account;
      try (Trails.Watch watch = watch(LaneKind.ACCOUNT, user.id())) {
        account = hand.account(app.id(), user.id(), user.directory(), by);
        note("trigger", account, "asked for by " + by + ", change " + account.cause());
        await(account);
      }
      List<Long> teams = hand.teams(app.id(), user.id(), MOST_TEAMS + 1);
      known.putAll(names.of(teams));
      for (long team : teams.subList(0, Math.min(teams.size(), MOST_TEAMS))) {
        try (Trails.Watch watch = watch(LaneKind.TEAM, team)) {
          Asked asked = hand.team(app.id(), team, user.id(), user.directory(), account.cause());
          note("trigger", asked, "the user's membership is looked at anew");
          await(asked);
        }
      }
      if (teams.size() > MOST_TEAMS) {
        open = "more than " + MOST_TEAMS + " teams: the rest goes on by itself";
      }
      memberships();
      String result =
          open != null ? open : deleted ? "as it should be for a deleted user" : "as it should be";
      return new Trail(user.userName(), app.name(), new ArrayList<>(steps), result, open == null);
    }

    private Trails.Watch watch(LaneKind kind, long target) {
      return trails.watch(app.id(), kind, target, this::heard);
    }

    private void heard(Trails.Step step) {
      if (steps.size() < MOST_STEPS) {
        steps.add(
            new Step(
                clock.instant(),
                step.step(),
                step.kind().word(),
                known.get(step.target()),
                step.text()));
      }
    }

    private void note(String step, Asked asked, String text) {
      heard(new Trails.Step(step, asked.kind(), asked.target(), text));
    }

    /** Until what was asked is done, or has come to rest otherwise. */
    private void await(Asked asked) {
      lanesAreDue.run();
      boolean elsewhere = false;
      while (true) {
        Stand stand = hand.stand(app.id(), asked);
        if (stand.state() == LaneState.LEASED && stand.node() != node && !elsewhere) {
          elsewhere = true;
          note(
              "claim", asked, "node " + stand.node() + " delivers it: its sync log tells the rest");
        }
        if (stand.applied()) {
          note("end", asked, "done");
          return;
        }
        boolean rests =
            switch (stand.state()) {
              case IDLE, WAITING, DEAD, HELD, DETACHED, VERIFYING -> true;
              case BACKOFF -> stand.claimed();
              case DUE, LEASED -> false;
            };
        if (rests || System.nanoTime() - deadline > 0) {
          String why =
              stand.state().word() + (stand.reason().isEmpty() ? "" : ": " + stand.reason());
          if (!app.gate().state().equals("active")) {
            why += "; the app is " + app.gate().state() + ": " + app.gate().reason();
          }
          note("end", asked, why);
          open =
              asked.kind().word()
                  + " "
                  + known.getOrDefault(asked.target(), Long.toString(asked.target()))
                  + " is "
                  + why;
          return;
        }
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      }
    }

    private void memberships() {
      for (ByHand.Membership row : hand.memberships(app.id(), user.id(), MOST_TEAMS)) {
        steps.add(
            new Step(
                clock.instant(),
                "membership",
                "team",
                known.get(row.team()),
                row.state()
                    + (row.held() ? ", in the app" : "")
                    + (row.reason().isEmpty() ? "" : ": " + row.reason())));
        if (row.state().equals("parked") && open == null) {
          open = "a membership is parked: " + row.reason();
        }
      }
    }
  }
}
