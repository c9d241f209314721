package dev.idbridge.delivery;

import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.Lane;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Ledger;
import dev.idbridge.ledger.Link;
import dev.idbridge.ledger.NamedTeams.NamedTeam;
import dev.idbridge.ledger.Priority;
import dev.idbridge.ledger.TeamSources;
import dev.idbridge.model.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Claims lanes and reads what their deliveries begin with: in a few statements for all lanes of a
 * claim, and only after the claim is committed. Thread-safe.
 */
public final class Claimer {
  private final Ledger ledger;
  private final Targets targets;
  private final Places places;
  private final Duration lease;

  /**
   * @param lease how long a claimed lane is ours
   */
  public Claimer(Ledger ledger, Targets targets, Duration lease) {
    this.ledger = ledger;
    this.targets = targets;
    this.places = new Places(ledger, targets);
    this.lease = lease;
  }

  Duration lease() {
    return lease;
  }

  /**
   * Up to so many due lanes of an app that are at least this urgent, most urgent first.
   *
   * @throws StoreUnavailable when the database cannot be used; what was claimed by then is due
   *     again when it is back
   */
  List<Delivery> claim(App app, Priority least, int most) {
    // Measured from before the claim: ours must end before the store's lease does.
    Deadline ends = Deadline.in(lease);
    List<Lane> lanes = ledger.claim(app.id(), least, most, lease);
    if (!lanes.isEmpty()) {
      CrashPoints.afterClaim();
    }
    try {
      return begin(app, lanes, ends);
    } catch (StoreUnavailable down) {
      ledger.abandon(lanes);
      throw down;
    }
  }

  List<Delivery> begin(App app, List<Lane> lanes, Deadline ends) {
    Map<LaneKind, List<Long>> kinds = new EnumMap<>(LaneKind.class);
    for (Lane lane : lanes) {
      kinds.computeIfAbsent(lane.kind(), kind -> new ArrayList<>()).add(lane.target());
    }
    // Whose grants they are, only the look at both tells: no user and group share an id.
    List<Long> subjects = kinds.getOrDefault(LaneKind.GRANTS, List.of());
    List<Long> accounts =
        union(
            kinds.getOrDefault(LaneKind.ACCOUNT, List.of()),
            union(kinds.getOrDefault(LaneKind.FOLLOW_UP, List.of()), subjects));
    List<Long> teams = union(kinds.getOrDefault(LaneKind.TEAM, List.of()), subjects);
    Map<Long, Target> users = targets.users(accounts);
    Map<Long, Link> accountLinks = ledger.links(app.id(), LaneKind.ACCOUNT, accounts);
    Map<Long, Target> groups = targets.groups(teams);
    Map<Long, Link> teamLinks = ledger.links(app.id(), LaneKind.TEAM, teams);
    Map<Long, List<TeamSources.Own>> own = ledger.ownTeams(app.id(), groups.keySet());
    Map<Long, NamedTeam> named =
        ledger.namedTeams(teams.stream().filter(id -> !groups.containsKey(id)).toList());
    Map<Long, List<Long>> under = Places.matter(app) ? places.of(app, groups.keySet()) : Map.of();
    List<Delivery> deliveries = new ArrayList<>(lanes.size());
    for (Lane lane : lanes) {
      Delivery delivery = new Delivery(app, lane, lease, ends);
      delivery.account.user = users.get(lane.target());
      delivery.account.link = accountLinks.get(lane.target());
      delivery.team.group = groups.get(lane.target());
      delivery.team.link = teamLinks.get(lane.target());
      delivery.team.own = own.getOrDefault(lane.target(), List.of());
      delivery.team.named = named.get(lane.target());
      delivery.team.places = under.getOrDefault(lane.target(), List.of());
      deliveries.add(delivery);
    }
    return deliveries;
  }

  private static List<Long> union(List<Long> one, List<Long> other) {
    return Stream.concat(one.stream(), other.stream()).distinct().toList();
  }
}
