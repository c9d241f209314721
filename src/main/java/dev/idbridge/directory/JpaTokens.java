package dev.idbridge.directory;

import dev.idbridge.model.Ids;
import dev.idbridge.store.EntityTransactions;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens in the store. A token that was good is not looked up again for {@link #TRUSTED}, so
 * that one revoked on another daemon ends here after that at the latest, on this one at once.
 */
public final class JpaTokens implements Tokens {
  /** How long an answer of the store holds. */
  public static final Duration TRUSTED = Duration.ofSeconds(2);

  private static final String PREFIX = "idb_";
  private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
  private static final int LONGEST_ADDRESS = 64;

  private final EntityTransactions transactions;
  private final Ids ids;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentHashMap<String, Seen> seen = new ConcurrentHashMap<>();

  private record Seen(Token token, long at) {}

  public JpaTokens(EntityTransactions transactions, Ids ids, Clock clock) {
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public Optional<Token> verify(String secret, String address) {
    if (!secret.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String hash = hash(secret);
    long now = clock.millis();
    Seen before = seen.get(hash);
    if (before != null && Math.abs(now - before.at) < TRUSTED.toMillis()) {
      return live(before.token) ? Optional.of(before.token) : Optional.empty();
    }
    Optional<Token> found =
        transactions.run(manager -> lookUp(manager, hash, address)).filter(this::live);
    found.ifPresentOrElse(token -> seen.put(hash, new Seen(token, now)), () -> seen.remove(hash));
    return found;
  }

  private Optional<Token> lookUp(EntityManager manager, String hash, String address) {
    TokenRow row =
        manager
            .createQuery("from TokenRow where secretSha256 = :hash", TokenRow.class)
            .setParameter("hash", hash)
            .getSingleResultOrNull();
    if (row == null) {
      return Optional.empty();
    }
    Token token = token(row);
    long now = clock.millis();
    long noted = row.lastUsedAt == null ? 0 : row.lastUsedAt;
    if (live(token) && noted + USE_NOTED_EVERY.toMillis() <= now) {
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
    Instant expires = token.expires();
    return token.revoked() == null && (expires == null || clock.instant().isBefore(expires));
  }

  @Override
  public Created create(long directory, String name, @Nullable Instant expires, String by) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    TokenRow row = new TokenRow();
    row.id = ids.next();
    row.directoryId = directory;
    row.name = ChangeRecords.bounded(name, 128);
    row.scope = "scim";
    row.secretSha256 = hash(secret);
    row.createdAt = clock.millis();
    row.expiresAt = expires == null ? null : expires.toEpochMilli();
    transactions.run(
        manager -> {
          manager.persist(row);
          manager.persist(record("CREATE", row.id, directory, by));
          return row.id;
        });
    return new Created(token(row), secret);
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
                .map(JpaTokens::token)
                .toList());
  }

  @Override
  public boolean revoke(long directory, long id, String by) {
    boolean revoked =
        transactions.run(
            manager -> {
              boolean ended =
                  manager
                          .createQuery(
                              "update TokenRow set revokedAt = :now where id = :id"
                                  + " and directoryId = :directory and revokedAt is null")
                          .setParameter("now", clock.millis())
                          .setParameter("id", id)
                          .setParameter("directory", directory)
                          .executeUpdate()
                      == 1;
              if (ended) {
                manager.persist(record("REVOKE", id, directory, by));
              }
              return ended;
            });
    seen.values().removeIf(entry -> entry.token.id() == id);
    return revoked;
  }

  private ChangeRow record(String action, long token, long directory, String by) {
    ChangeRow record = new ChangeRow();
    record.id = ids.next();
    record.at = clock.millis();
    record.directoryId = directory;
    record.resourceType = "Token";
    record.resourceId = token;
    record.action = action;
    record.actor = ChangeRecords.bounded(by, 128);
    return record;
  }

  private static Token token(TokenRow row) {
    return new Token(
        row.id,
        row.directoryId,
        row.name,
        Instant.ofEpochMilli(row.createdAt),
        instant(row.expiresAt),
        instant(row.revokedAt),
        instant(row.lastUsedAt),
        row.lastUsedFrom);
  }

  private static @Nullable Instant instant(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  private static String hash(String secret) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
