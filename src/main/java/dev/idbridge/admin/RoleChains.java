package dev.idbridge.admin;

import dev.idbridge.admin.Explanation.Chain;
import dev.idbridge.admin.Explanation.Step;
import dev.idbridge.connector.spi.Origin;
import dev.idbridge.ledger.Booking;
import dev.idbridge.ledger.DirectGrants.Entry;
import dev.idbridge.ledger.GrantRow;
import dev.idbridge.ledger.GrantRow.State;
import dev.idbridge.ledger.GrantRow.Why;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.Standings;
import dev.idbridge.ledger.Standings.Place;
import dev.idbridge.model.Ruling;
import dev.idbridge.model.Ruling.Asked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells of the roles of one user in one app, and of those that rules would grant. One thread. */
final class RoleChains {
  private final Telling told;
  private final List<Entry> rows;
  private final Map<Long, String> teams;
  private final List<SyncLogLine> lines;
  private final Map<Long, Place> places = new HashMap<>();

  /**
   * @param rows of the user's account and of the teams it is in
   * @param teams names of those teams
   * @param lines what was granted and revoked, the latest first
   */
  RoleChains(
      Telling told,
      Standings standings,
      List<Entry> rows,
      Map<Long, String> teams,
      List<SyncLogLine> lines) {
    this.told = told;
    this.rows = rows;
    this.teams = teams;
    this.lines = lines;
    Set<Long> subjects = rows.stream().map(Entry::subject).collect(Collectors.toSet());
    subjects.add(told.user.id());
    places.putAll(standings.places(told.appId, LaneKind.GRANTS, subjects));
    Set<Long> causes = new HashSet<>();
    for (Entry entry : rows) {
      causes.add(entry.row().asserted());
      causes.add(entry.row().cause());
      entry.row().why().forEach(why -> causes.add(why.change()));
    }
    lines.forEach(line -> causes.addAll(Telling.causes(line)));
    told.know(causes);
  }

  /** Whether a role is the one that is asked about. */
  static boolean named(String role, String asked) {
    int at = role.indexOf('@');
    return role.equals(asked) || (at > 0 && role.substring(0, at).equals(asked));
  }

  /** Every role there is a row for, or should be one. */
  List<Chain> tell(@Nullable String role, @Nullable String group) {
    List<Chain> chains = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (Entry entry : rows) {
      GrantRow row = entry.row();
      if ((role == null || named(row.role().key(), role))
          && (group == null || brings(row, group) || entry.kind() == LaneKind.TEAM)) {
        chains.add(of(entry));
        known.add(row.role().key());
      }
    }
    Place lane = place(told.user.id());
    String hurdle = told.lane("what roles the user holds", lane);
    Ruling ruling = told.ruling;
    if (ruling != null && told.usable() && !ruling.guarded()) {
      Predicate<Asked> missing =
          asked ->
              asked.holds()
                  && !asked.toTeam()
                  && !known.contains(asked.role())
                  && (role == null || named(asked.role(), role))
                  && (group == null || asked.rule().equalsIgnoreCase("group " + group));
      for (Asked asked : ruling.asked().stream().filter(missing).toList()) {
        List<Step> steps = new ArrayList<>();
        told.rule(steps, asked.rule() + " asks for it");
        String state = "asked for and not worked out yet";
        chains.add(new Chain("role " + asked.role(), false, state, steps));
        told.but("role " + asked.role() + ": " + state + (hurdle.isEmpty() ? "" : "; " + hurdle));
        known.add(asked.role());
      }
    }
    if (role != null && known.isEmpty()) {
      nobodyAsks(chains, role, ruling);
    }
    return chains;
  }

  /** Why the user has nothing of a role that is asked about. */
  private void nobodyAsks(List<Chain> chains, String role, @Nullable Ruling ruling) {
    String state;
    if (ruling == null) {
      state = "nothing is noted of it, and what the rules say only the running daemon tells";
    } else if (!ruling.roles()) {
      state = "no roles here: the app's file has no 'roles:', or its connector takes none";
    } else if (ruling.guarded()) {
      state = "a protected account (roles.protected-accounts): no rule grants it anything";
    } else {
      List<Asked> would =
          ruling.asked().stream().filter(one -> named(one.role(), role)).limit(20).toList();
      state =
          would.isEmpty()
              ? "no rule of the app grants it, and no administrator did: idbridge grant add"
              : "no rule that grants it applies to the user: "
                  + would.stream()
                      .map(one -> one.rule() + (one.toTeam() ? " (to its team)" : ""))
                      .collect(Collectors.joining("; "));
    }
    chains.add(new Chain("role " + role, false, state, List.of()));
    told.but("role " + role + ": " + state);
  }

