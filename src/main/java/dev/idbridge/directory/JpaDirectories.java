package dev.idbridge.directory;

import dev.idbridge.ledger.AppRegister;
import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.Ids;
import dev.idbridge.model.JitSettings;
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
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The directories in the store. They are made and deleted, never renamed; one that another daemon
 * made is found when it is asked for. Settings are read again every {@link Directories#TRUSTED};
 * while the store is away the last ones known count.
 */
public final class JpaDirectories implements Directories {
  /** The directory that is always there. */
  public static final String DEFAULT = "default";

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");

  /** A segment of the base path that stands for a version of the protocol. */
  private static final Pattern VERSION = Pattern.compile("v[0-9]+");

  private final EntityTransactions transactions;
  private final Ids ids;
  private final Clock clock;
  private final ConcurrentHashMap<String, Directory> known = new ConcurrentHashMap<>();
  private final TokenMint mint;
  private final LongConsumer tokensEnded;
  private final AtomicLong readAt = new AtomicLong();

  /** Makes {@code default} when it is not there yet. */
  public JpaDirectories(EntityTransactions transactions, Ids ids, Clock clock) {
    this(transactions, ids, clock, directory -> {});
  }

  /**
   * The same, for a daemon that trusts tokens for a while.
   *
   * @param tokensEnded told the id of a directory whose tokens were all revoked here
   */
  public JpaDirectories(
      EntityTransactions transactions, Ids ids, Clock clock, LongConsumer tokensEnded) {
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
    this.tokensEnded = tokensEnded;
    this.mint = new TokenMint(ids, clock);
    if (find(DEFAULT).isEmpty()) {
      try {
        insert(DEFAULT, "first start");
      } catch (StatementRefused e) {
        // Another daemon made it at the same moment.
        if (!e.duplicate()) {
          throw e;
        }
      }
    }
  }

  @Override
  public Directory create(String name, String by) {
    if (!NAME.matcher(name).matches() || VERSION.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a directory's name stands in its base path: 1 to 64 of a-z, 0-9, '.', '_' and '-',"
              + " beginning and ending with a letter or digit, and no version such as v2; '"
              + ChangeRecords.bounded(name, 64)
              + "' is none");
    }
    try {
      insert(name, by);
    } catch (StatementRefused e) {
      if (!e.duplicate()) {
        throw e;
      }
      throw new Refused(
          find(name).isPresent()
              ? "there is a directory '" + name + "' already"
              : "directory '" + name + "' is being deleted; its name is free when that is done");
    }
    return find(name).orElseThrow();
  }

  private void insert(String name, String by) {
    DirectoryRow row = new DirectoryRow();
    row.id = ids.next();
    row.name = name;
    row.mode = SCIM;
    row.settings(DirectorySettings.DEFAULT);
    row.createdAt = clock.millis();
    transactions.run(
        manager -> {
          manager.persist(row);
          record(manager, row, "CREATE", by, "mode " + SCIM);
          return row.id;
        });
    list();
  }

  @Override
  public Switched mode(String name, String mode, @Nullable JitSettings jit, String by) {
    if (!mode.equals(SCIM) && !mode.equals(MANUAL) && !mode.equals(JIT)) {
      throw new IllegalArgumentException(
          "mode is '" + mode + "', must be one of scim, jit, manual");
    }
    if (jit != null && !mode.equals(JIT)) {
      throw new IllegalArgumentException("issuer, audience and keys belong to mode jit alone");
    }
    Switched switched =
        transactions.run(
            manager -> {
              DirectoryRow row = locked(manager, name);
              if (row.mode.equals(mode) && (jit == null || jit.equals(row.jit()))) {
                throw new Refused("directory '" + name + "' is in mode " + mode + " already");
              }
              if (jit != null) {
                row.jit(jit);
              }
              if (mode.equals(JIT) && row.jit() == null) {
                throw new Refused(
                    "nobody ever said whose ID tokens count for directory '"
                        + name
                        + "'; say --issuer, --audience and --jwks-url");
              }
              row.mode = mode;
              record(
                  manager,
                  row,
                  "MODE",
                  by,
                  "mode " + mode + (mode.equals(JIT) ? ", issuer " + row.jitIssuer : ""));
              boolean scim = mode.equals(SCIM);
              int revoked =
                  scim ? 0 : mint.revokeAll(manager, row.id, by, "the directory left SCIM");
              return new Switched(
                  directory(row),
                  revoked,
                  scim
                      ? mint.make(
                          manager,
                          row.id,
                          "idp",
                          Tokens.Scope.FULL,
                          null,
                          TokenMint.Client.NONE,
                          by,
                          "the directory entered SCIM")
                      : null);
            });
    known.put(name, switched.directory());
    tokensEnded.accept(switched.directory().id());
    return switched;
  }

  @Override
  public Contents contents(String name) {
    return transactions.run(
        manager -> {
          DirectoryRow row = live(manager, name);
          return new Contents(
              count(manager, "UserRow d where d.deletedAt is null", row.id),
              count(manager, "GroupRow d where d.deletedAt is null", row.id),
              manager
                  .createQuery(
                      "select count(t) from TokenRow t where t.directoryId = :directory"
                          + " and t.revokedAt is null"
                          + " and (t.expiresAt is null or t.expiresAt > :now)",
                      Long.class)
                  .setParameter("directory", row.id)
                  .setParameter("now", clock.millis())
                  .getSingleResult(),
              followers(manager, row.id));
        });
  }

  private static long count(EntityManager manager, String what, long directory) {
    return manager
        .createQuery("select count(d) from " + what + " and d.directoryId = :directory", Long.class)
        .setParameter("directory", directory)
        .getSingleResult();
  }

  private static List<String> followers(EntityManager manager, long directory) {
    return manager
        .createQuery(
            "select name, follows from AppRow where state <> 'forgotten' order by name",
            Object[].class)
        .getResultStream()
        .filter(app -> AppRegister.ids((String) app[1]).contains(directory))
        .map(app -> (String) app[0])
        .toList();
  }

  @Override
  public void delete(String name, String by) {
    if (name.equals(DEFAULT)) {
      throw new Refused(
          "directory 'default' is always there; its users go when their identity provider deletes"
              + " them");
    }
    long id =
        transactions.run(
            manager -> {
              DirectoryRow row = locked(manager, name);
              List<String> followers = followers(manager, row.id);
              if (!followers.isEmpty()) {
                throw new Refused(
                    "directory '"
                        + name
                        + "' is followed by "
                        + String.join(", ", followers)
                        + "; take it out of conf/apps/ and restart, or forget the app (idbridge"
                        + " app forget), then delete it");
              }
              row.deletedAt = clock.millis();
              int revoked = mint.revokeAll(manager, row.id, by, "the directory was deleted");
              record(manager, row, "DELETE", by, revoked + " tokens revoked");
              return row.id;
            });
    known.remove(name);
    tokensEnded.accept(id);
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

  /** Whether a directory takes no e-mail address of another one; as {@link #find} knows it. */
  public boolean refusesForeignEmails(long id) {
    refresh();
    return known.values().stream()
        .anyMatch(d -> d.id() == id && d.settings().refusesForeignEmails());
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
                    .createQuery(
                        "from DirectoryRow where deletedAt is null order by id", DirectoryRow.class)
                    .getResultStream()
                    .map(JpaDirectories::directory)
                    .toList());
    all.forEach(directory -> known.put(directory.name(), directory));
    known.keySet().retainAll(all.stream().map(Directory::name).collect(Collectors.toSet()));
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
          record(
              manager,
              row,
              "UPDATE",
              by,
              settings.entrySet().stream()
                  .map(setting -> setting.getKey() + "=" + setting.getValue())
                  .collect(Collectors.joining(" ")));
        });
  }

  private void record(
      EntityManager manager, DirectoryRow row, String action, String by, String detail) {
    ChangeRow record = new ChangeRow();
    record.id = ids.next();
    record.at = clock.millis();
    record.directoryId = row.id;
    record.resourceType = "Directory";
    record.resourceId = row.id;
    record.action = action;
    record.actor = ChangeRecords.bounded(by, 128);
    record.detail = ChangeRecords.bounded(detail, 2048);
    manager.persist(record);
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
              DirectoryRow row = locked(manager, name);
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

  /** The row, locked until the transaction ends. */
  private static DirectoryRow locked(EntityManager manager, String name) {
    DirectoryRow row = live(manager, name);
    manager.refresh(row, LockModeType.PESSIMISTIC_WRITE);
    if (row.deletedAt != null) {
      throw gone(name);
    }
    return row;
  }

  private static DirectoryRow live(EntityManager manager, String name) {
    DirectoryRow row =
        manager
            .createQuery(
                "from DirectoryRow where name = :name and deletedAt is null", DirectoryRow.class)
            .setParameter("name", name)
            .getSingleResultOrNull();
    if (row == null) {
      throw gone(name);
    }
    return row;
  }

  private static Refused gone(String name) {
    return new Refused("directory '" + name + "' is not there any more");
  }

  private static Directory directory(DirectoryRow row) {
    return new Directory(row.id, row.name, row.mode, row.settings(), row.jit());
  }
}
