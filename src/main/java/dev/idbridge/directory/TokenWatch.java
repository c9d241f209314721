package dev.idbridge.directory;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Tokens.Replaced;
import dev.idbridge.directory.Tokens.Token;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells of tokens that somebody has to do something about. Thread-safe. */
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

  /** One sentence for each token that ends soon, or was replaced and is used all the same. */
  public List<String> warnings() {
    Instant now = clock.instant();
    List<String> warnings = new ArrayList<>();
    for (Directory directory : directories.list()) {
      for (Token token : tokens.list(directory.id())) {
        String warning = token.live(now) ? warning(directory, token, now) : null;
        if (warning != null) {
          warnings.add(warning);
        }
      }
    }
    return warnings;
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
