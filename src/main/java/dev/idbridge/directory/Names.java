package dev.idbridge.directory;

import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import dev.idbridge.store.EntityTransactions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The names people use for users and groups, and their ids; deleted ones too, since what was done
 * about them is asked for longest. Thread-safe; throws {@link dev.idbridge.model.StoreUnavailable}
 * when the database cannot be used.
 */
public final class Names {
  private static final long NO_ID = 0;
  private static final int MOST = 50;

  private final EntityTransactions transactions;

  public Names(EntityTransactions transactions) {
    this.transactions = transactions;
  }

  /** Ids of the users who have, or had when they were deleted, this userName; at most fifty. */
  public List<Long> users(String userName) {
    return ids("UserRow", "userName", userName);
  }

  /** Ids of the groups that have, or had when they were deleted, this displayName. */
  public List<Long> groups(String displayName) {
    return ids("GroupRow", "displayName", displayName);
  }

  /**
   * The live user or group of a directory that somebody means.
   *
   * @param ref its id, or its userName or displayName
   */
  public OptionalLong live(long directory, ResourceType type, String ref) {
    return find(directory, type, ref, Ids.parse(ref).orElse(NO_ID));
  }

  /** The live user or group of a directory that has this userName or displayName, never this id. */
  public OptionalLong named(long directory, ResourceType type, String name) {
    return find(directory, type, name, NO_ID);
  }

  private OptionalLong find(long directory, ResourceType type, String name, long id) {
    boolean user = type == ResourceType.USER;
    return transactions
        .run(
            manager ->
                manager
                    .createQuery(
                        "select r.id from "
                            + (user ? "UserRow" : "GroupRow")
                            + " r where r.directoryId = :directory and r.deletedAt is null and (r."
                            + (user ? "userNameKey" : "displayNameKey")
                            + " = :key or r.id = :id) order by r.id",
                        Long.class)
                    .setParameter("directory", directory)
                    .setParameter("key", NameKey.of(name))
                    .setParameter("id", id)
                    .getResultList())
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** Live users of a directory who have this e-mail address; at most fifty. */
  public List<Long> byEmail(long directory, String address) {
    return transactions.run(
        manager ->
            manager
                .createQuery(
                    "select distinct e.userId from EmailRow e where e.directoryId = :directory"
                        + " and e.valueKey = :key",
                    Long.class)
                .setParameter("directory", directory)
                .setParameter("key", NameKey.of(address))
                .setMaxResults(MOST)
                .getResultList());
  }

  private List<Long> ids(String entity, String name, String value) {
    return transactions.run(
        manager ->
            manager
                .createQuery(
                    "select r.id from "
                        + entity
                        + " r, DirectoryRow d where r.directoryId = d.id and (r."
                        + name
                        + "Key = :key or (r.deletedAt is not null and r."
                        + name
                        + " = :name)) order by r.id desc",
                    Long.class)
                .setParameter("key", NameKey.of(value))
                .setParameter("name", value)
                .setMaxResults(MOST)
                .getResultList());
  }

  /**
   * userName or displayName by id; an id that never existed is missing.
   *
   * @param ids at most a page of them
   */
  public Map<Long, String> of(Collection<Long> ids) {
    Map<Long, String> names = new HashMap<>();
    if (ids.isEmpty()) {
      return names;
    }
    for (String query :
        List.of(
            "select r.id, r.userName from UserRow r where r.id in :ids",
            "select r.id, r.displayName from GroupRow r where r.id in :ids")) {
      for (Object[] row :
          transactions.run(
              manager ->
                  manager
                      .createQuery(query, Object[].class)
                      .setParameter("ids", ids)
                      .getResultList())) {
        names.put((Long) row[0], (String) row[1]);
      }
    }
    return names;
  }
}
