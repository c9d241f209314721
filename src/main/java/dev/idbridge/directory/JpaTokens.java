package dev.idbridge.directory;

import dev.idbridge.directory.TokenMint.Client;
import dev.idbridge.model.Ids;
import dev.idbridge.store.EntityTransactions;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens in the store. A token that was good is not looked up again for {@link #TRUSTED}, so
 * that one revoked on another daemon ends here after that at the latest, on this one at once.
 */
public final class JpaTokens implements Tokens {
  /** How long an answer of the store holds. */
  public static final Duration TRUSTED = Duration.ofSeconds(2);

  private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
  private static final int LONGEST_ADDRESS = 64;

  private final EntityTransactions transactions;
  private final TokenMint mint;
  private final Clock clock;
  private final ConcurrentHashMap<String, Seen> seen = new ConcurrentHashMap<>();

  /** Counts changes of tokens here: what was read before the last one is not kept. */
  private final AtomicLong changes = new AtomicLong();

  private record Seen(Token token, long at) {}

  public JpaTokens(EntityTransactions transactions, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.mint = new TokenMint(ids, clock);
    this.clock = clock;
  }

  @Override
  public Optional<Token> verify(String secret, String address) {
    return ofSecret(secret, address).filter(token -> token.client() == null);
  }

  @Override
  public Optional<Token> verifyClient(String client, String secret, String address) {
    return ofSecret(secret, address).filter(token -> client.equals(token.client()));
  }

  @Override
  public Optional<Token> verifyClient(long id, String address) {
    return seen("id " + id, manager -> manager.find(TokenRow.class, id), address)
        .filter(token -> token.client() != null);
  }

  private Optional<Token> ofSecret(String secret, String address) {
    if (!secret.startsWith(TokenMint.PREFIX)) {
      return Optional.empty();
    }
    String hash = TokenMint.hash(secret);
    return seen(hash, manager -> row(manager, hash), address);
  }

  private Optional<Token> seen(
      String key, Function<EntityManager, @Nullable TokenRow> read, String address) {
    long now = clock.millis();
    Seen before = seen.get(key);
    if (before != null && Math.abs(now - before.at) < TRUSTED.toMillis()) {
      return live(before.token) ? Optional.of(before.token) : Optional.empty();
    }
    long changesBefore = changes.get();
    Optional<Token> found =
        transactions
            .run(manager -> lookUp(manager, read.apply(manager), address))
            .filter(this::live);
    synchronized (changes) {
      if (found.isEmpty() || changes.get() != changesBefore) {
        seen.remove(key);
      } else {
        seen.put(key, new Seen(found.get(), now));
      }
    }
    return found;
  }

  @Override
  public Optional<Token> known(String secret) {
    if (!secret.startsWith(TokenMint.PREFIX)) {
      return Optional.empty();
    }
    String hash = TokenMint.hash(secret);
    return transactions.run(
        manager -> Optional.ofNullable(row(manager, hash)).map(TokenMint::token));
  }

  private static @Nullable TokenRow row(EntityManager manager, String hash) {
    return manager
        .createQuery("from TokenRow where secretSha256 = :hash", TokenRow.class)
        .setParameter("hash", hash)
        .getSingleResultOrNull();
  }

  private Optional<Token> lookUp(EntityManager manager, @Nullable TokenRow row, String address) {
    if (row == null) {
      return Optional.empty();
    }
    Token token = TokenMint.token(row);
    long now = clock.millis();
    long noted = row.lastUsedAt == null ? 0 : row.lastUsedAt;
    boolean firstSinceReplaced = row.replacedAt != null && noted < row.replacedAt;
    if (live(token) && (firstSinceReplaced || noted + USE_NOTED_EVERY.toMillis() <= now)) {
      manager
          .createQuery("update TokenRow set lastUsedAt = :now, lastUsedFrom = :from where id = :id")
          .setParameter("now", now)
          .setParameter("from", ChangeRecords.bounded(address, LONGEST_ADDRESS))
          .setParameter("id", row.id)
          .executeUpdate();
    }
    return Optional.of(token);
  }

  private boolean live(Token token) {
    return token.live(clock.instant());
  }

  @Override
  public Created create(
      long directory, String name, Scope scope, @Nullable Instant expires, String by) {
    return make(directory, name, scope, expires, Client.NONE, by);
  }

  @Override
  public Created createClient(
      long directory, String name, Scope scope, @Nullable Instant expires, String by) {
    return make(directory, name, scope, expires, Client.NEW, by);
  }

  private Created make(
      long directory,
      String name,
      Scope scope,
      @Nullable Instant expires,
      Client client,
      String by) {
    return transactions.run(
        manager -> {
          intake(manager, directory);
          return mint.make(
              manager,
              directory,
              name,
              scope,
              expires,
              client,
              by,
              (client.isNew() ? "client, scope " : "scope ") + scope.word());
        });
  }

  @Override
  public Optional<Created> rotate(
      long directory, long id, Duration overlap, @Nullable Instant expires, String by) {
    Optional<Created> made =
        transactions.run(
            manager -> {
              intake(manager, directory);
              TokenRow old = manager.find(TokenRow.class, id, LockModeType.PESSIMISTIC_WRITE);
              if (old == null
                  || old.directoryId != directory
                  || old.replacedBy != null
                  || !live(TokenMint.token(old))) {
                return Optional.empty();
              }
              Token before = TokenMint.token(old);
              Created created =
                  mint.make(
                      manager,
                      directory,
                      before.name(),
                      before.scope(),
                      expires,
                      new Client(false, before.client()),
                      by,
                      "replaces " + id);
              long now = clock.millis();
              long end = now + overlap.toMillis();
              old.replacedBy = created.token().id();
              old.replacedAt = now;
              old.expiresAt = old.expiresAt == null ? end : Math.min(end, old.expiresAt);
              mint.record(
                  manager,
                  "ROTATE",
                  id,
                  directory,
                  by,
                  "replaced by "
                      + created.token().id()
                      + ", ends "
                      + Instant.ofEpochMilli(old.expiresAt));
              return Optional.of(created);
            });
    forget(token -> token.id() == id);
    return made;
  }

  /** Nobody leaves SCIM or deletes the directory while the transaction makes a token for it. */
  private static void intake(EntityManager manager, long directory) {
    DirectoryRow row = manager.find(DirectoryRow.class, directory, LockModeType.PESSIMISTIC_WRITE);
    if (row == null || row.deletedAt != null) {
      throw new NoIntake("the directory is not there any more");
    }
    if (!row.mode.equals(Directories.SCIM)) {
      throw new NoIntake(
          "directory '"
              + row.name
              + "' is in mode "
              + row.mode
              + " and takes no SCIM requests;"
              + " switch it first: idbridge directory mode "
              + row.name
              + " scim");
    }
  }

  @Override
  public List<Token> list(long directory) {
    return transactions.run(
        manager ->
            manager
                .createQuery(
                    "from TokenRow where directoryId = :directory order by id", TokenRow.class)
                .setParameter("directory", directory)
                .getResultStream()
                .map(TokenMint::token)
                .toList());
  }

  @Override
  public Map<Long, Instant> lastUsed() {
    Map<Long, Instant> last = new HashMap<>();
    transactions
        .run(
            manager ->
                manager
                    .createQuery(
                        "select directoryId, max(lastUsedAt) from TokenRow"
                            + " where lastUsedAt is not null group by directoryId",
                        Object[].class)
                    .getResultList())
        .forEach(row -> last.put((Long) row[0], Instant.ofEpochMilli((Long) row[1])));
    return last;
  }

  @Override
  public boolean revoke(long directory, long id, String by) {
    boolean revoked = transactions.run(manager -> mint.revoke(manager, directory, id, by, ""));
    forget(token -> token.id() == id);
    return revoked;
  }

  /** The tokens of a directory were all ended: none is trusted without a look any more. */
  public void distrust(long directory) {
    forget(token -> token.directory() == directory);
  }

  private void forget(Predicate<Token> changed) {
    synchronized (changes) {
      changes.incrementAndGet();
      seen.values().removeIf(entry -> changed.test(entry.token));
    }
  }
}
