package dev.idbridge.admin;

import dev.idbridge.admin.Explanation.Chain;
import dev.idbridge.admin.Explanation.Step;
import dev.idbridge.directory.Chains;
import dev.idbridge.directory.Targets;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Standings;
import dev.idbridge.ledger.Standings.Membership;
import dev.idbridge.ledger.Standings.Place;
import dev.idbridge.ledger.TeamSources.Own;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Ruling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells of one user's memberships in one app: over which groups, in which team. One thread. */
final class TeamChains {
  private final Telling told;
  private final List<Chains.Path> paths;
  private final Map<Long, Targets.Target> groups;
  private final Map<Long, SyncLogLine> lines;
  private final long reactivated;
  private final boolean asked;
  private final Map<Long, Membership> rows;
  private final Map<Long, Own> teams;
  private final Map<Long, Place> places;
  private final Map<Long, String> named;

  /**
   * @param paths one for each group that is to be told of
   * @param groups all groups on the paths
   * @param lines the last effect on the user's membership, by team
   * @param reactivated the change that made the user active again, 0 for none
   * @param asked whether the question is about one group: then it matters that it is not selected
   */
  TeamChains(
      Telling told,
      Standings standings,
      List<Chains.Path> paths,
      Map<Long, Targets.Target> groups,
      Map<Long, SyncLogLine> lines,
      long reactivated,
      boolean asked) {
    this.asked = asked;
    this.told = told;
    this.paths = paths;
    this.groups = groups;
    this.lines = lines;
    this.reactivated = reactivated;
    this.rows = standings.memberships(told.appId, told.user.id());
    this.teams = standings.teams(told.appId, groups.keySet());
    Set<Long> targets = new HashSet<>(groups.keySet());
    teams.values().forEach(own -> targets.add(own.team()));
    targets.addAll(rows.keySet());
    this.places = standings.places(told.appId, LaneKind.TEAM, targets);
    this.named = standings.namedTeams(targets);
    if (rows.size() == Standings.MOST) {
      told.note("the user is in more teams of the app; the first " + rows.size() + " are told");
    }
    Set<Long> causes = new HashSet<>();
    paths.forEach(path -> causes.addAll(path.causes()));
    paths.forEach(path -> causes.add(path.asserted()));
    rows.values().forEach(row -> causes.add(row.cause()));
    lines.values().forEach(line -> causes.addAll(Telling.causes(line)));
    told.know(causes);
  }

  /** Teams that the account is in, as far as is known. */
  Set<Long> held() {
    return rows.values().stream()
        .filter(Membership::held)
        .map(Membership::team)
        .collect(Collectors.toSet());
  }

  /** Of each group that holds the user. */
  List<Chain> ofGroups() {
    List<Chain> chains = new ArrayList<>();
    for (Chains.Path path : paths) {
      chains.add(of(path));
    }
    return chains;
  }

  /**
   * Of teams that have the user, or are to lose it, though no group that is told of asks for it.
   */
  List<Chain> ofOthers() {
    Set<Long> known = new HashSet<>();
    paths.forEach(path -> known.add(team(path.group())));
    List<Chain> chains = new ArrayList<>();
    for (Membership row : rows.values()) {
      if (known.contains(row.team())) {
        continue;
      }
      Place place = place(row.team());
      String what = "team " + name(row.team(), place);
      List<Step> steps = new ArrayList<>();
      told.request(steps, row.cause());
      told.all(steps, lines.get(row.team()));
      String state = state(row, place) + ", though no group asks for it";
      if (row.held() && !row.found()) {
        String lane = told.lane(what, place);
        told.but(what + " still has the user: " + (lane.isEmpty() ? state : lane));
      }
      chains.add(new Chain(what, row.held(), state, steps));
    }
    return chains;
  }

  private Chain of(Chains.Path path) {
    String what = words(path.path());
    long team = team(path.group());
    Place place = place(team);
    Membership row = rows.get(team);
    SyncLogLine line = lines.get(team);
    List<Step> steps = new ArrayList<>();
    path.causes().forEach(cause -> told.request(steps, cause));
    told.request(steps, path.asserted());
    Telling.causes(line).forEach(cause -> told.request(steps, cause));
    if (team != path.group()) {
      told.rule(
          steps, "group " + words(List.of(path.group())) + " feeds team " + name(team, place));
    }
    told.all(steps, line);
    if (row != null) {
      String state = state(row, place);
      if (!row.state().equals("applied") && told.usable()) {
        String lane = told.lane("team " + name(team, place), place);
        told.but(what + ": " + state + (lane.isEmpty() ? "" : "; " + lane));
      }
      return new Chain(what, row.held(), state, steps);
    }
    Absence absence = absence(path, team, place, line);
    if (absence.wrong) {
      told.but(what + ": " + absence.text);
    }
    return new Chain(what, false, absence.text, steps);
  }

