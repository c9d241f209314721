package dev.idbridge.scim;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Resources;
import dev.idbridge.jwt.IdTokens;
import dev.idbridge.jwt.KeysUnavailable;
import dev.idbridge.jwt.TokenRefused;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.JitSettings;
import dev.idbridge.model.Resource;
import dev.idbridge.model.schema.ScimSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The steps of {@code POST /jit/{directory}}: whoever signs a user in sends the user's ID token as
 * bearer token, and the user is made or updated with what it says. {@code jitReceive} takes the
 * request apart, {@code jitAuthenticate} checks mode and token, {@code jitUser} makes the change;
 * the others see to it that of sign-ins at the same time one makes the user and all succeed.
 *
 * <p>Nothing but an administrator ends or revives a user of such a directory: a sign-in of an
 * inactive user is refused.
 */
final class SignInSteps {
  private static final Logger log = LoggerFactory.getLogger(SignInSteps.class);
  private static final String REALM = "Bearer realm=\"jit\"";
  private static final String ROOT = "jit";

  /** The exchange property that says whether the change is still to be made. */
  private static final String OPEN = "signInOpen";

  private static final String REFUSED = "signInRefused";

  private final Receive receive;
  private final Directories directories;
  private final IdTokens tokens;
  private final ClaimedUsers users;

  SignInSteps(
      Receive receive,
      Directories directories,
      Resources resources,
      IdTokens tokens,
      ScimSchema schemas) {
    this.receive = receive;
    this.directories = directories;
    this.tokens = tokens;
    this.users = new ClaimedUsers(resources, schemas);
  }

  Map<String, Object> all() {
    return Map.of(
        "jitReceive", (Processor) this::take,
        "jitAuthenticate", (Processor) exchange -> logged(exchange, this::authenticate),
        "jitUser", (Processor) exchange -> logged(exchange, this::change),
        "jitDone", (Processor) exchange -> exchange.setProperty(OPEN, false),
        "jitRefused", (Processor) SignInSteps::refused,
        "jitOutcome", (Processor) SignInSteps::outcome);
  }

  private interface Act {
    void run(Exchange exchange, SignIn signIn) throws Exception;
  }

  private static void logged(Exchange exchange, Act act) throws Exception {
    SignIn signIn = SignIn.of(exchange);
    try (MDC.MDCCloseable closing = MDC.putCloseable(Step.MDC_KEY, signIn.in.requestId())) {
      act.run(exchange, signIn);
    }
  }

  private void take(Exchange exchange) throws Refusal {
    Inbound in = receive.take(exchange);
    List<String> path = Receive.segments(in.path());
    if (path.size() > 2 || !path.getFirst().equals(ROOT)) {
      throw Endpoint.notFound(in.path());
    }
    if (!in.method().equals("POST")) {
      throw new Refusal(
          405,
          "",
          in.method() + " is not possible here; POST with the user's ID token as bearer token",
          Map.of("Allow", "POST"));
    }
    SignIn.begin(exchange, in, path.size() == 1 ? "default" : path.getLast());
  }

  private void authenticate(Exchange exchange, SignIn signIn) throws Refusal {
    String token = bearer(signIn.in.authorization());
    if (token == null) {
      throw unauthorized(
          "", "this needs the user's ID token: send 'Authorization: Bearer ID-TOKEN'");
    }
    Optional<Directory> directory = directories.find(signIn.directoryName);
    if (directory.isEmpty()) {
      throw refused("it is not valid for this directory");
    }
    Directory there = directory.get();
    JitSettings settings = there.jit();
    if (there.mode().equals(Directories.SCIM)) {
      throw new Refusal(409, "Cannot use JIT while SCIM is active");
    }
    if (!there.mode().equals(Directories.JIT) || settings == null) {
      throw new Refusal(
          409,
          "Cannot use JIT in mode "
              + there.mode()
              + ": the users of this directory are kept by hand");
    }
    try {
      signIn.proved(there, tokens.check(settings, token));
      exchange.setProperty(OPEN, true);
    } catch (TokenRefused e) {
      log.info("a sign-in to directory {} was refused: {}", there.name(), e.reason());
      throw refused(e.reason());
    } catch (KeysUnavailable e) {
      log.warn("sign-ins to directory {} cannot be checked: {}", there.name(), e.getMessage());
      throw new Refusal(
          503,
          "",
          "the keys of the directory's identity provider cannot be had just now; try again",
          Map.of("Retry-After", "10"));
    }
  }

  private void change(Exchange exchange, SignIn signIn) throws Refusal, ChangeRefused {
    SignIn.Proved proved = signIn.proved();
    Directory directory = proved.directory();
    JitSettings settings = directory.jit();
    if (settings == null) {
      throw new IllegalStateException("a token was checked without settings");
    }
    ChangeRequest.Actor by =
        new ChangeRequest.Actor(
            0, "JIT " + settings.issuer(), signIn.in.requestId(), signIn.in.address());
    exchange.setProperty(ScimCall.PROPERTY, ScimCall.signIn(signIn.in, directory, by, ""));
    ClaimedUsers.Claimed claimed = ClaimedUsers.claimed(settings, proved.claims());
    Resource.@Nullable User known = users.find(directory.id(), claimed);
    if (known != null) {
      exchange.setProperty(
          ScimCall.PROPERTY, ScimCall.signIn(signIn.in, directory, by, known.publicId()));
      if (!known.active()) {
        throw new Refusal(
            403,
            "user '%s' (id %s) of directory '%s' is inactive and cannot sign in; an administrator"
                    .formatted(known.userName(), known.publicId(), directory.name())
                + " must activate it");
      }
    }
    exchange
        .getMessage()
        .setBody(
            new ChangeRequest(
                directory.id(),
                users.change(claimed, known),
                by,
                null,
                List::of,
                false,
                List.of()));
  }

  /** Of sign-ins at the same time one makes the user; the others look once more and find it. */
  private static void refused(Exchange exchange) {
    Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    boolean first = exchange.getProperty(REFUSED) == null;
    exchange.setProperty(REFUSED, caught);
    exchange.setProperty(
        OPEN,
        first && caught instanceof ChangeRefused taken && taken.reason() == Reason.UNIQUENESS);
  }

  private static void outcome(Exchange exchange) throws Exception {
    Object refused = exchange.getProperty(REFUSED);
    if (exchange.getMessage().getBody() instanceof Committed) {
      return;
    }
    switch (refused) {
      case Exception failed -> throw failed;
      case Error failed -> throw failed;
      case null, default -> throw new IllegalStateException("a sign-in came to no end");
    }
  }

  private static @Nullable String bearer(@Nullable String authorization) {
    String given = authorization == null ? "" : authorization.strip();
    String token = given.regionMatches(true, 0, "Bearer ", 0, 7) ? given.substring(7).strip() : "";
    return token.isEmpty() ? null : token;
  }

  private static Refusal refused(String reason) {
    return unauthorized(", error=\"invalid_token\"", "the ID token is refused: " + reason);
  }

  private static Refusal unauthorized(String error, String detail) {
    return new Refusal(401, "", detail, Map.of("WWW-Authenticate", REALM + error));
  }
}
