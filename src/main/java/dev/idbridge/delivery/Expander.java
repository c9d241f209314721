package dev.idbridge.delivery;

import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.Link;
import dev.idbridge.model.Resource;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Turns membership changes into rows for apps that rest: it is work of the database alone, and an
 * app that comes back finds it done. For apps that take deliveries, those do it. Thread-safe.
 */
public final class Expander {
  private static final int PAGE = 50;

  private final Ledger ledger;
  private final Targets targets;
  private final List<App> apps;
  private final Clock clock;

  public Expander(Ledger ledger, Targets targets, List<App> apps, Clock clock) {
    this.ledger = ledger;
    this.targets = targets;
    this.apps = List.copyOf(apps);
    this.clock = clock;
  }

  /** One page of teams for every app that rests. Whether there was anything to do. */
  public boolean page() {
    boolean any = false;
    for (App app : apps) {
      if (!app.open(clock.millis())) {
        any |= page(app);
      }
    }
    return any;
  }

  private boolean page(App app) {
    List<Long> teams = ledger.toExpand(app.id(), PAGE);
    if (teams.isEmpty()) {
      return false;
    }
    Map<Long, Target> groups = targets.groups(teams);
    Map<Long, Link> links = ledger.links(app.id(), LaneKind.TEAM, teams);
    for (long team : teams) {
      Target group = groups.get(team);
      // A team that rules name has no group of its own; whether any feeds it, its sources tell.
      boolean wanted =
          links.containsKey(team) && (group == null || (!group.deleted() && selected(app, group)));
      ledger.expandAhead(app.id(), team, wanted);
    }
    return true;
  }

  private static boolean selected(App app, Target group) {
    try {
      return Desired.selected(app.config().teams().groups(), (Resource.Group) group.resource());
    } catch (EvaluationFailed unclear) {
      // It stays a team; its delivery tells why nothing else is done.
      return true;
    }
  }
}
