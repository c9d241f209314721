package dev.idbridge.directory;

import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Expression;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the tables answer of a run, within one transaction; each call is one statement. */
final class Rows {
  private final EntityManager manager;
  private final CriteriaBuilder build;
  private final long directory;
  private final Duration most;
  private final long end;

  /**
   * @param most how long all statements together may take; the one that is under way by then, as
   *     long again
   */
  Rows(EntityManager manager, long directory, Duration most) {
    this.most = most;
    this.end = System.nanoTime() + most.toNanos();
    this.manager = manager;
    this.build = manager.getCriteriaBuilder();
    this.directory = directory;
  }

  /**
   * The query, bounded in time. One that finds a row by its unique key goes without: the bound is a
   * part of the statement where MariaDB is asked.
   */
  private <T> TypedQuery<T> bounded(CriteriaQuery<T> query, Lookup lookup) {
    if (System.nanoTime() - end >= 0) {
      throw tooLong(most);
    }
    TypedQuery<T> bounded = manager.createQuery(query);
    return lookup.unique()
        ? bounded
        : bounded.setHint("jakarta.persistence.query.timeout", (int) most.toMillis());
  }

  static FilterPlan.Refused tooLong(Duration most) {
    return new FilterPlan.Refused(
        Reason.TOO_MANY,
        "no answer was found within "
            + most.toSeconds()
            + " s. Narrow the filter by an attribute that has an index, or declare this one under"
            + " scim.filterable",
        true);
  }

