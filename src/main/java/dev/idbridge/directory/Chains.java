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
   * @param actor the token's or administrator's name
   * @param detail which attributes, how many members
   */
  public record Change(
      long id, Instant at, String action, String actor, String request, String detail) {}

  /**
   * A group that holds a user.
   *
   * @param path the groups from the one that names the user up to this one, by id
   * @param asserted by which change the user came into the first of them
   */
  public record Path(List<Long> path, long asserted) {
    public Path {
      path = List.copyOf(path);
    }

    public long group() {
      return path.getLast();
    }
  }

  /** Changes by id; one whose record was deleted with age is missing. */
  public Map<Long, Change> changes(Collection<Long> ids) {
    Map<Long, Change> found = new HashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    transactions
        .run(
            manager ->
                manager
                    .createQuery("from ChangeRow where id in :ids", ChangeRow.class)
                    .setParameter("ids", ids)
                    .getResultList())
        .forEach(
            row ->
                found.put(
                    row.id,
                    new Change(
                        row.id,
                        Instant.ofEpochMilli(row.at),
                        row.action,
                        row.actor,
                        row.requestId,
                        row.detail)));
    return found;
  }

  /** Every group that holds a user, each by one shortest way; the nearest first. */
  public List<Path> groupsOf(long user) {
    return transactions.run(
        manager -> {
          Map<Long, Path> all = new LinkedHashMap<>();
          List<Path> frontier = List.of(new Path(List.of(user), 0));
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
      boolean direct = before.asserted() == 0;
      List<Long> path = new ArrayList<>(direct ? List.of() : before.path());
      path.add(row.groupId);
      Path found = new Path(path, direct ? row.cause : before.asserted());
      all.put(row.groupId, found);
      next.add(found);
    }
    return next;
  }
}
