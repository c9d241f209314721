package dev.idbridge.directory;

import dev.idbridge.store.EntityTransactions;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What led to what in the directory: who asked for a change, and through which groups a user is in
 * others. Thread-safe; throws {@link dev.idbridge.model.StoreUnavailable} when the database cannot
 * be used.
 */
public final class Chains {
  /** Most groups that are followed for one user. */
  public static final int MOST_GROUPS = 500;

  private final EntityTransactions transactions;

  public Chains(EntityTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * One change as it is on record.
   *
   * @param type what was changed: User, Group, App, ...
   * @param resource its id
   * @param actor the token's or administrator's name
   * @param detail which attributes, how many members
   */
  public record Change(
      long id,
      Instant at,
      String type,
      long resource,
      String action,
      String actor,
      String request,
      String detail) {}

  /**
   * A group that holds a user.
   *
   * @param path the groups from the one that names the user up to this one, by id
   * @param causes of each of them, the change that brought the one before it, or the user
   * @param asserted the last change that named the user as a member of the first
   */
  public record Path(List<Long> path, List<Long> causes, long asserted) {
    public Path {
      path = List.copyOf(path);
      causes = List.copyOf(causes);
    }

    public long group() {
      return path.getLast();
    }
  }

  /** Changes by id; one whose record was deleted with age is missing. */
  public Map<Long, Change> changes(Collection<Long> ids) {
    Map<Long, Change> found = new HashMap<>();
    List<Long> all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += MOST_GROUPS) {
      List<Long> page = all.subList(from, Math.min(all.size(), from + MOST_GROUPS));
      transactions
          .run(
              manager ->
                  manager
                      .createQuery("from ChangeRow where id in :ids", ChangeRow.class)
                      .setParameter("ids", page)
                      .getResultList())
          .forEach(row -> found.put(row.id, change(row)));
    }
    return found;
  }

  private static Change change(ChangeRow row) {
    return new Change(
        row.id,
        Instant.ofEpochMilli(row.at),
        row.resourceType,
        row.resourceId,
        row.action,
        row.actor,
        row.requestId,
        row.detail);
  }

  /** The first and the last change of a user itself that are on record; none, one or two. */
  public List<Change> ends(long user) {
    Map<Long, Change> ends = new LinkedHashMap<>();
    for (String order : List.of("asc", "desc")) {
      transactions
          .run(
              manager ->
                  manager
                      .createQuery(
                          "from ChangeRow where resourceType = 'User' and resourceId = :user"
                              + " order by id "
                              + order,
                          ChangeRow.class)
                      .setParameter("user", user)
                      .setMaxResults(1)
                      .getResultList())
          .forEach(row -> ends.put(row.id, change(row)));
    }
    return List.copyOf(ends.values());
  }

  /** The change by which a group lost a user, while that is remembered; else 0. */
  public long lost(long group, long user) {
    return transactions.run(
        manager -> {
          MemberRow row = manager.find(MemberRow.class, new MemberRow.Key(group, user));
          return row == null || row.present ? 0L : row.cause;
        });
  }

  /** Every group that holds a user, each by one shortest way; the nearest first. */
  public List<Path> groupsOf(long user) {
    return transactions.run(
        manager -> {
          Map<Long, Path> all = new LinkedHashMap<>();
          List<Path> frontier = List.of(new Path(List.of(user), List.of(), 0));
          while (!frontier.isEmpty() && all.size() < MOST_GROUPS) {
            frontier = above(manager, frontier, all);
          }
          return new ArrayList<>(all.values());
        });
  }

  private static List<Path> above(EntityManager manager, List<Path> frontier, Map<Long, Path> all) {
    Map<Long, Path> from = new HashMap<>();
    frontier.forEach(path -> from.put(path.group(), path));
    List<Path> next = new ArrayList<>();
    for (MemberRow row :
        manager
            .createQuery(
                "from MemberRow where memberId in :ids and present = true order by groupId",
                MemberRow.class)
            .setParameter("ids", from.keySet())
            .setMaxResults(MOST_GROUPS)
            .getResultList()) {
      Path before = from.get(row.memberId);
      if (before == null || all.containsKey(row.groupId)) {
        continue;
      }
      boolean direct = before.causes().isEmpty();
      List<Long> path = new ArrayList<>(direct ? List.of() : before.path());
      path.add(row.groupId);
      List<Long> causes = new ArrayList<>(before.causes());
      causes.add(row.cause);
      Path found = new Path(path, causes, direct ? row.assertedSeq : before.asserted());
      all.put(row.groupId, found);
      next.add(found);
    }
    return next;
  }
}
