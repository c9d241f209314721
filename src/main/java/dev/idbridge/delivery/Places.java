package dev.idbridge.delivery;

import dev.idbridge.config.AppConfig;
import dev.idbridge.directory.Targets;
import dev.idbridge.expression.EvaluationFailed;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.model.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Under which teams groups stand in an app that knows teams in teams: those of the groups they are
 * in, and where such a group has no team in the app, those of the groups further up. Thread-safe.
 */
final class Places {
  /** Groups may nest so deep, and no deeper is looked. */
  private static final int DEEPEST = 64;

  private final Ledger ledger;
  private final Targets targets;

  Places(Ledger ledger, Targets targets) {
    this.ledger = ledger;
    this.targets = targets;
  }

  /** Whether the app's teams have places that we decide about. */
  static boolean matter(App app) {
    return app.config().teams().nested() == AppConfig.Nested.REAL && app.capabilities().hierarchy();
  }

  /** By group: the teams it may stand under, rising, so that the oldest comes first. */
  Map<Long, List<Long>> of(App app, Collection<Long> groups) {
    Map<Long, Set<Long>> places = new HashMap<>();
    // Which of the groups asked for are still looked for above this one.
    Map<Long, Set<Long>> below = new HashMap<>();
    groups.forEach(group -> below.put(group, new HashSet<>(Set.of(group))));
    Set<Long> seen = new HashSet<>();
    Set<Long> level = new TreeSet<>(groups);
    for (int depth = 0; !level.isEmpty() && depth <= DEEPEST; depth++) {
      Set<Long> next = new TreeSet<>();
      for (Map.Entry<Long, List<Resource.Group>> held : targets.holders(level).entrySet()) {
        Set<Long> asked = below.getOrDefault(held.getKey(), Set.of());
        for (Resource.Group holder : held.getValue()) {
          Long team = team(app, holder);
          if (team != null) {
            asked.forEach(group -> places.computeIfAbsent(group, g -> new TreeSet<>()).add(team));
          } else {
            below.computeIfAbsent(holder.id(), g -> new HashSet<>()).addAll(asked);
            next.add(holder.id());
          }
        }
      }
      seen.addAll(level);
      next.removeAll(seen);
      level = next;
    }
    Map<Long, List<Long>> sorted = new HashMap<>();
    places.forEach((group, teams) -> sorted.put(group, new ArrayList<>(teams)));
    return sorted;
  }

  private @org.jspecify.annotations.Nullable Long team(App app, Resource.Group holder) {
    AppConfig.Teams teams = app.config().teams();
    try {
      if (!Desired.selected(teams.groups(), holder)) {
        return null;
      }
    } catch (EvaluationFailed unclear) {
      // Nothing is done for or against it: what stands under its team stays there.
      return ledger.links(app.id(), LaneKind.TEAM, List.of(holder.id())).containsKey(holder.id())
          ? Long.valueOf(holder.id())
          : null;
    }
    String named = teams.named(holder.displayName());
    return named == null
        ? Long.valueOf(holder.id())
        : Long.valueOf(ledger.namedTeam(app.id(), holder.directory(), named));
  }
}
