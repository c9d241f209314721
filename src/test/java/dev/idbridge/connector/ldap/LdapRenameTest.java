package dev.idbridge.connector.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Team;
import dev.idbridge.testing.LdapApp;
import dev.idbridge.testing.LdapTree;
import dev.idbridge.testing.Slapd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Renames on servers that follow them in their groups, and on servers that do not. */
class LdapRenameTest {
  private static final Deadline SOON = Deadline.in(Duration.ofMinutes(5));

  @TempDir Path home;
  private @Nullable LdapContractApp app;
  private int teams;

  private enum Server {
    MEMORY,
    MEMORY_WITH_INTEGRITY,
    SLAPD,
    SLAPD_WITH_INTEGRITY
  }

  private Connector on(Server server) {
    assumeTrue(
        server.ordinal() < Server.SLAPD.ordinal() || Slapd.installed(),
        "skipped: /usr/sbin/slapd is not there (apt-get install slapd brings it)");
    app =
        new LdapContractApp(
            switch (server) {
              case MEMORY -> new LdapApp(false);
              case MEMORY_WITH_INTEGRITY -> new LdapApp(true);
              case SLAPD -> new Slapd(home, false);
              case SLAPD_WITH_INTEGRITY -> new Slapd(home, true);
            });
    return app.connect();
  }

  @AfterEach
  void close() {
    if (app != null) {
      app.close();
    }
  }

  private static Account account(String userName) {
    return new Account(userName, null, "Ada", null, "L", List.of(), true, Attributes.NONE);
  }

  private static String dn(String uid) {
    return "uid=" + uid + "," + LdapTree.PEOPLE;
  }

  private static String id(Outcome outcome) {
    return ((Outcome.Applied) outcome).remoteId();
  }

  private String created(Connector connector, String userName) {
    return id(connector.account(new AccountPlan.Create(account(userName)), SOON));
  }

  private String teamOf(Connector connector, String account) {
    String name = "team-" + ++teams;
    String team = id(connector.team(new TeamPlan.Create(new Team(name, null)), SOON));
    add(connector, team, account);
    return team;
  }

  private static Outcome add(Connector connector, String team, String account) {
    BatchOutcome outcome =
        connector.members(new MemberPlan(team, List.of(account), List.of()), SOON);
    return ((BatchOutcome.Items) outcome).items().get(account);
  }

  private static Outcome remove(Connector connector, String team, String account) {
    BatchOutcome outcome =
        connector.members(new MemberPlan(team, List.of(), List.of(account)), SOON);
    return ((BatchOutcome.Items) outcome).items().get(account);
  }

  private static Outcome rename(
      Connector connector, String id, String userName, @Nullable String before) {
    return connector.account(
        new AccountPlan.Update(id, account(userName), before == null ? null : account(before)),
        SOON);
  }

  private List<String> uids(String id) {
    return List.of(app.tree.byId(id).getAttributeValues("uid"));
  }

  private int naming(String uid) {
    return app.tree.search(Filter.createEqualityFilter("member", dn(uid))).size();
  }

