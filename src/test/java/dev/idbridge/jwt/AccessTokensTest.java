package dev.idbridge.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.idbridge.jwt.AccessTokens.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Access tokens as they are made and checked by several daemons. */
class AccessTokensTest {
  private static final Duration LIFE = Duration.ofMinutes(15);
  private static final Grant GRANT = new Grant(7, 3);

  private Instant now = Instant.parse("2026-01-31T12:00:00Z");
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  /** What is published, with the time until which it is. */
  private final Map<String, Map.Entry<String, Instant>> store = new LinkedHashMap<>();

  private final PublishedKeys published =
      new PublishedKeys() {
        @Override
        public void publish(String kid, String publicJwk, Instant until) {
          store.put(kid, Map.entry(publicJwk, until));
        }

        @Override
        public Optional<String> find(String kid) {
          return Optional.ofNullable(store.get(kid))
              .filter(key -> key.getValue().isAfter(now))
              .map(Map.Entry::getKey);
        }
      };

  private AccessTokens daemon() {
    return new AccessTokens(published, clock, LIFE);
  }

  private static void refused(AccessTokens by, String token, String why) {
    assertThatThrownBy(() -> by.check(token))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatOneDaemonSignedEveryOtherTakesUntilItExpires() throws Exception {
    AccessTokens one = daemon();
    String token = one.issue(GRANT, "idc_7", "full").token();
    AccessTokens other = daemon();
    assertThat(other.check(token)).isEqualTo(GRANT);
    now = now.plus(LIFE).minusMillis(1);
    assertThat(other.check(token)).isEqualTo(GRANT);
    now = now.plusMillis(1);
    refused(other, token, "expired");
    refused(one, token, "expired");
  }

  @Test
  void theKeyChangesEveryDayAndTokensOfTheOneBeforeStayGoodAsLongAsTheyAre() throws Exception {
    AccessTokens one = daemon();
    one.issue(GRANT, "idc_7", "full");
    now = now.plus(Duration.ofHours(24)).minusSeconds(1);
    String late = one.issue(GRANT, "idc_7", "full").token();
    assertThat(store).hasSize(1);
    now = now.plusSeconds(2);
    String next = one.issue(GRANT, "idc_7", "full").token();
    assertThat(store).hasSize(2);
    now = now.plus(LIFE).minusSeconds(5);
    AccessTokens fresh = daemon();
    assertThat(fresh.check(late)).isEqualTo(GRANT);
    assertThat(fresh.check(next)).isEqualTo(GRANT);
  }

  @Test
  void noPrivateKeyIsPublished() {
    daemon().issue(GRANT, "idc_7", "full");
    assertThat(store.values())
        .allSatisfy(
            key -> assertThat(ECKey.parse(key.getKey()).isPrivate()).as(key.getKey()).isFalse());
  }

  @Test
  void whatWeDidNotSignAsAnAccessTokenIsNoneOfOurs() throws Exception {
    AccessTokens ours = daemon();
    String good = ours.issue(GRANT, "idc_7", "full").token();
    SignedJWT parsed = SignedJWT.parse(good);
    String kid = parsed.getHeader().getKeyID();
    JWTClaimsSet claims = parsed.getJWTClaimsSet();

    refused(ours, good.substring(0, good.length() - 8) + "AAAAAAAA", "none of ours");
    refused(ours, new PlainJWT(claims).serialize(), "none of ours");
    refused(ours, "a.b.c", "none of ours");
    refused(ours, "x".repeat(5_000), "none of ours");

    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    for (String type : new String[] {"at+jwt", "JWT"}) {
      SignedJWT forged =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .type(new JOSEObjectType(type))
                  .keyID(kid)
                  .build(),
              claims);
      forged.sign(new ECDSASigner(stranger));
      refused(ours, forged.serialize(), "none of ours");
    }
    SignedJWT confused =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(kid)
                .build(),
            claims);
    confused.sign(new MACSigner(store.get(kid).getKey()));
    refused(ours, confused.serialize(), "none of ours");
    assertThat(ours.check(good)).isEqualTo(GRANT);
  }
}
