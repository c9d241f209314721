package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.AppConfig.Nested;
import dev.idbridge.config.AppConfig.OnGroupDelete;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamPlan;
import dev.idbridge.directory.GroupReads;
import dev.idbridge.expression.Expression;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.expression.Expressions;
import dev.idbridge.ledger.Detachments;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.Resource;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.store.DatabaseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups in groups on their way to an app that knows teams in teams, and to one that does not. */
final class NestedTeamsTest {
  private static TestBridge bridge(DatabaseKind kind, AppConfig.Teams teams) throws Exception {
    TestBridge bridge =
        new TestBridge(kind, new AppConfig.Accounts(AppConfig.OnUserDelete.DISABLE), teams);
    bridge.app.places = teams.nested() == Nested.REAL;
    return bridge;
  }

  private static AppConfig.Teams teams(Nested nested, Map<String, String> named) {
    return new AppConfig.Teams(new AppConfig.Groups.All(), OnGroupDelete.OWNED, nested, named);
  }

  static Resource.Group named(String displayName) {
    Attributes attributes = Attributes.of(Map.of("displayName", displayName));
    return new Resource.Group(1, 1, attributes, 1, Instant.EPOCH, Instant.EPOCH, null);
  }

  private static TestBridge real(DatabaseKind kind) throws Exception {
    return bridge(kind, teams(Nested.REAL, Map.of()));
  }

  private static MemberOp add(String... members) {
    return new MemberOp.Add(List.of(members));
  }

  private static MemberOp remove(String... members) {
    return new MemberOp.Remove(List.of(members));
  }

  private static String parent(TestBridge bridge, String team) {
    String parent = bridge.app.team(team).parent;
    return parent.isEmpty() ? "" : bridge.app.teams.get(parent).name;
  }

