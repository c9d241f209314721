package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Dialect;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.scim.IntakeServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories hear who speaks to them, and read by their settings. */
class DialectTest {
  private IntakeServer server;

  @BeforeEach
  void start() throws Exception {
    server = new IntakeServer(EdgeSettings.plain());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private DirectorySettings settings() {
    return server.directory.find("default").orElseThrow().settings();
  }

  private void set(String key, String value) {
    server.directory.set("default", Map.of(key, value), "test");
  }

  private String group() throws Exception {
    return server.send("POST", "/Groups", "{'displayName':'g'}").at("/id");
  }

  @ParameterizedTest
  @CsvSource({
    "Okta SCIM Client 1.0.0, OKTA",
    "OKTA SCIM Integration, OKTA",
    "authentik@2025.10, AUTHENTIK",
    "OneLogin SCIM, ONELOGIN",
    "JumpCloud SCIM, JUMPCLOUD",
    "sailpoint-identitynow, SAILPOINT",
    "PingOne Provisioner, PINGONE",
    "Central-Client/1.0,",
    "curl/8.0,"
  })
  void theUserAgentNamesTheDialect(String agent, Dialect expected) throws Exception {
    server.send("GET", "/Users?count=1", null, "User-Agent", agent);
    assertThat(settings().recognised()).isEqualTo(expected);
  }

  @Test
  void anUnknownCallerTeachesNothing() throws Exception {
    server.sendTo(
        server.base() + "/Users", "GET", null, "Bearer wrong", "User-Agent", "Okta SCIM Client");
    assertThat(settings().recognised()).isNull();
  }

  @Test
  void entraIsKnownByItsFlagItsGroupSchemaOrItsCapitals() throws Exception {
    server.send("GET", "/Users?aadOptscim062020&filter=userName+eq+%22x%22", null);
    assertThat(settings().recognised()).isEqualTo(Dialect.ENTRA);
    stop();
    start();
    server.send(
        "POST",
        "/Groups",
        "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:Group',"
            + "'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],"
            + "'displayName':'e'}");
    assertThat(settings().recognised()).isEqualTo(Dialect.ENTRA);
  }

  @Test
  void theFirstCapitalRemovalThatNamesNobodyIsRefusedAlready() throws Exception {
    String group = group();
    assertThat(settings().dialect()).isEqualTo(Dialect.RFC);
    Answer refused =
        server.send(
            "PATCH", "/Groups/" + group, "{'Operations':[{'op':'Remove','path':'members'}]}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/scimType")).isEqualTo("invalidValue");
    assertThat(refused.at("/detail")).contains("remove-all-members=honour");
    assertThat(settings().dialect()).isEqualTo(Dialect.ENTRA);
    set("remove-all-members", "honour");
    assertThat(
            server
                .send(
                    "PATCH",
                    "/Groups/" + group,
                    "{'Operations':[{'op':'Remove','path':'members'}]}")
                .status())
        .isEqualTo(204);
  }

  @Test
  void aPinnedDialectCountsWhoeverSpeaks() throws Exception {
    set("dialect", "okta");
    String group = group();
    assertThat(
            server
                .send(
                    "PATCH",
                    "/Groups/" + group,
                    "{'Operations':[{'op':'Remove','path':'members'}]}")
                .status())
        .isEqualTo(204);
    assertThat(settings().recognised()).isEqualTo(Dialect.ENTRA);
    assertThat(settings().dialect()).isEqualTo(Dialect.OKTA);
  }

  @Test
  void aStrictDirectoryRefusesWhatALenientOneTakes() throws Exception {
    String body = "{'userName':'ada','active':'True','shoe':41}";
    assertThat(server.send("POST", "/Users", body).status()).isEqualTo(201);
    assertThat(server.directory.requests.getLast().ignored()).containsExactly("shoe");
    assertThat(server.directory.requests.getLast().strict()).isFalse();
    set("strictness", "strict");
    Answer refused = server.send("POST", "/Users", body.replace("ada", "bob"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/scimType")).isEqualTo("invalidSyntax");
    assertThat(
            server
                .send(
                    "POST",
                    "/Users",
                    "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'bob'}")
                .status())
        .isEqualTo(201);
    assertThat(server.directory.requests.getLast().strict()).isTrue();
  }

  @Test
  void keptAttributesComeBackAsTheyCame() throws Exception {
    set("unknown-attributes", "keep");
    Answer created =
        server.send(
            "POST",
            "/Users",
            "{'userName':'ada','shoe':41,'name':{'pet':'cat','givenName':'Ada'},"
                + "'urn:acme:2.0:User':{'site':'north','on':true},'password':'s3cret'}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().path("shoe").asInt()).as(created.json().toString()).isEqualTo(41);
    assertThat(created.at("/name/pet")).isEqualTo("cat");
    assertThat(created.json().at("/urn:acme:2.0:User/on").asBoolean()).isTrue();
    assertThat(new String(created.http().body(), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("s3cret");
  }
}
