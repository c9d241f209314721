package dev.idbridge.scim;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Tokens;
import dev.idbridge.directory.Tokens.Token;
import dev.idbridge.model.ChangeRequest.Actor;
import dev.idbridge.scim.dialect.Dialects;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Bearer token to directory (RFC 6750). A token of another directory, and a directory that does not
 * exist, are told apart from a wrong token by nothing. Discovery documents may be read without a
 * token (RFC 7644 section 4), but not with a wrong one: clients test their token that way.
 *
 * <p>A token without the word {@code Bearer} is taken, too: some identity providers send what their
 * administrator typed, and the secret proves as much. Other schemes are not offered.
 */
final class Authenticate extends Step {
  private static final int MAX_SECRET = 1024;

  private final Directories directories;
  private final Tokens tokens;
  private final Dialects dialects;
  private final RateLimit rate;

  Authenticate(Directories directories, Tokens tokens, Dialects dialects, RateLimit rate) {
    this.directories = directories;
    this.tokens = tokens;
    this.dialects = dialects;
    this.rate = rate;
  }

  @Override
  void run(ScimCall call, Message message) throws Refusal {
    String authorization = call.in.authorization();
    Optional<Directory> directory = directories.find(call.directoryName);
    if (authorization == null && call.operation() == Operation.DISCOVER && directory.isPresent()) {
      return;
    }
    String secret = secret(authorization);
    if (secret == null) {
      throw unauthorized("", "this needs a bearer token: send 'Authorization: Bearer TOKEN'");
    }
    Optional<Token> token =
        directory.isEmpty() ? Optional.empty() : tokens.verify(secret, call.in.address());
    if (token.isEmpty() || token.get().directory() != directory.get().id()) {
      throw unauthorized(
          ", error=\"invalid_token\"",
          "the token is not valid for directory '%s': it is wrong, expired or revoked"
              .formatted(shortened(call.directoryName)));
    }
    rate.prove(String.valueOf(authorization), token.get().id());
    dialects.hear(directory.get(), call.in.userAgent(), call.in.query());
    call.authenticated(
        new ScimCall.Caller(
            directory.get(),
            new Actor(
                token.get().id(), token.get().name(), call.in.requestId(), call.in.address())));
  }

  private static @Nullable String secret(@Nullable String authorization) {
    if (authorization == null) {
      return null;
    }
    String given = authorization.strip();
    String secret =
        given.regionMatches(true, 0, "Bearer ", 0, 7) ? given.substring(7).strip() : given;
    boolean scheme = secret.indexOf(' ') >= 0 || secret.equalsIgnoreCase("Bearer");
    return secret.isEmpty() || scheme || secret.length() > MAX_SECRET ? null : secret;
  }

  private static Refusal unauthorized(String error, String detail) {
    return new Refusal(
        401, "", detail, Map.of("WWW-Authenticate", "Bearer realm=\"scim\"" + error));
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "...";
  }
}
