package dev.idbridge.connector.scim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.AppHttp.Request;
import dev.idbridge.connector.spi.AppHttp.Response;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Team;
import dev.idbridge.testing.TestServices;
import dev.idbridge.testing.TestSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes over the wire, and what answers that no server at hand gives come to. */
class ScimDialectTest {
  private static final Deadline SOON = Deadline.in(Duration.ofMinutes(5));
  private static final Account ADA =
      new Account(
          "ada",
          "ext-7",
          "Ada Lovelace",
          "Ada",
          "Lovelace",
          List.of("ada@example.com", "a@example.org"),
          true,
          Attributes.of(
              Map.of(
                  "title",
                  "Countess",
                  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                  Map.of("department", "R&D"))));

  private final List<Request> sent = new ArrayList<>();
  private final Deque<Response> answers = new ArrayDeque<>();

  private Connector connector(String... settings) {
    Map<String, String> given = new HashMap<>();
    given.put("base-url", "https://app.example/scim/v2/");
    given.put("token", "s3cret");
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    given.values().removeIf(""::equals);
    ScimConnectorFactory factory = new ScimConnectorFactory();
    return factory.create(
        new TestSettings(factory.settings(), given),
        new TestServices(
            "crm",
            Clock.systemUTC(),
            (request, deadline) -> {
              sent.add(request);
              return answers.size() > 1 ? answers.pop() : answers.peek();
            }));
  }

  private void answer(int status, String body) {
    answers.add(
        new Response(
            status,
            Map.of("content-type", "application/json;charset=utf-8"),
            body.getBytes(StandardCharsets.UTF_8)));
  }

  private String body(int n) {
    byte[] body = sent.get(n).body();
    return body == null ? "" : new String(body, StandardCharsets.UTF_8);
  }

  private String target(int n) {
    String uri = sent.get(n).uri().toString();
    return sent.get(n).method() + " " + URLDecoder.decode(uri, StandardCharsets.UTF_8);
  }

