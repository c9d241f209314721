package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.Nested;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.config.AppConfig.Verify;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.model.MemberOp;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Teams that go on under another rule: nobody who is to stay is ever taken out. */
class TeamHandOverTest {
  private static final List<String> NAMES = List.of("Platform", "SRE", "Ops");

  private static AppConfig.Teams teams(Map<String, String> named) {
    return new AppConfig.Teams(
        new AppConfig.Groups.All(), OnGroupDelete.OWNED, Nested.FLATTEN, named);
  }

  private static TestBridge bridge(DatabaseKind kind, Map<String, String> named) throws Exception {
    return new TestBridge(
        kind,
        new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE),
        teams(named),
        null,
        Verify.OFF);
  }

  private static void map(TestBridge bridge, Map<String, String> named) {
    AppConfig config = bridge.apps.getFirst().config();
    bridge.reconfigure(
        new AppConfig(
            config.name(),
            config.connector(),
            config.directories(),
            config.settings(),
            config.scope(),
            config.accounts(),
            config.mapping(),
            teams(named),
            config.roles(),
            config.limits(),
            config.verify(),
            AppConfig.Rules.FILE));
  }

  /** User names by remote id of those whom calls took out of a team. */
  private static List<String> watch(TestBridge bridge) {
    List<String> removed = new ArrayList<>();
    bridge.app.before =
        plan -> {
          if (plan instanceof MemberPlan members) {
            members
                .removed()
                .forEach(
                    id ->
                        removed.add(
                            bridge.app.teams.get(members.team()).name
                                + "-"
                                + bridge.app.accounts.get(id).account.userName()));
          }
          return null;
        };
    return removed;
  }

  @ParameterizedTest
  @EnumSource
  void aGroupThatIsMappedToATeamOfItsOwnNameKeepsItsTeamAndMembers(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = bridge(kind, Map.of())) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String platform = bridge.group("Platform", ada, bob);
      bridge.group("SRE", bob, bridge.user("cyd"));
      bridge.deliver();
      String team = bridge.app.team("Platform").id;
      List<String> removed = watch(bridge);

      map(bridge, Map.of("SRE", "Platform", "Platform", "Platform"));
      bridge.deliver();

      assertThat(bridge.app.team("Platform").id).as("the same team").isEqualTo(team);
      assertThat(bridge.app.memberNames("Platform")).containsExactly("ada", "bob", "cyd");
      assertThat(removed).containsExactlyInAnyOrder("SRE-bob", "SRE-cyd");
      assertThat(bridge.app.teams.values()).extracting(one -> one.name).containsExactly("Platform");

      removed.clear();
      map(bridge, Map.of());
      bridge.deliver();

      assertThat(bridge.app.team("Platform").id).as("still the same").isEqualTo(team);
      assertThat(bridge.app.memberNames("Platform")).containsExactly("ada", "bob");
      assertThat(bridge.app.memberNames("SRE")).containsExactly("bob", "cyd");
      assertThat(removed).containsExactly("Platform-cyd");
      assertThat(bridge.rows("SELECT state FROM lane WHERE state <> 'idle'")).isEmpty();

      bridge.members(platform, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Platform")).as("ours all along").containsExactly("bob");
    }
  }

  static LongStream seeds() {
    return LongStream.range(1, 1 + Integer.getInteger("idbridge.model.seeds", 6));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoeverIsToBeInATeamBeforeAndAfterIsNeverTakenOutOfIt(long seed) throws Exception {
    Random random = new Random(seed);
    List<Map<String, String>> mappings =
        List.of(
            Map.of(),
            Map.of("Platform", "Platform"),
            Map.of("SRE", "Platform"),
            Map.of("SRE", "Platform", "Ops", "Platform"),
            Map.of("SRE", "Platform", "Platform", "Platform"));
    try (TestBridge bridge = bridge(DatabaseKind.H2, Map.of())) {
      List<String> users = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        users.add(bridge.user("user" + i));
      }
      List<Set<Integer>> groups = new ArrayList<>();
      List<String> ids = new ArrayList<>();
      for (String name : NAMES) {
        groups.add(new TreeSet<>());
        ids.add(bridge.group(name));
      }
      bridge.deliver();
      StringBuilder told = new StringBuilder("seed " + seed);
      Map<String, String> mapped = Map.of();
      for (int step = 0; step < 25; step++) {
        Set<String> before = wanted(groups, mapped);
        if (random.nextInt(3) > 0) {
          int group = random.nextInt(groups.size());
          int user = random.nextInt(users.size());
          if (groups.get(group).add(user)) {
            bridge.members(ids.get(group), new MemberOp.Add(List.of(users.get(user))));
          } else {
            groups.get(group).remove(user);
            bridge.members(ids.get(group), new MemberOp.Remove(List.of(users.get(user))));
          }
          told.append("\n").append(NAMES.get(group)).append(' ').append(groups.get(group));
        } else {
          mapped = mappings.get(random.nextInt(mappings.size()));
          told.append("\n").append(mapped);
          map(bridge, mapped);
        }
        List<String> removed = watch(bridge);
        if (random.nextInt(3) == 0) {
          bridge.claimOnly();
          bridge.forward(TestBridge.LEASE.plusSeconds(1));
          told.append(" (killed)");
        }
        if (random.nextInt(3) == 0) {
          bridge.app.after =
              plan -> random.nextInt(4) == 0 ? new Outcome.Retry("cut off", true) : null;
        }
        bridge.deliver();
        bridge.app.after = plan -> null;
        for (int i = 0; i < 3; i++) {
          bridge.forward(Duration.ofHours(25));
          bridge.deliver();
        }
        Set<String> now = wanted(groups, mapped);
        Set<String> stayed = new TreeSet<>(before);
        stayed.retainAll(now);
        assertThat(removed.stream().filter(stayed::contains)).as(told.toString()).isEmpty();
        Set<String> in = new TreeSet<>();
        bridge.app.teams.values().stream()
            .flatMap(
                team -> bridge.app.memberNames(team.name).stream().map(m -> team.name + "-" + m))
            .forEach(in::add);
        assertThat(in).as(told.toString()).isEqualTo(now);
        assertThat(bridge.rows("SELECT origin FROM app_member"))
            .as(told.toString())
            .doesNotContain("FOUND");
        assertThat(bridge.rows("SELECT kind, state, reason FROM lane WHERE state <> 'idle'"))
            .as(told.toString())
            .isEmpty();
      }
    }
  }

  private static Set<String> wanted(List<Set<Integer>> groups, Map<String, String> mapped) {
    AppConfig.Teams teams = teams(mapped);
    Set<String> wanted = new TreeSet<>();
    for (int i = 0; i < groups.size(); i++) {
      String named = teams.named(NAMES.get(i));
      String team = named == null ? NAMES.get(i) : named;
      groups.get(i).forEach(user -> wanted.add(team + "-user" + user));
    }
    return wanted;
  }
}
