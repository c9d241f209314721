package dev.idbridge.ledger;

import dev.idbridge.model.Ids;
import dev.idbridge.model.StoreUnavailable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What people ask of the ledger: apps, lanes, dead letters, the sync log. Keyset paging by id, so
 * that pages stay right while rows come and go. Thread-safe; throws {@link StoreUnavailable} when
 * the database cannot be used.
 */
public final class LedgerQueries {
  private final EntityManagerFactory entities;

  public LedgerQueries(EntityManagerFactory entities) {
    this.entities = entities;
  }

  /** A line of the sync log with its id. */
  public record Line(long id, SyncLine line) {}

  /**
   * Which lines; null, 0 and empty mean any.
   *
   * @param about ids of users and groups: lines about them, and lines about them as members
   * @param groups ids of groups: lines about them or their members
   * @param since and {@code before}: milliseconds since the epoch, the first included
   */
  public record LineQuery(
      @Nullable String app,
      @Nullable String outcome,
      @Nullable String direction,
      @Nullable String action,
      List<Long> about,
      List<Long> groups,
      @Nullable String request,
      long since,
      long before,
      boolean newestFirst,
      long after,
      int limit) {
    public LineQuery {
      about = List.copyOf(about);
      groups = List.copyOf(groups);
    }
  }

  /** A dead letter. */
  public record Letter(
      long id,
      int appId,
      String app,
      LaneKind kind,
      long target,
      long member,
      String name,
      String action,
      String reason,
      int attempts,
      long at,
      long firstFailedAt,
      long lastCause) {}

  /** How many dead letters an app has of a kind, or of all. */
  public long letterCount(int app, @Nullable String kind) {
    StringBuilder where = new StringBuilder("where d.appId = :app");
    Map<String, Object> values = new HashMap<>();
    values.put("app", app);
    add(where, values, kind, "kind", "d.kind = :kind");
    return read(
        manager -> {
          TypedQuery<Long> count =
              manager.createQuery("select count(*) from DeadLetterRow d " + where, Long.class);
          values.forEach(count::setParameter);
          return count.getSingleResult();
        });
  }

  /** A lane as it stands; times are 0 where there is none. */
  public record LaneView(
      String kind,
      long target,
      String state,
      int attempts,
      long dueAt,
      long firstFailedAt,
      String reason) {}

  /**
   * An app's row.
   *
   * @param pausedUntil 0 when it was never paused
   * @param rulesVersion the version of its rules that is in force
   */
  public record AppView(
      int id,
      String name,
      String connector,
      String state,
      String reason,
      long pausedUntil,
      String pausedBy,
      String pausedReason,
      String fingerprint,
      String wantedFingerprint,
      long rulesVersion) {}

  private <T> T read(Function<EntityManager, T> query) {
    EntityManager manager = entities.createEntityManager();
    try {
      return query.apply(manager);
    } catch (PersistenceException e) {
      throw new StoreUnavailable("the store cannot be read: " + e.getMessage(), e);
    } finally {
      manager.close();
    }
  }

  /** Names of all apps by id, those that were forgotten too: their lines stay. */
  public Map<Integer, String> names() {
    return read(
        manager -> {
          Map<Integer, String> names = new HashMap<>();
          for (Object[] row :
              manager
                  .createQuery("select a.id, a.name from AppRow a", Object[].class)
                  .getResultList()) {
            names.put((Integer) row[0], (String) row[1]);
          }
          return names;
        });
  }

  /**
   * Whether the store knows the app and holds state of it.
   *
   * @return its id, 0 when it does not
   */
  public int appId(String name) {
    return read(
        manager ->
            manager
                .createQuery(
                    "select a.id from AppRow a where a.name = :name and a.state <> 'forgotten'",
                    Integer.class)
                .setParameter("name", name)
                .getResultStream()
                .findFirst()
                .orElse(0));
  }

  /** What is noted of one app, counted. */
  public record AppCounts(Map<String, Long> links, Map<String, Long> members, long sweeps) {}

  public AppCounts counts(int app) {
    return read(
        manager -> {
          Map<String, Long> links =
              words(
                  manager,
                  "select l.kind, count(*) from LinkRow l where l.appId = :app group by l.kind",
                  app);
          Map<String, Long> members =
              words(
                  manager,
                  "select m.state, count(*) from AppMemberRow m where m.appId = :app"
                      + " group by m.state",
                  app);
          Map<String, Long> sweeps =
              words(
                  manager,
                  "select s.rootKind, count(*) from SweepRow s where s.appId = :app"
                      + " group by s.rootKind",
                  app);
          return new AppCounts(links, members, sweeps.values().stream().mapToLong(n -> n).sum());
        });
  }

