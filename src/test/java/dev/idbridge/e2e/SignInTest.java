package dev.idbridge.e2e;

import static dev.idbridge.testing.OpenIdProvider.claims;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.e2e.ScimHttp.Answer;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.testing.OpenIdProvider;
import dev.idbridge.testing.ScimApp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users made and updated when they sign in: mode JIT, with ID tokens of a real provider. */
class SignInTest {
  @TempDir static Path folder;
  private static ScimApp crm;
  private static OpenIdProvider provider;
  private static Bridge bridge;

  @BeforeAll
  static void start() throws Exception {
    crm = new ScimApp();
    provider = new OpenIdProvider();
    bridge = new Bridge(DatabaseKind.H2, folder, Map.of("crm", Bridge.scimApp(crm.baseUrl())));
    // Made while the identity provider kept the directory: one with its externalId, one without.
    bridge.scim.user("scim-known");
    bridge.scim.send("POST", "/Users", "{'userName':'by-hand@example.com','title':'CTO'}");
    new ScimHttp(root("/jit/default"), "x.y.z")
        .send("POST", "", (String) null)
        .isError(409, "Cannot use JIT while SCIM is active");
    Ran asked = mode(2);
    assertThat(asked.err()).contains("(idp)", "to JIT and revoke", "--yes");
    assertThat(mode(0, "--yes").err()).contains("mode JIT", "1 token is revoked");
  }

  @AfterAll
  static void stop() {
    bridge.close();
    provider.close();
    crm.close();
  }

