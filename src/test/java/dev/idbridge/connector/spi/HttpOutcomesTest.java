package dev.idbridge.connector.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.AppHttp.HttpFailure;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpOutcomesTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
  private static final Request READ = request("GET");
  private static final Request WRITE = request("PATCH");

  private static Request request(String method) {
    URI uri = URI.create("https://app.example/scim/v2/Users/7?secret=x");
    return new Request(method, uri, Map.of(), null, RateClass.READ);
  }

  private static Outcome.Failure of(Request request, int status, About about) {
    return HttpOutcomes.of(
        request, new Response(status, Map.of(), new byte[0]), about, "why", CLOCK);
  }

  private static Duration pause(String retryAfter) {
    return HttpOutcomes.retryAfter(
        new Response(200, Map.of("retry-after", retryAfter), new byte[0]), CLOCK);
  }

  @Test
  void retryAfterIsReadInSecondsAndAsADateAndIsBounded() {
    assertThat(pause("120")).isEqualTo(Duration.ofMinutes(2));
    assertThat(pause(" 0 ")).isEqualTo(Duration.ZERO);
    assertThat(pause("Sun, 22 Nov 2026 10:01:30 GMT")).isEqualTo(Duration.ofSeconds(90));
    assertThat(pause("Sun, 22 Nov 2026 09:00:00 GMT")).isEqualTo(Duration.ZERO);
    assertThat(pause("99999999999999999999")).isEqualTo(HttpOutcomes.LONGEST_PAUSE);
    assertThat(pause("Sun, 22 Nov 2099 09:00:00 GMT")).isEqualTo(HttpOutcomes.LONGEST_PAUSE);
    assertThat(pause("Mon, 23 Nov 2026 10:00:01 GMT")).isEqualTo(HttpOutcomes.LONGEST_PAUSE);
    assertThat(pause("soon")).isNull();
    assertThat(pause("-1")).isNull();
    assertThat(pause("")).isNull();
  }

  @Test
  void aRefusalThatSpeaksOfTheRateLimitIsAPauseWhateverItsStatus() {
    for (int status : List.of(400, 403, 503)) {
      Response response = new Response(status, Map.of(), new byte[0]);
      assertThat(HttpOutcomes.of(WRITE, response, About.APP, "API Rate limit exceeded.", CLOCK))
          .isInstanceOfSatisfying(Outcome.Throttled.class, it -> assertThat(it.after()).isNull());
    }
  }

  @Test
  void eachStatusHasItsKind() {
    assertThat(of(WRITE, 429, About.OBJECT)).isInstanceOf(Outcome.Throttled.class);
    assertThat(of(WRITE, 401, About.OBJECT)).isInstanceOf(Outcome.AuthFailed.class);
    assertThat(of(WRITE, 403, About.APP)).isInstanceOf(Outcome.AuthFailed.class);
    assertThat(of(WRITE, 403, About.OBJECT)).isInstanceOf(Outcome.Reject.class);
    assertThat(of(WRITE, 409, About.OBJECT)).isInstanceOf(Outcome.Conflict.class);
    for (int status : List.of(408, 425)) {
      assertThat(of(WRITE, status, About.OBJECT))
          .isEqualTo(new Outcome.Retry("PATCH /scim/v2/Users/7: HTTP " + status + ", why", false));
    }
    for (int status : List.of(500, 502, 503, 504, 507)) {
      assertThat(of(WRITE, status, About.OBJECT))
          .isEqualTo(new Outcome.Retry("PATCH /scim/v2/Users/7: HTTP " + status + ", why", true));
      assertThat(of(READ, status, About.OBJECT))
          .isEqualTo(new Outcome.Retry("GET /scim/v2/Users/7: HTTP " + status + ", why", false));
    }
    for (int status : List.of(301, 307, 400, 404, 405, 413, 422, 501)) {
      assertThat(of(WRITE, status, About.OBJECT)).isInstanceOf(Outcome.Reject.class);
    }
  }

  @Test
  void aLostAnswerMayHaveAppliedAWriteButNotARead() {
    HttpFailure lost = new HttpFailure("connection lost", true);
    HttpFailure refused = new HttpFailure("refused", false);
    assertThat(((Outcome.Retry) HttpOutcomes.of(WRITE, lost)).mayHaveApplied()).isTrue();
    assertThat(((Outcome.Retry) HttpOutcomes.of(READ, lost)).mayHaveApplied()).isFalse();
    assertThat(((Outcome.Retry) HttpOutcomes.of(WRITE, refused)).mayHaveApplied()).isFalse();
  }

  @Test
  void ourOwnRateLimitIsAPauseNotAnAttempt() {
    HttpFailure held = HttpFailure.rateLimited("used up", Duration.ofSeconds(3));
    assertThat(HttpOutcomes.of(WRITE, held))
        .isEqualTo(new Outcome.Throttled("PATCH /scim/v2/Users/7: used up", Duration.ofSeconds(3)));
  }

  @Test
  void anAppsWordsAreOneBoundedLineWithoutSecrets() {
    assertThat(ReasonText.of("  no\r\n\tgood \u0000 token s3cret!  ", List.of("s3cret")))
        .isEqualTo("no good token ***!");
    assertThat(ReasonText.of("x".repeat(5000), List.of()).length()).isLessThan(310);
  }
}
