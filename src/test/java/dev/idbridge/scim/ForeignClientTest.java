package dev.idbridge.scim;

import static org.assertj.core.api.Assertions.assertThat;

import de.captaingoldfish.scim.sdk.client.ScimClientConfig;
import de.captaingoldfish.scim.sdk.client.ScimRequestBuilder;
import de.captaingoldfish.scim.sdk.client.response.ServerResponse;
import de.captaingoldfish.scim.sdk.common.constants.EndpointPaths;
import de.captaingoldfish.scim.sdk.common.constants.enums.Comparator;
import de.captaingoldfish.scim.sdk.common.constants.enums.PatchOp;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.ServiceProvider;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.Name;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Email;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Member;
import de.captaingoldfish.scim.sdk.common.response.ListResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A SCIM client that is not ours finds a SCIM service it can work with. */
class ForeignClientTest {

  @Test
  void aForeignClientCreatesPatchesListsAndDeletes() throws Exception {
    try (IntakeServer server = new IntakeServer(EdgeSettings.plain());
        ScimRequestBuilder client = client(server)) {
      ServiceProvider config = client.loadServiceProviderConfiguration();
      assertThat(config.getPatchConfig().isSupported()).isTrue();

      User ada =
          User.builder()
              .userName("ada")
              .name(Name.builder().givenName("Ada").familyName("Lovelace").build())
              .emails(List.of(Email.builder().value("ada@x.example").type("work").build()))
              .active(true)
              .build();
      ServerResponse<User> created =
          client.create(User.class, EndpointPaths.USERS).setResource(ada).sendRequest();
      assertSuccess(created, 201);
      String id = created.getResource().getId().orElseThrow();

      ServerResponse<User> conflict =
          client.create(User.class, EndpointPaths.USERS).setResource(ada).sendRequest();
      assertThat(conflict.getHttpStatus()).isEqualTo(409);
      assertThat(conflict.getErrorResponse().getScimType()).contains("uniqueness");

      ServerResponse<User> patched =
          client
              .patch(User.class, EndpointPaths.USERS, id)
              .addOperation()
              .op(PatchOp.REPLACE)
              .path("name.givenName")
              .value("Augusta")
              .next()
              .op(PatchOp.REPLACE)
              .path("active")
              .value("false")
              .build()
              .sendRequest();
      assertSuccess(patched, 200);
      assertThat(patched.getResource().getName().orElseThrow().getGivenName()).contains("Augusta");
      assertThat(patched.getResource().isActive()).contains(false);

      ServerResponse<ListResponse<User>> found =
          client
              .list(User.class, EndpointPaths.USERS)
              .filter("userName", Comparator.EQ, "ADA")
              .build()
              .get()
              .sendRequest();
      assertSuccess(found, 200);
      assertThat(found.getResource().getTotalResults()).isEqualTo(1);
      assertThat(found.getResource().getListedResources().getFirst().getId()).contains(id);

      ServerResponse<Group> group =
          client
              .create(Group.class, EndpointPaths.GROUPS)
              .setResource(
                  Group.builder()
                      .displayName("Engines")
                      .members(List.of(Member.builder().value(id).build()))
                      .build())
              .sendRequest();
      assertSuccess(group, 201);
      String groupId = group.getResource().getId().orElseThrow();
      assertThat(
              client
                  .get(Group.class, EndpointPaths.GROUPS, groupId)
                  .sendRequest()
                  .getResource()
                  .getMembers())
          .hasSize(1);
      ServerResponse<Group> left =
          client
              .patch(Group.class, EndpointPaths.GROUPS, groupId)
              .addOperation()
              .op(PatchOp.REMOVE)
              .path("members[value eq \"" + id + "\"]")
              .build()
              .sendRequest();
      assertThat(left.getHttpStatus()).isEqualTo(204);
      assertThat(
              client
                  .get(Group.class, EndpointPaths.GROUPS, groupId)
                  .sendRequest()
                  .getResource()
                  .getMembers())
          .isEmpty();

      assertSuccess(client.delete(Group.class, EndpointPaths.GROUPS, groupId).sendRequest(), 204);
      assertSuccess(client.delete(User.class, EndpointPaths.USERS, id).sendRequest(), 204);
      assertThat(client.get(User.class, EndpointPaths.USERS, id).sendRequest().getHttpStatus())
          .isEqualTo(404);
    }
  }

  @Test
  void aForeignClientUnderstandsOurSchemas() throws Exception {
    try (IntakeServer server = new IntakeServer(EdgeSettings.plain());
        ScimRequestBuilder client = client(server)) {
      var meta = client.loadMetaConfiguration().sendRequest();
      assertThat(meta.isSuccess()).isTrue();
      assertThat(meta.getResource().getResourceTypes()).hasSize(2);
      assertThat(meta.getResource().getSchemas()).hasSize(3);
    }
  }

  private static ScimRequestBuilder client(IntakeServer server) {
    return new ScimRequestBuilder(
        server.base(),
        ScimClientConfig.builder()
            .httpHeaders(Map.of("Authorization", "Bearer " + MemoryDirectory.TOKEN))
            .build());
  }

  private static void assertSuccess(ServerResponse<?> response, int status) {
    assertThat(response.getHttpStatus()).as(response.getResponseBody()).isEqualTo(status);
    assertThat(response.isSuccess()).as(response.getResponseBody()).isTrue();
  }
}
