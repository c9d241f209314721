package dev.idbridge.directory;

import dev.idbridge.directory.Tokens.Created;
import dev.idbridge.directory.Tokens.Replaced;
import dev.idbridge.directory.Tokens.Scope;
import dev.idbridge.directory.Tokens.Token;
import dev.idbridge.model.Ids;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Makes tokens and ends them, within the transaction of whoever asks. Thread-safe. */
final class TokenMint {
  static final String PREFIX = "idb_";
  private static final String CLIENT_PREFIX = "idc_";

  /** Whose secret a token is: nobody's (a bearer token), a new client's, a known one's. */
  record Client(boolean isNew, @Nullable String id) {
    static final Client NONE = new Client(false, null);
    static final Client NEW = new Client(true, null);
  }

  private final Ids ids;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  TokenMint(Ids ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  Created make(
      EntityManager manager,
      long directory,
      String name,
      Scope scope,
      @Nullable Instant expires,
      Client client,
      String by,
      String detail) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    TokenRow row = new TokenRow();
    row.id = ids.next();
    row.directoryId = directory;
    row.name = ChangeRecords.bounded(name, 128);
    row.clientId = client.isNew() ? CLIENT_PREFIX + row.id : client.id();
    row.scope = scope.word();
    row.secretSha256 = hash(secret);
    row.createdAt = clock.millis();
    row.expiresAt = expires == null ? null : expires.toEpochMilli();
    manager.persist(row);
    record(manager, "CREATE", row.id, directory, by, detail);
    return new Created(token(row), secret);
  }

  /** False when there is no such token, or it was revoked before. */
  boolean revoke(EntityManager manager, long directory, long id, String by, String detail) {
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
      record(manager, "REVOKE", id, directory, by, detail);
    }
    return ended;
  }

  /** Ends every token of a directory that still works; how many. */
  int revokeAll(EntityManager manager, long directory, String by, String detail) {
    int revoked = 0;
    for (Long id :
        manager
            .createQuery(
                "select id from TokenRow where directoryId = :directory and revokedAt is null"
                    + " and (expiresAt is null or expiresAt > :now) order by id",
                Long.class)
            .setParameter("directory", directory)
            .setParameter("now", clock.millis())
            .getResultList()) {
      revoked += revoke(manager, directory, id, by, detail) ? 1 : 0;
    }
    return revoked;
  }

  void record(
      EntityManager manager, String action, long token, long directory, String by, String detail) {
    ChangeRow record = new ChangeRow();
    record.id = ids.next();
    record.at = clock.millis();
    record.directoryId = directory;
    record.resourceType = "Token";
    record.resourceId = token;
    record.action = action;
    record.actor = ChangeRecords.bounded(by, 128);
    record.detail = ChangeRecords.bounded(detail, 2048);
    manager.persist(record);
  }

  static Token token(TokenRow row) {
    return new Token(
        row.id,
        row.directoryId,
        row.name,
        Scope.of(row.scope).orElse(Scope.READ_ONLY),
        Instant.ofEpochMilli(row.createdAt),
        instant(row.expiresAt),
        instant(row.revokedAt),
        instant(row.lastUsedAt),
        row.lastUsedFrom,
        row.replacedBy == null || row.replacedAt == null
            ? null
            : new Replaced(row.replacedBy, Instant.ofEpochMilli(row.replacedAt)),
        row.clientId);
  }

  private static @Nullable Instant instant(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  static String hash(String secret) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