  @Test
  void wrongSettingsAreToldByName() {
    Map<String, String> wrong =
        Map.ofEntries(
            Map.entry("base-url", "ftp://app"),
            Map.entry("token", ""),
            Map.entry("content-type", "text/xml"),
            Map.entry("users-path", "/Users/"),
            Map.entry("user-lookup", "userName,nickname"),
            Map.entry("group-lookup", "guess"),
            Map.entry("page-size", "0"),
            Map.entry("exclude-members", "maybe"),
            Map.entry("user-update", "post"),
            Map.entry("deactivate", "shoot"),
            Map.entry("members-per-request", "many"),
            Map.entry("member-remove", "all"),
            Map.entry("member-probe", "always"),
            Map.entry("conflict-text", "("));
    wrong.forEach(
        (name, value) ->
            assertThatThrownBy(() -> connector(name, value))
                .isInstanceOfSatisfying(
                    SettingException.class, e -> assertThat(e.setting()).isEqualTo(name)));
    for (String put : List.of("user-update", "deactivate")) {
      assertThatThrownBy(() -> connector("user-roles", "true", put, "put"))
          .isInstanceOfSatisfying(
              SettingException.class, e -> assertThat(e.setting()).isEqualTo("user-roles"))
          .hasMessageContaining(put + ": put");
    }
    assertThatThrownBy(() -> connector("user", "u"))
        .isInstanceOf(SettingException.class)
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> connector("token", "", "user", "u"))
        .isInstanceOfSatisfying(
            SettingException.class, e -> assertThat(e.setting()).isEqualTo("password"));
  }

  @Test
  void everySettingHasHelpAndAKebabName() {
    assertThat(new ScimConnectorFactory().settings())
        .allSatisfy(
            spec -> {
              assertThat(spec.name()).matches("[a-z]+(-[a-z]+)*");
              assertThat(spec.help()).isNotBlank().endsWith(".");
            });
  }

  @Test
  void aCreateSaysTheWholeUserWithItsExtensions() {
    answer(201, "{\"id\":\"7\"}");

    connector().account(new AccountPlan.Create(ADA), SOON);

    assertThat(target(0)).isEqualTo("POST https://app.example/scim/v2/Users");
    assertThat(sent.getFirst().headers())
        .containsEntry("Authorization", "Bearer s3cret")
        .containsEntry("Content-Type", "application/scim+json");
    assertThat(body(0))
        .isEqualTo(
            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\",\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"],\"userName\":\"ada\",\"externalId\":\"ext-7\",\"displayName\":\"Ada"
                + " Lovelace\",\"name\":{\"givenName\":\"Ada\",\"familyName\":\"Lovelace\"},"
                + "\"emails\":[{\"value\":\"ada@example.com\",\"type\":\"work\",\"primary\":true},{\"value\":\"a@example.org\",\"type\":\"other\",\"primary\":false}],"
                + "\"title\":\"Countess\","
                + "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{\"department\":\"R&D\"},"
                + "\"active\":true}");
  }

  @Test
  void anUpdateSaysOnlyWhatChanged() {
    answer(200, "{\"id\":\"7\"}");
    Account now =
        new Account(
            "ada.king",
            "ext-7",
            "Ada Lovelace",
            null,
            "King",
            ADA.emails(),
            true,
            ADA.more().without("title"));

    connector().account(new AccountPlan.Update("7", now, ADA), SOON);
    Outcome nothing = connector().account(new AccountPlan.Update("7", ADA, ADA), SOON);

    assertThat(target(0)).isEqualTo("PATCH https://app.example/scim/v2/Users/7");
    assertThat(body(0))
        .endsWith(
            "\"Operations\":[{\"op\":\"replace\",\"path\":\"userName\",\"value\":\"ada.king\"},"
                + "{\"op\":\"replace\",\"path\":\"name.familyName\",\"value\":\"King\"},"
                + "{\"op\":\"remove\",\"path\":\"name.givenName\"},"
                + "{\"op\":\"remove\",\"path\":\"title\"}]}");
    assertThat(nothing).isEqualTo(new Outcome.Already("7"));
    assertThat(sent).hasSize(1);
  }

  @Test
  void membersTravelAsDifferencesRemovalsFirst() {
    answer(204, "");
    MemberPlan plan = new MemberPlan("g/1", List.of("a", "b"), List.of("c", "d\"e"));

    connector().members(plan, SOON);
    connector("member-remove", "values", "exclude-members", "false").members(plan, SOON);

    assertThat(sent.getFirst().uri().toString())
        .isEqualTo("https://app.example/scim/v2/Groups/g%2F1?excludedAttributes=members");
    assertThat(body(0))
        .endsWith(
            "\"Operations\":[{\"op\":\"remove\",\"path\":\"members[value eq"
                + " \\\"c\\\"]\"},{\"op\":\"remove\",\"path\":\"members[value eq"
                + " \\\"d\\\\\\\"e\\\"]\"},"
                + "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"a\"},{\"value\":\"b\"}]}]}");
    assertThat(sent.get(1).uri().toString()).isEqualTo("https://app.example/scim/v2/Groups/g%2F1");
    assertThat(body(1))
        .endsWith(
            "\"Operations\":[{\"op\":\"remove\",\"path\":\"members\",\"value\":[{\"value\":\"c\"},{\"value\":\"d\\\"e\"}]},"
                + "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"a\"},{\"value\":\"b\"}]}]}");
  }

  @Test
  void aGroupIsCreatedWithoutMembersAndFoundWithout() {
    answer(200, "{\"id\":\"g1\"}");

    assertThat(connector().team(new TeamPlan.Create(new Team("R&D", "77")), SOON))
        .isEqualTo(new Outcome.Applied("g1"));
    connector("send-external-id", "false").team(new TeamPlan.Create(new Team("R&D", "77")), SOON);
    connector().findTeams(new TeamKeys("a \"b\" \\c"), SOON);

    assertThat(body(0)).contains("\"externalId\":\"77\"").doesNotContain("members");
    assertThat(body(1)).doesNotContain("externalId");
    assertThat(target(2))
        .isEqualTo(
            "GET https://app.example/scim/v2/Groups?filter=displayName eq \"a \\\"b\\\" \\\\c\""
                + "&count=100&excludedAttributes=members");
  }

  @Test
  void anIdMayStandInTheLocationAlone() {
    answers.add(
        new Response(
            201, Map.of("location", "https://app.example/scim/v2/Users/a%2Fb+c?x=1"), new byte[0]));

    assertThat(connector().account(new AccountPlan.Create(ADA), SOON))
        .isEqualTo(new Outcome.Applied("a/b+c"));
  }

  @Test
  void aTakenNameIsAConflictHoweverTheAppSaysIt() {
    for (String text :
        List.of(
            "{\"detail\":\"User already exists\"}",
            "{\"message\":\"userName has already been taken\"}",
            "{\"scimType\":\"uniqueness\",\"detail\":\"no\"}")) {
      answers.clear();
      answer(text.contains("taken") ? 422 : 400, text);
      assertThat(connector().account(new AccountPlan.Create(ADA), SOON))
          .isInstanceOf(Outcome.Conflict.class);
    }
    answers.clear();
    answer(400, "{\"detail\":\"userName must be an address\"}");
    assertThat(connector().account(new AccountPlan.Create(ADA), SOON))
        .isEqualTo(
            new Outcome.Reject("POST /scim/v2/Users: HTTP 400, userName must be an address"));
  }

  @Test
  void aBatchRefusedWholeIsGivenBackWholeToBeSplit() {
    answer(400, "{\"detail\":\"member b is unknown\"}");

    BatchOutcome outcome =
        connector().members(new MemberPlan("g", List.of("a", "b"), List.of()), SOON);

    assertThat(outcome)
        .isEqualTo(
            new BatchOutcome.Whole(
                new Outcome.Reject("PATCH /scim/v2/Groups/g: HTTP 400, member b is unknown")));
    assertThat(sent).hasSize(1);
  }

  @Test
  void aMemberThatWasNoTargetWasRemovedAlready() {
    answer(400, "{\"scimType\":\"noTarget\"}");

    assertThat(connector().members(new MemberPlan("g", List.of(), List.of("a")), SOON))
        .isEqualTo(new BatchOutcome.Items(Map.of("a", new Outcome.Already("a"))));
    assertThat(connector().members(new MemberPlan("g", List.of(), List.of("a", "b")), SOON))
        .isInstanceOf(BatchOutcome.Whole.class);
  }

  @Test
  void aDeactivationMayBeADelete() {
    answer(204, "");

    Outcome outcome =
        connector("deactivate", "delete")
            .account(new AccountPlan.Disable("7", ADA.withActive(false)), SOON);

    assertThat(outcome).isEqualTo(new Outcome.Applied("7"));
    assertThat(target(0)).isEqualTo("DELETE https://app.example/scim/v2/Users/7");
  }

  @Test
  void aSearchThatLeavesSomethingOutIsAFailureNotAShortList() {
    for (String page :
        List.of(
            "{\"totalResults\":2,\"Resources\":[]}",
            "{\"totalResults\":2,\"Resources\":[{\"id\":\"1\",\"displayName\":\"x\"}]}",
            "{\"totalResults\":1,\"Resources\":{}}",
            "{\"totalResults\":1,\"Resources\":[{\"displayName\":\"x\"}]}",
            "{\"Resources\":[]}")) {
      answers.clear();
      answer(200, page);
      assertThat(connector().findTeams(new TeamKeys("x"), SOON))
          .as(page)
          .isInstanceOf(Lookup.Failed.class);
    }
  }

  @Test
  void aFoundUserThatHidesTheKeyCannotBeCompared() {
    answer(200, "{\"totalResults\":1,\"Resources\":[{\"id\":\"1\",\"userName\":\"ada\"}]}");

    Lookup<?> lookup = connector().findAccounts(new AccountKeys("ext-7", "ada", List.of()), SOON);

    assertThat(lookup)
        .isInstanceOfSatisfying(
            Lookup.Failed.class,
            failed -> assertThat(failed.why().reason()).contains("user-lookup"));
  }

  @Test
  void anAppThatAnswersMoreThanAskedIsComparedByUs() {
    answer(
        200,
        "{\"totalResults\":2,\"Resources\":[{\"id\":\"1\",\"userName\":\"ada.lovelace\"},"
            + "{\"id\":\"2\",\"userName\":\"ADA\",\"active\":\"False\"}]}");

    Lookup<?> lookup = connector().findAccounts(new AccountKeys(null, "ada", List.of()), SOON);

    assertThat(lookup.toString())
        .contains("remoteId=2", "active=false")
        .doesNotContain("remoteId=1");
  }

  @Test
  void aGroupWhoseMembersAreNotShownIsKept() {
    answer(200, "{\"id\":\"g\",\"displayName\":\"x\"}");
    assertThat(connector().team(new TeamPlan.Delete("g", false), SOON))
        .isInstanceOf(Outcome.Conflict.class);
    assertThat(sent).hasSize(1);

    answers.clear();
    answer(200, "{\"id\":\"g\",\"members\":[]}");
    answer(204, "");
    assertThat(connector().team(new TeamPlan.Delete("g", false), SOON))
        .isEqualTo(new Outcome.Applied("g"));
  }

  @Test
  void basicCredentialsAreSentAndARotatedSecretIsUsedAtOnce() {
    answer(200, "{\"totalResults\":0}");
    Map<String, String> given =
        Map.of("base-url", "https://app.example/scim", "user", "bridge", "password", "one");
    ScimConnectorFactory factory = new ScimConnectorFactory();
    TestSettings settings = new TestSettings(factory.settings(), given);
    Connector connector =
        factory.create(
            settings,
            new TestServices(
                "crm",
                Clock.systemUTC(),
                (request, deadline) -> {
                  sent.add(request);
                  return answers.peek();
                }));

    assertThat(connector.check(SOON).state()).isEqualTo(Health.State.UP);
    settings.set("password", "two");
    connector.check(SOON);
    settings.set("password", "");
    assertThat(connector.check(SOON).state()).isEqualTo(Health.State.AUTH_FAILED);

    assertThat(sent)
        .extracting(request -> request.headers().get("Authorization"))
        .containsExactly("Basic YnJpZGdlOm9uZQ==", "Basic YnJpZGdlOnR3bw==");
  }
}
