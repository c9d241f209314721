package dev.idbridge.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;

/** An OpenID provider: publishes its keys over HTTP and signs ID tokens with them. */
public final class OpenIdProvider implements AutoCloseable {
  public static final String ISSUER = "https://login.example.com/tenant";
  public static final String AUDIENCE = "bridge-client";

  /** How often the keys were fetched. */
  public final AtomicInteger fetched = new AtomicInteger();

  /** Whether it answers 503. */
  public volatile boolean down;

  private final HttpServer server;
  private volatile RSAKey key;

  public OpenIdProvider() throws Exception {
    key = fresh("first");
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/keys",
        exchange -> {
          fetched.incrementAndGet();
          byte[] body = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(down ? 503 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  private static RSAKey fresh(String id) throws JOSEException {
    return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
  }

  public String jwksUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
  }

  /** From now on another key is published, and the one before is not. */
  public void changeKey(String id) throws JOSEException {
    key = fresh(id);
  }

  /** The claims of a good token of a person, to be changed. */
  public static JWTClaimsSet.Builder claims(String subject) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject(subject)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
        .claim("preferred_username", subject + "@example.com")
        .claim("email", subject + "@example.com")
        .claim("email_verified", true)
        .claim("name", "The " + subject)
        .claim("given_name", "Given")
        .claim("family_name", "Family");
  }

  public String signed(JWTClaimsSet.Builder claims) throws JOSEException {
    return signed(claims, key);
  }

  private static String signed(JWTClaimsSet.Builder claims, RSAKey with) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(with.getKeyID()).build(),
            claims.build());
    token.sign(new RSASSASigner(with));
    return token.serialize();
  }

  /** Signed with a key of somebody else that goes by the name of the published one. */
  public String forged(JWTClaimsSet.Builder claims) throws JOSEException {
    return signed(claims, fresh(key.getKeyID()));
  }

  /**
   * Signed by somebody else, whose key the token brings along under the published key's name and
   * points to.
   */
  public String embedded(JWTClaimsSet.Builder claims, String ownKeys) throws JOSEException {
    RSAKey own = fresh(key.getKeyID());
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(key.getKeyID())
                .jwk(own.toPublicJWK())
                .jwkURL(java.net.URI.create(ownKeys))
                .build(),
            claims.build());
    token.sign(new RSASSASigner(own));
    return token.serialize();
  }

  /** Signed symmetrically with the published key, the classic confusion of algorithms. */
  public String confused(JWTClaimsSet.Builder claims) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
            claims.build());
    token.sign(new MACSigner(key.toPublicJWK().toJSONString()));
    return token.serialize();
  }

  /** Not signed at all. */
  public static String unsigned(JWTClaimsSet.Builder claims) {
    return new PlainJWT(claims.build()).serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
