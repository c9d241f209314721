package dev.idbridge.connector.scim.cockroachdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.scim.ScimContractApp;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.Health;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.testing.CockroachDbCloudSimulator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract against what stands for CockroachDB Cloud, and what is its alone. */
class CockroachDbCloudContractTest extends ConnectorContract {
  private CockroachDbCloudSimulator cloud;

  @Override
  protected ContractApp open() {
    cloud = new CockroachDbCloudSimulator();
    return new Cloud(cloud);
  }

  /** SCIM-SDK's filter parser knows no escapes, so no quotes and backslashes here. */
  @Override
  protected List<String> oddNames() {
    return List.of("*", "a)(uid=*", "o'neil, A+B = 100% / (x) <y>; #1 ü");
  }

  private static final class Cloud extends ScimContractApp {
    private final CockroachDbCloudSimulator cloud;

    Cloud(CockroachDbCloudSimulator cloud) {
      super(cloud.scim, cloud.url(), Map.of());
      this.cloud = cloud;
    }

    @Override
    protected ConnectorFactory factory() {
      return new CockroachDbCloudConnectorFactory();
    }

    @Override
    protected Map<String, String> settings(String url, String secret) {
      return Map.of(
          "base-url",
          url,
          "organization-id",
          CockroachDbCloudSimulator.ORGANIZATION,
          "token",
          secret);
    }

    @Override
    public String secret() {
      return CockroachDbCloudSimulator.TOKEN;
    }

    @Override
    public boolean wantsEmail() {
      return true;
    }

    @Override
    public List<GrantPlan.Role> rolesToGrant() {
      return List.of(
          new GrantPlan.Role("CLUSTER_CREATOR", ""),
          new GrantPlan.Role("CLUSTER_ADMIN", CockroachDbCloudSimulator.CLUSTER),
          new GrantPlan.Role("FOLDER_ADMIN", CockroachDbCloudSimulator.FOLDER),
          new GrantPlan.Role("CLUSTER_ADMIN", ""));
    }

    @Override
    public Optional<GrantPlan.Role> unknownRole() {
      return Optional.of(new GrantPlan.Role("CLUSTER_WIZARD", CockroachDbCloudSimulator.CLUSTER));
    }

    @Override
    public List<String> roles(String subject, boolean onTeam) {
      return List.copyOf(cloud.roles(subject));
    }

    @Override
    public void foreignGrant(String subject, boolean onTeam, GrantPlan.Role role) {
      cloud.grant(subject, role.key());
    }

    @Override
    public void close() {
      super.close();
      cloud.close();
    }
  }

  @Test
  void rolesOfTheGroupAddToTheMembersOwnAndAreNeverTakenAwayFromThem() {
    String id = created(user(fresh("member")));
    String team = created(fresh("Devs"));
    add(team, id);
    GrantPlan.Role role = app.rolesToGrant().get(1);
    GrantPlan.Role own = app.rolesToGrant().get(0);
    connector.grants(new GrantPlan(team, true, List.of(role), List.of()), soon());
    connector.grants(new GrantPlan(id, false, List.of(own), List.of()), soon());

    assertThat(connector.seeGrants(id, false, List.of(role, own), soon()))
        .containsEntry(role.key(), Seen.ABSENT)
        .containsEntry(own.key(), Seen.PRESENT);
    assertThat(items(connector.grants(new GrantPlan(id, false, List.of(), List.of(role)), soon())))
        .containsEntry(role.key(), new Outcome.Already(id));

    assertThat(cloud.roles(team)).containsExactly(role.key());
    assertThat(cloud.roles(id)).containsExactly(own.key());
  }

  @Test
  void aThrottledCallIsKnownByItsTextWhateverTheStatus() {
    for (boolean tellsWhen : List.of(true, false)) {
      cloud.throttle(1, tellsWhen);
      assertThat(connector.findTeams(new TeamKeys("x"), soon()))
          .isInstanceOfSatisfying(
              Lookup.Failed.class,
              it -> assertThat(it.why()).isInstanceOf(Outcome.Throttled.class));
      cloud.throttle(1, tellsWhen);
      assertThat(connector.grants(new GrantPlan("x", false, app.rolesToGrant(), List.of()), soon()))
          .isInstanceOfSatisfying(
              BatchOutcome.Whole.class,
              it -> assertThat(it.why()).isInstanceOf(Outcome.Throttled.class));
    }
  }

  @Test
  void anAccountThatIsNoAdministratorIsToldByTheHealthCheck() {
    try (Connector viewer = app.connectWith(CockroachDbCloudSimulator.VIEWER)) {
      Health health = viewer.check(soon());

      assertThat(health.state()).isEqualTo(Health.State.AUTH_FAILED);
      assertThat(health.detail()).contains("ORG_ADMIN");
    }
  }

  @Test
  void aResourceOfNoKnownKindIsRejectedWithWhatToWrite() {
    String id = created(user(fresh("odd")));
    GrantPlan.Role odd = new GrantPlan.Role("CLUSTER_ADMIN", "prod");

    assertThat(items(connector.grants(new GrantPlan(id, false, List.of(odd), List.of()), soon())))
        .hasEntrySatisfying(
            odd.key(), it -> assertThat(it.toString()).contains("'prod'", "CLUSTER/id"));
  }

  @Test
  void groupsAndUsersBeyondOnePageAreFound() {
    for (int i = 0; i < 25; i++) {
      created(fresh("Page"));
    }
    String name = fresh("Last");
    String id = created(name);

    assertThat(found(connector.findTeams(new TeamKeys(name), soon())))
        .singleElement()
        .satisfies(team -> assertThat(team.remoteId()).isEqualTo(id));
  }
}
