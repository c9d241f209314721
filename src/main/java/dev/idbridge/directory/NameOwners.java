package dev.idbridge.directory;

import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who has which name, inside one transaction: what the tables said, and what the changes before
 * this one did since. Other writers may take a name meanwhile; the unique index has the last word.
 */
final class NameOwners {
  private static final long NOBODY = 0;

  private record Scope(ResourceType type, long directory) {}

  private final Connection connection;
  private final Map<Scope, Set<String>> expected = new HashMap<>();
  private final Map<Scope, Map<String, Long>> owners = new HashMap<>();

  NameOwners(Connection connection) {
    this.connection = connection;
  }

  /** Notes the names a request tells before it is applied, so that they are read together. */
  void expect(ChangeRequest request) {
    String name =
        switch (request.change()) {
          case UserChange.Create c -> c.attributes().string("userName");
          case UserChange.Replace c -> c.attributes().string("userName");
          case GroupChange.Create c -> c.attributes().string("displayName");
          case GroupChange.Replace c -> c.attributes().string("displayName");
          default -> null;
        };
    if (name != null) {
      expected
          .computeIfAbsent(
              new Scope(request.change().type(), request.directory()), s -> new HashSet<>())
          .add(NameKey.of(name));
    }
  }

  void read() throws SQLException {
    for (Map.Entry<Scope, Set<String>> entry : expected.entrySet()) {
      read(entry.getKey(), entry.getValue());
    }
  }

  private Map<String, Long> read(Scope scope, Set<String> keys) throws SQLException {
    Map<String, Long> known = owners.computeIfAbsent(scope, s -> new HashMap<>());
    Map<String, Long> found =
        ResourceTable.of(scope.type).owners(connection, scope.directory, keys);
    for (String key : keys) {
      known.putIfAbsent(key, found.getOrDefault(key, NOBODY));
    }
    return known;
  }

  /** Id of the resource that has the name, or null. */
  @Nullable Long owner(ResourceType type, long directory, String key) throws SQLException {
    Scope scope = new Scope(type, directory);
    Map<String, Long> known = owners.getOrDefault(scope, Map.of());
    if (!known.containsKey(key)) {
      known = read(scope, Set.of(key));
    }
    Long owner = known.get(key);
    return owner == null || owner == NOBODY ? null : owner;
  }

  /** Moves a resource from its present name to another, or to none. */
  void rename(Held held, @Nullable String key) {
    Map<String, Long> known =
        owners.computeIfAbsent(new Scope(held.type, held.directory), s -> new HashMap<>());
    if (held.key != null) {
      known.put(held.key, NOBODY);
    }
    if (key != null) {
      known.put(key, held.id);
    }
  }
}
