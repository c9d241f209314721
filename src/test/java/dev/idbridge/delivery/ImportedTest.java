package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.directory.FoundMembers;
import dev.idbridge.directory.GroupReads;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.Resource;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Users and groups that were found in an app, before and after an identity provider touches them.
 */
class ImportedTest {

  private static Resource found(TestBridge bridge, String userName) throws Exception {
    return Objects.requireNonNull(
        bridge
            .write(new UserChange.Create(Attributes.of(Map.of("userName", userName)), true))
            .resource());
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void nothingIsDeliveredOfWhatWasFoundBeforeAnIdentityProviderTouchesIt(DatabaseKind kind)
      throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      String ada = found(bridge, "ada").publicId();
      String bob = found(bridge, "bob").publicId();
      String cyd = found(bridge, "cyd").publicId();
      bridge.write(
          new GroupChange.Create(Attributes.of(Map.of("displayName", "Ops")), List.of(), true));
      bridge.deliver();
      assertThat(bridge.app.calls).isEmpty();

      assertThat(bridge.user("Ada")).as("a POST takes over").isEqualTo(ada);
      bridge.write(new UserChange.Patch(bob, now -> now));
      bridge.write(new UserChange.Delete(cyd));
      String ops = bridge.group("Ops", ada);
      bridge.deliver();

      assertThat(bridge.app.account("ada").active).isTrue();
      assertThat(bridge.app.account("bob").active).as("touched is linked").isTrue();
      assertThat(bridge.app.accounts).hasSize(2);
      assertThat(bridge.app.memberNames("Ops")).containsExactly("Ada");
      assertThat(bridge.rows("SELECT COUNT(*) FROM directory_group WHERE id = " + ops))
          .containsExactly("1");
      assertThat(bridge.rows("SELECT DISTINCT origin FROM directory_user")).containsExactly("idp");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void whomAnImportFoundInAGroupIsShownAndCountsOnlyOnceAnIdentityProviderChangesTheGroup(
      DatabaseKind kind) throws Exception {
    try (TestBridge bridge = new TestBridge(kind)) {
      long ada = Long.parseLong(bridge.user("ada"));
      long bob = Long.parseLong(bridge.user("bob"));
      FoundMembers found =
          new FoundMembers(bridge.store.transactions(), bridge.store.ids(), bridge.store.clock());
      GroupReads reads = new GroupReads(bridge.store.transactions());
      Map<String, Long> groups = new HashMap<>();
      for (String name : List.of("Patched", "Posted", "Put", "Gone")) {
        long group = foundGroup(bridge, name);
        groups.put(name, group);
        assertThat(found.add(group, List.of(bob, ada), "ann")).isEqualTo(2);
        assertThat(found.add(group, List.of(ada), "ann")).as("found again").isZero();
        assertThat(reads.count(group).users()).isEqualTo(2);
        assertThat(reads.members(group, 0, 0, 1)).extracting(m -> m.userName()).hasSize(1);
        assertThat(reads.members(group, group, Math.min(ada, bob), 9)).hasSize(1);
      }
      bridge.deliver();
      assertThat(bridge.rows("SELECT COUNT(*) FROM directory_member")).containsExactly("0");
      assertThat(bridge.rows("SELECT COUNT(*) FROM app_member")).containsExactly("0");

      bridge.write(
          new GroupChange.Patch(
              groups.get("Patched").toString(),
              now -> now,
              List.of(new MemberOp.Remove(List.of(Long.toString(bob))))));
      bridge.group("Posted", Long.toString(bob));
      bridge.write(
          new GroupChange.Replace(
              groups.get("Put").toString(),
              Attributes.of(Map.of("displayName", "Put")),
              List.of(Long.toString(bob))));
      bridge.write(new GroupChange.Delete(groups.get("Gone").toString()));
      bridge.deliver();

      assertThat(bridge.app.memberNames("Patched")).as("the others stay").containsExactly("ada");
      assertThat(bridge.app.memberNames("Posted")).as("as the POST says").containsExactly("bob");
      assertThat(bridge.app.memberNames("Put")).as("as the PUT says").containsExactly("bob");
      assertThat(bridge.rows("SELECT COUNT(*) FROM found_member")).containsExactly("0");
      assertThat(found.add(groups.get("Put"), List.of(ada), "ann"))
          .as("an identity provider has it by now")
          .isEqualTo(-1);
    }
  }

  private static long foundGroup(TestBridge bridge, String name) throws Exception {
    return Objects.requireNonNull(
            bridge
                .write(
                    new GroupChange.Create(
                        Attributes.of(Map.of("displayName", name)), List.of(), true))
                .resource())
        .id();
  }
}