  private static Map<String, Long> words(EntityManager manager, String query, int app) {
    Map<String, Long> counts = new HashMap<>();
    for (Object[] row :
        manager.createQuery(query, Object[].class).setParameter("app", app).getResultList()) {
      counts.put((String) row[0], (Long) row[1]);
    }
    return counts;
  }

  /**
   * What a target is in an app.
   *
   * @param remoteId empty when it is not linked
   * @param state of its lane, empty when there is none
   */
  public record TargetView(
      String remoteId, String label, String origin, String state, boolean revived, String reason) {}

  public TargetView target(int app, LaneKind kind, long target) {
    return read(
        manager -> {
          LinkRow link = manager.find(LinkRow.class, new LinkRow.Key(app, kind.word(), target));
          LaneRow lane = manager.find(LaneRow.class, new LaneRow.Key(app, kind.word(), target));
          return new TargetView(
              link == null ? "" : link.remoteId,
              link == null ? "" : link.label,
              link == null ? "" : link.origin,
              lane == null ? "" : lane.state,
              lane != null && lane.revived,
              lane == null ? "" : lane.reason);
        });
  }

  /**
   * A membership as it is noted.
   *
   * @param held whether the account is in the team as far as we know
   */
  public record MembershipView(int app, long team, String state, boolean held, String reason) {}

  /** A user's memberships in all apps, at most so many. */
  public List<MembershipView> memberships(long user, int most) {
    return read(
        manager ->
            manager
                .createQuery(
                    "select m from AppMemberRow m where m.accountId = :user"
                        + " order by m.appId, m.teamId",
                    AppMemberRow.class)
                .setParameter("user", user)
                .setMaxResults(most)
                .getResultList()
                .stream()
                .map(
                    row ->
                        new MembershipView(row.appId, row.teamId, row.state, row.held, row.reason))
                .toList());
  }

  /**
   * A group that an app's scope names.
   *
   * @param directories ids of those that the app follows
   */
  public record ScopeGroup(String app, String group, List<Long> directories) {}

  /** All of them: a few over all apps. */
  public List<ScopeGroup> scopeGroups() {
    return read(
        manager ->
            manager
                .createQuery(
                    "select a.name, s.name, a.follows from ScopeGroupRow s, AppRow a"
                        + " where a.id = s.appId and a.state = 'active'"
                        + " order by a.name, s.position",
                    Object[].class)
                .getResultStream()
                .map(
                    row ->
                        new ScopeGroup(
                            (String) row[0],
                            (String) row[1],
                            List.copyOf(AppRegister.ids((String) row[2]))))
                .toList());
  }

  /** All of them by name, but those that were forgotten. */
  public List<AppView> apps() {
    return read(
        manager ->
            manager
                .createQuery(
                    "select a from AppRow a where a.state <> 'forgotten' order by a.name",
                    AppRow.class)
                .getResultStream()
                .map(
                    app ->
                        new AppView(
                            app.id,
                            app.name,
                            app.connector,
                            app.state,
                            app.stateReason,
                            app.pausedUntil == null ? 0 : app.pausedUntil,
                            app.pausedBy,
                            app.pausedReason,
                            app.fingerprint,
                            app.wantedFingerprint,
                            app.rulesVersion))
                .toList());
  }

  private static Map<Integer, Long> counts(EntityManager manager, String query) {
    Map<Integer, Long> counts = new HashMap<>();
    for (Object[] row : manager.createQuery(query, Object[].class).getResultList()) {
      counts.put((Integer) row[0], ((Number) row[1]).longValue());
    }
    return counts;
  }

  /** How many pages of work sweeps still hold, by app id. */
  public Map<Integer, Long> sweeps() {
    return read(
        manager -> counts(manager, "select s.appId, count(*) from SweepRow s group by s.appId"));
  }

  /**
   * One page of the sync log. Lines about a user as such, and as a member of a group, are found by
   * an index each.
   */
  public List<Line> lines(LineQuery query) {
    if (query.about().isEmpty()) {
      return lines(query, "");
    }
    List<Line> both = new ArrayList<>(lines(query, "l.resourceId in :about"));
    both.addAll(lines(query, "l.memberId in :about and l.resourceId not in :about"));
    Comparator<Line> order = Comparator.comparingLong(Line::id);
    return both.stream()
        .sorted(query.newestFirst() ? order.reversed() : order)
        .limit(query.limit())
        .toList();
  }

