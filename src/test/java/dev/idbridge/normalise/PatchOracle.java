package dev.idbridge.normalise;

import de.captaingoldfish.scim.sdk.common.constants.enums.HttpMethod;
import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.resources.ServiceProvider;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.PatchConfig;
import de.captaingoldfish.scim.sdk.common.response.ScimResponse;
import de.captaingoldfish.scim.sdk.common.schemas.SchemaAttribute;
import de.captaingoldfish.scim.sdk.common.utils.JsonHelper;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceEndpoint;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceHandler;
import de.captaingoldfish.scim.sdk.server.endpoints.base.UserEndpointDefinition;
import de.captaingoldfish.scim.sdk.server.filter.FilterNode;
import de.captaingoldfish.scim.sdk.server.response.PartialListResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The PATCH of a SCIM implementation that is not ours, on one user. One thread. */
final class PatchOracle {
  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/scim+json");

  private final ResourceEndpoint endpoint;
  private User current = new User();

  PatchOracle() {
    ServiceProvider provider =
        ServiceProvider.builder()
            .patchConfig(PatchConfig.builder().supported(true).build())
            .build();
    endpoint = new ResourceEndpoint(provider);
    endpoint
        .registerEndpoint(new UserEndpointDefinition(new One()))
        .getFeatures()
        .getAuthorization()
        .setAuthenticated(false);
  }

  /**
   * The user after the PATCH, or null when it was refused.
   *
   * @param user JSON of the user before
   * @param patch the body
   */
  @Nullable String patched(String user, String patch) {
    current = JsonHelper.readJsonDocument(user, User.class);
    current.setId("1");
    current.setMeta(
        de.captaingoldfish.scim.sdk.common.resources.complex.Meta.builder()
            .resourceType("User")
            .created(Instant.EPOCH)
            .lastModified(Instant.EPOCH)
            .location("http://oracle/scim/v2/Users/1")
            .build());
    ScimResponse response =
        endpoint.handleRequest(
            "http://oracle/scim/v2/Users/1", HttpMethod.PATCH, patch, HEADERS, new Context(null));
    last = response.getHttpStatus() + " " + response;
    return response.getHttpStatus() < 300 ? current.toString() : null;
  }

  /** The last answer. */
  String last = "";

  private final class One extends ResourceHandler<User> {
    @Override
    public User createResource(User resource, Context context) {
      throw new IllegalStateException("only PATCH is asked for");
    }

    @Override
    public User getResource(
        String id,
        List<SchemaAttribute> attributes,
        List<SchemaAttribute> excluded,
        Context context) {
      return JsonHelper.copyResourceToObject(current.deepCopy(), User.class);
    }

    @Override
    public PartialListResponse<User> listResources(
        long startIndex,
        int count,
        FilterNode filter,
        SchemaAttribute sortBy,
        SortOrder sortOrder,
        List<SchemaAttribute> attributes,
        List<SchemaAttribute> excluded,
        Context context) {
      return PartialListResponse.<User>builder().resources(List.of()).totalResults(0).build();
    }

    @Override
    public User updateResource(User resource, Context context) {
      current = resource;
      return resource;
    }

    @Override
    public void deleteResource(String id, Context context) {
      throw new IllegalStateException("only PATCH is asked for");
    }
  }
}
