package dev.idbridge.connector.openmetadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.AccountPlan;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.model.Account;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Team;
import dev.idbridge.testing.HttpFaults.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The contract against what stands for OpenMetadata, and what is OpenMetadata's alone. */
class OpenMetadataConnectorContractTest extends ConnectorContract {
  private OpenMetadataContractApp mine() {
    return (OpenMetadataContractApp) app;
  }

  @Override
  protected ContractApp open() {
    return new OpenMetadataContractApp();
  }

  @Test
  void aSoftlyDeletedUserLosesTeamsAndRolesAndStaysDeleted() {
    Account account = user(fresh("leaver"));
    String id = created(account);
    String team = created(fresh("Crew"));
    GrantPlan.Role role = app.rolesToGrant().getFirst();
    add(team, id);
    connector.grants(new GrantPlan(id, false, List.of(role), List.of()), soon());
    connector.account(new AccountPlan.Disable(id, account), soon());

    assertThat(remove(team, id)).containsEntry(id, new Outcome.Applied(id));
    connector.grants(new GrantPlan(id, false, List.of(), List.of(role)), soon());

    assertThat(app.members(team)).isEmpty();
    assertThat(app.roles(id, false)).isEmpty();
    assertThat(app.active(id)).isFalse();
    assertThat(remove(team, id)).containsEntry(id, new Outcome.Already(id));
  }

  @Test
  void whereTheSoftDeletionIsLostTheNextCallMakesUpForIt() {
    Account account = user(fresh("leaver"));
    String id = created(account);
    String team = created(fresh("Crew"));
    add(team, id);
    connector.account(new AccountPlan.Disable(id, account), soon());
    mine().faults.next("DELETE", new Fault.Instead(503, Map.of(), ""));

    connector.members(new MemberPlan(team, List.of(), List.of(id)), soon());
    assertThat(app.active(id)).as("awake, since the app did not delete it").isTrue();
    remove(team, id);

    assertThat(app.active(id)).isFalse();
    assertThat(app.members(team)).isEmpty();
  }

  @Test
  void whatChangedWhileAnAccountWasDisabledIsWrittenWhenItIsEnabled() {
    Account account = user(fresh("sabbatical"));
    String id = created(account);
    connector.account(new AccountPlan.Disable(id, account), soon());
    Account now =
        new Account(
            account.userName(),
            account.externalId(),
            "Ada King",
            "Ada",
            "King",
            account.emails(),
            true,
            Attributes.NONE);

    assertThat(connector.account(new AccountPlan.Update(id, now, account), soon()))
        .isEqualTo(new Outcome.Applied(id));
    connector.account(new AccountPlan.Enable(id, now), soon());

    assertThat(app.active(id)).isTrue();
    assertThat(app.displayName(id)).isEqualTo("Ada King");
  }

  @Test
  void anAccountWithoutAnAddressIsRejected() {
    Account account =
        new Account(fresh("mute"), null, "Mute", null, null, List.of(), true, Attributes.NONE);

    assertThat(connector.account(new AccountPlan.Create(account), soon()))
        .isInstanceOfSatisfying(
            Outcome.Reject.class, it -> assertThat(it.reason()).contains("e-mail"));
  }

  @Test
  void anExistingTeamTellsItsTypeAndParent() {
    String name = fresh("Legal");
    app.foreignTeam(name);

    assertThat(found(connector.findTeams(new TeamKeys(name), soon())))
        .singleElement()
        .satisfies(
            team -> {
              assertThat(team.type()).isEqualTo("Department");
              assertThat(team.path()).isEqualTo("Department / " + name);
            });
  }

  @Test
  void aTeamWithTeamsBelowItStays() {
    String top = mine().app.addTeam(fresh("Top"), "Department", "");
    mine().app.addTeam(fresh("Below"), "Group", top);

    assertThat(connector.team(new TeamPlan.Delete(top, false), soon()))
        .isInstanceOfSatisfying(
            Outcome.Conflict.class, it -> assertThat(it.reason()).contains("teams below"));
  }

  @Test
  void aRenamedTeamKeepsItsNameAndShowsTheNewOne() {
    String name = fresh("Blue");
    String id = created(name);

    connector.team(new TeamPlan.Rename(id, new Team("Green", null), name), soon());

    assertThat(app.shape(id)).contains(name);
    assertThat(app.teams("Green")).containsExactly(id);
  }

  @Test
  void membersOfTheTeamAndOfTeamsBelowInheritItsRolesAndKeepTheirOwn() {
    String top = mine().app.addTeam(fresh("Above"), "Department", "");
    String below = mine().app.addTeam(fresh("Beneath"), "Group", top);
    String id = created(user(fresh("heir")));
    add(below, id);
    GrantPlan.Role role = app.rolesToGrant().getFirst();

    connector.grants(new GrantPlan(top, true, List.of(role), List.of()), soon());

    assertThat(app.roles(top, true)).containsExactly(role.key());
    assertThat(app.roles(id, false)).as("what is inherited is not held").isEmpty();
    assertThat(connector.seeGrants(id, false, List.of(role), soon()))
        .containsEntry(role.key(), dev.idbridge.connector.spi.Seen.ABSENT);
  }

  @Test
  void aListThatSomebodyChangedMeanwhileIsLeftAndTriedAgain() throws Exception {
    String id = created(user(fresh("raced")));
    GrantPlan.Role ours = app.rolesToGrant().get(0);
    GrantPlan.Role foreign = app.rolesToGrant().get(1);
    connector.grants(new GrantPlan(id, false, List.of(ours), List.of()), soon());
    CountDownLatch changed = new CountDownLatch(1);
    mine().faults.next("PATCH", new Fault.Hold(changed));
    mine().faults.forgetSeen();

    BatchOutcome outcome;
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<BatchOutcome> revoking =
          other.submit(
              () -> connector.grants(new GrantPlan(id, false, List.of(), List.of(ours)), soon()));
      Deadline until = soon();
      while (!until.passed()
          && mine().faults.seen().stream().noneMatch(call -> call.startsWith("PATCH"))) {
        Thread.onSpinWait();
      }
      mine().app.grantFirst(id, foreign.name());
      changed.countDown();
      outcome = revoking.get();
    }

    assertThat(outcome)
        .isInstanceOfSatisfying(
            BatchOutcome.Whole.class, it -> assertThat(it.why()).isInstanceOf(Outcome.Retry.class));
    assertThat(app.roles(id, false)).containsExactlyInAnyOrder(foreign.key(), ours.key());
    connector.grants(new GrantPlan(id, false, List.of(), List.of(ours)), soon());
    assertThat(app.roles(id, false)).containsExactly(foreign.key());
  }
}
