package dev.idbridge.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.idbridge.model.JitSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks ID tokens as OpenID Connect Core 1.0 section 3.1.3.7 asks: signed by a published key with
 * an asymmetric algorithm, of the issuer, for the audience, not expired, not from the future. There
 * is no nonce: who signs the user in has compared it. Keys are fetched when they are needed, kept
 * for a while, and looked up again when a token names one that is not among them, which is how
 * issuers change keys. Thread-safe; may block while keys are fetched.
 */
public final class IdTokens {
  /** What a token may be signed with: nothing symmetric, and never {@code none}. */
  static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final Duration KEYS_KEPT = Duration.ofMinutes(15);
  private static final Duration KEYS_WAITED_FOR = Duration.ofSeconds(10);
  private static final Duration KEYS_AGAIN = Duration.ofSeconds(30);
  private static final Duration SKEW = Duration.ofSeconds(60);
  private static final int LONGEST = 16 * 1024;
  private static final int MOST_ISSUERS = 1_000;

  private final Fetch fetch;
  private final Clock clock;
  private final Map<JitSettings, Processor> processors = new ConcurrentHashMap<>();

  /** Gets the document at an address. */
  @FunctionalInterface
  public interface Fetch {
    /**
     * @throws IOException when there is no whole answer of status 200 in time
     */
    String get(URI address) throws IOException;
  }

  public IdTokens(Fetch fetch, Clock clock) {
    this.fetch = fetch;
    this.clock = clock;
  }

  /**
   * The claims of a token that proved to be good.
   *
   * @throws TokenRefused when it did not
   * @throws KeysUnavailable when the issuer's keys cannot be had
   */
  public Map<String, Object> check(JitSettings settings, String token)
      throws TokenRefused, KeysUnavailable {
    JWT parsed = parsed(token);
    if (processors.size() >= MOST_ISSUERS) {
      processors.clear();
    }
    Processor processor = processors.computeIfAbsent(settings, Processor::new);
    try {
      JWTClaimsSet claims = processor.process(parsed, null);
      checkAudiences(settings, claims);
      return new LinkedHashMap<>(claims.getClaims());
    } catch (BadJWSException e) {
      throw new TokenRefused("its signature is wrong");
    } catch (BadJWTException e) {
      throw new TokenRefused(claimProblem(settings, parsed, e));
    } catch (BadJOSEException e) {
      throw new TokenRefused(
          "the issuer publishes no key that fits it: its 'kid' or 'alg' is not theirs");
    } catch (RateLimitReachedException e) {
      throw new KeysUnavailable(
          "a token needs a key that "
              + settings.jwksUrl()
              + " did not give a moment ago; it is asked at most twice in "
              + KEYS_AGAIN.toSeconds()
              + " s");
    } catch (KeySourceException e) {
      throw new KeysUnavailable(
          "the keys of " + settings.issuer() + " cannot be had: " + deepest(e));
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new TokenRefused("it cannot be checked with the issuer's key");
    }
  }

  private static JWT parsed(String token) throws TokenRefused {
    if (token.length() > LONGEST) {
      throw new TokenRefused("it is longer than " + LONGEST + " characters");
    }
    JWT parsed;
    try {
      parsed = JWTParser.parse(token);
    } catch (ParseException e) {
      throw new TokenRefused("it is no JSON Web Token");
    }
    if (parsed instanceof PlainJWT) {
      throw new TokenRefused("it is not signed: 'alg' is none");
    }
    if (!(parsed instanceof SignedJWT signed)) {
      throw new TokenRefused("it is encrypted; let the provider sign it only");
    }
    if (!ALGORITHMS.contains(signed.getHeader().getAlgorithm())) {
      throw new TokenRefused(
          "its 'alg' is none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512");
    }
    return parsed;
  }

  /** Of several audiences, the authorised party must be us (section 3.1.3.7, 4 and 5). */
  private static void checkAudiences(JitSettings settings, JWTClaimsSet claims)
      throws TokenRefused {
    Object party = claims.getClaim("azp");
    if (party == null ? claims.getAudience().size() > 1 : !settings.audience().equals(party)) {
      throw new TokenRefused("it was made for another client: its 'azp' is not this directory's");
    }
  }

  /** In our words, without what the directory expects: a stranger may be asking. */
  private String claimProblem(JitSettings settings, JWT token, BadJWTException e) {
    JWTClaimsSet claims;
    try {
      claims = token.getJWTClaimsSet();
    } catch (ParseException broken) {
      return "its claims are no JSON";
    }
    Date now = Date.from(clock.instant());
    if (!settings.issuer().equals(claims.getIssuer())) {
      return "its issuer 'iss' is not the one of this directory";
    }
    if (!claims.getAudience().contains(settings.audience())) {
      return "its audience 'aud' is not the one of this directory";
    }
    Date end = claims.getExpirationTime();
    if (end != null && end.getTime() + SKEW.toMillis() <= now.getTime()) {
      return "it expired at " + end.toInstant();
    }
    Date begin = claims.getNotBeforeTime();
    if (begin != null && begin.getTime() - SKEW.toMillis() > now.getTime()) {
      return "it is not good before " + begin.toInstant();
    }
    return "a claim is missing or wrong: " + e.getMessage();
  }

  private static String deepest(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** One issuer's, with its keys. */
  private final class Processor extends DefaultJWTProcessor<SecurityContext> {
    Processor(JitSettings settings) {
      URL url;
      try {
        url = URI.create(settings.jwksUrl()).toURL();
      } catch (java.net.MalformedURLException e) {
        throw new IllegalArgumentException("jwks-url is '" + settings.jwksUrl() + "'", e);
      }
      setJWSKeySelector(
          new JWSVerificationKeySelector<>(
              ALGORITHMS,
              JWKSourceBuilder.<SecurityContext>create(
                      url,
                      address ->
                          new Resource(
                              fetch.get(URI.create(address.toString())), "application/json"))
                  .cache(KEYS_KEPT.toMillis(), KEYS_WAITED_FOR.toMillis())
                  .refreshAheadCache(false)
                  .rateLimited(KEYS_AGAIN.toMillis())
                  .build()));
      DefaultJWTClaimsVerifier<SecurityContext> verifier =
          new DefaultJWTClaimsVerifier<>(
              Set.of(settings.audience()),
              new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
              Set.copyOf(List.of("sub", "exp", "iat")),
              Set.of()) {
            @Override
            protected Date currentTime() {
              return Date.from(clock.instant());
            }
          };
      verifier.setMaxClockSkew((int) SKEW.toSeconds());
      setJWTClaimsSetVerifier(verifier);
    }
  }
}