  @Test
  void groupsComeAndGoAsTheConditionSaysAndWhatItCannotTellStaysAsItIs() throws Exception {
    Expression condition =
        new Expressions(ScimSchema.STANDARD)
            .compile(
                "group.displayName.startsWith('OM_') && group.displayName.split('_')[2] != 'x'",
                Sees.GROUP,
                Gives.CONDITION);
    AppConfig.Teams teams =
        new AppConfig.Teams(new AppConfig.Groups.Matching(condition), OnGroupDelete.OWNED);
    try (TestBridge bridge = bridge(DatabaseKind.H2, teams)) {
      String ada = bridge.user("ada");
      String child = bridge.group("OM_a_child", ada);
      String one = bridge.group("OM_a_b", ada, child);
      String other = bridge.group("Other", ada);
      bridge.deliver();
      assertThat(bridge.app.memberNames("OM_a_b")).containsExactly("ada");
      assertThat(bridge.app.teams).hasSize(2);

      bridge.rename(other, "OM_a_c");
      bridge.rename(one, "Off");
      bridge.deliver();
      assertThat(bridge.app.memberNames("OM_a_c")).containsExactly("ada");
      assertThat(bridge.app.teams.values()).extracting(team -> team.name).doesNotContain("Off");
      assertThat(parent(bridge, "OM_a_child")).isEmpty();

      bridge.rename(other, "OM_short");
      bridge.deliver();
      assertThat(bridge.app.memberNames("OM_a_c")).as("stays as it is").containsExactly("ada");
      assertThat(bridge.rows("SELECT reason FROM dead_letter"))
          .singleElement()
          .asString()
          .startsWith("teams.groups.expression: ");
      bridge.rename(other, "OM_a_x");
      bridge.deliver();
      assertThat(bridge.app.teams.values())
          .extracting(team -> team.name)
          .containsExactly("OM_a_child");
      assertThat(bridge.rows("SELECT reason FROM dead_letter")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTeamIsMadeUnderTheTeamOfTheGroupItIsInWhicheverComesFirst(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = real(kind)) {
      String ada = bridge.user("ada");
      String leaf = bridge.group("Leaf", ada);
      String middle = bridge.group("Middle", leaf);
      bridge.group("Top", middle);
      bridge.deliver();

      assertThat(parent(bridge, "Leaf")).isEqualTo("Middle");
      assertThat(parent(bridge, "Middle")).isEqualTo("Top");
      assertThat(parent(bridge, "Top")).isEmpty();
      assertThat(bridge.app.memberNames("Leaf")).containsExactly("ada");
      assertThat(bridge.app.memberNames("Top")).isEmpty();
      assertThat(bridge.rows("SELECT state FROM lane WHERE state <> 'idle'")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTeamOfOursMovesWithItsGroupAndAnAdoptedOneStays(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = real(kind)) {
      bridge.app.foreignTeam("Found", "department");
      String ours = bridge.group("Ours");
      String found = bridge.group("Found");
      String one = bridge.group("One", ours, found);
      String two = bridge.group("Two");
      bridge.deliver();
      assertThat(parent(bridge, "Ours")).isEqualTo("One");
      assertThat(parent(bridge, "Found")).isEmpty();

      bridge.members(two, add(ours, found));
      bridge.members(one, remove(ours, found));
      bridge.deliver();
      assertThat(parent(bridge, "Ours")).isEqualTo("Two");
      assertThat(parent(bridge, "Found")).isEmpty();

      bridge.members(two, remove(ours));
      bridge.deliver();
      assertThat(parent(bridge, "Ours")).isEmpty();
      assertThat(bridge.outLines()).anyMatch(line -> line.contains("moved to the root"));
    }
  }

  @Test
  void ofTwoGroupsThatHoldItTheOneItStandsUnderStays() throws Exception {
    try (TestBridge bridge = real(DatabaseKind.H2)) {
      String child = bridge.group("Child");
      String first = bridge.group("First", child);
      bridge.deliver();
      String second = bridge.group("Second", child);
      bridge.deliver();
      assertThat(parent(bridge, "Child")).isEqualTo("First");

      bridge.members(first, remove(child));
      bridge.deliver();
      assertThat(parent(bridge, "Child")).isEqualTo("Second");
      bridge.write(new GroupChange.Delete(second));
      bridge.deliver();
      assertThat(parent(bridge, "Child")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeletedParentGoesAfterItsChildTeamsHaveMoved(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = real(kind)) {
      String child = bridge.group("Child", bridge.user("ada"));
      String parent = bridge.group("Parent", child);
      bridge.deliver();

      bridge.write(new GroupChange.Delete(parent));
      bridge.deliver();

      assertThat(bridge.app.teams.values()).extracting(team -> team.name).containsExactly("Child");
      assertThat(parent(bridge, "Child")).isEmpty();
      assertThat(bridge.app.memberNames("Child")).containsExactly("ada");
    }
  }

  @Test
  void aChildWaitsForItsParentAndTellsWhatFor() throws Exception {
    try (TestBridge bridge = real(DatabaseKind.H2)) {
      String child = bridge.group("Child");
      bridge.group("Parent", child);
      bridge.app.before =
          plan ->
              plan instanceof TeamPlan.Create create && create.team().name().equals("Parent")
                  ? new Outcome.Retry("not now", false)
                  : null;
      bridge.deliver();
      assertThat(bridge.rows("SELECT reason FROM lane WHERE state = 'waiting'"))
          .singleElement()
          .asString()
          .contains("is not in the app yet");
      assertThat(bridge.app.teams).isEmpty();

      bridge.app.before = plan -> null;
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(parent(bridge, "Child")).isEqualTo("Parent");
    }
  }

  @Test
  void aTeamThatWaitsForItsParentLosesItsLeaversAndGoesWithItsGroupAllTheSame() throws Exception {
    try (TestBridge bridge = real(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String child = bridge.group("Child", ada, bob);
      bridge.deliver();
      bridge.app.before =
          plan ->
              plan instanceof TeamPlan.Create create && create.team().name().equals("Parent")
                  ? new Outcome.Reject("never")
                  : null;
      bridge.group("Parent", child);
      bridge.deliver();
      assertThat(bridge.rows("SELECT reason FROM lane WHERE state = 'waiting'")).hasSize(1);

      bridge.active(ada, false);
      bridge.members(child, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Child")).containsExactly("bob");
      assertThat(bridge.rows("SELECT reason FROM lane WHERE state = 'waiting'")).hasSize(1);

      bridge.write(new GroupChange.Delete(child));
      bridge.deliver();
      assertThat(bridge.app.teams).isEmpty();
      assertThat(bridge.rows("SELECT state FROM lane WHERE state = 'waiting'")).isEmpty();
    }
  }

  @Test
  void aMemberWhoseRemovalFailedDoesNotWaitForTheParentOfTheTeam() throws Exception {
    try (TestBridge bridge = real(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String child = bridge.group("Child", ada);
      bridge.deliver();
      bridge.app.before =
          plan ->
              plan instanceof TeamPlan.Create create && create.team().name().equals("Parent")
                  ? new Outcome.Reject("never")
                  : null;
      bridge.group("Parent", child);
      bridge.deliver();
      bridge.app.instead = key -> new Outcome.Retry("busy", false);
      bridge.members(child, new MemberOp.Remove(List.of(ada)));
      bridge.deliver();
      bridge.app.instead = key -> null;
      assertThat(bridge.app.memberNames("Child")).containsExactly("ada");

      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Child")).isEmpty();
      assertThat(bridge.rows("SELECT reason FROM lane WHERE state = 'waiting'")).hasSize(1);
    }
  }

  @Test
  void aParentThatVanishedFromTheAppIsMadeAgainForItsChild() throws Exception {
    try (TestBridge bridge = real(DatabaseKind.H2)) {
      String parent = bridge.group("Parent");
      bridge.deliver();
      bridge.app.teams.clear();
      bridge.members(parent, add(bridge.group("Child")));
      bridge.deliver();
      bridge.forward(Duration.ofMinutes(1));
      bridge.deliver();
      assertThat(parent(bridge, "Child")).isEqualTo("Parent");
    }
  }

  @Test
  void whereAGroupHasNoTeamTheNextOneUpIsTheParent() throws Exception {
    AppConfig.Teams teams =
        new AppConfig.Teams(
            new AppConfig.Groups.Prefix("OM_"), OnGroupDelete.OWNED, Nested.REAL, Map.of());
    try (TestBridge bridge = bridge(DatabaseKind.H2, teams)) {
      String leaf = bridge.group("OM_leaf");
      String middle = bridge.group("middle", leaf);
      bridge.group("OM_top", middle);
      bridge.deliver();
      assertThat(parent(bridge, "OM_leaf")).isEqualTo("OM_top");

      bridge.rename(middle, "OM_middle");
      bridge.deliver();
      assertThat(parent(bridge, "OM_leaf")).isEqualTo("OM_middle");
      assertThat(parent(bridge, "OM_middle")).isEqualTo("OM_top");

      bridge.rename(middle, "middle");
      bridge.deliver();
      assertThat(parent(bridge, "OM_leaf")).isEqualTo("OM_top");
      assertThat(bridge.app.teams).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatOneNodeBeganBelowAGroupIsNotForgottenByAnother(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, teams(Nested.FLATTEN, Map.of()))) {
      String ada = bridge.user("ada");
      String lowest = bridge.group("Lowest", ada);
      String middle = bridge.group("Middle", lowest);
      String top = bridge.group("Top", middle);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Top")).containsExactly("ada");

      bridge.members(top, remove(middle));
      bridge.otherNode(bridge.feeds::page).page();
      bridge.deliver();
      assertThat(bridge.app.memberNames("Top")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMemberLeavesAnInheritedTeamOnlyWithTheLastReason(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, teams(Nested.FLATTEN, Map.of()))) {
      String ada = bridge.user("ada");
      String left = bridge.group("Left", ada);
      String right = bridge.group("Right", ada);
      bridge.group("Top", left, right);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Top")).containsExactly("ada");

      int calls = bridge.app.calls.size();
      bridge.members(left, remove(ada));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Top")).containsExactly("ada");
      assertThat(bridge.app.calls.subList(calls, bridge.app.calls.size()))
          .containsExactly("members+0-1");

      bridge.members(right, remove(ada));
      bridge.deliver();
      assertThat(bridge.app.memberNames("Top")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalGroupsMappedToOneTeamAreItsUnion(DatabaseKind kind) throws Exception {
    AppConfig.Teams teams = teams(Nested.FLATTEN, Map.of("Engineering", "R&D", "Research", "R&D"));
    try (TestBridge bridge = bridge(kind, teams)) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String engineering = bridge.group("Engineering", ada, bob);
      String research = bridge.group("Research", bob);
      bridge.deliver();
      assertThat(bridge.app.teams.values()).extracting(team -> team.name).containsExactly("R&D");
      assertThat(bridge.app.memberNames("R&D")).containsExactly("ada", "bob");

      bridge.members(engineering, remove(bob));
      bridge.deliver();
      assertThat(bridge.app.memberNames("R&D")).containsExactly("ada", "bob");
      bridge.write(new GroupChange.Delete(research));
      bridge.deliver();
      assertThat(bridge.app.memberNames("R&D")).containsExactly("ada");
      bridge.write(new GroupChange.Delete(engineering));
      bridge.deliver();
      assertThat(bridge.app.teams).isEmpty();
      assertThat(bridge.rows("SELECT * FROM team_source")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDetachedTeamKeepsItsMembersUntilItIsAttachedAgain(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, teams(Nested.FLATTEN, Map.of()))) {
      Detachments detachments =
          new Detachments(bridge.store.transactions(), bridge.store.ids(), bridge.store.clock());
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String cyd = bridge.user("cyd");
      String below = bridge.group("Below", bob);
      String top = bridge.group("Top", ada, below);
      bridge.deliver();
      long team = Long.parseLong(top);

      assertThat(detachments.detach(1, team, team, "ada")).isEqualTo(Detachments.Result.DONE);
      assertThat(detachments.detach(1, team, team, "ada")).isEqualTo(Detachments.Result.ALREADY);
      bridge.members(top, remove(ada), add(cyd));
      bridge.members(below, remove(bob));
      bridge.deliver();
      bridge.purgeTombstones();
      assertThat(bridge.app.memberNames("Top")).containsExactly("ada", "bob");
      assertThat(bridge.app.memberNames("Below")).isEmpty();
      assertThat(bridge.rows("SELECT kind FROM lane WHERE state = 'detached'"))
          .containsExactly("team");

      assertThat(detachments.attach(1, team, team, "ada")).isEqualTo(Detachments.Result.DONE);
      bridge.deliver();
      assertThat(bridge.app.memberNames("Top")).containsExactly("cyd");
      assertThat(bridge.rows("SELECT action FROM change_record WHERE resource_type = 'Group'"))
          .contains("DETACH", "ATTACH");
    }
  }

  @ParameterizedTest
  @EnumSource
  void attachingAssertsMembersThatWereTakenOutInTheApp(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, teams(Nested.FLATTEN, Map.of()))) {
      Detachments detachments =
          new Detachments(bridge.store.transactions(), bridge.store.ids(), bridge.store.clock());
      long team = Long.parseLong(bridge.group("Top", bridge.user("ada")));
      bridge.deliver();
      detachments.detach(1, team, team, "ada");
      bridge.app.team("Top").members.clear();
      detachments.attach(1, team, team, "ada");
      bridge.deliver();
      assertThat(bridge.app.memberNames("Top")).containsExactly("ada");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsInAGroupIsShownPageByPageWithTheGroupThatBringsHim(DatabaseKind kind) throws Exception {
    try (TestBridge bridge = bridge(kind, teams(Nested.FLATTEN, Map.of()))) {
      String ada = bridge.user("ada");
      String bob = bridge.user("bob");
      String leaf = bridge.group("Leaf", ada, bob);
      String middle = bridge.group("Middle", leaf, ada);
      String top = bridge.group("Top", middle, leaf, bob);
      GroupReads reads = new GroupReads(bridge.store.transactions());
      List<String> shown = new ArrayList<>();
      long through = 0;
      long beyond = 0;
      for (List<GroupReads.Member> page = reads.members(Long.parseLong(top), 0, 0, 1);
          !page.isEmpty();
          page = reads.members(Long.parseLong(top), through, beyond, 1)) {
        GroupReads.Member member = page.getFirst();
        shown.add(member.userName() + " through " + member.throughName());
        through = member.through();
        beyond = member.user();
      }
      assertThat(shown)
          .containsExactly(
              "bob through Top", "ada through Leaf", "bob through Leaf", "ada through Middle");
      assertThat(reads.tree(Long.parseLong(top), "Top", 10))
          .extracting(node -> node.displayName() + node.depth())
          .containsExactly("Top0", "Leaf1", "Middle1");
      assertThat(reads.find(1, "middle")).isPresent();
      assertThat(reads.parents(Long.parseLong(leaf), 10)).hasSize(2);
      assertThat(reads.count(Long.parseLong(top))).isEqualTo(new GroupReads.Counts(1, 2));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGroupThatLeavesTheSelectionLosesItsTeamAndItsMembersThere(DatabaseKind kind)
      throws Exception {
    AppConfig.Teams teams =
        new AppConfig.Teams(
            new AppConfig.Groups.Prefix("OM_"), OnGroupDelete.OWNED, Nested.FLATTEN, Map.of());
    try (TestBridge bridge = bridge(kind, teams)) {
      String ada = bridge.user("ada");
      String ours = bridge.group("OM_ours", ada);
      bridge.deliver();
      bridge.app.foreignTeam("OM_found", "department");
      String found = bridge.group("OM_found", ada);
      bridge.deliver();
      assertThat(bridge.app.memberNames("OM_found")).containsExactly("ada");

      bridge.rename(ours, "ours");
      bridge.rename(found, "found");
      bridge.deliver();

      assertThat(bridge.app.teams.values())
          .extracting(team -> team.name)
          .containsExactly("OM_found");
      assertThat(bridge.app.memberNames("OM_found")).isEmpty();
    }
  }

  @Test
  void whoeverWorksInTheBackgroundIsWokenByWhatLeavesWorkThere() throws Exception {
    try (TestBridge bridge = new TestBridge(DatabaseKind.H2)) {
      String ada = bridge.user("ada");
      String inner = bridge.group("Inner", ada);
      String outer = bridge.group("Outer");
      assertThat(bridge.starter.begunJustNow()).as("nothing is left to the background").isFalse();

      bridge.members(outer, new MemberOp.Add(List.of(inner)));
      assertThat(bridge.starter.begunJustNow()).as("a group moved").isTrue();
    }
  }
}
