package dev.idbridge.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import de.captaingoldfish.scim.sdk.common.constants.enums.HttpMethod;
import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.exceptions.ConflictException;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.ResourceNode;
import de.captaingoldfish.scim.sdk.common.resources.ServiceProvider;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.FilterConfig;
import de.captaingoldfish.scim.sdk.common.resources.complex.Meta;
import de.captaingoldfish.scim.sdk.common.resources.complex.PatchConfig;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.AuthenticationScheme;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Member;
import de.captaingoldfish.scim.sdk.common.response.ScimResponse;
import de.captaingoldfish.scim.sdk.common.schemas.SchemaAttribute;
import de.captaingoldfish.scim.sdk.common.utils.JsonHelper;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceEndpoint;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceHandler;
import de.captaingoldfish.scim.sdk.server.endpoints.base.GroupEndpointDefinition;
import de.captaingoldfish.scim.sdk.server.endpoints.base.UserEndpointDefinition;
import de.captaingoldfish.scim.sdk.server.filter.FilterNode;
import de.captaingoldfish.scim.sdk.server.response.PartialListResponse;
import de.captaingoldfish.scim.sdk.server.schemas.custom.ResourceTypeFeatures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * What requests are compared with: a SCIM service made with SCIM-SDK as its users make one, all in
 * memory, names unique by a map, in a process of its own. It looks at every resource to answer a
 * filter, which is how the library filters; it stores nothing durably.
 */
public final class Peer {
  private final Map<String, User> users = new ConcurrentSkipListMap<>();
  private final Map<String, Group> groups = new ConcurrentSkipListMap<>();
  private final ResourceEndpoint endpoint;

  private Peer() {
    ServiceProvider provider =
        ServiceProvider.builder()
            .patchConfig(PatchConfig.builder().supported(true).build())
            .filterConfig(FilterConfig.builder().supported(true).maxResults(200).build())
            .authenticationSchemes(
                List.of(
                    AuthenticationScheme.builder()
                        .name("bearer")
                        .description("a token")
                        .type("oauthbearertoken")
                        .build()))
            .build();
    endpoint = new ResourceEndpoint(provider);
    ResourceTypeFeatures filtering = ResourceTypeFeatures.builder().autoFiltering(true).build();
    endpoint
        .registerEndpoint(
            new UserEndpointDefinition(
                new Users(users, User.class, user -> user.getUserName().orElse(""))))
        .setFeatures(filtering);
    endpoint
        .registerEndpoint(
            new GroupEndpointDefinition(
                new Groups(groups, Group.class, group -> group.getDisplayName().orElse(""))))
        .setFeatures(filtering);
  }

  /** Arguments: how many users, how many groups, and how many members in each. Prints the port. */
  public static void main(String[] arguments) throws IOException {
    Peer peer = new Peer();
    peer.fill(
        Integer.parseInt(arguments[0]),
        Integer.parseInt(arguments[1]),
        Integer.parseInt(arguments[2]));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", exchange -> peer.answer(exchange, server.getAddress().getPort()));
    server.start();
    System.out.println("port " + server.getAddress().getPort());
  }

  private void fill(int many, int teams, int members) {
    for (int i = 0; i < many; i++) {
      User user =
          JsonHelper.readJsonDocument(Population.user(i), User.class);
      user.setId("u" + i);
      stamp(user, "User");
      users.put("u" + i, user);
    }
    for (int i = 0; i < teams; i++) {
      Group group = Group.builder().displayName(Population.groupName(i)).meta(new Meta()).build();
      List<Member> list = new ArrayList<>();
      for (int j = 0; j < members; j++) {
        list.add(Member.builder().value("u" + j).type("User").build());
      }
      group.setMembers(list);
      group.setId("g" + i);
      stamp(group, "Group");
      groups.put("g" + i, group);
    }
  }

  private static void stamp(ResourceNode resource, String type) {
    if (resource.getMeta().isEmpty()) {
      resource.setMeta(new Meta());
    }
    Meta meta = resource.getMeta().orElseThrow();
    if (meta.getCreated().isEmpty()) {
      meta.setCreated(Instant.now());
    }
    meta.setLastModified(Instant.now());
    meta.setResourceType(type);
  }

  private void answer(HttpExchange exchange, int port) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> headers = new HashMap<>();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      ScimResponse response =
          endpoint.handleRequest(
              "http://127.0.0.1:" + port + exchange.getRequestURI(),
              HttpMethod.valueOf(exchange.getRequestMethod()),
              body.isEmpty() ? null : body,
              headers,
              new Context(null));
      int status = response.getHttpStatus();
      byte[] bytes =
          status == 204 ? new byte[0] : response.toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/scim+json");
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  // The library reads the type of resource from the class.
  private static final class Users extends Kept<User> {
    Users(Map<String, User> all, Class<User> kind, Function<User, String> name) {
      super(all, kind, name);
    }
  }

  private static final class Groups extends Kept<Group> {
    Groups(Map<String, Group> all, Class<Group> kind, Function<Group, String> name) {
      super(all, kind, name);
    }
  }

  private abstract static class Kept<T extends ResourceNode> extends ResourceHandler<T> {
    private final Map<String, T> all;
    private final Map<String, String> names = new HashMap<>();
    private final Class<T> kind;
    private final Function<T, String> name;
    private long next;

    Kept(Map<String, T> all, Class<T> kind, Function<T, String> name) {
      this.all = all;
      this.kind = kind;
      this.name = name;
    }

    private String key(T resource) {
      return name.apply(resource).toLowerCase(Locale.ROOT);
    }

    @Override
    public T createResource(T resource, Context context) {
      synchronized (names) {
        String id = kind.getSimpleName() + next++;
        if (names.putIfAbsent(key(resource), id) != null) {
          throw new ConflictException(key(resource) + " is taken");
        }
        resource.setId(id);
        stamp(resource, kind.getSimpleName());
        all.put(id, resource);
        return resource;
      }
    }

    @Override
    public T getResource(
        String id,
        List<SchemaAttribute> attributes,
        List<SchemaAttribute> excluded,
        Context context) {
      T resource = all.get(id);
      return resource == null ? null : JsonHelper.copyResourceToObject(resource.deepCopy(), kind);
    }

    @Override
    public PartialListResponse<T> listResources(
        long startIndex,
        int count,
        FilterNode filter,
        SchemaAttribute sortBy,
        SortOrder sortOrder,
        List<SchemaAttribute> attributes,
        List<SchemaAttribute> excluded,
        Context context) {
      List<T> list = List.copyOf(all.values());
      return PartialListResponse.<T>builder().resources(list).totalResults(list.size()).build();
    }

    @Override
    public T updateResource(T resource, Context context) {
      stamp(resource, kind.getSimpleName());
      all.put(resource.getId().orElseThrow(), resource);
      return resource;
    }

    @Override
    public void deleteResource(String id, Context context) {
      all.remove(id);
    }
  }
}
