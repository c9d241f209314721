package dev.idbridge.admin;

import dev.idbridge.admin.Explanation.Chain;
import dev.idbridge.admin.Explanation.Step;
import dev.idbridge.directory.Chains;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.Targets;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.AccountMembership;
import dev.idbridge.ledger.LedgerQueries.TargetView;
import dev.idbridge.model.Ids;
import dev.idbridge.model.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the chain from an identity provider's request to an app's answer, and what is missing where
 * it ends early. Reads only; bounded by {@link Chains#MOST_GROUPS}. Thread-safe.
 */
final class Explainer {
  private static final int MOST_LINES = 500;

  private final LedgerQueries queries;
  private final Directories directories;
  private final Names names;
  private final Targets targets;
  private final Chains chains;

  Explainer(
      LedgerQueries queries, Directories directories, Names names, Targets targets, Chains chains) {
    this.queries = queries;
    this.directories = directories;
    this.names = names;
    this.targets = targets;
    this.chains = chains;
  }

  /**
   * @param user id or userName
   * @param ledger what the sync log and the apps' states are read from
   */
  Explanation explain(String user, String app, LedgerReads ledger) {
    AppStatus status =
        ledger.apps().stream()
            .filter(one -> one.name().equals(app))
            .findFirst()
            .orElseThrow(
                () ->
                    AdminRefused.notFound(
                        "there is no app '" + app + "'; there is " + ledger.appNames()));
    Targets.Target target = user(user);
    if (!(target.resource() instanceof Resource.User found)) {
      throw AdminRefused.notFound("'" + user + "' is no user");
    }
    return new Run(status, found, target.deleted(), ledger).tell();
  }

  private Targets.Target user(String user) {
    List<Long> ids = new ArrayList<>();
    Ids.parse(user).ifPresent(ids::add);
    ids.addAll(names.users(user));
    Map<Long, Targets.Target> found = targets.users(ids);
    return ids.stream()
        .map(found::get)
        .filter(one -> one != null)
        .findFirst()
        .orElseThrow(
            () -> AdminRefused.notFound("no directory has a user '" + user + "', live or deleted"));
  }

  /** One question. */
  private final class Run {
    private final AppStatus app;
    private final int appId;
    private final LedgerReads ledger;
    private final Resource.User user;
    private final boolean deleted;
    private final List<String> whyNot = new ArrayList<>();
    private @Nullable SyncLogLine account;
    private final Map<Long, SyncLogLine> memberships = new HashMap<>();

    Run(AppStatus app, Resource.User user, boolean deleted, LedgerReads ledger) {
      this.app = app;
      this.appId = queries.appId(app.name());
      this.user = user;
      this.deleted = deleted;
      this.ledger = ledger;
    }

    Explanation tell() {
      readLines();
      List<Chains.Path> paths = deleted ? List.of() : chains.groupsOf(user.id());
      Map<Long, AccountMembership> rows =
          queries.memberships(appId, user.id()).stream()
              .collect(Collectors.toMap(AccountMembership::team, row -> row, (one, other) -> one));
      Map<Long, Long> teams =
          queries.teamsOf(appId, paths.stream().map(Chains.Path::group).toList());
      Map<Long, Chains.Change> changes = chains.changes(causes(paths, rows));
      Set<Long> named = new HashSet<>();
      paths.forEach(path -> named.addAll(path.path()));
      Map<Long, String> words = names.of(named);
      state();
      Chain own = account(changes);
      List<Chain> groups = new ArrayList<>();
      for (Chains.Path path : paths) {
        groups.add(
            group(path, words, teams.getOrDefault(path.group(), path.group()), rows, changes));
      }
      return new Explanation(
          user.publicId(),
          user.userName(),
          directories.list().stream()
              .filter(d -> d.id() == user.directory())
              .map(Directory::name)
              .findFirst()
              .orElse(null),
          user.active() && !deleted,
          app.name(),
          own,
          groups,
          whyNot);
    }

    /** The last effect on the account, and on each membership. */
    private void readLines() {
      List<SyncLogLine> lines =
          ledger
              .syncLog(
                  new SyncLogQuery(
                      app.name(),
                      null,
                      "out",
                      null,
                      user.publicId(),
                      null,
                      null,
                      null,
                      null,
                      null,
                      true,
                      new PageRequest(MOST_LINES, null)))
              .items();
      for (SyncLogLine line : lines) {
        if (!line.type().equals("member")) {
          account = account == null ? line : account;
        } else if (line.group() != null) {
          memberships.putIfAbsent(Long.parseLong(line.group()), line);
        }
      }
    }

    private Set<Long> causes(List<Chains.Path> paths, Map<Long, AccountMembership> rows) {
      Set<Long> causes = new HashSet<>();
      paths.forEach(path -> causes.add(path.asserted()));
      rows.values().forEach(row -> causes.add(row.cause()));
      for (SyncLogLine line : memberships.values()) {
        add(causes, line.lastCause());
      }
      if (account != null) {
        add(causes, account.firstCause());
        add(causes, account.lastCause());
      }
      return causes;
    }

    private static void add(Set<Long> causes, @Nullable String cause) {
      if (cause != null) {
        causes.add(Long.parseLong(cause));
      }
    }

    /** What holds for everything of this user in this app. */
    private void state() {
      if (deleted) {
        whyNot.add("the user was deleted by its identity provider");
      } else if (!user.active()) {
        whyNot.add("the user is inactive: its account is disabled and leaves our teams");
      }
      if (!queries.follows(appId, user.directory())) {
        whyNot.add("the app does not follow the user's directory ('directory' in its file)");
      }
      if (!app.state().equals("active")) {
        whyNot.add("the app is " + app.state() + (app.why() == null ? "" : ": " + app.why()));
      }
    }

    private Chain account(Map<Long, Chains.Change> changes) {
      List<Step> steps = new ArrayList<>();
      SyncLogLine line = account;
      if (line != null) {
        request(steps, changes, line.lastCause());
        steps.add(delivery(line));
      }
      TargetView lane = queries.target(appId, LaneKind.ACCOUNT, user.id());
      return new Chain("user " + user.userName(), standing("account", lane), steps);
    }

    private String standing(String what, TargetView lane) {
      String there =
          lane.remoteId().isEmpty()
              ? "no " + what + " of ours in the app"
              : what
                  + " "
                  + lane.remoteId()
                  + (lane.origin().equals("OURS") ? ", made by us" : ", found there");
      if (lane.remoteId().isEmpty() && lane.state().isEmpty()) {
        whyNot.add("there is no " + what + " and none is to be made: it is not in scope");
      } else if (!lane.state().isEmpty() && !lane.state().equals("idle")) {
        whyNot.add(
            "the "
                + what
                + "'s lane is "
                + lane.state()
                + (lane.reason().isEmpty() ? "" : ": " + lane.reason()));
      }
      return there + (lane.state().isEmpty() ? "" : "; lane " + lane.state());
    }

    private Chain group(
        Chains.Path path,
        Map<Long, String> words,
        long team,
        Map<Long, AccountMembership> rows,
        Map<Long, Chains.Change> changes) {
      String what =
          path.path().stream()
              .map(id -> words.getOrDefault(id, Long.toString(id)))
              .collect(Collectors.joining(", in "));
      List<Step> steps = new ArrayList<>();
      request(steps, changes, Long.toString(path.asserted()));
      SyncLogLine line = memberships.get(team);
      if (line != null) {
        steps.add(delivery(line));
      }
      AccountMembership row = rows.get(team);
      TargetView lane = queries.target(appId, LaneKind.TEAM, team);
      String state;
      if (row == null) {
        state =
            lane.remoteId().isEmpty() && (lane.state().isEmpty() || lane.state().equals("idle"))
                ? "no team: the group is not selected for this app (teams.groups)"
                : "not a member of team " + team + (laneWords(lane));
        whyNot.add(what + ": " + state);
      } else {
        state =
            row.state()
                + (row.origin().equals("FOUND") ? ", found there" : ", ours")
                + (row.reason().isEmpty() ? "" : ": " + row.reason());
        if (!row.state().equals("applied")) {
          whyNot.add(what + ": " + state + laneWords(lane));
        }
      }
      return new Chain(what, state, steps);
    }

    private static String laneWords(TargetView lane) {
      return lane.state().isEmpty() || lane.state().equals("idle")
          ? ""
          : "; the team's lane is "
              + lane.state()
              + (lane.reason().isEmpty() ? "" : ": " + lane.reason());
    }

    private static void request(
        List<Step> steps, Map<Long, Chains.Change> changes, @Nullable String cause) {
      Chains.Change change = cause == null ? null : changes.get(Long.parseLong(cause));
      if (change != null) {
        steps.add(
            new Step(
                change.at(),
                "request",
                change.action() + (change.detail().isEmpty() ? "" : " " + change.detail()),
                change.actor(),
                change.request().isEmpty() ? null : change.request(),
                Long.toString(change.id())));
      }
    }

    private static Step delivery(SyncLogLine line) {
      return new Step(
          line.at(),
          "delivery",
          line.action()
              + " "
              + line.result()
              + (line.attempt() > 1 ? " at attempt " + line.attempt() : "")
              + (line.remote() == null ? "" : ", " + line.remote())
              + (line.reason() == null ? "" : ": " + line.reason()),
          null,
          null,
          line.lastCause());
    }
  }
}
