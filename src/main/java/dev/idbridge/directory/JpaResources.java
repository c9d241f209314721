package dev.idbridge.directory;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Ids;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.store.EntityTransactions;
import jakarta.persistence.EntityManager;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Root;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads users and groups through their entities; filters become criteria. */
public final class JpaResources implements Resources {
  private final EntityTransactions transactions;

  public JpaResources(EntityTransactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Optional<Resource> find(long directory, ResourceType type, String id, boolean related) {
    OptionalLong parsed = Ids.parse(id);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    return transactions.run(
        manager -> {
          Resource found =
              switch (type) {
                case USER -> user(manager.find(UserRow.class, parsed.getAsLong()));
                case GROUP -> group(manager.find(GroupRow.class, parsed.getAsLong()));
              };
          return Optional.ofNullable(found)
              .filter(resource -> resource.directory() == directory)
              .map(resource -> related ? Related.filled(manager, resource) : resource);
        });
  }

  @Override
  public Page list(
      long directory,
      ResourceType type,
      @Nullable Filter filter,
      int startIndex,
      int count,
      boolean related)
      throws ChangeRefused {
    List<Lookup> lookups = filter == null ? List.of() : Lookup.of(type, filter);
    Class<?> entity = type == ResourceType.USER ? UserRow.class : GroupRow.class;
    return transactions.run(
        manager -> {
          Page page = page(manager, entity, directory, lookups, startIndex, count);
          return related ? new Page(page.total(), Related.filled(manager, page.resources())) : page;
        });
  }

  private static <E> Page page(
      EntityManager manager,
      Class<E> entity,
      long directory,
      List<Lookup> lookups,
      int startIndex,
      int count) {
    // An id or a name matches one resource at most: no need to count first.
    if (lookups.stream().anyMatch(Lookup::unique)) {
      List<Resource> found = rows(manager, entity, directory, lookups, 0, 1);
      return new Page(found.size(), startIndex == 1 && count > 0 ? found : List.of());
    }
    long total = total(manager, entity, directory, lookups);
    return count == 0 || startIndex > total
        ? new Page(total, List.of())
        : new Page(total, rows(manager, entity, directory, lookups, startIndex - 1, count));
  }

  private static <E> long total(
      EntityManager manager, Class<E> entity, long directory, List<Lookup> lookups) {
    CriteriaBuilder build = manager.getCriteriaBuilder();
    CriteriaQuery<Long> query = build.createQuery(Long.class);
    Root<E> root = query.from(entity);
    query.select(build.count(root));
    query.where(Conditions.of(build, query, root, directory, lookups));
    return manager.createQuery(query).getSingleResult();
  }

  private static <E> List<Resource> rows(
      EntityManager manager,
      Class<E> entity,
      long directory,
      List<Lookup> lookups,
      int from,
      int most) {
    CriteriaBuilder build = manager.getCriteriaBuilder();
    CriteriaQuery<E> query = build.createQuery(entity);
    Root<E> root = query.from(entity);
    query.where(Conditions.of(build, query, root, directory, lookups));
    query.orderBy(build.asc(root.get("id")));
    return manager
        .createQuery(query)
        .setFirstResult(from)
        .setMaxResults(most)
        .getResultStream()
        .<Resource>mapMulti(
            (row, next) -> {
              Resource resource = row instanceof UserRow user ? user(user) : group((GroupRow) row);
              if (resource != null) {
                next.accept(resource);
              }
            })
        .toList();
  }

  /** Null when there is none, or it was deleted. */
  private static Resource.@Nullable User user(@Nullable UserRow row) {
    return row == null || row.deletedAt != null
        ? null
        : new Resource.User(
            row.id,
            row.directoryId,
            AttributeJson.read(row.attributes),
            row.active,
            row.version,
            Instant.ofEpochMilli(row.createdAt),
            Instant.ofEpochMilli(row.modifiedAt),
            null);
  }

  /** Null when there is none, or it was deleted. */
  private static Resource.@Nullable Group group(@Nullable GroupRow row) {
    return row == null || row.deletedAt != null
        ? null
        : new Resource.Group(
            row.id,
            row.directoryId,
            AttributeJson.read(row.attributes),
            row.version,
            Instant.ofEpochMilli(row.createdAt),
            Instant.ofEpochMilli(row.modifiedAt),
            null);
  }
}