  private long team(long group) {
    Own own = teams.get(group);
    return own == null ? group : own.team();
  }

  private Place place(long team) {
    return java.util.Objects.requireNonNull(places.get(team));
  }

  private String state(Membership row, Place place) {
    String where = " of team " + name(row.team(), place);
    String why = row.reason().isEmpty() ? "" : ": " + row.reason();
    return switch (row.state()) {
      case "applied" ->
          "a member"
              + where
              + (row.found()
                  ? ", and was one before we came: never removed by us"
                  : ", made by us");
      case "due" -> "to be made a member" + where + why;
      case "removing" -> "a member" + where + " that is to be removed" + why;
      default ->
          row.attempts() == 0
              ? "waits to become a member" + where + why
              : row.retryAt() == 0
                  ? "refused as a member"
                      + where
                      + why
                      + told.letter(LaneKind.TEAM, row.team(), told.user.id())
                  : "failed "
                      + Telling.times(row.attempts())
                      + " to become a member"
                      + where
                      + why
                      + "; tried again at "
                      + Telling.time(row.retryAt());
    };
  }

  /**
   * @param wrong whether that is not as it should be
   */
  private record Absence(String text, boolean wrong) {}

  /** Why the user is not a member of the team of a group that holds it. */
  private Absence absence(Chains.Path path, long team, Place place, @Nullable SyncLogLine line) {
    Targets.Target group = groups.get(path.group());
    if (group == null || group.deleted()) {
      return new Absence("the identity provider deleted the group", false);
    }
    Own own = teams.get(path.group());
    Ruling ruling = told.ruling;
    String name = ((Resource.Group) group.resource()).displayName();
    String unselected = ruling == null ? null : ruling.unselected().get(name);
    if (unselected != null) {
      return new Absence("no team: " + unselected, asked);
    }
    String lane = told.lane("team " + name(team, place), place);
    if (own == null && place.remoteId().isEmpty() && lane.isEmpty()) {
      return new Absence("no team: the group is not selected for this app (teams.groups)", asked);
    }
    String where = "not a member of team " + name(team, place);
    if (path.path().size() > 1 && own != null && !own.deep()) {
      return new Absence(
          where
              + " itself: in the app, as in the directory, it holds the team of "
              + words(path.path().subList(path.path().size() - 2, path.path().size() - 1)),
          false);
    }
    if (!told.usable()) {
      return new Absence(where + ": the user is to have no account that can be used", false);
    }
    if (ruling != null
        && !ruling.memberships()
        && reactivated != 0
        && path.asserted() <= reactivated) {
      return new Absence(
          where
              + " since the user was reactivated: it becomes one when the identity provider names"
              + " the user as a member again (accounts.on-reactivate.memberships is none)",
          true);
    }
    if (!lane.isEmpty()) {
      return new Absence(where + ": " + lane, true);
    }
    String last =
        line != null && line.result().equals("SKIPPED") && line.reason() != null
            ? ": " + line.reason()
            : ", and nothing is under way: idbridge app provision --user "
                + told.user.userName()
                + " --app "
                + told.app
                + " compares and asserts";
    return new Absence(where + last, true);
  }

  private String name(long team, Place place) {
    String name = named.get(team);
    if (name == null && groups.get(team) != null) {
      name = words(List.of(team));
    }
    if (name == null) {
      name = place.label().isEmpty() ? Long.toString(team) : place.label();
    }
    return place.remoteId().isEmpty() ? name : name + " (" + place.remoteId() + ")";
  }

  private String words(List<Long> path) {
    return words(path, groups);
  }

  static String words(Collection<Long> path, Map<Long, Targets.Target> groups) {
    Map<Long, String> names = new HashMap<>();
    groups.forEach(
        (id, target) -> {
          if (target.resource() instanceof Resource.Group group) {
            names.put(id, group.displayName());
          }
        });
    return path.stream()
        .map(id -> names.getOrDefault(id, Long.toString(id)))
        .collect(Collectors.joining(", in "));
  }
}