  @ParameterizedTest
  @EnumSource
  void whereverARenameIsCutTheNextCallEndsItAndNoMembershipIsLost(Server server) {
    try (Connector connector = on(server)) {
      String id = created(connector, "cut-0");
      List<String> ours = List.of(teamOf(connector, id), teamOf(connector, id));
      String foreign = app.foreignTeam("foreign");
      add(connector, foreign, id);
      boolean cut = true;
      int round = 0;
      while (cut) {
        round++;
        String now = "cut-" + round;
        app.faults.loseTheAnswerToWrite(round);
        Outcome outcome = rename(connector, id, now, "cut-" + (round - 1));
        app.faults.loseNothing();
        cut = outcome instanceof Outcome.Retry;
        if (cut) {
          assertThat(((Outcome.Retry) outcome).mayHaveApplied()).isTrue();
          rename(connector, id, now, null);
        }
        for (String team : ours) {
          assertThat(app.members(team)).as("write %d", round).containsExactly(dn(now));
        }
        assertThat(app.members(foreign))
            .as("write %d", round)
            .containsExactlyInAnyOrder(dn(now), app.foreignMember());
        assertThat(naming("cut-" + (round - 1))).isZero();
        assertThat(uids(id)).containsExactly(now);
        assertThat(rename(connector, id, now, null)).isEqualTo(new Outcome.Already(id));
      }
      // The rename, the old name's end, and, where the server does not follow, one per group.
      assertThat(round).isGreaterThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUnfinishedRenameCanBeTakenBack(Server server) {
    try (Connector connector = on(server)) {
      String id = created(connector, "back-1");
      String one = teamOf(connector, id);
      String two = teamOf(connector, id);
      app.faults.loseTheAnswerToWrite(2);
      rename(connector, id, "back-2", "back-1");
      app.faults.loseNothing();

      assertThat(rename(connector, id, "back-1", null)).isEqualTo(new Outcome.Applied(id));

      assertThat(uids(id)).containsExactly("back-1");
      assertThat(app.members(one)).containsExactly(dn("back-1"));
      assertThat(app.members(two)).containsExactly(dn("back-1"));
      assertThat(naming("back-2")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRemovalReachesAnAccountWhoseRenameIsUnfinished(Server server) {
    try (Connector connector = on(server)) {
      String id = created(connector, "leaves-1");
      String team = teamOf(connector, id);
      String both = teamOf(connector, id);
      app.faults.loseTheAnswerToWrite(1);
      rename(connector, id, "leaves-2", "leaves-1");
      app.faults.loseNothing();
      assertThat(connector.seeMembers(team, List.of(id), SOON)).containsEntry(id, Seen.PRESENT);
      add(connector, both, id);

      assertThat(remove(connector, team, id)).isEqualTo(new Outcome.Applied(id));
      assertThat(remove(connector, both, id)).isEqualTo(new Outcome.Applied(id));
      rename(connector, id, "leaves-2", null);

      assertThat(app.members(team)).isEmpty();
      assertThat(app.members(both)).isEmpty();
      assertThat(uids(id)).containsExactly("leaves-2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNameThatIsAnothersIsNeitherTakenNorGivenItsGroups(Server server) {
    try (Connector connector = on(server)) {
      String id = created(connector, "wants");
      String other = created(connector, "has");
      String mine = teamOf(connector, id);
      String theirs = teamOf(connector, other);

      assertThat(rename(connector, id, "has", "wants")).isInstanceOf(Outcome.Conflict.class);

      assertThat(app.members(mine)).containsExactly(dn("wants"));
      assertThat(app.members(theirs)).containsExactly(dn("has"));
      assertThat(uids(id)).containsExactly("wants");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherCaseIsTheSameNameToGroups(Server server) {
    try (Connector connector = on(server)) {
      String id = created(connector, "case");
      String team = teamOf(connector, id);

      assertThat(rename(connector, id, "Case", "case")).isEqualTo(new Outcome.Applied(id));

      assertThat(uids(id)).containsExactly("Case");
      assertThat(app.members(team)).containsExactly(dn("case"));
      assertThat(remove(connector, team, id)).isEqualTo(new Outcome.Applied(id));
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MEMORY")
  void aSecondNameWhoseDnIsAnothersGivesNothing(Server server) {
    try (Connector connector = on(server)) {
      app.tree.add(
          new Entry(
              dn("two"),
              new Attribute("objectClass", "top", "inetOrgPerson"),
              new Attribute("uid", "two", "shared"),
              new Attribute("cn", "two"),
              new Attribute("sn", "two")));
      String id = app.accounts("two").getFirst();
      String other = created(connector, "shared");
      String theirs = teamOf(connector, other);

      assertThat(connector.seeMembers(theirs, List.of(id), SOON)).containsEntry(id, Seen.ABSENT);
      assertThat(remove(connector, theirs, id)).isEqualTo(new Outcome.Already(id));
      assertThat(rename(connector, id, "two", null)).isEqualTo(new Outcome.Applied(id));

      assertThat(app.members(theirs)).containsExactly(dn("shared"));
      assertThat(uids(id)).containsExactly("two");
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MEMORY")
  void aGroupThatWeMayNotWriteIsToldByNameAndFollowedLater(Server server) {
    try (Connector connector = on(server)) {
      String id = created(connector, "barred");
      String barred = teamOf(connector, id);
      String free = teamOf(connector, id);
      String group = app.tree.byId(barred).getDN();
      ((LdapApp) app.tree).lock(group);

      assertThat(rename(connector, id, "passed", "barred"))
          .isInstanceOfSatisfying(
              Outcome.Unverified.class, it -> assertThat(it.reason()).contains(group));
      assertThat(app.members(free)).containsExactly(dn("passed"));

      ((LdapApp) app.tree).lock("");
      assertThat(rename(connector, id, "passed", null)).isEqualTo(new Outcome.Applied(id));
      assertThat(app.members(barred)).containsExactly(dn("passed"));
      assertThat(uids(id)).containsExactly("passed");
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MEMORY")
  void aSearchForGroupsThatIsCutShortLeavesTheNameAsItIs(Server server) {
    on(server).close();
    try (Connector connector = app.connect(Map.of("page-size", "1000"))) {
      String id = created(connector, "still");
      teamOf(connector, id);
      teamOf(connector, id);
      ((LdapApp) app.tree).sizeLimit(1);

      assertThat(rename(connector, id, "moved", "still")).isInstanceOf(Outcome.Retry.class);

      ((LdapApp) app.tree).sizeLimit(0);
      assertThat(uids(id)).containsExactly("still");
      assertThat(naming("still")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MEMORY")
  void aRenameEndsWithItsDeadlineAndGoesOnFromThere(Server server) {
    try (Connector connector = on(server)) {
      String id = created(connector, "slow");
      String team = teamOf(connector, id);
      app.faults.silent(true);
      Outcome late =
          connector.account(
              new AccountPlan.Update(id, account("slow-2"), account("slow")),
              Deadline.in(Duration.ofMillis(300)));
      app.faults.silent(false);
      assertThat(late).isInstanceOf(Outcome.Retry.class);

      rename(connector, id, "slow-2", null);

      assertThat(app.members(team)).containsExactly(dn("slow-2"));
    }
  }
}
