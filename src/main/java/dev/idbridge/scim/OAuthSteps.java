package dev.idbridge.scim;

import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.directory.Tokens;
import dev.idbridge.directory.Tokens.Token;
import dev.idbridge.jwt.AccessTokens;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.jspecify.annotations.Nullable;

/**
 * The steps of {@code POST /oauth/token}: client credentials for an access token (RFC 6749 section
 * 4.4). The client says who it is by Basic or in the form; which directory its token is for is the
 * client's, whatever scope it asks for. Off by default: the path then leads nowhere.
 */
final class OAuthSteps {
  private static final String CREDENTIALS = "oauthInbound";

  private final Receive receive;
  private final Directories directories;
  private final Tokens tokens;
  private final AccessTokens access;
  private final RateLimit rate;
  private final AnswerError errors;
  private final boolean offered;

  OAuthSteps(
      Receive receive,
      Directories directories,
      Tokens tokens,
      AccessTokens access,
      RateLimit rate,
      AnswerError errors,
      boolean offered) {
    this.receive = receive;
    this.directories = directories;
    this.tokens = tokens;
    this.access = access;
    this.rate = rate;
    this.errors = errors;
    this.offered = offered;
  }

  Map<String, Object> all() {
    return Map.of(
        "oauthReceive", (Processor) this::take,
        "oauthToken", (Processor) this::token,
        "oauthError", (Processor) this::error);
  }

  private void take(Exchange exchange) throws Refusal, OAuthRefusal {
    neverKept(exchange);
    Inbound in = receive.take(exchange);
    if (!offered || !Receive.segments(in.path()).equals(java.util.List.of("oauth", "token"))) {
      throw Endpoint.notFound(in.path());
    }
    if (!in.method().equals("POST")) {
      throw new Refusal(
          405, "", in.method() + " is not possible here; use POST", Map.of("Allow", "POST"));
    }
    String type = in.contentType() == null ? "" : in.contentType().toLowerCase(Locale.ROOT);
    if (!type.startsWith("application/x-www-form-urlencoded")) {
      throw refused("invalid_request", "the body must be application/x-www-form-urlencoded");
    }
    exchange.setProperty(CREDENTIALS, in);
  }

  /** Said to the server itself: Camel keeps this header from answers. */
  private static void neverKept(Exchange exchange) {
    HttpServerRequest request = exchange.getMessage(HttpMessage.class).getRequest();
    request.response().putHeader("Cache-Control", "no-store").putHeader("Pragma", "no-cache");
  }

  private void token(Exchange exchange) throws OAuthRefusal {
    Inbound in = exchange.getProperty(CREDENTIALS, Inbound.class);
    Query form = new Query(new String(in.body(), StandardCharsets.UTF_8));
    BasicCredentials header = BasicCredentials.of(in.authorization());
    String id = form.text("client_id");
    String secret = form.text("client_secret");
    if (header != null && secret != null) {
      throw refused("invalid_request", "say who you are once: by Basic, or in the form");
    }
    if (header != null) {
      header = header.formDecoded();
    } else if (id != null && secret != null) {
      header = new BasicCredentials(id, secret);
    }
    Token client = header == null ? null : client(header, in.address());
    if (client == null) {
      throw new OAuthRefusal(
          401,
          "invalid_client",
          "the client is unknown, or its secret is wrong, expired or revoked",
          Map.of("WWW-Authenticate", "Basic realm=\"oauth\", charset=\"UTF-8\""));
    }
    if (in.authorization() != null) {
      rate.prove(in.authorization(), client.id());
    }
    String grant = form.text("grant_type");
    if (grant == null) {
      throw refused("invalid_request", "grant_type is missing; it is client_credentials");
    }
    if (!grant.equals("client_credentials")) {
      throw refused("unsupported_grant_type", "grant_type must be client_credentials");
    }
    AccessTokens.Issued issued =
        access.issue(
            new AccessTokens.Grant(client.id(), client.directory()),
            String.valueOf(client.client()),
            client.scope().word());
    reply(
        exchange,
        in,
        200,
        Map.of(),
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("access_token", issued.token());
              json.writeStringField("token_type", "Bearer");
              json.writeNumberField("expires_in", issued.life().toSeconds());
              json.writeStringField("scope", client.scope().word());
              json.writeEndObject();
            }));
  }

  private @Nullable Token client(BasicCredentials credentials, String address) {
    Optional<Token> client =
        tokens.verifyClient(credentials.user(), credentials.password(), address);
    return client
        .filter(
            found ->
                directories.list().stream()
                    .anyMatch(
                        (Directory d) ->
                            d.id() == found.directory() && d.mode().equals(Directories.SCIM)))
        .orElse(null);
  }

  private void error(Exchange exchange) {
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    Inbound in = exchange.getProperty(Receive.INBOUND, Inbound.class);
    if (!(cause instanceof OAuthRefusal refusal) || in == null) {
      errors.process(exchange);
      return;
    }
    reply(
        exchange,
        in,
        refusal.status(),
        refusal.headers(),
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("error", refusal.error());
              json.writeStringField("error_description", String.valueOf(refusal.getMessage()));
              json.writeEndObject();
            }));
  }

  private static void reply(
      Exchange exchange, Inbound in, int status, Map<String, String> headers, byte[] body) {
    Answer.reply(exchange.getMessage(), in, status, headers, body);
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, MediaType.JSON);
  }

  private static OAuthRefusal refused(String error, String description) {
    return new OAuthRefusal(400, error, description, Map.of());
  }
}
