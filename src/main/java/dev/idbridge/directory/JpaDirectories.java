package dev.idbridge.directory;

import dev.idbridge.model.Ids;
import dev.idbridge.store.EntityTransactions;
import dev.idbridge.store.StatementRefused;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The directories in the store. A name that is known stays known: directories are made, never
 * renamed; one that another daemon made is found when it is asked for.
 */
public final class JpaDirectories implements Directories {
  /** The directory that is always there. */
  public static final String DEFAULT = "default";

  private final EntityTransactions transactions;
  private final Ids ids;
  private final Clock clock;
  private final ConcurrentHashMap<String, Directory> known = new ConcurrentHashMap<>();

  /** Makes {@code default} when it is not there yet. */
  public JpaDirectories(EntityTransactions transactions, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
    if (find(DEFAULT).isEmpty()) {
      create(DEFAULT, "SCIM");
    }
  }

  /** The directory of this name, made when it is missing. */
  public Directory create(String name, String mode) {
    DirectoryRow row = new DirectoryRow();
    row.id = ids.next();
    row.name = name;
    row.mode = mode;
    row.createdAt = clock.millis();
    try {
      transactions.run(
          manager -> {
            manager.persist(row);
            return row.id;
          });
    } catch (StatementRefused e) {
      // Another daemon made it at the same moment.
      if (!e.duplicate()) {
        throw e;
      }
    }
    return find(name).orElseThrow();
  }

  @Override
  public Optional<Directory> find(String name) {
    Directory directory = known.get(name);
    if (directory == null) {
      list();
      directory = known.get(name);
    }
    return Optional.ofNullable(directory);
  }

  @Override
  public List<Directory> list() {
    List<Directory> all =
        transactions.run(
            manager ->
                manager
                    .createQuery("from DirectoryRow order by id", DirectoryRow.class)
                    .getResultStream()
                    .map(row -> new Directory(row.id, row.name, row.mode))
                    .toList());
    all.forEach(directory -> known.put(directory.name(), directory));
    return all;
  }
}
