package dev.idbridge.admin;

import dev.idbridge.admin.UserDetail.InApp;
import dev.idbridge.admin.UserDetail.InGroup;
import dev.idbridge.admin.UserDetail.InTeam;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Names;
import dev.idbridge.directory.People;
import dev.idbridge.directory.People.Change;
import dev.idbridge.directory.People.Person;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.Targets;
import dev.idbridge.directory.Targets.Target;
import dev.idbridge.ledger.LaneKind;
import dev.idbridge.ledger.LedgerQueries;
import dev.idbridge.ledger.LedgerQueries.MembershipView;
import dev.idbridge.ledger.LedgerQueries.TargetView;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Ids;
import dev.idbridge.model.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link UserReads} from the store. Thread-safe. */
public final class StoreUsers implements UserReads {
  private static final int MOST_TEAMS = 500;

  private final Directories directories;
  private final People people;
  private final Names names;
  private final Targets targets;
  private final Resources resources;
  private final LedgerQueries queries;
  private final LedgerReads ledger;
  private final Explainer explainer;

  public StoreUsers(
      Directories directories,
      People people,
      Names names,
      Targets targets,
      Resources resources,
      LedgerQueries queries,
      LedgerReads ledger,
      Explainer explainer) {
    this.directories = directories;
    this.people = people;
    this.names = names;
    this.targets = targets;
    this.resources = resources;
    this.queries = queries;
    this.ledger = ledger;
    this.explainer = explainer;
  }

  @Override
  public Page<UserEntry> list(UserQuery query) {
    Map<Long, String> known = directoryNames();
    Long directory = null;
    if (query.directory() != null) {
      directory =
          directories
              .find(query.directory())
              .map(Directory::id)
              .orElseThrow(
                  () ->
                      AdminRefused.notFound(
                          "there is no directory '" + query.directory() + "'; see directory list"));
    }
    int limit = query.page().limit();
    List<Person> found =
        people.list(directory, query.userName(), query.active(), query.page().afterId(), limit + 1);
    return Page.of(
        found,
        limit,
        user ->
            new UserEntry(
                Long.toString(user.id()),
                known.get(user.directory()),
                user.userName(),
                user.externalId(),
                user.active(),
                Instant.ofEpochMilli(user.modified())),
        user -> Long.toString(user.id()));
  }

  @Override
  public UserDetail detail(String user) {
    long id = id(user);
    Target target = targets.users(List.of(id)).get(id);
    if (target == null || !(target.resource() instanceof Resource.User resource)) {
      throw AdminRefused.notFound("there is no user " + user);
    }
    return new UserDetail(
        Long.toString(id),
        directoryNames().get(resource.directory()),
        resource.userName(),
        resource.active(),
        target.deleted(),
        resource.version(),
        resource.created(),
        resource.modified(),
        map(resource.attributes()),
        target.deleted() ? List.of() : groups(resource),
        apps(id));
  }

  private List<InGroup> groups(Resource.User user) {
    List<Resource.Member> groups = resources.withGroups(user).groups();
    return groups == null
        ? List.of()
        : groups.stream()
            .map(group -> new InGroup(Long.toString(group.id()), group.display(), group.direct()))
            .toList();
  }

  private List<InApp> apps(long user) {
    Map<Integer, List<MembershipView>> teams =
        queries.memberships(user, MOST_TEAMS).stream()
            .collect(Collectors.groupingBy(MembershipView::app, TreeMap::new, Collectors.toList()));
    Map<Long, String> teamNames =
        names.of(
            teams.values().stream()
                .flatMap(List::stream)
                .map(MembershipView::team)
                .collect(Collectors.toSet()));
    List<InApp> apps = new ArrayList<>();
    Map<Integer, String> appNames = queries.names();
    for (int app : new TreeSet<>(appNames.keySet())) {
      TargetView account = queries.target(app, LaneKind.ACCOUNT, user);
      List<MembershipView> rows = teams.getOrDefault(app, List.of());
      if (account.state().isEmpty() && account.remoteId().isEmpty() && rows.isEmpty()) {
        continue;
      }
      apps.add(
          new InApp(
              String.valueOf(appNames.get(app)),
              text(account.remoteId()),
              text(account.label()),
              text(account.origin().toLowerCase(java.util.Locale.ROOT)),
              text(account.state()),
              text(account.reason()),
              rows.stream()
                  .map(
                      row ->
                          new InTeam(
                              Long.toString(row.team()),
                              teamNames.get(row.team()),
                              row.state(),
                              row.held(),
                              text(row.reason())))
                  .toList()));
    }
    return apps;
  }

  // Both kinds are numbered by the same clock, so their ids tell the order.
  @Override
  public Page<Happening> trace(String user, PageRequest page) {
    long id = id(user);
    int limit = page.limit();
    List<Happening> all = new ArrayList<>();
    for (Change change : people.changes(id, page.afterId(), limit + 1)) {
      all.add(
          new Happening(
              Long.toString(change.id()),
              Instant.ofEpochMilli(change.at()),
              new Happening.Change(
                  change.action(),
                  change.version(),
                  text(change.actor()),
                  text(change.requestId()),
                  text(change.address()),
                  text(change.detail())),
              null));
    }
    int most = Math.min(limit + 1, PageRequest.MOST);
    SyncLogQuery query =
        new SyncLogQuery(
            null,
            null,
            null,
            null,
            Long.toString(id),
            null,
            null,
            null,
            null,
            null,
            false,
            new PageRequest(most, page.after()));
    Page<SyncLogLine> lines = ledger.syncLog(query);
    lines.items().forEach(line -> all.add(new Happening(line.id(), line.at(), null, line)));
    all.sort(Comparator.comparingLong(one -> Long.parseLong(one.id())));
    // What lies beyond the last line that was read may not be all there is.
    return Page.of(all, limit, one -> one, Happening::id);
  }

  @Override
  public Explanation explain(ExplainQuery query) {
    return explainer.explain(query, id(query.user()));
  }

  private long id(String user) {
    List<Long> found = new ArrayList<>();
    Ids.parse(user)
        .ifPresent(
            id -> {
              if (!targets.users(List.of(id)).isEmpty()) {
                found.add(id);
              }
            });
    if (found.isEmpty()) {
      found.addAll(names.users(user));
    }
    if (found.isEmpty()) {
      throw AdminRefused.notFound("no directory has a user '" + user + "', live or deleted");
    }
    if (found.size() > 1) {
      Map<Long, Target> all = targets.users(found);
      List<Long> live = found.stream().filter(id -> !deleted(all.get(id))).toList();
      if (live.size() == 1) {
        return live.getFirst();
      }
      throw new AdminRefused(
          AdminRefused.Kind.CONFLICT,
          found.size()
              + " users are, or were, called '"
              + user
              + "': say which by its id, "
              + found.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    return found.getFirst();
  }

  private static boolean deleted(@Nullable Target target) {
    return target == null || target.deleted();
  }

  private Map<Long, String> directoryNames() {
    return directories.list().stream().collect(Collectors.toMap(Directory::id, Directory::name));
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }

  private static Map<String, Object> map(Attributes attributes) {
    Map<String, Object> map = new LinkedHashMap<>();
    attributes.asMap().forEach((name, value) -> map.put(name, plain(value)));
    return map;
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Attributes inner -> map(inner);
      case List<?> list -> list.stream().map(StoreUsers::plain).toList();
      default -> value;
    };
  }
}