  /** Whether the database ended a statement because it took too long. */
  static boolean timedOut(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** How many rows the run's look-up holds for. */
  long count(Run run) {
    CriteriaQuery<Long> query = build.createQuery(Long.class);
    Root<?> root = query.from(Conditions.entity(run.type()));
    query.select(build.count(root));
    query.where(Conditions.of(build, query, root, directory, run.lookup()));
    return bounded(query, run.lookup()).getSingleResult();
  }

  /** Rows in the run's order, so many of them left out. */
  List<Resource> from(Run run, int offset, int most) {
    return page(run, null, false, offset, most);
  }

  /** The same, found by their ids: what an index tells of the ones left out is enough. */
  List<Resource> farFrom(Run run, int offset, int most) {
    CriteriaQuery<Long> query = build.createQuery(Long.class);
    Root<?> root = query.from(Conditions.entity(run.type()));
    query.select(root.get("id"));
    query.where(Conditions.of(build, query, root, directory, run.lookup()));
    query.orderBy(by(root, run, run.descending()));
    List<Long> ids =
        bounded(query, run.lookup()).setFirstResult(offset).setMaxResults(most).getResultList();
    Map<Long, Resource> found = new HashMap<>();
    byId(run.type(), ids).forEach(resource -> found.put(resource.id(), resource));
    return ids.stream().map(found::get).filter(Objects::nonNull).toList();
  }

  // H2 takes the order from an index only when all columns of it are named, from the first on: the
  // ones that are the same for every row, too.
  private List<jakarta.persistence.criteria.Order> by(Root<?> root, Run run, boolean falling) {
    List<String> columns = new ArrayList<>();
    columns.add("directoryId");
    Order order = run.order();
    columns.add(order == null ? "deletedAt" : order.column());
    if (order == null || !order.unique()) {
      columns.add("id");
    }
    return columns.stream()
        .map(root::get)
        .map(column -> falling ? build.desc(column) : build.asc(column))
        .toList();
  }

  /**
   * Rows in the run's order after a place, or those just before it, nearest first.
   *
   * @param from null for the run's first, or going back its last
   */
  List<Resource> beside(Run run, Search.@Nullable Position from, boolean back, int most) {
    return page(run, from, back, 0, most);
  }

  private List<Resource> page(
      Run run, Search.@Nullable Position from, boolean back, int offset, int most) {
    boolean falling = run.descending() != back;
    Class<?> entity = Conditions.entity(run.type());
    CriteriaQuery<Object> query = build.createQuery(Object.class);
    Root<?> root = query.from(entity);
    Predicate holds = Conditions.of(build, query, root, directory, run.lookup());
    query.select(root);
    query.where(from == null ? holds : build.and(holds, beyond(root, run, from, falling)));
    query.orderBy(by(root, run, falling));
    List<Resource> page = new ArrayList<>();
    for (Object row :
        bounded(query, run.lookup()).setFirstResult(offset).setMaxResults(most).getResultList()) {
      page.add(resource(row));
    }
    // Scans read page after page in one transaction.
    manager.clear();
    return page;
  }

  private Predicate beyond(Root<?> root, Run run, Search.Position from, boolean falling) {
    Expression<Long> id = root.get("id");
    Predicate later = falling ? build.lt(id, from.id()) : build.gt(id, from.id());
    Order order = run.order();
    if (order == null || from.key() == null) {
      return later;
    }
    if (!order.isText()) {
      long key = Long.parseLong(from.key());
      Expression<Long> column = root.get(order.column());
      return build.and(
          falling ? build.le(column, key) : build.ge(column, key),
          build.or(falling ? build.lt(column, key) : build.gt(column, key), later));
    }
    String key = from.key();
    Expression<String> column = root.get(order.column());
    Predicate past = falling ? build.lessThan(column, key) : build.greaterThan(column, key);
    return order.unique()
        ? past
        : build.and(
            falling
                ? build.lessThanOrEqualTo(column, key)
                : build.greaterThanOrEqualTo(column, key),
            build.or(past, later));
  }

  /** Those among these for which a look-up holds. */
  Set<Long> among(ResourceType type, Collection<Long> ids, Lookup lookup) {
    CriteriaQuery<Long> query = build.createQuery(Long.class);
    Root<?> root = query.from(Conditions.entity(type));
    query.select(root.get("id"));
    query.where(root.get("id").in(ids), Conditions.of(build, query, root, directory, lookup));
    return new HashSet<>(bounded(query, lookup).getResultList());
  }

  /** The live ones among these, in no order. */
  List<Resource> byId(ResourceType type, Collection<Long> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    CriteriaQuery<Object> query = build.createQuery(Object.class);
    Root<?> root = query.from(Conditions.entity(type));
    query.select(root);
    query.where(root.get("id").in(ids), build.isNull(root.get("deletedAt")));
    return manager.createQuery(query).getResultList().stream().map(Rows::resource).toList();
  }

  /** Ids of the groups for which a look-up holds and of all groups in them; at most so many + 1. */
  List<Long> groupsBelow(Lookup groups, int most) {
    CriteriaQuery<Long> query = build.createQuery(Long.class);
    Root<GroupRow> root = query.from(GroupRow.class);
    query.select(root.get("id"));
    query.where(Conditions.of(build, query, root, directory, groups));
    Set<Long> all = new TreeSet<>(bounded(query, groups).setMaxResults(most + 1).getResultList());
    Set<Long> level = all;
    while (!level.isEmpty() && all.size() <= most) {
      List<Long> below =
          manager
              .createQuery(
                  "select m.memberId from MemberRow m where m.groupId in :groups"
                      + " and m.present = true and m.memberType = :type and exists"
                      + " (select 1 from GroupRow g where g.id = m.memberId and g.deletedAt is null)",
                  Long.class)
              .setParameter("groups", level)
              .setParameter("type", ResourceType.GROUP.word())
              .setMaxResults(most + 1)
              .getResultList();
      Set<Long> next = new TreeSet<>(below);
      next.removeAll(all);
      all.addAll(next);
      level = next;
    }
    return List.copyOf(all);
  }

  static Resource resource(Object row) {
    return switch (row) {
      case UserRow user ->
          new Resource.User(
              user.id,
              user.directoryId,
              AttributeJson.read(user.attributes),
              user.active,
              user.version,
              Instant.ofEpochMilli(user.createdAt),
              Instant.ofEpochMilli(user.modifiedAt),
              null);
      case GroupRow group ->
          new Resource.Group(
              group.id,
              group.directoryId,
              AttributeJson.read(group.attributes),
              group.version,
              Instant.ofEpochMilli(group.createdAt),
              Instant.ofEpochMilli(group.modifiedAt),
              null);
      default -> throw new IllegalArgumentException(row.getClass() + " is no resource");
    };
  }

  /** In the other order. */
  static <T> List<T> turned(List<T> page) {
    List<T> turned = new ArrayList<>(page);
    Collections.reverse(turned);
    return turned;
  }
}
