package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.scim2.client.ScimService;
import com.unboundid.scim2.common.exceptions.ResourceConflictException;
import com.unboundid.scim2.common.exceptions.ResourceNotFoundException;
import com.unboundid.scim2.common.messages.ListResponse;
import com.unboundid.scim2.common.messages.SortOrder;
import com.unboundid.scim2.common.types.Email;
import com.unboundid.scim2.common.types.GroupResource;
import com.unboundid.scim2.common.types.Member;
import com.unboundid.scim2.common.types.Name;
import com.unboundid.scim2.common.types.UserResource;
import dev.idbridge.store.DatabaseKind;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.glassfish.jersey.apache5.connector.Apache5ConnectorProvider;
import org.glassfish.jersey.client.ClientConfig;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** UnboundID's SCIM client, which is not ours either, works with the running daemon. */
class SecondForeignClientTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aWholeLifeOfUsersAndGroupsWithoutAFailure(DatabaseKind kind) throws Exception {
    try (Bridge bridge = new Bridge(kind, folder, Map.of());
        Client http =
            ClientBuilder.newClient(
                new ClientConfig().connectorProvider(new Apache5ConnectorProvider()))) {
      String token = bridge.daemon.verb("token", "create", "--name", "unboundid").out().strip();
      http.register(
          (jakarta.ws.rs.client.ClientRequestFilter)
              request -> request.getHeaders().putSingle("Authorization", "Bearer " + token));
      ScimService scim = new ScimService(http.target(bridge.daemon.intake()));

      assertThat(scim.getServiceProviderConfig().getPatch().isSupported()).isTrue();
      assertThat(scim.getSchemas().getTotalResults()).isGreaterThanOrEqualTo(3);
      assertThat(scim.getResourceTypes().getTotalResults()).isEqualTo(2);
      UserResource ada = scim.create("Users", user("ada"));
      assertThat(ada.getId()).isNotBlank();
      assertThatThrownBy(() -> scim.create("Users", user("ADA")))
          .isInstanceOf(ResourceConflictException.class);

      UserResource read = scim.retrieve("Users", ada.getId(), UserResource.class);
      assertThat(read.getEmails().getFirst().getValue()).isEqualTo("ada@example.com");
      read.setDisplayName("Countess");
      assertThat(scim.replace(read).getDisplayName()).isEqualTo("Countess");
      UserResource patched =
          scim.modifyRequest("Users", ada.getId())
              .replaceValue("name.givenName", "Augusta")
              .replaceValue("emails[type eq \"work\"].value", "augusta@example.com")
              .invoke(UserResource.class);
      assertThat(patched.getName().getGivenName()).isEqualTo("Augusta");
      assertThat(patched.getEmails()).hasSize(1);
      assertThat(patched.getEmails().getFirst().getValue()).isEqualTo("augusta@example.com");

      for (String name : List.of("grace", "katherine", "mary", "dorothy")) {
        scim.create("Users", user(name));
      }
      ListResponse<UserResource> found =
          scim.searchRequest("Users")
              .filter("userName co \"a\" and active eq true")
              .sort("userName", SortOrder.DESCENDING)
              .page(1, 2)
              .invoke(UserResource.class);
      assertThat(found.getTotalResults()).isEqualTo(4);
      assertThat(names(found)).containsExactly("mary", "katherine");
      assertThat(
              names(
                  scim.searchRequest("Users")
                      .filter("userName eq \"grace\"")
                      .invokePost(UserResource.class)))
          .containsExactly("grace");
      List<String> walked = new ArrayList<>();
      String cursor = "";
      do {
        ListResponse<UserResource> page =
            scim.searchRequest("Users").pageWithCursor(cursor, 2).invoke(UserResource.class);
        walked.addAll(names(page));
        cursor = page.getNextCursor();
      } while (cursor != null);
      assertThat(walked).containsExactlyInAnyOrder("ada", "grace", "katherine", "mary", "dorothy");

      GroupResource group = new GroupResource().setDisplayName("Engineering");
      group.setMembers(new Member().setValue(ada.getId()));
      GroupResource team = scim.create("Groups", group);
      assertThat(team.getMembers()).hasSize(1);
      scim.modifyRequest("Groups", team.getId())
          .addValues("members", new Member().setValue(scim.create("Users", user("linus")).getId()))
          .attributes("members")
          .invoke(GroupResource.class);
      GroupResource both = scim.retrieve("Groups", team.getId(), GroupResource.class);
      assertThat(both.getMembers()).hasSize(2);
      scim.modifyRequest("Groups", team.getId())
          .removeValues("members[value eq \"" + ada.getId() + "\"]")
          .attributes("members")
          .invoke(GroupResource.class);
      assertThat(scim.retrieve("Groups", team.getId(), GroupResource.class).getMembers())
          .hasSize(1);

      scim.delete("Groups", team.getId());
      scim.delete("Users", ada.getId());
      assertThatThrownBy(() -> scim.retrieve("Users", ada.getId(), UserResource.class))
          .isInstanceOf(ResourceNotFoundException.class);
    }
  }

  private static UserResource user(String name) {
    UserResource user = new UserResource().setUserName(name).setActive(true);
    user.setName(new Name().setGivenName(name));
    user.setEmails(new Email().setValue(name + "@example.com").setType("work").setPrimary(true));
    return user;
  }

  private static List<String> names(ListResponse<UserResource> page) {
    return page.getResources().stream().map(UserResource::getUserName).toList();
  }
}
