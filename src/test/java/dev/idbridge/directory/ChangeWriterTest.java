package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.add;
import static dev.idbridge.testing.Intake.group;
import static dev.idbridge.testing.Intake.members;
import static dev.idbridge.testing.Intake.remove;
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
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ChangeWriterTest extends OnBothStores {
  private static void refused(Reason reason, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ChangeRefused.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(words);
  }

  private List<String> lane(String kind, String target) {
    List<List<String>> rows =
        intake.rows(
            "SELECT wanted_seq, priority, causes FROM lane"
                + " WHERE app_id = 1 AND kind = ? AND target_id = ?",
            kind,
            Long.parseLong(target));
    return rows.isEmpty() ? List.of() : rows.getFirst();
  }

  private List<List<String>> lines(String resource) {
    return intake.rows(
        "SELECT action, outcome, status, scim_type, member_id, first_cause FROM sync_log"
            + " WHERE resource_id = ? ORDER BY id",
        Long.parseLong(resource));
  }

  @Test
  void aNewUserHasVersionOneARecordALineAndALane() throws ChangeRefused {
    Attributes sent =
        Attributes.of(
            Map.of(
                "userName",
                "Grace",
                "password",
                "secret-1",
                "score",
                new BigDecimal("1.10"),
                "count",
                12,
                "emails",
                List.of(Map.of("value", "Grace@x.org", "type", "Work", "primary", true))));
    Committed committed = intake.apply(new UserChange.Create(sent), 1, 2);
    Resource.User user = intake.readUser(committed.resource().publicId());
    assertThat(user)
        .usingRecursiveComparison()
        .ignoringFields("groups")
        .isEqualTo(committed.resource());
    assertThat(user.active()).isTrue();
    assertThat(user.version()).isEqualTo(1);
    assertThat(user.attributes()).isEqualTo(sent.without("password").with("active", true));
    assertThat(lane("account", user.publicId())).containsExactly("1", "1", "1");
    assertThat(lines(user.publicId()))
        .containsExactly(
            List.of("CREATE", "SUCCESS", "201", "", "0", Long.toString(committed.changeId())));
    assertThat(
            intake.rows(
                "SELECT action, actor, request_id, token_id, version, detail FROM change_record"
                    + " WHERE id = ?",
                committed.changeId()))
        .containsExactly(
            List.of(
                "CREATE",
                "test token",
                "request-1",
                "7",
                "1",
                "attributes=active,count,emails,score,userName"));
    assertThat(
            intake.rows(
                "SELECT position, type_key, value_key FROM directory_email WHERE user_id = ?",
                user.id()))
        .containsExactly(List.of("0", "work", "grace@x.org"));
  }

  @Test
  void aTakenNameIsRefusedInAnyCaseAndNamesItsOwner() throws ChangeRefused {
    String first = intake.newUser("Taken");
    refused(Reason.UNIQUENESS, "id " + first, () -> intake.apply(user("tAKEN")));
    refused(
        Reason.UNIQUENESS,
        "userName 'TAKEN'",
        () -> {
          String second = intake.newUser("taken ");
          intake.apply(new UserChange.Patch(second, current -> current.with("userName", "TAKEN")));
        });
    assertThat(
            intake.rows(
                "SELECT outcome, status, scim_type FROM sync_log"
                    + " WHERE resource_name = 'tAKEN'"))
        .containsExactly(List.of("FAILED", "409", "uniqueness"));
    intake.apply(new UserChange.Delete(first));
    assertThat(intake.apply(user("taken")).changed()).isTrue();
  }

  @Test
  void aChangeThatChangesNothingLeavesVersionLaneAndRecordsAlone() throws ChangeRefused {
    Committed made = intake.apply(user("still"), 1);
    String id = made.resource().publicId();
    Committed again =
        intake.apply(new UserChange.Replace(id, Attributes.of(Map.of("USERNAME", "still"))), 1);
    assertThat(again.changed()).isFalse();
    assertThat(again.resource()).isEqualTo(made.resource());
    assertThat(lane("account", id)).startsWith("1");
    assertThat(
            intake.rows("SELECT id FROM change_record WHERE resource_id = ?", made.resource().id()))
        .hasSize(1);
    assertThat(lines(id)).last().isEqualTo(List.of("UPDATE", "SUCCESS", "200", "", "0", "0"));
  }

  @Test
  void deactivationHasLeaverPriorityAndReactivationMarksItsChange() throws ChangeRefused {
    String id = intake.newUser("leaver");
    intake.apply(new UserChange.Patch(id, current -> current.with("active", false)), 1);
    assertThat(intake.readUser(id).active()).isFalse();
    assertThat(lane("account", id).get(1)).isEqualTo("0");
    Committed kept =
        intake.apply(
            new UserChange.Replace(id, Attributes.of(Map.of("userName", "leaver", "title", "x"))));
    assertThat(((Resource.User) kept.resource()).active()).isFalse();
    Committed back =
        intake.apply(new UserChange.Patch(id, current -> current.with("active", true)), 1);
    assertThat(
            intake.rows(
                "SELECT reactivated_seq FROM directory_user WHERE id = ?", Long.parseLong(id)))
        .containsExactly(List.of(Long.toString(back.changeId())));
    assertThat(lines(id))
        .extracting(List::getFirst)
        .containsExactly("CREATE", "DEACTIVATE", "UPDATE", "REACTIVATE");
  }

  @Test
  void anOutdatedVersionAnUnknownIdAndAForeignDirectoryAreRefused() throws ChangeRefused {
    String id = intake.newUser("versioned");
    refused(
        Reason.PRECONDITION,
        "version 1, not 7",
        () ->
            Intake.result(
                intake.writer.write(
                    new ChangeRequest(
                        intake.directory,
                        new UserChange.Delete(id),
                        Intake.BY,
                        Set.of(7L),
                        List.of()))));
    refused(
        Reason.NOT_FOUND,
        id,
        () ->
            Intake.result(
                intake.writer.write(
                    new ChangeRequest(99, new UserChange.Delete(id), Intake.BY, null, List.of()))));
    refused(Reason.NOT_FOUND, "no-id", () -> intake.apply(new UserChange.Delete("no-id")));
    intake.apply(new UserChange.Delete(id));
    refused(Reason.NOT_FOUND, id, () -> intake.apply(new UserChange.Delete(id)));
    assertThat(intake.resources.find(intake.directory, ResourceType.USER, id, true)).isEmpty();
  }

  @Test
  void anAppThatCameWhileAChangeWasUnderWayHearsOfIt() throws ChangeRefused {
    String id = intake.newUser("while-waiting");
    AtomicReference<List<Integer>> following = new AtomicReference<>(List.of(1));
    ChangeRequest leaves =
        new ChangeRequest(
                intake.directory,
                new UserChange.Patch(id, current -> current.with("active", false)),
                Intake.BY,
                null,
                List.of())
            .withApps(following::get);
    CompletableFuture<Committed> under =
        intake
            .store
            .transactions()
            .run(
                connection -> {
                  try (PreparedStatement lock =
                      connection.prepareStatement(
                          "SELECT id FROM directory_user WHERE id = ? FOR UPDATE")) {
                    lock.setLong(1, Long.parseLong(id));
                    lock.executeQuery();
                  }
                  CompletableFuture<Committed> written = intake.writer.write(leaves);
                  following.set(List.of(1, 7));
                  return written;
                });
    Intake.result(under);
    assertThat(
            intake.rows(
                "SELECT app_id, priority FROM lane WHERE target_id = ? ORDER BY app_id",
                Long.parseLong(id)))
        .containsExactly(List.of("1", "0"), List.of("7", "0"));
  }

  @Test
  void membersComeAndGoByTheirOwnRowsAndLeaveTombstones() throws ChangeRefused {
    String a = intake.newUser("m-a");
    String b = intake.newUser("m-b");
    String group = intake.newGroup("m-group", a);
    assertThat(intake.memberIds(group)).containsExactly(a);
    Committed added = intake.apply(members(group, add(b, a, "17", "x")), 1);
    assertThat(added.skippedMembers()).containsExactly("17", "x");
    assertThat(added.resource().version()).isEqualTo(2);
    assertThat(lane("team", group)).containsExactly("1", "1", "1");
    assertThat(intake.readUser(b).groups())
        .containsExactly(new Resource.Member(Long.parseLong(group), ResourceType.GROUP, "m-group"));
    intake.apply(members(group, remove(a)), 1);
    assertThat(lane("team", group)).containsExactly("2", "0", "2");
    assertThat(intake.memberIds(group)).containsExactly(b);
    assertThat(
            intake.rows(
                "SELECT present, changed_version FROM directory_member"
                    + " WHERE group_id = ? ORDER BY member_id",
                Long.parseLong(group)))
        .extracting(List::getLast)
        .containsExactly("3", "2");
    intake.apply(members(group, add(a)));
    assertThat(intake.memberIds(group)).containsExactly(a, b);
    assertThat(lines(group))
        .extracting(line -> line.get(1), line -> line.get(4))
        .contains(org.assertj.core.groups.Tuple.tuple("SKIPPED", "17"));
  }

  @Test
  void assertingAMemberAgainRefreshesItsRowAndNothingElse() throws ChangeRefused {
    String a = intake.newUser("again-a");
    String group = intake.newGroup("again-group", a);
    String row =
        "SELECT changed_version, cause, asserted_seq FROM directory_member WHERE group_id = ?";
    List<String> before = intake.rows(row, Long.parseLong(group)).getFirst();
    Committed again = intake.apply(members(group, add(a)), 1);
    assertThat(again.changed()).isFalse();
    List<String> after = intake.rows(row, Long.parseLong(group)).getFirst();
    assertThat(after.subList(0, 2)).isEqualTo(before.subList(0, 2));
    assertThat(Long.parseLong(after.get(2))).isGreaterThan(Long.parseLong(before.get(2)));
    assertThat(intake.readGroup(group).version()).isEqualTo(1);
    assertThat(lane("team", group)).isEmpty();
  }

  @Test
  void aPutNamesAllMembersAndReplaceAllLeavesNone() throws ChangeRefused {
    List<String> users = intake.newUsers("put-", 2_300);
    String group = intake.newGroup("put-group", users.subList(0, 1_200).toArray(String[]::new));
    Attributes attributes = Attributes.of(Map.of("displayName", "put-group"));
    Committed put =
        intake.apply(new GroupChange.Replace(group, attributes, users.subList(600, 2_300)), 1);
    assertThat(put.resource().version()).isEqualTo(2);
    assertThat(intake.memberIds(group)).containsExactlyElementsOf(users.subList(600, 2_300));
    assertThat(intake.rows("SELECT detail FROM change_record WHERE id = ?", put.changeId()))
        .containsExactly(List.of("members=+1100-600"));
    assertThat(lane("team", group).get(1)).isEqualTo("0");
    assertThat(
            intake
                .apply(new GroupChange.Replace(group, attributes, users.subList(600, 2_300)), 1)
                .changed())
        .isFalse();
    intake.apply(members(group, new MemberOp.RemoveAll(), add(users.get(1)), remove(users.get(2))));
    assertThat(intake.memberIds(group)).containsExactly(users.get(1));
    intake.apply(members(group, new MemberOp.RemoveAll()));
    assertThat(intake.memberIds(group)).isEmpty();
  }

  @Test
  void aGroupCannotHoldItselfDirectlyOrThroughOthers() throws ChangeRefused {
    String top = intake.newGroup("nest-top");
    String middle = intake.newGroup("nest-middle");
    String bottom = intake.newGroup("nest-bottom");
    intake.apply(members(top, add(middle)));
    intake.apply(members(middle, add(bottom)));
    assertThat(intake.readGroup(top).members())
        .containsExactly(
            new Resource.Member(Long.parseLong(middle), ResourceType.GROUP, "nest-middle"));
    refused(Reason.INVALID_VALUE, "itself", () -> intake.apply(members(top, add(top))));
    refused(
        Reason.INVALID_VALUE,
        top + " holds " + middle + " holds " + bottom,
        () -> intake.apply(members(bottom, add(top))));
    intake.apply(members(middle, remove(bottom)));
    assertThat(intake.apply(members(bottom, add(top))).changed()).isTrue();
  }

  @Test
  void deletedUsersAndGroupsVanishAtOnceAndTheirRowsAreSwept() throws ChangeRefused {
    String a = intake.newUser("gone-a");
    String b = intake.newUser("gone-b");
    String alone = intake.newUser("gone-alone");
    String group = intake.newGroup("gone-group", a, b);
    intake.apply(new UserChange.Delete(a), 1);
    intake.apply(new UserChange.Delete(alone), 1);
    assertThat(intake.memberIds(group)).containsExactly(b);
    assertThat(lane("account", a).get(1)).isEqualTo("0");
    intake.apply(new GroupChange.Delete(group), 1);
    assertThat(intake.readUser(b).groups()).isEmpty();
    assertThat(lane("team", group).get(1)).isEqualTo("0");
    String sweep = "SELECT root_kind, priority FROM sweep WHERE root_id = ?";
    assertThat(intake.rows(sweep, Long.parseLong(a))).containsExactly(List.of("user-groups", "0"));
    assertThat(intake.rows(sweep, Long.parseLong(alone))).isEmpty();
    assertThat(intake.rows(sweep, Long.parseLong(group)))
        .containsExactly(List.of("group-members", "0"));
    assertThat(intake.newGroup("Gone-Group")).isNotEqualTo(group);
  }

  @Test
  void valuesThatDoNotFitAreRefusedWithWhatToDo() {
    refused(Reason.INVALID_VALUE, "required", () -> intake.apply(user(" ")));
    refused(Reason.INVALID_VALUE, "longer than 256", () -> intake.apply(user("u".repeat(257))));
    refused(Reason.INVALID_VALUE, "required", () -> intake.apply(group("")));
    refused(
        Reason.INVALID_VALUE,
        "JSON boolean",
        () ->
            intake.apply(
                new UserChange.Create(Attributes.of(Map.of("userName", "b", "active", "maybe")))));
  }

  @Test
  void aRefusedStepInTheMiddleLeavesNothingOfItsRequest() throws ChangeRefused {
    String group = intake.newGroup("half-group");
    String a = intake.newUser("half-a");
    refused(
        Reason.INVALID_VALUE,
        "itself",
        () ->
            intake.apply(
                new GroupChange.Patch(
                    group,
                    current -> current.with("displayName", "half-renamed"),
                    List.of(add(a), add(group)))));
    assertThat(intake.readGroup(group).displayName()).isEqualTo("half-group");
    assertThat(intake.memberIds(group)).isEmpty();
  }
}
