package dev.idbridge.directory;

import dev.idbridge.model.Ids;
import dev.idbridge.model.ResourceType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom the member ids of a transaction's requests name in one directory: users, then groups. What
 * is no id of a live one may be the externalId of exactly one, or a userName: some clients know no
 * better.
 */
final class NamedMembers {
  private final Map<Long, ResourceType> types = new HashMap<>();
  private final Map<String, Long> byOtherName = new HashMap<>();
  private final Set<String> deleted = new HashSet<>();

  /** Reads whom these name; takes no lock. */
  void read(Connection connection, long directory, Collection<String> refs, boolean lenient)
      throws SQLException {
    Set<Long> ids = new HashSet<>();
    for (String ref : refs) {
      Ids.parse(ref).ifPresent(ids::add);
    }
    for (long user : ResourceTable.USERS.live(connection, directory, ids)) {
      types.put(user, ResourceType.USER);
      ids.remove(user);
    }
    for (long group : ResourceTable.GROUPS.live(connection, directory, ids)) {
      types.put(group, ResourceType.GROUP);
    }
    Set<String> unknown = new HashSet<>();
    for (String ref : refs) {
      OptionalLong id = Ids.parse(ref);
      if (id.isEmpty() || !types.containsKey(id.getAsLong())) {
        unknown.add(ref);
      }
    }
    if (lenient && !unknown.isEmpty()) {
      readUnknown(connection, directory, unknown);
    }
  }

  private void readUnknown(Connection connection, long directory, Set<String> refs)
      throws SQLException {
    Set<Long> ids = new HashSet<>();
    Map<String, Set<String>> keys = new HashMap<>();
    for (String ref : refs) {
      Ids.parse(ref).ifPresent(ids::add);
      keys.computeIfAbsent(NameKey.of(ref), k -> new HashSet<>()).add(ref);
    }
    for (ResourceTable table : new ResourceTable[] {ResourceTable.USERS, ResourceTable.GROUPS}) {
      for (long id : table.deleted(connection, ids)) {
        deleted.add(Long.toString(id));
      }
    }
    Map<String, Set<Long>> byExternalId = new HashMap<>();
    for (ResourceType type : ResourceType.values()) {
      ResourceTable.of(type)
          .byExternalId(connection, directory, refs)
          .forEach(
              (ref, found) -> {
                byExternalId.computeIfAbsent(ref, r -> new HashSet<>()).addAll(found);
                found.forEach(id -> types.put(id, type));
              });
    }
    byExternalId.forEach(
        (ref, found) -> {
          if (found.size() == 1) {
            byOtherName.put(ref, found.iterator().next());
          }
        });
    ResourceTable.USERS
        .owners(connection, directory, keys.keySet())
        .forEach(
            (key, id) -> {
              types.put(id, ResourceType.USER);
              keys.getOrDefault(key, Set.of()).stream()
                  .filter(ref -> !byExternalId.containsKey(ref))
                  .forEach(ref -> byOtherName.put(ref, id));
            });
  }

  /** The id a reference stands for: as such, or under another name; null when it names nobody. */
  @Nullable Long id(String ref) {
    OptionalLong id = Ids.parse(ref);
    return id.isPresent() && types.containsKey(id.getAsLong())
        ? Long.valueOf(id.getAsLong())
        : byOtherName.get(ref);
  }

  /** The type of a live member, or null. */
  @Nullable ResourceType type(long id) {
    return types.get(id);
  }

  boolean anyGroup() {
    return types.containsValue(ResourceType.GROUP);
  }

  /** Whether it is the id of somebody who was deleted: nobody gets that id again. */
  boolean wasDeleted(String ref) {
    return deleted.contains(ref);
  }
}
