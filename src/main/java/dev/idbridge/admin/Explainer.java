package dev.idbridge.admin;

import dev.idbridge.admin.Explanation.Chain;
import dev.idbridge.admin.Explanation.Step;
import dev.idbridge.directory.Chains;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.DirectGrants;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.Standings;
import dev.idbridge.ledger.Standings.Place;
import dev.idbridge.model.Ids;
import dev.idbridge.model.Resource;
import dev.idbridge.model.Ruling;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells the chain from an identity provider's request to an app's answer, and what is missing where
 * it ends early. Reads only; bounded by {@link Chains#MOST_GROUPS}, {@link Standings#MOST} and its
 * own limits, which are told where they cut something off. Thread-safe.
 */
public final class Explainer {
  private static final int MOST_LINES = 500;
  private static final int MOST_ROLES = 500;

  private final LedgerQueries queries;
  private final Standings standings;
  private final DirectGrants grants;
  private final Directories directories;
  private final Names names;
  private final Targets targets;
  private final Chains chains;
  private final LedgerReads ledger;
  private final LiveApps live;
  private final Clock clock;

  /**
   * @param ledger what the sync log and the apps' states are read from
   * @param live the apps of this process, whose files say what should be
   */
  public Explainer(
      LedgerQueries queries,
      Standings standings,
      DirectGrants grants,
      Directories directories,
      Names names,
      Targets targets,
      Chains chains,
      LedgerReads ledger,
      LiveApps live,
      Clock clock) {
    this.queries = queries;
    this.standings = standings;
    this.grants = grants;
    this.directories = directories;
    this.names = names;
    this.targets = targets;
    this.chains = chains;
    this.ledger = ledger;
    this.live = live;
    this.clock = clock;
  }

  /**
   * @param id the user that the question is about
   */
  Explanation explain(ExplainQuery query, long id) {
    List<AppStatus> apps = ledger.apps();
    AppStatus app =
        apps.stream()
            .filter(one -> one.name().equals(query.app()))
            .findFirst()
            .orElseThrow(
                () -> AdminRefused.noApp(query.app(), apps.stream().map(AppStatus::name).toList()));
    Target target = targets.users(List.of(id)).get(id);
    if (target == null || !(target.resource() instanceof Resource.User user)) {
      throw AdminRefused.notFound("'" + query.user() + "' is no user");
    }
    List<Chains.Path> paths = target.deleted() ? List.of() : chains.groupsOf(id);
    Set<Long> all = new LinkedHashSet<>();
    paths.forEach(path -> all.addAll(path.path()));
    Group asked = query.group() == null ? null : group(query.group(), user, paths);
    if (asked != null) {
      all.add(asked.id);
    }
    Map<Long, Target> groups = targets.groups(all);
    Telling told =
        new Telling(
            app,
            queries.appId(app.name()),
            user,
            target.deleted(),
            live.ruling(app.name(), id, named(groups)).orElse(null),
            standings,
            chains,
            names,
            clock);
    state(told, app, target);
    Chain account = account(told);
    List<Chains.Path> shown =
        asked == null ? paths : paths.stream().filter(path -> path.group() == asked.id).toList();
    if (paths.size() >= Chains.MOST_GROUPS) {
      told.note("more groups hold the user; the nearest " + paths.size() + " are told");
    }
    TeamChains teams =
        new TeamChains(
            told, standings, shown, groups, memberships(told), target.reactivated(), asked != null);
    List<Chain> ofGroups = new ArrayList<>();
    if (asked != null && shown.isEmpty()) {
      ofGroups.add(outsider(told, asked, groups));
    } else if (query.role() == null || asked != null) {
      ofGroups.addAll(teams.ofGroups());
    }
    if (query.role() == null && asked == null) {
      ofGroups.addAll(teams.ofOthers());
    }
    return new Explanation(
        user.publicId(),
        user.userName(),
        directories.list().stream()
            .filter(d -> d.id() == user.directory())
            .map(Directory::name)
            .findFirst()
            .orElse(null),
        user.active() && !target.deleted(),
        app.name(),
        account,
        ofGroups,
        roles(told, teams.held(), query.role(), asked == null ? null : asked.name),
        List.copyOf(told.whyNot),
        List.copyOf(told.notes));
  }

  private static List<Resource.Group> named(Map<Long, Target> groups) {
    return groups.values().stream()
        .map(Target::resource)
        .filter(Resource.Group.class::isInstance)
        .map(Resource.Group.class::cast)
        .toList();
  }

  private record Group(long id, String name) {}

  /** The one that holds the user, if several are called so; else the newest of the directory. */
  private Group group(String text, Resource.User user, List<Chains.Path> paths) {
    List<Long> ids = new ArrayList<>();
    Ids.parse(text).ifPresent(ids::add);
    ids.addAll(names.groups(text));
    Map<Long, Target> found = targets.groups(ids);
    Set<Long> holding = new HashSet<>();
    paths.forEach(path -> holding.add(path.group()));
    return ids.stream()
        .filter(id -> belongs(found.get(id), user))
        .min(
            Comparator.comparing((Long id) -> !holding.contains(id))
                .thenComparing(id -> deleted(found.get(id))))
        .map(
            id ->
                new Group(
                    id,
                    found.get(id) instanceof Target t && t.resource() instanceof Resource.Group g
                        ? g.displayName()
                        : text))
        .orElseThrow(
            () ->
                AdminRefused.notFound(
                    "the user's directory has no group '" + text + "', live or deleted"));
  }

  private static boolean belongs(@Nullable Target group, Resource.User user) {
    return group != null && group.resource().directory() == user.directory();
  }

  private static boolean deleted(@Nullable Target group) {
    return group == null || group.deleted();
  }

  /** What holds for everything of this user in this app. */
  private void state(Telling told, AppStatus app, Target target) {
    Ruling ruling = told.ruling;
    if (target.deleted()) {
      told.but("the user was deleted by its identity provider");
    } else if (!told.user.active()) {
      told.but("the user is inactive: its account is disabled, and what it held is taken away");
    } else if (target.imported()) {
      told.but(
          "the user was found in an app, and no identity provider has touched it since: nothing is"
              + " done about it");
    }
    if (!standings.follows(told.appId, told.user.directory())) {
      told.but("the app does not follow the user's directory ('directory' in its file)");
    }
    if (!app.state().equals("active")) {
      told.but(
          "the app is "
              + app.state()
              + (app.why() == null ? "" : ": " + app.why())
              + advice(app.name(), app.state()));
    }
    if (ruling == null) {
      told.note(
          "no running daemon was asked that has the app's file: scope, selection and rules are told"
              + " as far as they are noted");
      return;
    }
    if (!ruling.outside().isEmpty() && !target.deleted() && told.user.active()) {
      told.but("not in scope: " + ruling.outside());
    }
    if (!ruling.unmapped().isEmpty()) {
      told.but("what the account says cannot be worked out: " + ruling.unmapped());
    }
    if (ruling.guarded()) {
      told.note(
          "a protected account (roles.protected-accounts): no push disables it, or grants it"
              + " anything or takes anything from it");
    }
    long sweeps = queries.sweeps().getOrDefault(told.appId, 0L);
    if (sweeps > 0) {
      told.note(
          "changes of the app's file or of large groups are still being worked off: "
              + sweeps
              + (sweeps == 1 ? " sweep" : " sweeps"));
    }
  }

  private static String advice(String app, String state) {
    return switch (state) {
      case "paused" -> "; idbridge app resume " + app;
      case "suspended" -> "; put its file back and restart, or: idbridge app forget " + app;
      case "auth-failed" -> "; put a valid credential where its file points";
      case "mismatch" -> "; idbridge app keep " + app + ", or: idbridge app reset " + app;
      case "throttled", "unavailable" -> "; it is tried again by itself";
      default -> "";
    };
  }

  /** How the account came about, and what was done to it last. */
  private Chain account(Telling told) {
    SyncLogLine made = last(told, "CREATE");
    SyncLogLine linked = last(told, "LINK");
    SyncLogLine first =
        made == null || (linked != null && linked.at().isAfter(made.at())) ? linked : made;
    SyncLogLine last = null;
    for (String action : List.of("UPDATE", "DEACTIVATE", "REACTIVATE", "DELETE", "UNLINK")) {
      SyncLogLine line = last(told, action);
      if (line != null
          && (first == null || line.at().isAfter(first.at()))
          && (last == null || line.at().isAfter(last.at()))) {
        last = line;
      }
    }
    List<Chains.Change> own = chains.ends(told.user.id());
    own.forEach(told::know);
    Set<Long> causes = new HashSet<>(Telling.causes(first));
    causes.addAll(Telling.causes(last));
    told.know(causes);
    List<Step> steps = new ArrayList<>();
    own.forEach(change -> told.request(steps, change.id()));
    told.all(steps, first);
    told.all(steps, last);
    steps.sort(Comparator.comparing(Step::at, Comparator.nullsFirst(Comparator.naturalOrder())));
    Place place = standings.place(told.appId, LaneKind.ACCOUNT, told.user.id());
    String lane = told.lane("the account", place);
    boolean none = place.remoteId().isEmpty();
    if (!lane.isEmpty()) {
      told.but(lane);
    } else if (none && told.usable()) {
      told.but(
          "there is no account and none is under way"
              + (told.ruling == null ? "; perhaps the user is not in scope" : ""));
    }
    return new Chain(
        "user " + told.user.userName(),
        !none,
        none
            ? "no account of ours in the app"
            : "account "
                + place.remoteId()
                + (place.enabled() ? "" : ", disabled")
                + (place.found() ? ", found there" : ", made by us")
                + (place.state().equals("idle") && !place.reason().isEmpty()
                    ? "; " + place.reason()
                    : ""),
        steps);
  }

  private @Nullable SyncLogLine last(Telling told, String action) {
    return lines(told, action, told.user.publicId(), 1).stream().findFirst().orElse(null);
  }

  private List<SyncLogLine> lines(Telling told, String action, String resource, int most) {
    return ledger
        .syncLog(
            new SyncLogQuery(
                told.app,
                null,
                "out",
                action,
                resource,
                null,
                null,
                null,
                null,
                null,
                true,
                new PageRequest(most, null)))
        .items();
  }

  /** The last effect on each membership. */
  private Map<Long, SyncLogLine> memberships(Telling told) {
    Map<Long, SyncLogLine> latest = new HashMap<>();
    for (String action : List.of("MEMBER_ADD", "MEMBER_REMOVE")) {
      for (SyncLogLine line : lines(told, action, told.user.publicId(), MOST_LINES)) {
        if (line.group() != null) {
          latest.merge(
              Long.parseLong(line.group()), line, (a, b) -> a.at().isBefore(b.at()) ? b : a);
        }
      }
    }
    return latest;
  }

  /** A group that was asked about and does not hold the user. */
  private Chain outsider(Telling told, Group group, Map<Long, Target> groups) {
    List<Step> steps = new ArrayList<>();
    long lost = chains.lost(group.id, told.user.id());
    told.know(Set.of(lost));
    told.request(steps, lost);
    String state =
        deleted(groups.get(group.id))
            ? "the identity provider deleted the group"
            : lost != 0
                ? "the user was taken out of the group"
                : "the user is not in the group, neither directly nor through groups within";
    told.but("group " + group.name + ": " + state);
    return new Chain("group " + group.name, false, state, steps);
  }

  private List<Chain> roles(
      Telling told, Set<Long> teams, @Nullable String role, @Nullable String group) {
    Set<Long> subjects = new HashSet<>(teams);
    subjects.add(told.user.id());
    List<DirectGrants.Entry> rows =
        grants.page(told.appId, subjects, DirectGrants.After.START, MOST_ROLES);
    if (rows.size() == MOST_ROLES) {
      told.note("there are more roles; the first " + MOST_ROLES + " are told");
    }
    Set<Long> of = new LinkedHashSet<>();
    rows.forEach(row -> of.add(row.subject()));
    List<SyncLogLine> lines = new ArrayList<>();
    for (long subject : of.stream().limit(20).toList()) {
      for (String action : List.of("GRANT", "REVOKE")) {
        lines.addAll(lines(told, action, Long.toString(subject), MOST_LINES / 10));
      }
    }
    lines.sort(Comparator.comparing(SyncLogLine::at).reversed());
    of.remove(told.user.id());
    Map<Long, String> called = new HashMap<>(names.of(of));
    called.putAll(standings.namedTeams(of));
    return new RoleChains(told, standings, rows, called, lines).tell(role, group);
  }
}
