package dev.idbridge.directory;

import dev.idbridge.store.EntityTransactions;
import jakarta.persistence.TypedQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator reads of users over all directories. Thread-safe; throws {@link
 * dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 */
public final class People {
  private final EntityTransactions transactions;

  public People(EntityTransactions transactions) {
    this.transactions = transactions;
  }

  /**
   * A user in a list.
   *
   * @param modified milliseconds since the epoch
   */
  public record Person(
      long id,
      long directory,
      String userName,
      @Nullable String externalId,
      boolean active,
      long modified) {}

  /**
   * Live users in the order of creation.
   *
   * @param directory null for all
   * @param prefix what user names begin with, in any case; null for all
   * @param active null for all
   * @param after the last id of the page before, 0 for the first page
   */
  public List<Person> list(
      @Nullable Long directory,
      @Nullable String prefix,
      @Nullable Boolean active,
      long after,
      int most) {
    StringBuilder where = new StringBuilder("u.deletedAt is null and u.id > :after");
    Map<String, Object> values = new HashMap<>();
    values.put("after", after);
    if (directory != null) {
      where.append(" and u.directoryId = :directory");
      values.put("directory", directory);
    }
    if (prefix != null) {
      where.append(" and u.userNameKey like :prefix escape '!'");
      values.put("prefix", NameKey.of(prefix).replaceAll("([!%_])", "!$1") + "%");
    }
    if (active != null) {
      where.append(" and u.active = :active");
      values.put("active", active);
    }
    return transactions.run(
        manager -> {
          TypedQuery<UserRow> users =
              manager.createQuery(
                  "select u from UserRow u where " + where + " order by u.id", UserRow.class);
          values.forEach(users::setParameter);
          return users.setMaxResults(most).getResultList().stream()
              .map(
                  row ->
                      new Person(
                          row.id,
                          row.directoryId,
                          row.userName,
                          row.externalId,
                          row.active,
                          row.modifiedAt))
              .toList();
        });
  }

  /**
   * A change record.
   *
   * @param id of the change; rises with time
   * @param at milliseconds since the epoch
   * @param token 0 when no token was used
   */
  public record Change(
      long id,
      long at,
      long directory,
      String action,
      long version,
      long token,
      String actor,
      String requestId,
      String address,
      String detail) {}

  /**
   * A user's own change records, oldest first.
   *
   * @param after an id; those with greater ones are read
   */
  public List<Change> changes(long user, long after, int most) {
    return transactions.run(
        manager ->
            manager
                .createQuery(
                    "select c from ChangeRow c where c.resourceType = 'User'"
                        + " and c.resourceId = :user and c.id > :after order by c.id",
                    ChangeRow.class)
                .setParameter("user", user)
                .setParameter("after", after)
                .setMaxResults(most)
                .getResultList()
                .stream()
                .map(
                    row ->
                        new Change(
                            row.id,
                            row.at,
                            row.directoryId,
                            row.action,
                            row.version,
                            row.tokenId,
                            row.actor,
                            row.requestId,
                            row.address,
                            row.detail))
                .toList());
  }
}
