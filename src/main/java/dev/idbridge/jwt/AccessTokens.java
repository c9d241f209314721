package dev.idbridge.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Our own access tokens (RFC 9068): short-lived, signed with ES256 by a key that is made in this
 * process, never leaves its memory and is changed every day. Only its public half is published, so
 * that other daemons can check what this one signed, and whoever reads the store can sign nothing.
 * Thread-safe.
 */
public final class AccessTokens {
  private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
  private static final String ISSUER = "idbridge";
  private static final Duration KEY_LIFE = Duration.ofHours(24);
  private static final int MOST_KEYS = 100;
  private static final int LONGEST = 2_048;

  private final PublishedKeys published;
  private final Clock clock;
  private final Duration life;
  private final Map<String, ECKey> known = new ConcurrentHashMap<>();
  private @Nullable ECKey own;
  private Instant ownEnds = Instant.MIN;

  /**
   * @param life how long a token is good
   */
  public AccessTokens(PublishedKeys published, Clock clock, Duration life) {
    this.published = published;
    this.clock = clock;
    this.life = life;
  }

  /**
   * What a token grants.
   *
   * @param client id of the client's secret, which must still be good
   */
  public record Grant(long client, long directory) {}

  /** A token and how long it is good. */
  public record Issued(String token, Duration life) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Issued[" + life + "]";
    }
  }

  /** Whether it looks like one of ours: three parts with dots between. */
  public static boolean looksLike(String secret) {
    int first = secret.indexOf('.');
    return first > 0 && secret.indexOf('.', first + 1) > 0;
  }

  /**
   * A new token.
   *
   * @param clientId shown in the token
   * @param scope shown in the token
   */
  public Issued issue(Grant grant, String clientId, String scope) {
    Instant now = clock.instant();
    ECKey key = signing(now);
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).type(TYPE).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(Long.toString(grant.directory()))
                .subject(Long.toString(grant.client()))
                .claim("client_id", clientId)
                .claim("scope", scope)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("an access token could not be signed", e);
    }
    return new Issued(token.serialize(), life);
  }

  private synchronized ECKey signing(Instant now) {
    ECKey key = own;
    if (key == null || !now.isBefore(ownEnds)) {
      try {
        key = new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
      } catch (JOSEException e) {
        throw new IllegalStateException("a signing key could not be made", e);
      }
      Instant ends = now.plus(KEY_LIFE);
      published.publish(
          key.getKeyID(), key.toPublicJWK().toJSONString(), ends.plus(life).plus(life));
      own = key;
      ownEnds = ends;
    }
    return key;
  }

  /**
   * What a good token grants.
   *
   * @throws TokenRefused when it is none of ours, or has expired
   */
  public Grant check(String token) throws TokenRefused {
    try {
      if (token.length() > LONGEST) {
        throw new TokenRefused("it is none of ours");
      }
      SignedJWT parsed = SignedJWT.parse(token);
      String kid = parsed.getHeader().getKeyID();
      ECKey key = kid == null || kid.length() > 64 ? null : key(kid);
      if (key == null
          || !JWSAlgorithm.ES256.equals(parsed.getHeader().getAlgorithm())
          || !TYPE.equals(parsed.getHeader().getType())
          || !parsed.verify(new ECDSAVerifier(key))) {
        throw new TokenRefused("it is none of ours");
      }
      JWTClaimsSet claims = parsed.getJWTClaimsSet();
      Date end = claims.getExpirationTime();
      if (!ISSUER.equals(claims.getIssuer()) || end == null || claims.getAudience().isEmpty()) {
        throw new TokenRefused("it is none of ours");
      }
      if (!clock.instant().isBefore(end.toInstant())) {
        throw new TokenRefused("it expired at " + end.toInstant() + "; get a new one");
      }
      return new Grant(
          Long.parseLong(claims.getSubject()), Long.parseLong(claims.getAudience().getFirst()));
    } catch (ParseException | JOSEException | NumberFormatException e) {
      throw new TokenRefused("it is none of ours");
    }
  }

  private @Nullable ECKey key(String kid) throws ParseException {
    ECKey key = known.get(kid);
    if (key == null) {
      String jwk = published.find(kid).orElse(null);
      if (jwk == null) {
        return null;
      }
      key = ECKey.parse(jwk);
      if (known.size() >= MOST_KEYS) {
        known.clear();
      }
      known.put(kid, key);
    }
    return key;
  }
}