  private List<Line> lines(LineQuery query, String about) {
    StringBuilder where = new StringBuilder("where 1 = 1");
    Map<String, Object> values = new HashMap<>();
    add(
        where,
        values,
        query.app(),
        "app",
        "l.appId in (select a.id from AppRow a where a.name = :app)");
    add(where, values, query.outcome(), "outcome", "l.outcome = :outcome");
    add(where, values, query.direction(), "direction", "l.direction = :direction");
    add(where, values, query.action(), "action", "l.action = :action");
    add(where, values, query.request(), "request", "l.requestId = :request");
    add(where, values, about.isEmpty() ? null : query.about(), "about", about);
    add(
        where,
        values,
        query.groups().isEmpty() ? null : query.groups(),
        "groups",
        "l.resourceId in :groups");
    add(where, values, query.since() == 0 ? null : query.since(), "since", "l.at >= :since");
    // Ids rise with time: the walk by id ends where the time does.
    add(
        where,
        values,
        query.since() == 0 ? null : Ids.from(query.since()),
        "least",
        "l.id >= :least");
    add(where, values, query.before() == 0 ? null : query.before(), "before", "l.at < :before");
    add(
        where,
        values,
        query.after() == 0 ? null : query.after(),
        "after",
        query.newestFirst() ? "l.id < :after" : "l.id > :after");
    return read(
        manager -> {
          TypedQuery<SyncLogRow> lines =
              manager.createQuery(
                  "select l from SyncLogRow l "
                      + where
                      + " order by l.id "
                      + (query.newestFirst() ? "desc" : "asc"),
                  SyncLogRow.class);
          values.forEach(lines::setParameter);
          return lines.setMaxResults(query.limit()).getResultList().stream()
              .map(LedgerQueries::line)
              .toList();
        });
  }

  private static void add(
      StringBuilder where,
      Map<String, Object> values,
      @Nullable Object value,
      String name,
      String condition) {
    if (value != null) {
      where.append(" and ").append(condition);
      values.put(name, value);
    }
  }

  private static Line line(SyncLogRow row) {
    return new Line(
        row.id,
        new SyncLine(
            row.at,
            row.direction,
            row.directoryId,
            row.appId,
            SyncLine.Action.valueOf(row.action),
            row.resourceType,
            row.resourceId,
            row.resourceName,
            row.memberId,
            row.remoteId,
            SyncLine.Outcome.valueOf(row.outcome),
            row.reason,
            row.firstCause,
            row.lastCause,
            row.causes,
            row.attempt,
            row.requestId,
            row.tokenId,
            row.status,
            row.scimType));
  }

  /**
   * Dead letters, the longest dead first.
   *
   * @param app null for all
   * @param kind null for all
   * @param id 0 for all
   */
  public List<Letter> letters(
      @Nullable String app, @Nullable String kind, long id, long after, int limit) {
    StringBuilder where = new StringBuilder("where a.id = d.appId and d.id > :after");
    Map<String, Object> values = new HashMap<>();
    values.put("after", after);
    add(where, values, app, "app", "a.name = :app");
    add(where, values, kind, "kind", "d.kind = :kind");
    add(where, values, id == 0 ? null : id, "id", "d.id = :id");
    return read(
        manager -> {
          TypedQuery<Object[]> letters =
              manager.createQuery(
                  "select d, a.name from DeadLetterRow d, AppRow a " + where + " order by d.id",
                  Object[].class);
          values.forEach(letters::setParameter);
          return letters.setMaxResults(limit).getResultList().stream()
              .map(row -> letter((DeadLetterRow) row[0], (String) row[1]))
              .toList();
        });
  }

  private static Letter letter(DeadLetterRow row, String app) {
    return new Letter(
        row.id,
        row.appId,
        app,
        LaneKind.of(row.kind),
        row.targetId,
        row.memberId,
        row.name,
        row.action,
        row.reason,
        row.attempts,
        row.at,
        row.firstFailedAt,
        row.lastCause);
  }

  /**
   * Lanes of an app in target order.
   *
   * @param state null for all
   * @param afterKind with {@code afterTarget}: the last lane of the page before, empty for the
   *     first
   */
  public List<LaneView> lanes(
      String app, @Nullable String state, String afterKind, long afterTarget, int limit) {
    StringBuilder where =
        new StringBuilder(
            "where a.id = l.appId and a.name = :app"
                + " and (l.kind > :kind or (l.kind = :kind and l.targetId > :target))");
    Map<String, Object> values = new HashMap<>();
    values.put("app", app);
    values.put("kind", afterKind);
    values.put("target", afterTarget);
    add(where, values, state, "state", "l.state = :state");
    return read(
        manager -> {
          TypedQuery<LaneRow> lanes =
              manager.createQuery(
                  "select l from LaneRow l, AppRow a " + where + " order by l.kind, l.targetId",
                  LaneRow.class);
          values.forEach(lanes::setParameter);
          return lanes.setMaxResults(limit).getResultList().stream()
              .map(
                  row ->
                      new LaneView(
                          row.kind,
                          row.targetId,
                          row.state,
                          row.attempts,
                          row.dueAt == null ? 0 : row.dueAt,
                          row.firstFailedAt == null ? 0 : row.firstFailedAt,
                          row.reason))
              .toList();
        });
  }
}