  private static Ran mode(int code, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "directory",
                "mode",
                "default",
                "jit",
                "--issuer",
                OpenIdProvider.ISSUER,
                "--audience",
                OpenIdProvider.AUDIENCE,
                "--jwks-url",
                provider.jwksUrl()));
    words.addAll(List.of(more));
    return verb(code, words.toArray(String[]::new));
  }

  private static Ran verb(int code, String... words) {
    Ran ran = bridge.daemon.verb(words);
    assertThat(ran.code()).as(ran.err()).isEqualTo(code);
    return ran;
  }

  private static String root(String path) {
    return bridge.daemon.intake().replace("/scim/v2", path);
  }

  private static Answer signIn(String token) throws Exception {
    return new ScimHttp(root("/jit/default"), token).send("POST", "", (String) null);
  }

  private static Answer refused(String token, String... words) throws Exception {
    Answer answer = signIn(token).isError(401, words);
    assertThat(answer.header("WWW-Authenticate")).contains("Bearer", "invalid_token");
    assertThat(answer.raw().body()).doesNotContain(OpenIdProvider.AUDIENCE);
    return answer;
  }

  @Test
  void aFirstSignInMakesTheUserAndALaterOneUpdatesIt() throws Exception {
    Answer made = signIn(provider.signed(claims("ada")));
    assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
    assertThat(made.at("/userName")).isEqualTo("ada@example.com");
    assertThat(made.at("/externalId")).isEqualTo("ada");
    assertThat(made.at("/name/familyName")).isEqualTo("Family");
    assertThat(made.at("/emails/0/value")).isEqualTo("ada@example.com");
    assertThat(made.json().at("/emails/0/primary").asBoolean()).isTrue();
    assertThat(made.json().path("active").asBoolean()).isTrue();
    assertThat(made.header("Location")).endsWith("/scim/v2/Users/" + made.at("/id"));

    Answer married =
        signIn(
            provider.signed(
                claims("ada").claim("family_name", "Lovelace").claim("given_name", null)));
    assertThat(married.status()).isEqualTo(200);
    assertThat(married.at("/id")).isEqualTo(made.at("/id"));
    assertThat(married.at("/name/familyName")).isEqualTo("Lovelace");
    assertThat(married.at("/name/givenName")).as("what the token leaves out").isEqualTo("Given");

    // A new userName is a rename of the same person.
    Answer renamed =
        signIn(provider.signed(claims("ada").claim("preferred_username", "lovelace@example.com")));
    assertThat(renamed.at("/id")).isEqualTo(made.at("/id"));
    assertThat(renamed.at("/userName")).isEqualTo("lovelace@example.com");

    assertThat(bridge.rows("SELECT actor FROM change_record WHERE resource_id = " + made.at("/id")))
        .hasSize(3)
        .containsOnly("JIT " + OpenIdProvider.ISSUER);
    assertThat(bridge.syncLog("--direction", "in", "--resource", made.at("/id")))
        .hasSize(3)
        .allMatch(line -> line.path("actor").asText().equals("JIT " + OpenIdProvider.ISSUER));
    assertThat(verb(0, "sync-log", "--direction", "in", "--resource", made.at("/id")).out())
        .contains("JIT " + OpenIdProvider.ISSUER);
    Wait.until(
        Duration.ofSeconds(30),
        () -> assertThat(crm.made()).anyMatch(m -> m.name().contains("@example.com")));
  }

  @Test
  void anUnsignedAForgedAndASymmetricallySignedTokenAreRefused() throws Exception {
    refused(OpenIdProvider.unsigned(claims("eve")), "not signed", "none");
    refused(provider.forged(claims("eve")), "signature is wrong");
    refused(provider.confused(claims("eve")), "'alg' is none of");
    refused(provider.embedded(claims("eve"), root("/keys-of-eve")), "signature is wrong");
    refused("not-a-token", "no JSON Web Token");
    refused(bridge.scim.token, "no JSON Web Token");
    assertThat(new ScimHttp(root("/jit/default"), "").send("POST", "", (String) null).status())
        .isEqualTo(401);
    new ScimHttp(root("/jit/nowhere"), provider.signed(claims("eve")))
        .send("POST", "", (String) null)
        .isError(401);
  }

  @Test
  void anExpiredAFutureAndAnIncompleteTokenAreRefused() throws Exception {
    Instant now = Instant.now();
    refused(
        provider.signed(claims("eve").expirationTime(Date.from(now.minusSeconds(120)))), "expired");
    refused(
        provider.signed(claims("eve").notBeforeTime(Date.from(now.plusSeconds(120)))),
        "not good before");
    refused(provider.signed(claims("eve").expirationTime(null)), "missing", "exp");
    refused(provider.signed(claims("eve").subject(null)), "missing", "sub");
  }

  @Test
  void aTokenOfAnotherIssuerOrForAnotherClientIsRefused() throws Exception {
    refused(provider.signed(claims("eve").issuer("https://evil.example.com")), "'iss'");
    refused(provider.signed(claims("eve").audience("another-client")), "'aud'");
    refused(
        provider.signed(
            claims("eve")
                .audience(List.of(OpenIdProvider.AUDIENCE, "other"))
                .claim("azp", "other")),
        "'azp'");
    assertThat(
            signIn(
                    provider.signed(
                        claims("multi")
                            .audience(List.of("other", OpenIdProvider.AUDIENCE))
                            .claim("azp", OpenIdProvider.AUDIENCE)))
                .status())
        .isEqualTo(201);
  }

  @Test
  void aNewKeyOfTheProviderIsTakenAtItsFirstUseAndTheOldOneNoMore() throws Exception {
    String before = provider.signed(claims("kid"));
    assertThat(signIn(before).status()).isBetween(200, 201);
    int fetched = provider.fetched.get();
    assertThat(signIn(before).status()).isEqualTo(200);
    assertThat(provider.fetched.get()).as("kept keys are not fetched again").isEqualTo(fetched);
    provider.changeKey("second");
    assertThat(signIn(provider.signed(claims("kid"))).status()).isEqualTo(200);
    Answer old = signIn(before);
    assertThat(old.status()).as(old.raw().body()).isIn(401, 503);
  }

  @Test
  void aUserFromBeforeIsRecognisedByItsNameOnlyAsLongAsItHasNoOtherExternalId() throws Exception {
    Answer known =
        signIn(provider.signed(claims("hand").claim("preferred_username", "BY-HAND@example.com")));
    assertThat(known.status()).as(known.raw().body()).isEqualTo(200);
    assertThat(known.at("/title")).isEqualTo("CTO");
    assertThat(known.at("/externalId")).isEqualTo("hand");

    signIn(provider.signed(claims("thief").claim("preferred_username", "scim-known")))
        .isError(409, "another externalId", "--claim externalId");
    Answer same = signIn(provider.signed(claims("x-scim-known")));
    assertThat(same.status()).isEqualTo(200);
  }

  @Test
  void anAddressThatWasNeverVerifiedNamesNobody() throws Exception {
    Answer nobody =
        signIn(
            provider.signed(
                claims("loose").claim("preferred_username", null).claim("email_verified", false)));
    nobody.isError(403, "never verified");
  }

  @Test
  void parallelFirstSignInsOfOnePersonMakeOneUser() throws Exception {
    String token = provider.signed(claims("rush"));
    Set<String> ids = new TreeSet<>();
    ExecutorService people = Executors.newFixedThreadPool(8);
    try {
      List<Future<Answer>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(people.submit(() -> signIn(token)));
      }
      for (Future<Answer> one : all) {
        assertThat(one.get().status()).as(one.get().raw().body()).isIn(200, 201);
        ids.add(one.get().at("/id"));
      }
    } finally {
      people.shutdown();
    }
    assertThat(ids).hasSize(1);
  }

  @Test
  void theDirectoryShowsWhoseTokensCountAndRefusesWhatItDoesNotUnderstand() throws Exception {
    JsonNode shown = Json.tree(verb(0, "directory", "show", "default", "--json").out());
    assertThat(shown.path("mode").asText()).isEqualTo("JIT");
    assertThat(shown.path("jit").path("issuer").asText()).isEqualTo(OpenIdProvider.ISSUER);
    assertThat(verb(0, "directory", "show", "default").out()).contains(provider.jwksUrl());
    assertThat(mode(1, "--claim", "shoeSize=size", "--yes").err()).contains("shoeSize", "userName");
    assertThat(
            verb(
                    1,
                    "directory",
                    "mode",
                    "default",
                    "jit",
                    "--issuer",
                    "x",
                    "--audience",
                    "y",
                    "--jwks-url",
                    "http://example.com/keys",
                    "--yes")
                .err())
        .contains("must be an https URL");
    bridge.scim.get("/Users").isError(401, "in mode JIT");
    HttpClient http = HttpClient.newHttpClient();
    assertThat(
            http.send(
                    HttpRequest.newBuilder(URI.create(root("/jit/default"))).build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(405);
    assertThat(
            http.send(
                    HttpRequest.newBuilder(URI.create(root("/jit/a/b")))
                        .POST(BodyPublishers.noBody())
                        .build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void otherModesRefuseSignInsAndTheProvidersOutageIsNoRefusal() throws Exception {
    verb(0, "directory", "create", "others");
    try (OpenIdProvider lone = new OpenIdProvider()) {
      verb(0, "directory", "mode", "others", "manual", "--yes");
      ScimHttp others = new ScimHttp(root("/jit/others"), lone.signed(claims("bob")));
      others.send("POST", "", (String) null).isError(409, "Cannot use JIT in mode MANUAL");
      assertThat(verb(1, "directory", "mode", "others", "jit", "--yes").err())
          .contains("--issuer, --audience and --jwks-url");
      verb(
          0,
          "directory",
          "mode",
          "others",
          "jit",
          "--issuer",
          OpenIdProvider.ISSUER,
          "--audience",
          OpenIdProvider.AUDIENCE,
          "--jwks-url",
          lone.jwksUrl(),
          "--claim",
          "userName=email",
          "--claim",
          "department=dept",
          "--yes");
      lone.down = true;
      assertThat(others.send("POST", "", (String) null).isError(503).header("Retry-After"))
          .isNotEmpty();
      lone.down = false;
      ScimHttp bob =
          new ScimHttp(
              others.base,
              lone.signed(claims("bob").claim("email", "bob@corp.example").claim("dept", "Sales")));
      Answer made = bob.send("POST", "", (String) null);
      assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
      assertThat(made.at("/userName")).isEqualTo("bob@corp.example");
      assertThat(made.raw().body()).contains("\"department\":\"Sales\"");

      Ran back = verb(0, "directory", "mode", "others", "scim", "--yes");
      assertThat(back.err()).contains("/scim/others/v2");
      bob.send("POST", "", (String) null).isError(409, "Cannot use JIT while SCIM is active");
      ScimHttp idp = new ScimHttp(root("/scim/others/v2"), back.out().strip());
      assertThat(idp.get("/Users/" + made.at("/id")).status()).isEqualTo(200);

      // Somebody who was deactivated does not come back by signing in.
      idp.active(made.at("/id"), false);
      verb(0, "directory", "mode", "others", "jit", "--yes");
      bob.send("POST", "", (String) null).isError(403, "is inactive");
    }
  }
}