  private static boolean brings(GrantRow row, String group) {
    return row.why().stream()
        .anyMatch(
            why ->
                Stream.of(why.path().split(" > ")).anyMatch(group::equalsIgnoreCase)
                    || why.rule().equalsIgnoreCase("group " + group));
  }

  private Place place(long subject) {
    return java.util.Objects.requireNonNull(places.get(subject));
  }

  private Chain of(Entry entry) {
    GrantRow row = entry.row();
    boolean team = entry.kind() == LaneKind.TEAM;
    String what =
        "role "
            + row.role()
            + (team
                ? " of team "
                    + teams.getOrDefault(entry.subject(), Long.toString(entry.subject()))
                    + ", which the user is in"
                : "");
    List<Step> steps = new ArrayList<>();
    SyncLogLine last = lines.stream().filter(line -> about(line, entry)).findFirst().orElse(null);
    if (row.direct()) {
      told.request(steps, row.asserted());
    }
    row.why().forEach(why -> told.request(steps, why.change()));
    Telling.causes(last).forEach(cause -> told.request(steps, cause));
    if (row.direct()) {
      told.rule(steps, "granted by an administrator, whatever the rules say");
    }
    for (Why why : row.why()) {
      told.rule(
          steps,
          why.rule()
              + " asks for it"
              + (why.path().contains(" > ") ? ", reached through " + why.path() : ""));
    }
    if (!row.direct() && row.why().isEmpty() && row.origin() == Origin.OURS) {
      told.request(steps, row.cause());
    }
    told.all(steps, last);
    String state = state(entry);
    if (row.state() != State.APPLIED && (told.usable() || row.held())) {
      String lane = told.lane("the lane of its roles", place(entry.subject()));
      told.but(what + ": " + state + (lane.isEmpty() ? "" : "; " + lane));
    }
    return new Chain(what, row.held(), state, steps);
  }

  /** Lines of roles name them in front of their reason. */
  private static boolean about(SyncLogLine line, Entry entry) {
    String reason = line.reason() == null ? "" : line.reason();
    String role = "role " + entry.row().role();
    return Long.toString(entry.subject()).equals(line.resource())
        && (reason.equals(role) || reason.startsWith(role + ": "));
  }

  private String state(Entry entry) {
    GrantRow row = entry.row();
    String why = row.reason().isEmpty() ? "" : ": " + row.reason();
    return switch (row.state()) {
      case APPLIED ->
          "held"
              + (row.origin() == Origin.FOUND
                  ? ", and was before we came: not ours to revoke"
                  : ", granted by us");
      case DUE -> "to be granted" + why;
      case REMOVING -> "held and to be revoked" + why;
      case KEPT ->
          "held and kept"
              + why
              + told.letter(LaneKind.GRANTS, entry.subject(), Booking.letterOf(row.role()));
      case SUPPRESSED ->
          (row.reason().startsWith("suppressed") ? row.reason() : "suppressed" + why)
              + (row.reason().contains("grant restore")
                  ? " --user "
                      + told.user.userName()
                      + " --app "
                      + told.app
                      + " --role "
                      + role(row)
                  : "");
      case PARKED ->
          row.attempts() == 0
              ? "waits" + why
              : row.refused()
                  ? "refused by the app"
                      + why
                      + told.letter(LaneKind.GRANTS, entry.subject(), Booking.letterOf(row.role()))
                  : "failed "
                      + Telling.times(row.attempts())
                      + why
                      + "; tried again at "
                      + Telling.time(row.retryAt());
    };
  }

  private static String role(GrantRow row) {
    return row.role().name()
        + (row.role().resource().isEmpty() ? "" : " --resource " + row.role().resource());
  }
}
