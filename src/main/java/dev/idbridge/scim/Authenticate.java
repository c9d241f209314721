package dev.idbridge.scim;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Tokens.Replaced;
import dev.idbridge.directory.Tokens.Scope;
import dev.idbridge.directory.Tokens.Token;
import dev.idbridge.jwt.TokenRefused;
import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.scim.Credentials.Presented;
import dev.idbridge.scim.dialect.Dialects;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Message;

/**
 * Bearer token to directory (RFC 6750). A token of another directory, and a directory that does not
 * exist, are told apart from a wrong token by nothing; only who holds a token that was good once is
 * told why it is not any more. Discovery documents may be read without a token (RFC 7644 section
 * 4), but not with a wrong one: clients test their token that way.
 *
 * <p>A token without the word {@code Bearer} is taken, too: some identity providers send what their
 * administrator typed, and the secret proves as much. Which other ways there are, {@link
 * Credentials} says.
 */
final class Authenticate extends Step {
  private final Directories directories;
  private final Credentials credentials;
  private final Dialects dialects;
  private final RateLimit rate;
  private final MeterRegistry meters;

  Authenticate(
      Directories directories,
      Credentials credentials,
      Dialects dialects,
      RateLimit rate,
      MeterRegistry meters) {
    this.directories = directories;
    this.credentials = credentials;
    this.dialects = dialects;
    this.rate = rate;
    this.meters = meters;
  }

  @Override
  void run(ScimCall call, Message message) throws Refusal {
    String authorization = call.in.authorization();
    Optional<Directory> directory = directories.find(call.directoryName);
    if (authorization == null && call.operation() == Operation.DISCOVER && directory.isPresent()) {
      return;
    }
    Presented presented = credentials.presented(authorization);
    if (presented == null) {
      throw unauthorized("", "this needs a bearer token: send 'Authorization: Bearer TOKEN'");
    }
    Optional<Token> token =
        directory.isEmpty() ? Optional.empty() : verify(directory.get(), presented, call);
    if (token.isEmpty()
        || token.get().directory() != directory.get().id()
        || !directory.get().mode().equals(Directories.SCIM)) {
      throw unauthorized(
          ", error=\"invalid_token\"",
          directory
              .flatMap(there -> former(there, presented))
              .orElseGet(
                  () ->
                      "the token is not valid for directory '%s': it is wrong, expired or revoked"
                          .formatted(shortened(call.directoryName))));
    }
    if (token.get().replaced() != null) {
      meters
          .counter("idbridge_token_old_used_total", "directory", directory.get().name())
          .increment();
    }
    rate.prove(String.valueOf(authorization), token.get().id());
    dialects.hear(directory.get(), call.in.userAgent(), call.in.query());
    call.authenticated(
        new ScimCall.Caller(
            directory.get(),
            new Actor(
                token.get().id(), token.get().name(), call.in.requestId(), call.in.address())));
    if (token.get().scope() == Scope.READ_ONLY
        && (call.operation().isWrite() || call.operation() == Operation.BULK)) {
      throw new Refusal(
          403,
          "",
          "token '%s' may only read; writes to directory '%s' need a token of scope full"
              .formatted(token.get().name(), directory.get().name()),
          Map.of("WWW-Authenticate", credentials.challenge(", error=\"insufficient_scope\"")));
    }
  }

  private Optional<Token> verify(Directory directory, Presented presented, ScimCall call)
      throws Refusal {
    try {
      return credentials.verify(presented, directory.id(), call.in.address());
    } catch (TokenRefused e) {
      throw unauthorized(", error=\"invalid_token\"", "the access token is refused: " + e.reason());
    }
  }

  /** Why a token that was once good is not any more: for its holder, who has proved it. */
  private Optional<String> former(Directory directory, Presented presented) {
    return credentials
        .known(presented)
        .filter(token -> token.directory() == directory.id())
        .map(
            token -> {
              String name = "token '" + token.name() + "' of directory '" + directory.name() + "' ";
              if (!directory.mode().equals(Directories.SCIM)) {
                return name
                    + "was revoked: the directory is in mode "
                    + directory.mode()
                    + " now and takes no SCIM requests";
              }
              Replaced replaced = token.replaced();
              if (token.revoked() != null) {
                return name + "was revoked at " + token.revoked().truncatedTo(SECONDS);
              }
              return replaced == null
                  ? name + "expired at " + ended(token)
                  : name
                      + "was replaced by another at "
                      + replaced.at().truncatedTo(SECONDS)
                      + " and ended at "
                      + ended(token)
                      + "; use the new one";
            });
  }

  private static String ended(Token token) {
    Instant end = token.expires();
    return end == null ? "once" : end.truncatedTo(SECONDS).toString();
  }

  private Refusal unauthorized(String error, String detail) {
    return new Refusal(401, "", detail, Map.of("WWW-Authenticate", credentials.challenge(error)));
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "...";
  }
}
