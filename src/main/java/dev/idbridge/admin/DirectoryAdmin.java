package dev.idbridge.admin;

import dev.idbridge.admin.AdminRefused.Kind;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Tokens;
import dev.idbridge.directory.Tokens.Replaced;
import dev.idbridge.directory.Tokens.Scope;
import dev.idbridge.directory.Tokens.Token;
import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.Ids;
import dev.idbridge.model.JitSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The part of {@link StoreAdmin} that is about directories and their tokens. Thread-safe. */
final class DirectoryAdmin {
  private static final int LONGEST_NAME = 100;
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

  private final Directories directories;
  private final Tokens tokens;
  private final Clock clock;
  private final String by;

  /**
   * @param by who acts, for the change record
   */
  DirectoryAdmin(Directories directories, Tokens tokens, Clock clock, String by) {
    this.directories = directories;
    this.tokens = tokens;
    this.clock = clock;
    this.by = by;
  }

  List<DirectoryEntry> directories() {
    Map<Long, Instant> heard = tokens.lastUsed();
    return directories.list().stream().map(one -> entry(one, heard.get(one.id()))).toList();
  }

  DirectoryEntry directory(String name) {
    return directories().stream()
        .filter(d -> d.name().equals(name))
        .findFirst()
        .orElseThrow(() -> noDirectory(name));
  }

  DirectoryEntry create(String name) {
    return decided(() -> entry(directories.create(name, by)));
  }

  DirectoryEntry set(String name, Map<String, String> settings) {
    known(name);
    if (settings.isEmpty() || settings.containsValue(null)) {
      throw AdminRefused.invalid(
          "nothing to set; there is "
              + String.join(", ", DirectorySettings.DEFAULT.words().keySet()));
    }
    return decided(() -> entry(directories.set(name, settings, by)));
  }

  DirectoryContents contents(String name) {
    known(name);
    return decided(
        () -> {
          Directories.Contents held = directories.contents(name);
          return new DirectoryContents(held.users(), held.groups(), held.tokens(), held.apps());
        });
  }

  ModeSwitch mode(String name, ModeRequest to) {
    known(name);
    return decided(
        () -> {
          Directories.Switched now =
              directories.mode(name, to.mode().toUpperCase(Locale.ROOT), jit(to.jit()), by);
          Tokens.Created token = now.token();
          return new ModeSwitch(
              entry(now.directory()),
              now.revoked(),
              token == null ? null : new NewToken(entry(token.token(), name), token.secret()));
        });
  }

  @SuppressWarnings("NullAway") // the settings refuse what is missing, with its name
  private static @Nullable JitSettings jit(ModeRequest.@Nullable Jit jit) {
    return jit == null
        ? null
        : new JitSettings(
            jit.issuer(),
            jit.audience(),
            jit.jwksUrl(),
            jit.claims() == null ? Map.of() : jit.claims());
  }

  Done delete(String name) {
    known(name);
    return decided(
        () -> {
          directories.delete(name, by);
          return new Done(
              "directory "
                  + name
                  + " is ended and its tokens are revoked; its rows are deleted in the background"
                  + " and its name is free after that, in about a quarter of an hour");
        });
  }

