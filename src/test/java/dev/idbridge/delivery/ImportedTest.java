package dev.idbridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.Resource;
import dev.idbridge.model.UserChange;
import dev.idbridge.store.DatabaseKind;
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
}
