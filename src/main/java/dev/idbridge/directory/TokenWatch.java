package dev.idbridge.directory;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Tokens.Replaced;
import dev.idbridge.directory.Tokens.Token;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells of tokens that somebody has to do something about, or had to. Thread-safe. */
public final class TokenWatch {
  /** How long before its end a token is worth a word. */
  public static final Duration AHEAD = Duration.ofDays(14);

  private final Directories directories;
  private final Tokens tokens;
  private final Clock clock;

  public TokenWatch(Directories directories, Tokens tokens, Clock clock) {
    this.directories = directories;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * When the next token of a directory ends that nobody replaced. One that ended counts for {@link
   * #AHEAD} longer, until it is revoked: somebody may still rely on it.
   */
  public Optional<Instant> nextEnd(Directory directory) {
    Instant now = clock.instant();
    return tokens.list(directory.id()).stream()
        .filter(token -> token.replaced() == null && token.revoked() == null)
        .map(Token::expires)
        .filter(Objects::nonNull)
        .filter(end -> end.isAfter(now.minus(AHEAD)))
        .min(Comparator.naturalOrder());
  }

  /** One sentence for each token that ends soon, or was replaced and is used all the same. */
  public List<String> warnings() {
    Instant now = clock.instant();
    List<String> warnings = new ArrayList<>();
    for (Directory directory : directories.list()) {
      for (Token token : tokens.list(directory.id())) {
        String warning =
            token.live(now) ? warning(directory, token, now) : ended(directory, token, now);
        if (warning != null) {
          warnings.add(warning);
        }
      }
    }
    return warnings;
  }

  /** Of a token that ran out in use. */
  private static @Nullable String ended(Directory directory, Token token, Instant now) {
    Instant end = token.expires();
    Instant used = token.lastUsed();
    if (end == null || used == null) {
      return null;
    }
    boolean relied =
        token.revoked() == null
            && token.replaced() == null
            && end.isAfter(now.minus(AHEAD))
            && used.isAfter(end.minus(AHEAD));
    return relied
        ? "token "
            + token.id()
            + " ("
            + token.name()
            + ") of directory "
            + directory.name()
            + " ended at "
            + end.truncatedTo(SECONDS)
            + ": who still sends it is refused. Make another: idbridge token create --directory "
            + directory.name()
            + "; or say that it is not needed: idbridge token revoke "
            + token.id()
            + " --directory "
            + directory.name()
            + " --yes"
        : null;
  }

  private static @Nullable String warning(Directory directory, Token token, Instant now) {
    String name =
        "token " + token.id() + " (" + token.name() + ") of directory " + directory.name() + " ";
    Instant end = token.expires();
    Replaced replaced = token.replaced();
    if (replaced != null) {
      return token.usedSinceReplaced() && end != null
          ? name
              + "was replaced by "
              + replaced.by()
              + " and is still used, last from "
              + token.lastUsedFrom()
              + "; it ends at "
              + end.truncatedTo(SECONDS)
          : null;
    }
    return end == null || end.isAfter(now.plus(AHEAD))
        ? null
        : name
            + "ends at "
            + end.truncatedTo(SECONDS)
            + "; renew it: idbridge token rotate "
            + token.id()
            + " --directory "
            + directory.name();
  }
}
