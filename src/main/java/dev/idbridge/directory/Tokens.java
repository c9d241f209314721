package dev.idbridge.directory;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens of the intake: random, shown once, stored as SHA-256 only. Thread-safe; every
 * method throws {@link dev.idbridge.model.StoreUnavailable} when the database cannot be used.
 */
public interface Tokens {

  /** What a token may do in its directory. */
  enum Scope {
    FULL("full"),
    /** Reads and searches only. */
    READ_ONLY("read-only");

    private final String word;

    Scope(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public static Optional<Scope> of(String word) {
      return Arrays.stream(values()).filter(scope -> scope.word.equals(word)).findFirst();
    }
  }

  /**
   * The token, when it is known, neither expired nor revoked. Notes when and from where it was used
   * (at most once a minute, and the first time after it was replaced).
   */
  Optional<Token> verify(String secret, String address);

  /**
   * The client's secret, when it is known, neither expired nor revoked; its use is noted.
   *
   * @param client the id it goes with
   */
  Optional<Token> verifyClient(String client, String secret, String address);

  /** The same for whoever proved it before, by the id of the secret. */
  Optional<Token> verifyClient(long id, String address);

  /** The token of this secret, good or not: to say why it is refused to whoever once held it. */
  Optional<Token> known(String secret);

  /**
   * A new token; the answer is the only place its secret ever shows.
   *
   * @param by who asks, for the change record
   * @throws NoIntake when the directory takes no SCIM requests
   */
  Created create(long directory, String name, Scope scope, @Nullable Instant expires, String by);

  /**
   * A new OAuth client with its secret; {@link Token#client} is its id.
   *
   * @param by who asks, for the change record
   * @throws NoIntake when the directory takes no SCIM requests
   */
  Created createClient(
      long directory, String name, Scope scope, @Nullable Instant expires, String by);

  /**
   * Replaces a token by a new one of the same name and scope, a client's secret by one of the same
   * client. Both work until the overlap ends or the old one would have ended anyway.
   *
   * @param expires when the new one ends; null for never
   * @param by who asks, for the change record
   * @return empty when there is no such live token in the directory, or it was replaced already
   * @throws NoIntake when the directory takes no SCIM requests
   */
  Optional<Created> rotate(
      long directory, long id, Duration overlap, @Nullable Instant expires, String by);

  List<Token> list(long directory);

  /**
   * When each directory's identity provider was last let in, by whichever token, also one that
   * ended since; to the minute. A directory that nobody was let into yet is missing.
   */
  Map<Long, Instant> lastUsed();

  /**
   * Ends a token at once; false when there is no such live token in the directory.
   *
   * @param by who asks, for the change record
   */
  boolean revoke(long directory, long id, String by);

  /**
   * @param replaced by which token and when; null when it was not
   * @param client id of the OAuth client whose secret this is; null for a bearer token
   */
  record Token(
      long id,
      long directory,
      String name,
      Scope scope,
      Instant created,
      @Nullable Instant expires,
      @Nullable Instant revoked,
      @Nullable Instant lastUsed,
      @Nullable String lastUsedFrom,
      @Nullable Replaced replaced,
      @Nullable String client) {

    /** A bearer token. */
    public Token(
        long id,
        long directory,
        String name,
        Scope scope,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant revoked,
        @Nullable Instant lastUsed,
        @Nullable String lastUsedFrom,
        @Nullable Replaced replaced) {
      this(
          id,
          directory,
          name,
          scope,
          created,
          expires,
          revoked,
          lastUsed,
          lastUsedFrom,
          replaced,
          null);
    }

    /** A token of full scope that was not replaced. */
    public Token(
        long id,
        long directory,
        String name,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant revoked,
        @Nullable Instant lastUsed,
        @Nullable String lastUsedFrom) {
      this(
          id, directory, name, Scope.FULL, created, expires, revoked, lastUsed, lastUsedFrom, null);
    }

    public boolean live(Instant now) {
      return revoked == null && (expires == null || now.isBefore(expires));
    }

    /** Whether somebody has not changed to the token that replaces this one. */
    public boolean usedSinceReplaced() {
      return replaced != null && lastUsed != null && !lastUsed.isBefore(replaced.at());
    }
  }

  record Replaced(long by, Instant at) {}

  record Created(Token token, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Created[" + token + "]";
    }
  }

  /** The directory is not there any more, or its mode is not SCIM: it takes no tokens. */
  final class NoIntake extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoIntake(String message) {
      super(message);
    }
  }
}
