package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.add;
import static dev.idbridge.testing.Intake.group;
import static dev.idbridge.testing.Intake.members;
import static dev.idbridge.testing.Intake.remove;
import static dev.idbridge.testing.Intake.result;
import static dev.idbridge.testing.Intake.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.UserChange;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ParkedMembersTest extends OnBothStores {
  private static final String NEVER = "4611686018427387904";

  private static UserChange.Create person(String userName, String externalId) {
    return new UserChange.Create(
        Attributes.of(Map.of("userName", userName, "externalId", externalId)));
  }

  private static List<List<String>> waiting(String group) {
    return intake.rows(
        "SELECT member_ref FROM parked_member WHERE group_id = ? ORDER BY member_ref",
        Long.parseLong(group));
  }

  private static List<List<String>> lines(String group, String outcome) {
    return intake.rows(
        "SELECT reason, action FROM sync_log WHERE resource_id = ? AND outcome = ?"
            + " AND action LIKE 'MEMBER%' ORDER BY id",
        Long.parseLong(group), outcome);
  }

  @Test
  void theKnownMembersAreAppliedAndTheOthersWaitWithALineEach() throws ChangeRefused {
    String ada = intake.newUser("apply-ada");
    String group = intake.newGroup("apply");
    Committed done = intake.apply(members(group, add(ada, "ext-nobody", NEVER)));

    assertThat(done.changed()).isTrue();
    assertThat(done.skippedMembers()).containsExactlyInAnyOrder("ext-nobody", NEVER);
    assertThat(intake.memberIds(group)).containsExactly(ada);
    assertThat(waiting(group)).containsExactly(List.of(NEVER), List.of("ext-nobody"));
    assertThat(lines(group, "SKIPPED"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line.getFirst()).contains("parked until"));
    assertThat(lines(group, "SKIPPED").getFirst().getFirst()).contains("ext-nobody");
  }

  @Test
  void whoArrivesUnderTheExternalIdOrTheUserNameJoinsInTheSameMoment() throws ChangeRefused {
    String group = intake.newGroup("join", "join-ext", "JOIN-ada");
    String second = intake.newGroup("join-too", "join-ext");
    long version = intake.readGroup(group).version();

    String byExternalId = intake.apply(person("join-x", "join-ext")).resource().publicId();
    String byName = intake.newUser("join-Ada");

    assertThat(intake.memberIds(group)).containsExactlyInAnyOrder(byExternalId, byName);
    assertThat(intake.memberIds(second)).containsExactly(byExternalId);
    assertThat(waiting(group)).isEmpty();
    assertThat(intake.readGroup(group).version()).isEqualTo(version + 2);
    assertThat(lines(group, "SUCCESS"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line.getFirst()).contains("arrived"));
    assertThat(
            intake.rows(
                "SELECT actor FROM change_record WHERE resource_id = ? AND action = 'UPDATE'",
                Long.parseLong(group)))
        .containsOnly(List.of(Intake.BY.name()));
  }

  @Test
  void whoTakesTheNameLaterArrivesThen() throws ChangeRefused {
    String group = intake.newGroup("later", "later-new", "later-ext");
    String ada = intake.newUser("later-old");
    assertThat(intake.memberIds(group)).isEmpty();
    intake.apply(new UserChange.Patch(ada, current -> current.with("userName", "later-new")));
    assertThat(intake.memberIds(group)).containsExactly(ada);
    String bob = intake.newUser("later-bob");
    intake.apply(
        new UserChange.Replace(
            bob, Attributes.of(Map.of("userName", "later-bob", "externalId", "later-ext"))));
    assertThat(intake.memberIds(group)).containsExactlyInAnyOrder(ada, bob);
  }

  @Test
  void aGroupArrivesUnderItsExternalIdUnlessItWouldCloseACycle() throws ChangeRefused {
    String outer = intake.newGroup("nest-outer", "nest-inner-ext");
    String inner =
        intake
            .apply(
                new GroupChange.Create(
                    Attributes.of(
                        Map.of("displayName", "nest-inner", "externalId", "nest-inner-ext")),
                    List.of()))
            .resource()
            .publicId();
    assertThat(intake.memberIds(outer)).containsExactly(inner);

    String other = intake.newGroup("nest-other", "nest-cycle");
    String cycle = intake.newGroup("nest-cycle-group", other);
    intake.apply(
        new GroupChange.Patch(
            cycle, current -> current.with("externalId", "nest-cycle"), List.of()));
    assertThat(intake.memberIds(other)).isEmpty();
    assertThat(waiting(other)).isEmpty();
    assertThat(
            intake.rows(
                "SELECT outcome FROM sync_log WHERE resource_id = ? AND outcome = 'FAILED'",
                Long.parseLong(other)))
        .hasSize(1);
  }

  @Test
  void whoIsThereAlreadyIsFoundUnderTheseNamesToo() throws ChangeRefused {
    String ada = intake.apply(person("found-ada", "found-ext")).resource().publicId();
    String bob = intake.newUser("found-bob");
    String group = intake.newGroup("found");
    Committed done = intake.apply(members(group, add("found-ext", "FOUND-bob")));
    assertThat(done.skippedMembers()).isEmpty();
    assertThat(done.resolvedMembers()).isEqualTo(Map.of("found-ext", ada, "FOUND-bob", bob));
    assertThat(intake.memberIds(group)).containsExactlyInAnyOrder(ada, bob);
    assertThat(intake.apply(members(group, remove("found-ext"))).changed()).isTrue();
    assertThat(intake.memberIds(group)).containsExactly(bob);
  }

  @Test
  void anExternalIdOfTwoNamesNobody() throws ChangeRefused {
    intake.apply(person("twin-a", "twin-ext"));
    intake.apply(person("twin-b", "twin-ext"));
    String group = intake.newGroup("twin");
    assertThat(intake.apply(members(group, add("twin-ext"))).skippedMembers())
        .containsExactly("twin-ext");
    assertThat(intake.memberIds(group)).isEmpty();
  }

  @Test
  void theIdOfADeletedUserIsNotWaitedFor() throws ChangeRefused {
    String ada = intake.newUser("gone-ada");
    intake.apply(new UserChange.Delete(ada));
    String group = intake.newGroup("gone", ada);
    assertThat(waiting(group)).isEmpty();
    assertThat(lines(group, "SKIPPED"))
        .singleElement()
        .satisfies(line -> assertThat(line.getFirst()).contains("was deleted"));
  }

  @Test
  void whatIsTakenBackIsNotWaitedForAnyMore() throws ChangeRefused {
    String group = intake.newGroup("back", "back-1", "back-2", "back-3");
    intake.apply(members(group, remove("back-1")));
    assertThat(waiting(group)).containsExactly(List.of("back-2"), List.of("back-3"));
    intake.apply(members(group, add("back-4"), remove("back-4")));
    assertThat(waiting(group)).containsExactly(List.of("back-2"), List.of("back-3"));
    intake.apply(
        new GroupChange.Replace(
            group, Attributes.of(Map.of("displayName", "back")), List.of("back-3")));
    assertThat(waiting(group)).containsExactly(List.of("back-3"));
    intake.apply(members(group, new MemberOp.RemoveAll()));
    assertThat(waiting(group)).isEmpty();
    intake.apply(members(group, add("back-5")));
    intake.apply(new GroupChange.Delete(group));
    assertThat(waiting(group)).isEmpty();
    intake.newUser("back-5");
  }

  @Test
  void aChangeThatOnlyParksLeavesTheVersionAlone() throws ChangeRefused {
    String group = intake.newGroup("still");
    assertThat(intake.apply(members(group, add("still-1"))).changed()).isFalse();
    assertThat(intake.readGroup(group).version()).isEqualTo(1);
    assertThat(waiting(group)).hasSize(1);
  }

  @Test
  void aStrictDirectoryRefusesThemAndChangesNothing() throws ChangeRefused {
    String ada = intake.apply(person("strict-ada", "strict-ext")).resource().publicId();
    String group = intake.newGroup("strict");
    for (String unknown : List.of("strict-1", NEVER, "strict-ext", "strict-ada")) {
      assertThatThrownBy(
              () ->
                  result(
                      intake.writer.write(
                          new ChangeRequest(
                              intake.directory,
                              members(group, add(ada, unknown)),
                              Intake.BY,
                              null,
                              List::of,
                              true,
                              List.of()))))
          .as(unknown)
          .isInstanceOfSatisfying(
              ChangeRefused.class,
              refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.INVALID_VALUE);
                assertThat(refused.detail()).contains(unknown);
              });
    }
    assertThat(intake.memberIds(group)).isEmpty();
    assertThat(waiting(group)).isEmpty();
  }

  @Test
  void aStrictCreateThatIsRefusedLeavesNoGroup() throws ChangeRefused {
    ChangeRequest request =
        new ChangeRequest(
            intake.directory,
            group("strict-create", NEVER),
            Intake.BY,
            null,
            List::of,
            true,
            List.of());
    assertThatThrownBy(() -> result(intake.writer.write(request)))
        .isInstanceOf(ChangeRefused.class);
    intake.newGroup("strict-create");
  }

  /** As a race or the bound of one transaction leaves it: who is waited for is there already. */
  static void leftOver(String group, String ref) {
    store
        .transactions()
        .run(
            connection -> {
              try (var insert =
                  connection.prepareStatement(
                      "INSERT INTO parked_member (group_id, member_ref, member_key, directory_id,"
                          + " parked_at, token_id, actor, request_id, address)"
                          + " VALUES (?, ?, ?, ?, ?, 7, '', '', '')")) {
                insert.setLong(1, Long.parseLong(group));
                insert.setString(2, ref);
                insert.setString(3, NameKey.of(ref));
                insert.setLong(4, intake.directory);
                insert.setLong(5, store.clock().millis());
                return insert.executeUpdate();
              }
            });
  }

  @Test
  void whoeverIsRemovedWhileItsParkedRowIsLeftOverDoesNotComeBack() throws ChangeRefused {
    List<CompletableFuture<Committed>> sent = new ArrayList<>();
    for (int i = 0; i < 504; i++) {
      sent.add(intake.send(group("left-" + i, "left-user")));
    }
    for (CompletableFuture<Committed> one : sent) {
      result(one);
    }
    String user = intake.newUser("left-user");
    List<String> left =
        intake.rows("SELECT group_id FROM parked_member WHERE member_ref = 'left-user'").stream()
            .map(List::getFirst)
            .toList();
    assertThat(left).hasSize(4);

    intake.apply(members(left.get(0), remove("left-user")));
    intake.apply(members(left.get(1), remove(user)));
    intake.apply(members(left.get(2), remove("LEFT-user")));
    intake.apply(
        new GroupChange.Replace(
            left.get(3), Attributes.of(Map.of("displayName", "left")), List.of()));

    intake.arrivals.missed();
    for (String group : left) {
      assertThat(intake.memberIds(group)).isEmpty();
      assertThat(waiting(group)).isEmpty();
    }
  }

  @Test
  void aRemovalByIdTakesBackWhatWaitsUnderTheExternalIdOfAUserOrGroup() throws ChangeRefused {
    String ada = intake.apply(person("by-id-ada", "by-id-ext")).resource().publicId();
    String inner =
        intake
            .apply(
                new GroupChange.Create(
                    Attributes.of(
                        Map.of("displayName", "by-id-inner", "externalId", "by-id-inner-ext")),
                    List.of()))
            .resource()
            .publicId();
    String group = intake.newGroup("by-id", "by-id-nobody");
    leftOver(group, "by-id-ext");
    leftOver(group, "by-id-inner-ext");
    intake.apply(members(group, remove(ada, inner)));
    assertThat(waiting(group)).containsExactly(List.of("by-id-nobody"));
    intake.arrivals.missed();
    assertThat(intake.memberIds(group)).isEmpty();
  }

  @Test
  void whoIsAddedByNameIsNotWaitedForAnyMore() throws ChangeRefused {
    String ada = intake.newUser("named-ada");
    String group = intake.newGroup("named");
    leftOver(group, "named-ada");
    intake.apply(members(group, add("named-ada")));
    assertThat(waiting(group)).isEmpty();
    intake.apply(new UserChange.Patch(ada, current -> current.with("userName", "named-eve")));
    intake.newUser("named-ada");
    assertThat(intake.memberIds(group)).containsExactly(ada);
  }

  @Test
  void aNameIsTakenBackInAnyCase() throws ChangeRefused {
    String group = intake.newGroup("any-case", "case-Ada");
    intake.apply(members(group, remove("CASE-ada")));
    assertThat(waiting(group)).isEmpty();
    intake.apply(members(group, remove("case-bob"), add("CASE-bob"), remove("case-bob")));
    assertThat(waiting(group)).isEmpty();
  }

  @Test
  void aRemovalThatMeetsALateJoinIsTheLastWord() throws ChangeRefused {
    List<String> groups = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      String name = "word-user-" + round;
      intake.newUser(name);
      List<CompletableFuture<Committed>> sent = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        sent.add(intake.send(group("word-" + round + "-" + i)));
      }
      List<String> these = new ArrayList<>();
      for (CompletableFuture<Committed> one : sent) {
        these.add(result(one).resource().publicId());
      }
      these.forEach(group -> leftOver(group, name));
      CompletableFuture<Integer> joining = CompletableFuture.supplyAsync(intake.arrivals::missed);
      sent.clear();
      for (String group : these) {
        sent.add(intake.send(members(group, remove(name))));
      }
      for (CompletableFuture<Committed> one : sent) {
        result(one);
      }
      joining.join();
      groups.addAll(these);
    }
    for (String group : groups) {
      assertThat(intake.memberIds(group)).isEmpty();
      assertThat(waiting(group)).isEmpty();
    }
  }

  @Test
  void anExternalIdOfTwoNamesNobodyLaterEither() throws ChangeRefused {
    String one = intake.apply(person("twins-a", "twins-ext")).resource().publicId();
    String other = intake.apply(person("twins-b", "twins-ext")).resource().publicId();
    String group = intake.newGroup("twins", "twins-ext");
    intake.arrivals.missed();
    assertThat(intake.memberIds(group)).isEmpty();
    String named = intake.newUser("twins-ext");
    intake.arrivals.missed();
    assertThat(intake.memberIds(group)).doesNotContain(named);
    intake.apply(new UserChange.Delete(one));
    intake.arrivals.missed();
    assertThat(intake.memberIds(group)).containsExactly(other);
  }

  @Test
  void parkingAndArrivingAtTheSameTimeNeverMissEachOther() throws ChangeRefused {
    try (Intake other = new Intake(store)) {
      List<String> groups = new ArrayList<>();
      List<CompletableFuture<Committed>> sent = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        groups.add(intake.newGroup("meet-" + i));
      }
      for (int i = 0; i < 100; i++) {
        sent.add(intake.send(members(groups.get(i), add("meet-user-" + i))));
        sent.add(other.send(user("meet-user-" + i)));
      }
      for (CompletableFuture<Committed> one : sent) {
        result(one);
      }
      intake.arrivals.missed();
      for (String group : groups) {
        assertThat(intake.memberIds(group)).hasSize(1);
        assertThat(waiting(group)).isEmpty();
      }
    }
  }

  @Test
  void whoIsAwaitedByMoreGroupsThanOneTransactionTakesJoinsThemAll() throws ChangeRefused {
    List<CompletableFuture<Committed>> sent = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      sent.add(intake.send(group("many-" + i, "many-user")));
    }
    for (CompletableFuture<Committed> one : sent) {
      result(one);
    }
    String id = intake.newUser("many-user");
    intake.arrivals.missed();
    assertThat(
            intake.rows(
                "SELECT COUNT(*) FROM directory_member WHERE member_id = ? AND present = TRUE",
                Long.parseLong(id)))
        .containsExactly(List.of("1100"));
  }

  @Test
  void whoDoesNotComeIsGivenUpWithALine() throws ChangeRefused {
    String group = intake.newGroup("late", "late-1");
    assertThat(intake.arrivals.expire(Duration.ofDays(28))).isZero();
    store
        .transactions()
        .run(
            connection -> {
              try (var update =
                  connection.prepareStatement(
                      "UPDATE parked_member SET parked_at = parked_at - ? WHERE group_id = ?")) {
                update.setLong(1, Duration.ofDays(28).toMillis() + 1);
                update.setLong(2, Long.parseLong(group));
                return update.executeUpdate();
              }
            });
    assertThat(intake.arrivals.expire(Duration.ofDays(28))).isEqualTo(1);
    assertThat(waiting(group)).isEmpty();
    assertThat(lines(group, "FAILED"))
        .singleElement()
        .satisfies(line -> assertThat(line.getFirst()).contains("late-1").contains("28 days"));
    intake.newUser("late-1");
    assertThat(intake.memberIds(group)).isEmpty();
  }
}
