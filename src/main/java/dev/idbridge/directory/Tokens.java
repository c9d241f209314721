package dev.idbridge.directory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens of the intake: random, shown once, stored as SHA-256 only. Thread-safe; every
 * method throws {@link dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 */
public interface Tokens {

  /**
   * The token, when it is known, neither expired nor revoked. Notes when and from where it was used
   * (at most once a minute).
   */
  Optional<Token> verify(String secret, String address);

  /**
   * A new token; the answer is the only place its secret ever shows.
   *
   * @param by who asks, for the change record
   */
  Created create(long directory, String name, @Nullable Instant expires, String by);

  List<Token> list(long directory);

  /**
   * Ends a token at once; false when there is no such live token in the directory.
   *
   * @param by who asks, for the change record
   */
  boolean revoke(long directory, long id, String by);

  record Token(
      long id,
      long directory,
      String name,
      Instant created,
      @Nullable Instant expires,
      @Nullable Instant revoked,
      @Nullable Instant lastUsed,
      @Nullable String lastUsedFrom) {}

  record Created(Token token, String secret) {}
}
