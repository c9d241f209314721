package dev.idbridge.ledger;

import dev.idbridge.model.StoreUnavailable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
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

  /** Which lines; null and 0 mean any. */
  public record LineQuery(
      @Nullable String app,
      @Nullable String outcome,
      @Nullable String direction,
      long resource,
      long since,
      boolean newestFirst,
      long after,
      int limit) {}

  /** A dead letter. */
  public record Letter(
      long id,
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

  /** A lane as it stands; times are 0 where there is none. */
  public record LaneView(
      String kind,
      long target,
      String state,
      int attempts,
      long dueAt,
      long firstFailedAt,
      String reason) {}

  /** An app's row with its lanes counted. */
  public record AppView(
      int id,
      String name,
      String connector,
      String state,
      String reason,
      Map<String, Long> lanes,
      long deadLetters,
      long parked,
      long oldestDueAt) {}

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

  public List<AppView> apps() {
    return read(
        manager -> {
          Map<Integer, Map<String, Long>> lanes = new HashMap<>();
          for (Object[] row :
              manager
                  .createQuery(
                      "select l.appId, l.state, count(*) from LaneRow l group by l.appId, l.state",
                      Object[].class)
                  .getResultList()) {
            lanes
                .computeIfAbsent((Integer) row[0], id -> new HashMap<>())
                .put((String) row[1], (Long) row[2]);
          }
          Map<Integer, Long> letters =
              counts(manager, "select d.appId, count(*) from DeadLetterRow d group by d.appId");
          Map<Integer, Long> parked =
              counts(
                  manager,
                  "select m.appId, count(*) from AppMemberRow m where m.state = 'parked'"
                      + " group by m.appId");
          Map<Integer, Long> oldest =
              counts(
                  manager,
                  "select l.appId, min(l.wantedAt) from LaneRow l"
                      + " where l.state in ('due', 'leased', 'backoff') group by l.appId");
          List<AppView> apps = new ArrayList<>();
          for (AppRow app :
              manager
                  .createQuery("select a from AppRow a order by a.name", AppRow.class)
                  .getResultList()) {
            apps.add(
                new AppView(
                    app.id,
                    app.name,
                    app.connector,
                    app.state,
                    app.stateReason,
                    lanes.getOrDefault(app.id, Map.of()),
                    letters.getOrDefault(app.id, 0L),
                    parked.getOrDefault(app.id, 0L),
                    oldest.getOrDefault(app.id, 0L)));
          }
          return apps;
        });
  }

  private static Map<Integer, Long> counts(EntityManager manager, String query) {
    Map<Integer, Long> counts = new HashMap<>();
    for (Object[] row : manager.createQuery(query, Object[].class).getResultList()) {
      counts.put((Integer) row[0], ((Number) row[1]).longValue());
    }
    return counts;
  }

  /** One lane per (app, state, kind) with its count: what metrics show. */
  public List<Object[]> laneCounts() {
    return read(
        manager ->
            manager
                .createQuery(
                    "select a.name, l.kind, l.state, count(*) from LaneRow l"
                        + " join AppRow a on a.id = l.appId group by a.name, l.kind, l.state",
                    Object[].class)
                .getResultList());
  }

  /** How many pages of work sweeps still hold, by app id. */
  public Map<Integer, Long> sweeps() {
    return read(
        manager -> counts(manager, "select s.appId, count(*) from SweepRow s group by s.appId"));
  }

  public List<Line> lines(LineQuery query) {
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
    add(
        where,
        values,
        query.resource() == 0 ? null : query.resource(),
        "resource",
        "(l.resourceId = :resource or l.memberId = :resource)");
    add(where, values, query.since() == 0 ? null : query.since(), "since", "l.at >= :since");
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
   * @param id 0 for all
   */
  public List<Letter> letters(@Nullable String app, long id, long after, int limit) {
    StringBuilder where = new StringBuilder("where a.id = d.appId and d.id > :after");
    Map<String, Object> values = new HashMap<>();
    values.put("after", after);
    add(where, values, app, "app", "a.name = :app");
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
