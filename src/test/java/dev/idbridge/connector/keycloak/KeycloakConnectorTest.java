package dev.idbridge.connector.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Team;
import dev.idbridge.testing.Keycloak;
import dev.idbridge.testing.KeycloakAdmin;
import dev.idbridge.testing.KeycloakSimulator;
import dev.idbridge.testing.TestSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is Keycloak's alone; all of it holds against the real one, too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeycloakConnectorTest {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private Keycloak keycloak;
  private KeycloakContractApp app;
  private KeycloakAdmin admin;
  private Connector connector;

  Keycloak open() {
    return new KeycloakSimulator();
  }

  @BeforeAll
  void openApp() {
    keycloak = open();
    app = new KeycloakContractApp(keycloak);
    admin = app.admin;
  }

  @AfterAll
  void closeApp() {
    app.close();
  }

  @BeforeEach
  void connect() {
    connector = app.connect();
  }

  @AfterEach
  void disconnect() {
    connector.close();
    keycloak.realm(true, true);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(20));
  }

  private static String fresh(String name) {
    return "own-" + name + "-" + NAMES.incrementAndGet();
  }

  private static Account account(String userName) {
    return new Account(
        userName,
        "ext-" + userName,
        "Ada L.",
        "Ada",
        "Lovelace",
        List.of(userName + "@example.com"),
        true,
        Attributes.NONE);
  }

  private String created(Account account) {
    Outcome made = connector.account(new AccountPlan.Create(account), soon());
    assertThat(made).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied) made).remoteId();
  }

  @Test
  void anUpdateKeepsWhatOthersWroteIntoTheUser() {
    Account before = account(fresh("kept"));
    String id = created(before);
    admin.call(
        "PUT",
        "/users/" + id,
        """
        {'username':'%s','email':'%s','firstName':'Ada','lastName':'Lovelace',
         'attributes':{'externalId':['%s'],'displayName':['Ada L.'],'badge':['0042']}}
        """
            .formatted(before.userName(), before.email(), before.externalId()));
    Account now =
        new Account(
            before.userName(),
            "ext-new",
            "Ada King",
            "Ada",
            null,
            before.emails(),
            true,
            Attributes.of(Map.of("title", "Countess")));

    assertThat(connector.account(new AccountPlan.Update(id, now, before), soon()))
        .isEqualTo(new Outcome.Applied(id));

    JsonNode user = admin.user(id);
    assertThat(user.path("attributes").path("badge").path(0).asText()).isEqualTo("0042");
    assertThat(user.path("attributes").path("title").path(0).asText()).isEqualTo("Countess");
    assertThat(user.path("attributes").path("externalId").path(0).asText()).isEqualTo("ext-new");
    assertThat(user.path("email").asText()).isEqualTo(before.email());
    assertThat(user.path("firstName").asText()).isEqualTo("Ada");
    assertThat(user.has("lastName")).isFalse();
    assertThat(user.path("enabled").asBoolean()).isTrue();
  }

  @Test
  void anUpdateThatChangesNothingWritesNothing() {
    Account account = account(fresh("Same"));
    String id = created(account);
    app.faults.forgetSeen();

    assertThat(connector.account(new AccountPlan.Update(id, account, null), soon()))
        .isEqualTo(new Outcome.Already(id));

    assertThat(app.faults.seen()).allMatch(request -> request.startsWith("GET "));
  }

  @Test
  void aRealmThatRefusesNewUserNamesGetsAllElseAndIsTold() {
    Account before = account(fresh("fixed"));
    String id = created(before);
    keycloak.realm(false, true);
    Account now =
        new Account(
            fresh("new"),
            before.externalId(),
            "Ada King",
            "Ada",
            "King",
            before.emails(),
            true,
            Attributes.NONE);

    Outcome outcome = connector.account(new AccountPlan.Update(id, now, before), soon());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Reject.class,
            it -> assertThat(it.reason()).contains(before.userName(), "Edit username"));
    assertThat(admin.user(id).path("lastName").asText()).isEqualTo("King");
    assertThat(admin.user(id).path("username").asText()).isEqualTo(before.userName());
  }

  @Test
  void theHealthCheckTellsThatTheRealmDropsAttributes() {
    assertThat(connector.check(soon()).detail()).doesNotContain("drops");
    keycloak.realm(true, false);

    Health health = connector.check(soon());

    assertThat(health.state()).isEqualTo(Health.State.UP);
    assertThat(health.detail()).contains("drops the user attributes");
    try (Connector plain =
        app.connect(
            Clock.systemUTC(),
            Map.of("external-id-attribute", "none", "display-name-attribute", "none"))) {
      assertThat(plain.check(soon()).detail()).doesNotContain("drops");
    }
  }

  @Test
  void externalIdsWithQuotesSpacesAndColonsAreFound() {
    for (String odd : List.of("a\"b", "a b:c", "*", "100%")) {
      Account account =
          new Account(
              fresh("odd"), odd + fresh(""), "Odd", null, null, List.of(), true, Attributes.NONE);
      String id = created(account);

      Lookup<?> found =
          connector.findAccounts(
              new AccountKeys(account.externalId(), "nobody-at-all", List.of()), soon());

      assertThat(found)
          .as(odd)
          .isInstanceOfSatisfying(
              Lookup.Complete.class,
              all -> assertThat(all.found()).hasSize(1).toString().contains(id));
    }
  }

  @Test
  void whatCannotBeANameHereIsRejectedWithKeycloaksOwnWords() {
    Outcome outcome =
        connector.account(new AccountPlan.Create(account("no spaces please")), soon());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Reject.class,
            it ->
                assertThat(it.reason())
                    .contains("username: error-username-invalid-character")
                    .doesNotContain("no spaces"));
    assertThat(connector.team(new TeamPlan.Create(new Team("x".repeat(300), null)), soon()))
        .isInstanceOfSatisfying(
            Outcome.Reject.class, it -> assertThat(it.reason()).contains("300").contains("255"));
  }

  @Test
  void teamsAreFoundDeepInTheTreeAmongNamesThatHoldTheirs() {
    String name = fresh("Sre");
    String top = admin.addGroup("", fresh("Top"));
    String middle = admin.addGroup(top, fresh("Middle"));
    String deep = admin.addGroup(middle, name);
    for (int i = 0; i < 7; i++) {
      admin.addGroup(i % 2 == 0 ? top : middle, name + "-" + i);
    }

    Lookup<FoundTeam> found = connector.findTeams(new TeamKeys(name.toUpperCase()), soon());

    assertThat(found)
        .isInstanceOfSatisfying(
            Lookup.Complete.class,
            all -> assertThat(all.found()).extracting("remoteId").isEqualTo(List.of(deep)));
    assertThat(((Lookup.Complete<FoundTeam>) found).found().getFirst().path())
        .matches("/own-Top-\\d+/own-Middle-\\d+/" + name);
  }

  @Test
  void aTeamWithSubGroupsStaysAndSoDoThey() {
    String top = admin.addGroup("", fresh("Parent"));
    String child = admin.addGroup(top, fresh("Child"));

    assertThat(connector.team(new TeamPlan.Delete(top, false), soon()))
        .isInstanceOfSatisfying(
            Outcome.Conflict.class, it -> assertThat(it.reason()).contains("sub-groups"));

    assertThat(admin.call("GET", "/groups/" + child, null).path("parentId").asText())
        .isEqualTo(top);
  }

  @Test
  void aRenamedTeamKeepsItsAttributes() {
    String name = fresh("Named");
    Outcome made = connector.team(new TeamPlan.Create(new Team(name, "g-1")), soon());
    String id = ((Outcome.Applied) made).remoteId();

    connector.team(new TeamPlan.Rename(id, new Team(name + "x", "g-1"), name), soon());

    JsonNode group = admin.call("GET", "/groups/" + id, null);
    assertThat(group.path("name").asText()).isEqualTo(name + "x");
    assertThat(group.path("attributes").path("externalId").path(0).asText()).isEqualTo("g-1");
    assertThat(group.path("attributes").path("teamType").path(0).asText()).isEqualTo("group");
  }

  @Test
  void revokingRolesLeavesTheRolesThatEveryUserHas() {
    String id = created(account(fresh("roles")));
    List<String> at = admin.granted("users", id, "");
    assertThat(at).isNotEmpty();
    GrantPlan.Role known = new GrantPlan.Role("viewer", "");
    GrantPlan.Role unknown = new GrantPlan.Role("no-such-role", "");

    connector.grants(new GrantPlan(id, false, List.of(known), List.of(unknown)), soon());
    connector.grants(new GrantPlan(id, false, List.of(), List.of(unknown)), soon());
    connector.grants(new GrantPlan(id, false, List.of(), List.of(known, unknown)), soon());

    assertThat(admin.granted("users", id, "")).isEqualTo(at);
  }

  @Test
  void oneUnknownRoleDoesNotHoldUpTheOthers() {
    String id = created(account(fresh("mixed")));
    GrantPlan.Role known = new GrantPlan.Role("clerk", "billing");

    var outcome =
        connector.grants(
            new GrantPlan(
                id,
                false,
                List.of(
                    new GrantPlan.Role("nobody", "billing"),
                    known,
                    new GrantPlan.Role("clerk", "no-such-client")),
                List.of()),
            soon());

    assertThat(outcome.toString())
        .contains("clerk@billing=Applied", "nobody@billing=Reject")
        .contains("there is no client 'no-such-client'");
    assertThat(admin.granted("users", id, "billing")).containsExactly("clerk");
  }

  @Test
  void anAttributeIsMappedUnlessSomethingElseIsWrittenThere() {
    KeycloakConnectorFactory factory = new KeycloakConnectorFactory();
    TestSettings settings = new TestSettings(factory.settings(), Map.of());

    assertThat(factory.whyNotMapped("costCentre", settings)).isEmpty();
    assertThat(factory.whyNotMapped("firstName", settings))
        .hasValueSatisfying(why -> assertThat(why).contains("givenName"));
    assertThat(factory.whyNotMapped("displayName", settings))
        .hasValueSatisfying(why -> assertThat(why).contains("settings.display-name-attribute"));
  }

  @Test
  void aSettingThatCannotWorkIsNamed() {
    for (String[] bad :
        new String[][] {
          {"base-url", "sso.example.com"}, {"page-size", "0"}, {"members-per-call", "no"}
        }) {
      assertThatThrownBy(() -> app.connect(Clock.systemUTC(), Map.of(bad[0], bad[1])))
          .isInstanceOfSatisfying(
              SettingException.class, e -> assertThat(e.setting()).isEqualTo(bad[0]));
    }
  }
}
