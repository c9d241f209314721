package dev.idbridge.directory;

import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.Ids;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.store.EntityTransactions;
import dev.idbridge.store.StatementRefused;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The directories in the store. A name that is known stays known: directories are made, never
 * renamed; one that another daemon made is found when it is asked for. Settings are read again
 * every {@link Directories#TRUSTED}; while the store is away the last ones known count.
 */
public final class JpaDirectories implements Directories {
  /** The directory that is always there. */
  public static final String DEFAULT = "default";

  private final EntityTransactions transactions;
  private final Ids ids;
  private final Clock clock;
  private final ConcurrentHashMap<String, Directory> known = new ConcurrentHashMap<>();
  private final AtomicLong readAt = new AtomicLong();

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
    row.settings(DirectorySettings.DEFAULT);
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
    } else {
      refresh();
    }
    return Optional.ofNullable(known.get(name));
  }

  /** One request at a time reads again; the others go on with what is known. */
  private void refresh() {
    long last = readAt.get();
    long now = clock.millis();
    if (Math.abs(now - last) >= TRUSTED.toMillis() && readAt.compareAndSet(last, now)) {
      try {
        list();
      } catch (StoreUnavailable down) {
        // Whoever asked has what is known, and meets the store again soon enough.
        readAt.set(now);
      }
    }
  }

  @Override
  public List<Directory> list() {
    List<Directory> all =
        transactions.run(
            manager ->
                manager
                    .createQuery("from DirectoryRow order by id", DirectoryRow.class)
                    .getResultStream()
                    .map(JpaDirectories::directory)
                    .toList());
    all.forEach(directory -> known.put(directory.name(), directory));
    readAt.set(clock.millis());
    return all;
  }

  @Override
  public Directory set(String name, Map<String, String> settings, String by) {
    return change(
        name,
        before -> {
          DirectorySettings after = before;
          for (Map.Entry<String, String> setting : settings.entrySet()) {
            after = after.with(setting.getKey(), setting.getValue());
          }
          return after;
        },
        (manager, row) -> {
          ChangeRow record = new ChangeRow();
          record.id = ids.next();
          record.at = clock.millis();
          record.directoryId = row.id;
          record.resourceType = "Directory";
          record.resourceId = row.id;
          record.action = "UPDATE";
          record.actor = ChangeRecords.bounded(by, 128);
          record.detail =
              ChangeRecords.bounded(
                  settings.entrySet().stream()
                      .map(setting -> setting.getKey() + "=" + setting.getValue())
                      .collect(Collectors.joining(" ")),
                  2048);
          manager.persist(record);
        });
  }

  @Override
  public void heard(String name, Dialect dialect) {
    change(name, before -> before.heard(dialect), (manager, row) -> {});
  }

  private Directory change(
      String name,
      UnaryOperator<DirectorySettings> how,
      BiConsumer<EntityManager, DirectoryRow> also) {
    Directory after =
        transactions.run(
            manager -> {
              DirectoryRow row =
                  manager
                      .createQuery("from DirectoryRow where name = :name", DirectoryRow.class)
                      .setParameter("name", name)
                      .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                      .getSingleResult();
              DirectorySettings before = row.settings();
              DirectorySettings settings = how.apply(before);
              if (!settings.equals(before)) {
                row.settings(settings);
                also.accept(manager, row);
              }
              return directory(row);
            });
    known.put(name, after);
    return after;
  }

  private static Directory directory(DirectoryRow row) {
    return new Directory(row.id, row.name, row.mode, row.settings());
  }
}
