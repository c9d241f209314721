package dev.idbridge.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.captaingoldfish.scim.sdk.common.constants.enums.HttpMethod;
import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.resources.ServiceProvider;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.FilterConfig;
import de.captaingoldfish.scim.sdk.common.response.ScimResponse;
import de.captaingoldfish.scim.sdk.common.schemas.SchemaAttribute;
import de.captaingoldfish.scim.sdk.common.utils.JsonHelper;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceEndpoint;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceHandler;
import de.captaingoldfish.scim.sdk.server.endpoints.base.UserEndpointDefinition;
import de.captaingoldfish.scim.sdk.server.filter.FilterNode;
import de.captaingoldfish.scim.sdk.server.response.PartialListResponse;
import de.captaingoldfish.scim.sdk.server.schemas.ResourceType;
import de.captaingoldfish.scim.sdk.server.schemas.custom.ResourceTypeFeatures;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The filters of a SCIM implementation that is not ours, over a few users. One thread. */
final class FilterOracle {
  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/scim+json");
  private static final JsonMapper MAPPER = new JsonMapper();

  private final ResourceEndpoint endpoint;
  private final List<User> users = new ArrayList<>();

  FilterOracle() {
    endpoint =
        new ResourceEndpoint(
            ServiceProvider.builder()
                .filterConfig(FilterConfig.builder().supported(true).maxResults(100).build())
                .build());
    ResourceType type = endpoint.registerEndpoint(new UserEndpointDefinition(new All()));
    type.setFeatures(ResourceTypeFeatures.builder().autoFiltering(true).build());
    type.getFeatures().getAuthorization().setAuthenticated(false);
  }

  /** From now on these are all users; their ids are their places, from 0. */
  void holds(List<String> all) {
    users.clear();
    for (String json : all) {
      User user = JsonHelper.readJsonDocument(json, User.class);
      user.setId(Integer.toString(users.size()));
      user.setMeta(
          de.captaingoldfish.scim.sdk.common.resources.complex.Meta.builder()
              .resourceType("User")
              .created(Instant.EPOCH)
              .lastModified(Instant.EPOCH)
              .location("http://oracle/scim/v2/Users/" + users.size())
              .build());
      users.add(user);
    }
  }

  /** The places of the users that match, or null when the filter was refused. */
  @Nullable TreeSet<Integer> found(String filter) throws java.io.IOException {
    ScimResponse response =
        endpoint.handleRequest(
            "http://oracle/scim/v2/Users?count=100&filter="
                + URLEncoder.encode(filter, StandardCharsets.UTF_8),
            HttpMethod.GET,
            null,
            HEADERS,
            new Context(null));
    if (response.getHttpStatus() != 200) {
      return null;
    }
    TreeSet<Integer> places = new TreeSet<>();
    for (JsonNode one : MAPPER.readTree(response.toString()).path("Resources")) {
      places.add(one.path("id").asInt());
    }
    return places;
  }

  private final class All extends ResourceHandler<User> {
    @Override
    public User createResource(User resource, Context context) {
      throw new IllegalStateException("only lists are asked for");
    }

    @Override
    public User getResource(
        String id,
        List<SchemaAttribute> attributes,
        List<SchemaAttribute> excluded,
        Context context) {
      throw new IllegalStateException("only lists are asked for");
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
      List<User> copies =
          users.stream()
              .map(user -> JsonHelper.copyResourceToObject(user.deepCopy(), User.class))
              .toList();
      return PartialListResponse.<User>builder()
          .resources(copies)
          .totalResults(copies.size())
          .build();
    }

    @Override
    public User updateResource(User resource, Context context) {
      throw new IllegalStateException("only lists are asked for");
    }

    @Override
    public void deleteResource(String id, Context context) {
      throw new IllegalStateException("only lists are asked for");
    }
  }
}
