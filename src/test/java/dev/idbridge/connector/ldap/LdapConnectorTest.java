package dev.idbridge.connector.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.connector.spi.AccountKeys;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.AppHttp.RateClass;
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
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.Slapd;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to LDAP. */
class LdapConnectorTest {
  private static final Deadline SOON = Deadline.in(Duration.ofMinutes(5));
  private static LdapContractApp app;

  @BeforeAll
  static void open() {
    app = new LdapContractApp(new LdapApp());
  }

  @AfterAll
  static void close() {
    app.close();
  }

  private static Account account(String userName, String familyName) {
    return new Account(userName, null, "Ada", null, familyName, List.of(), true, Attributes.NONE);
  }

  private static String id(Outcome outcome) {
    return ((Outcome.Applied) outcome).remoteId();
  }

  @Test
  void aLookTellsWhatAnEntryShowsOtherwiseThanItWasWritten() {
    try (Connector connector = app.connect()) {
      String id =
          id(connector.account(new AccountPlan.Create(account("looked", "Lovelace")), SOON));

      assertThat(connector.seeAccount(id, account("looked", "King"), SOON))
          .isEqualTo(Lookup.of(List.of("sn")));
    }
  }

  @Test
  void everyOperationKeepsToTheRateOfItsClassAndWaitsAsLongAsThatSays() throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext();
        CamelAppHttp limited =
            new CamelAppHttp(
                camel,
                "tree",
                Map.of(RateClass.USER_WRITE, 1, RateClass.GROUP_WRITE, 1_000),
                new SimpleMeterRegistry());
        Connector slow = app.connect(Map.of(), limited)) {
      Outcome first = slow.account(new AccountPlan.Create(account("paced1", "A")), SOON);
      Outcome second =
          slow.account(
              new AccountPlan.Create(account("paced2", "A")), Deadline.in(Duration.ofMillis(300)));
      Outcome team = slow.team(new TeamPlan.Create(new Team("paced", null)), SOON);

      assertThat(first).isInstanceOf(Outcome.Applied.class);
      assertThat(second)
          .isInstanceOfSatisfying(
              Outcome.Throttled.class,
              it -> {
                assertThat(it.after()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
                assertThat(it.reason()).contains("limits.rate.user-writes");
              });
      assertThat(app.accounts("paced2")).as("it was not sent").isEmpty();
      assertThat(team).as("another class").isInstanceOf(Outcome.Applied.class);
    }
  }

  @Test
  void wrongSettingsAreToldByName() {
    Map<String, String> wrong =
        Map.ofEntries(
            Map.entry("url", "http://directory"),
            Map.entry("start-tls", "perhaps"),
            Map.entry("bind-dn", "admin"),
            Map.entry("users-base", ""),
            Map.entry("groups-base", "groups"),
            Map.entry("search-base", "nowhere"),
            Map.entry("user-classes", "inet org"),
            Map.entry("group-class", "posixGroup"),
            Map.entry("placeholder-member", "nobody"),
            Map.entry("external-id-attribute", "employee number"),
            Map.entry("disabled-value", " "),
            Map.entry("page-size", "0"),
            Map.entry("members-per-call", "all"),
            Map.entry("pool-size", "900"));
    wrong.forEach(
        (name, value) ->
            assertThatThrownBy(() -> app.connect(Map.of(name, value)))
                .isInstanceOfSatisfying(
                    SettingException.class, e -> assertThat(e.setting()).isEqualTo(name)));
    assertThatThrownBy(() -> app.connect(Map.of("groups-base", "ou=groups,dc=other,dc=org")))
        .isInstanceOfSatisfying(
            SettingException.class, e -> assertThat(e.setting()).isEqualTo("search-base"));
    assertThatThrownBy(() -> app.connect(Map.of("search-base", LdapTree.GROUPS)))
        .isInstanceOfSatisfying(
            SettingException.class, e -> assertThat(e.setting()).isEqualTo("users-base"));
    assertThatThrownBy(() -> app.connect(Map.of("url", "ldaps://h:636", "start-tls", "true")))
        .isInstanceOf(SettingException.class);
  }

  @Test
  void aPersonWithoutAFamilyNameIsCalledByTheDisplayName() {
    try (Connector connector = app.connect()) {
      String id = id(connector.account(new AccountPlan.Create(account("sn-1", null)), SOON));
      assertThat(app.tree.byId(id).getAttributeValue("sn")).isEqualTo("Ada");

      connector.account(
          new AccountPlan.Update(id, account("sn-1", "King"), account("sn-1", null)), SOON);
      assertThat(app.tree.byId(id).getAttributeValue("sn")).isEqualTo("King");
    }
  }

  @Test
  void otherValuesInTheMarkOfADisabledAccountStay() {
    try (Connector connector = app.connect()) {
      Account ada = account("mark-1", "L");
      String id = id(connector.account(new AccountPlan.Create(ada), SOON));
      modify(id, "employeeType", "contractor");

      connector.account(new AccountPlan.Disable(id, ada), SOON);
      assertThat(app.tree.byId(id).getAttributeValues("employeeType"))
          .containsExactlyInAnyOrder("contractor", "inactive");
      assertThat(connector.account(new AccountPlan.Disable(id, ada), SOON))
          .isEqualTo(new Outcome.Already(id));
      connector.account(new AccountPlan.Enable(id, ada), SOON);
      assertThat(app.tree.byId(id).getAttributeValues("employeeType"))
          .containsExactly("contractor");
    }
  }

  private static void modify(String id, String attribute, String value) {
    try (var admin =
        new LDAPConnection("127.0.0.1", app.tree.port(), LdapTree.ADMIN, LdapTree.PASSWORD)) {
      admin.modify(
          app.tree.byId(id).getDN(), new Modification(ModificationType.ADD, attribute, value));
    } catch (LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anEntryMovedAndRenamedByAnAdminIsStillTheSameAccount() {
    try (Connector connector = app.connect()) {
      Account ada = account("moved-1", "L");
      String id = id(connector.account(new AccountPlan.Create(ada), SOON));
      try (var admin =
          new LDAPConnection("127.0.0.1", app.tree.port(), LdapTree.ADMIN, LdapTree.PASSWORD)) {
        admin.modifyDN(
            app.tree.byId(id).getDN(), "cn=Moved", false, "ou=divisions," + LdapTree.SUFFIX);
      } catch (LDAPException e) {
        throw new IllegalStateException(e);
      }

      Outcome renamed =
          connector.account(new AccountPlan.Update(id, account("moved-2", "L"), ada), SOON);

      assertThat(renamed).isEqualTo(new Outcome.Applied(id));
      assertThat(app.tree.byId(id).getDN()).startsWith("cn=Moved,ou=divisions");
      assertThat(app.tree.byId(id).getAttributeValues("uid")).containsExactly("moved-2");
    }
  }

  @Test
  void aSearchThatTheServerCutsShortIsAFailure() throws Exception {
    try (LdapContractApp small = new LdapContractApp(new LdapApp());
        Connector connector = small.connect(Map.of("page-size", "1000"))) {
      small.tree.add(
          new Entry(
              "cn=twin," + LdapTree.GROUPS,
              new Attribute("objectClass", "top", "groupOfNames"),
              new Attribute("cn", "twin"),
              new Attribute("member", LdapTree.PLACEHOLDER)));
      small.sameNameAgain("twin");
      ((LdapApp) small.tree).sizeLimit(1);

      assertThat(connector.findTeams(new TeamKeys("twin"), SOON))
          .isInstanceOfSatisfying(
              Lookup.Failed.class,
              failed -> assertThat(failed.why()).isInstanceOf(Outcome.Retry.class));
    }
  }

  @Test
  void pagesAreReadToTheEnd() {
    try (Connector connector = app.connect(Map.of("page-size", "1"))) {
      String one = app.foreignTeam("paged");
      String two = app.sameNameAgain("paged");
      assertThat(((Lookup.Complete<?>) connector.findTeams(new TeamKeys("paged"), SOON)).found())
          .hasSize(2)
          .asString()
          .contains(one, two);
    }
  }

  @Test
  void groupsOfUniqueNamesWorkToo() {
    try (Connector connector = app.connect(Map.of("group-class", "groupOfUniqueNames"))) {
      String team = id(connector.team(new TeamPlan.Create(new Team("unique", null)), SOON));
      String ada = id(connector.account(new AccountPlan.Create(account("unique-1", "L")), SOON));
      connector.members(new MemberPlan(team, List.of(ada), List.of()), SOON);
      assertThat(app.tree.byId(team).getAttributeValues("uniqueMember")).hasSize(2);
      assertThat(connector.team(new TeamPlan.Delete(team, false), SOON))
          .isInstanceOf(Outcome.Conflict.class);
      connector.members(new MemberPlan(team, List.of(), List.of(ada)), SOON);
      assertThat(connector.team(new TeamPlan.Delete(team, false), SOON))
          .isEqualTo(new Outcome.Applied(team));
    }
  }

  @Test
  void anAccountThatIsGoneIsNoMemberToAdd() {
    try (Connector connector = app.connect()) {
      String team = id(connector.team(new TeamPlan.Create(new Team("careful", null)), SOON));
      String ada = id(connector.account(new AccountPlan.Create(account("careful-1", "L")), SOON));
      String gone = "00000000-0000-4000-8000-000000000000";
      String goneDn = "uid=gone," + LdapTree.PEOPLE;

      BatchOutcome outcome =
          connector.members(new MemberPlan(team, List.of(ada, gone, goneDn), List.of()), SOON);

      Map<String, Outcome> items = ((BatchOutcome.Items) outcome).items();
      assertThat(items.get(ada)).isEqualTo(new Outcome.Applied(ada));
      assertThat(items.get(gone)).isInstanceOf(Outcome.NotFound.class);
      assertThat(items.get(goneDn)).isInstanceOf(Outcome.NotFound.class);
      assertThat(app.members(team)).hasSize(1);
    }
  }

  @Test
  void aDnServesAsRemoteIdWhereThereIsNoUuid() {
    try (Connector connector = app.connect()) {
      Account ada = account("dn-1", "L");
      connector.account(new AccountPlan.Create(ada), SOON);
      String dn = "uid=dn-1," + LdapTree.PEOPLE;

      Outcome renamed =
          connector.account(new AccountPlan.Update(dn, account("dn-2", "L"), ada), SOON);

      assertThat(renamed).isInstanceOf(Outcome.Applied.class);
      String now = id(renamed);
      assertThat(now).isEqualTo("uid=dn-2," + LdapTree.PEOPLE);
      assertThat(connector.account(new AccountPlan.Disable(now, ada), SOON))
          .isEqualTo(new Outcome.Applied(now));
      assertThat(connector.account(new AccountPlan.Delete(dn), SOON))
          .isInstanceOf(Outcome.NotFound.class);
    }
  }

  @Test
  void aMissingBaseIsToldByTheHealthCheckAndNeverReadAsNothingFound() {
    String nowhere = "ou=nowhere," + LdapTree.SUFFIX;
    try (Connector connector = app.connect(Map.of("users-base", nowhere, "groups-base", nowhere))) {
      Health health = connector.check(SOON);
      assertThat(health.state()).isEqualTo(Health.State.DOWN);
      assertThat(health.detail()).contains(nowhere);
      assertThat(connector.findAccounts(new AccountKeys(null, "x", List.of()), SOON))
          .isInstanceOf(Lookup.Failed.class);
    }
  }

  @Test
  void theLastMemberOfAFoundGroupLeavesAPlaceholderBehindOnSlapd(@TempDir Path home) {
    assumeTrue(
        Slapd.installed(),
        "skipped: /usr/sbin/slapd is not there (apt-get install slapd brings it)");
    try (LdapContractApp slapd = new LdapContractApp(new Slapd(home));
        Connector connector = slapd.connect()) {
      String ada = id(connector.account(new AccountPlan.Create(account("last", "L")), SOON));
      String bob = id(connector.account(new AccountPlan.Create(account("other", "L")), SOON));
      slapd.tree.add(
          new Entry(
              "cn=found," + LdapTree.GROUPS,
              new Attribute("objectClass", "top", "groupOfNames"),
              new Attribute("cn", "found"),
              new Attribute("member", "uid=last," + LdapTree.PEOPLE)));
      String team = slapd.teams("found").getFirst();

      BatchOutcome outcome =
          connector.members(new MemberPlan(team, List.of(), List.of(ada, bob)), SOON);

      assertThat(((BatchOutcome.Items) outcome).items())
          .containsEntry(ada, new Outcome.Applied(ada))
          .containsEntry(bob, new Outcome.Already(bob));
      assertThat(
              slapd
                  .tree
                  .search(Filter.createEqualityFilter("cn", "found"))
                  .getFirst()
                  .getAttributeValues("member"))
          .containsExactly(LdapTree.PLACEHOLDER);
    }
  }
}
