package dev.idbridge.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.ServedBridge.Ran;
import dev.idbridge.admin.Json;
import dev.idbridge.e2e.ScimHttp.Answer;
import dev.idbridge.store.DatabaseKind;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OAuth 2.0 client credentials and HTTP Basic, where the settings offer them. */
class ClientCredentialsTest {
  private static final String GRANT = "grant_type=client_credentials";

  @TempDir static Path folder;
  private static Bridge bridge;

  @BeforeAll
  static void start() throws Exception {
    bridge =
        new Bridge(
            DatabaseKind.H2, folder, Map.of(), "authentication: {oauth: true, basic: true}\n");
  }

  @AfterAll
  static void stop() {
    bridge.close();
  }

  private record Client(String tokenId, String id, String secret) {}

  private static JsonNode verb(String... words) {
    Ran ran = bridge.daemon.verb(words);
    assertThat(ran.code()).as(ran.err()).isZero();
    return ran.out().isBlank() ? null : Json.tree(ran.out());
  }

  private static Client client(String directory, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("token", "create", "--kind", "client", "--directory", directory, "--json"));
    words.addAll(List.of(more));
    return client(verb(words.toArray(String[]::new)));
  }

  private static Client client(JsonNode made) {
    return new Client(
        made.at("/token/id").asText(),
        made.at("/token/client_id").asText(),
        made.path("secret").asText());
  }

  private static String basic(String id, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
  }

  /** A token request; without an Authorization header when {@code authorization} is null. */
  private static Answer ask(String authorization, String form) throws Exception {
    ScimHttp root = new ScimHttp(bridge.daemon.intake().replace("/scim/v2", ""), "none");
    return root.send(
        "POST",
        "/oauth/token",
        BodyPublishers.ofString(form),
        "Content-Type",
        "application/x-www-form-urlencoded",
        "Authorization",
        authorization == null ? "Bearer none" : authorization);
  }

  private static ScimHttp scim(String directory, String bearer) {
    return new ScimHttp(
        directory.equals("default")
            ? bridge.scim.base
            : bridge.scim.base.replace("/scim/v2", "/scim/" + directory + "/v2"),
        bearer);
  }

  private static String access(Client client) throws Exception {
    Answer issued = ask(basic(client.id(), client.secret()), GRANT);
    assertThat(issued.status()).as(issued.raw().body()).isEqualTo(200);
    return issued.at("/access_token");
  }

  @Test
  void aClientGetsAnAccessTokenByBasicAndByFormAndProvisionsWithIt() throws Exception {
    Client client = client("default", "--name", "entra");
    Answer byForm =
        ask(null, GRANT + "&client_id=" + client.id() + "&client_secret=" + client.secret());
    assertThat(byForm.status()).as(byForm.raw().body()).isEqualTo(200);
    assertThat(byForm.at("/token_type")).isEqualTo("Bearer");
    assertThat(byForm.at("/expires_in")).isEqualTo("900");
    assertThat(byForm.header("Cache-Control")).isEqualTo("no-store");
    assertThat(byForm.header("Content-Type")).startsWith("application/json");
    String id = scim("default", byForm.at("/access_token")).user("cc-ada");
    assertThat(scim("default", access(client)).get("/Users/" + id).status()).isEqualTo(200);
    assertThat(bridge.syncLog("--direction", "in", "--user", "cc-ada"))
        .allSatisfy(line -> assertThat(line.path("token").asText()).isEqualTo("entra"));
  }

  @Test
  void theServiceTellsTheWaysItOffersAndChallengesForThem() throws Exception {
    assertThat(
            bridge
                .scim
                .get("/ServiceProviderConfig")
                .json()
                .path("authenticationSchemes")
                .findValuesAsText("type"))
        .containsExactly("oauthbearertoken", "oauth2", "httpbasic");
    Answer refused = scim("default", "idb_wrong").get("/Users").isError(401);
    assertThat(refused.header("WWW-Authenticate"))
        .contains("Bearer realm=\"scim\"", "invalid_token", "Basic realm=\"scim\"");
  }

  @Test
  void aWrongRequestIsRefusedInTheWordsOfOAuth() throws Exception {
    Client client = client("default");
    String good = basic(client.id(), client.secret());
    for (String wrong :
        List.of(
            basic(client.id(), "wrong"),
            basic("idc_1", client.secret()),
            basic(client.id(), bridge.scim.token),
            "Basic !!!")) {
      Answer refused = ask(wrong, GRANT);
      assertThat(refused.status()).as(wrong).isEqualTo(401);
      assertThat(refused.at("/error")).isEqualTo("invalid_client");
      assertThat(refused.header("WWW-Authenticate")).startsWith("Basic");
      assertThat(refused.raw().body()).doesNotContain(client.secret());
    }
    assertThat(ask(good, "grant_type=password").at("/error")).isEqualTo("unsupported_grant_type");
    assertThat(ask(good, "").at("/error")).isEqualTo("invalid_request");
    assertThat(ask(good, GRANT + "&client_id=x&client_secret=y").at("/error"))
        .isEqualTo("invalid_request");
  }

  @Test
  void aClientsSecretIsNoBearerTokenAndABearerTokenNoPassword() throws Exception {
    Client client = client("default");
    scim("default", client.secret()).get("/Users").isError(401);
    Answer swapped =
        bridge.scim.send(
            "GET", "/Users", (String) null, "Authorization", basic("idp", bridge.scim.token));
    swapped.isError(401);
    Answer right =
        bridge.scim.send(
            "GET", "/Users", (String) null, "Authorization", basic(client.id(), client.secret()));
    assertThat(right.status()).isEqualTo(200);
  }

  @Test
  void aRevokedClientsAccessTokensEndAtOnceAndAReadOnlyOnesNeverWrite() throws Exception {
    Client client = client("default", "--scope", "read-only");
    ScimHttp reads = scim("default", access(client));
    assertThat(reads.get("/Users").status()).isEqualTo(200);
    reads.send("POST", "/Users", "{'userName':'x'}").isError(403, "may only read");
    bridge.daemon.verb("token", "revoke", client.tokenId(), "--yes");
    reads.get("/Users").isError(401);
    assertThat(ask(basic(client.id(), client.secret()), GRANT).status()).isEqualTo(401);
  }

  @Test
  void aRotatedClientKeepsItsIdAndBothSecretsWorkUntilTheOverlapEnds() throws Exception {
    Client before = client("default");
    Client after = client(verb("token", "rotate", before.tokenId(), "--json"));
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.secret()).isNotEqualTo(before.secret());
    assertThat(scim("default", access(before)).get("/Users").status()).isEqualTo(200);
    assertThat(scim("default", access(after)).get("/Users").status()).isEqualTo(200);
  }

  @Test
  void anAccessTokenOpensItsOwnDirectoryAloneAndNoneThatLeftScim() throws Exception {
    bridge.daemon.verb("directory", "create", "second");
    Client client = client("second");
    String access = access(client);
    assertThat(scim("second", access).get("/Users").status()).isEqualTo(200);
    scim("default", access).get("/Users").isError(401);
    bridge.daemon.verb("directory", "mode", "second", "manual", "--yes");
    scim("second", access).get("/Users").isError(401);
    assertThat(ask(basic(client.id(), client.secret()), GRANT).status()).isEqualTo(401);
  }
}