  private static <T> T decided(Supplier<T> act) {
    try {
      return act.get();
    } catch (Directories.Refused | Tokens.NoIntake e) {
      throw new AdminRefused(Kind.CONFLICT, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw AdminRefused.invalid(String.valueOf(e.getMessage()));
    }
  }

  private DirectoryEntry entry(Directory directory) {
    return entry(directory, tokens.lastUsed().get(directory.id()));
  }

  private static DirectoryEntry entry(Directory directory, @Nullable Instant heard) {
    DirectorySettings settings = directory.settings();
    Dialect recognised = settings.recognised();
    return new DirectoryEntry(
        directory.name(),
        directory.mode(),
        basePath(directory.name()),
        settings.dialect().word(),
        recognised == null ? null : recognised.word(),
        settings.strict(),
        settings.honoursRemoveAll() ? "honour" : "refuse",
        settings.unknownAttributes().word(),
        settings.words(),
        heard,
        directory.jit());
  }

  private static String basePath(String directory) {
    return directory.equals("default") ? "/scim/v2" : "/scim/" + directory + "/v2";
  }

  List<TokenEntry> tokens(String directory) {
    Directory found = known(directory);
    return tokens.list(found.id()).stream().map(t -> entry(t, directory)).toList();
  }

  NewToken createToken(
      String directory, String name, String kind, String scope, @Nullable Instant expires) {
    if (!kind.equals("bearer") && !kind.equals("client")) {
      throw AdminRefused.invalid("kind is '" + kind + "', must be one of bearer, client");
    }
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw AdminRefused.invalid(
          "a token's name must have 1 to "
              + LONGEST_NAME
              + " characters; name its user, such as okta");
    }
    Scope wanted =
        Scope.of(scope)
            .orElseThrow(
                () ->
                    AdminRefused.invalid(
                        "scope is '" + scope + "', must be one of full, read-only"));
    ahead(expires);
    long id = known(directory).id();
    return decided(
        () -> {
          Tokens.Created created =
              kind.equals("client")
                  ? tokens.createClient(id, name, wanted, expires, by)
                  : tokens.create(id, name, wanted, expires, by);
          return new NewToken(entry(created.token(), directory), created.secret());
        });
  }

  /** Without a time of its own, the new token lasts as long as the old one was made to. */
  NewToken rotateToken(String directory, String id, Duration overlap, @Nullable Instant expires) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw AdminRefused.invalid(
          "the overlap is " + overlap + ", must be between PT0S and " + LONGEST_OVERLAP);
    }
    ahead(expires);
    Directory found = known(directory);
    Token old =
        tokens.list(found.id()).stream()
            .filter(token -> Long.toString(token.id()).equals(id) && token.live(clock.instant()))
            .findFirst()
            .orElseThrow(() -> noToken(directory, id));
    Replaced replaced = old.replaced();
    if (replaced != null) {
      throw new AdminRefused(
          Kind.CONFLICT,
          "token "
              + id
              + " was replaced by "
              + replaced.by()
              + " already, at "
              + replaced.at()
              + "; rotate that one, or revoke it if nobody has its secret");
    }
    Instant end = expires;
    if (end == null && old.expires() != null) {
      end = clock.instant().plus(Duration.between(old.created(), old.expires()));
    }
    Instant until = end;
    return decided(
        () ->
            tokens
                .rotate(found.id(), old.id(), overlap, until, by)
                .map(made -> new NewToken(entry(made.token(), directory), made.secret()))
                .orElseThrow(
                    () ->
                        new AdminRefused(
                            Kind.CONFLICT,
                            "somebody else rotated or revoked token "
                                + id
                                + " just now; token list shows it")));
  }

  void revokeToken(String directory, String id) {
    Directory found = known(directory);
    long number = Ids.parse(id).orElse(-1);
    if (!tokens.revoke(found.id(), number, by)) {
      throw noToken(directory, id);
    }
  }

  private void ahead(@Nullable Instant expires) {
    if (expires != null && !expires.isAfter(clock.instant())) {
      throw AdminRefused.invalid("the token would end at " + expires + ", which has passed");
    }
  }

  private static AdminRefused noToken(String directory, String id) {
    return AdminRefused.notFound(
        "directory '" + directory + "' has no live token '" + id + "'; token list shows them");
  }

  private Directory known(String name) {
    return directories.find(name).orElseThrow(() -> noDirectory(name));
  }

  private AdminRefused noDirectory(String name) {
    return AdminRefused.notFound(
        "there is no directory '"
            + name
            + "'; there is "
            + directories.list().stream().map(Directory::name).collect(Collectors.joining(", ")));
  }

  private TokenEntry entry(Token token, String directory) {
    Replaced replaced = token.replaced();
    String state =
        token.revoked() != null
            ? "revoked"
            : !token.live(clock.instant()) ? "expired" : replaced == null ? "live" : "replaced";
    return new TokenEntry(
        Long.toString(token.id()),
        directory,
        token.name(),
        token.scope().word(),
        state,
        token.created(),
        token.expires(),
        token.revoked(),
        token.lastUsed(),
        token.lastUsedFrom(),
        replaced == null ? null : Long.toString(replaced.by()),
        replaced == null ? null : replaced.at(),
        replaced == null ? null : token.usedSinceReplaced(),
        token.client());
  }
}
