package dev.idbridge.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import de.captaingoldfish.scim.sdk.common.constants.enums.HttpMethod;
import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.exceptions.ConflictException;
import de.captaingoldfish.scim.sdk.common.exceptions.ResourceNotFoundException;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.ResourceNode;
import de.captaingoldfish.scim.sdk.common.resources.ServiceProvider;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.FilterConfig;
import de.captaingoldfish.scim.sdk.common.resources.complex.Meta;
import de.captaingoldfish.scim.sdk.common.resources.complex.PatchConfig;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.AuthenticationScheme;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Member;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.PersonRole;
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
import de.captaingoldfish.scim.sdk.server.schemas.ResourceType;
import de.captaingoldfish.scim.sdk.server.schemas.custom.ResourceTypeFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A real SCIM 2.0 service that is not ours (SCIM-SDK), in memory, over HTTP on 127.0.0.1. Wants the
 * bearer token. Keeps its port and its data over {@link #stop} and {@link #start}. User names and,
 * unless told otherwise, group names are unique without regard to case; a membership is a set, as
 * in every app we know.
 */
public final class ScimApp implements AutoCloseable {
  public static final String TOKEN = "s3cret-token-of-the-app";

  private final Map<String, User> users = new ConcurrentHashMap<>();
  private final Map<String, Group> groups = new ConcurrentHashMap<>();
  private final ResourceEndpoint endpoint;
  private final List<Made> made = new CopyOnWriteArrayList<>();
  private final List<Switched> switched = new CopyOnWriteArrayList<>();
  private volatile boolean groupNamesRepeat;
  private volatile String token = TOKEN;
  private int port;
  private HttpServer server;
  private ExecutorService workers;

  public ScimApp() {
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
            .lenientContentTypeChecking(true)
            .build();
    endpoint = new ResourceEndpoint(provider);
    filtered(endpoint.registerEndpoint(new UserEndpointDefinition(new Users())));
    filtered(endpoint.registerEndpoint(new GroupEndpointDefinition(new Groups())));
    start();
  }

  private static void filtered(ResourceType type) {
    type.setFeatures(ResourceTypeFeatures.builder().autoFiltering(true).build());
  }

  /** Where it answers: for {@code base-url}. */
  public String baseUrl() {
    return "http://127.0.0.1:" + port + "/scim/v2";
  }

  /** Starts, again at the same port. */
  public synchronized void start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    port = server.getAddress().getPort();
    workers = Executors.newCachedThreadPool();
    server.setExecutor(workers);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Stops answering; the data stays. */
  public synchronized void stop() {
    server.stop(0);
    workers.shutdownNow();
  }

  @Override
  public void close() {
    stop();
  }

  /** From now on only this token is taken. */
  public void token(String only) {
    token = only;
  }

  /** Whether several groups may have one name. */
  public void groupNamesRepeat(boolean may) {
    groupNamesRepeat = may;
  }

  /** A creation that took effect, whoever heard of it. */
  public record Made(String type, String id, String name) {}

  /** Every creation over HTTP that took effect, in order; also of what is gone again. */
  public List<Made> made() {
    return List.copyOf(made);
  }

  /** A change of active that took effect, with {@link System#nanoTime}. */
  public record Switched(String id, boolean active, long at) {}

  /** Every account that was switched off or on over HTTP, in order. */
  public List<Switched> switched() {
    return List.copyOf(switched);
  }

  public List<User> users() {
    return List.copyOf(users.values());
  }

  public List<Group> groups() {
    return List.copyOf(groups.values());
  }

  /** The groups of this name, without regard to case. */
  public List<Group> groups(String name) {
    return groups.values().stream()
        .filter(g -> g.getDisplayName().orElse("").equalsIgnoreCase(name))
        .toList();
  }

  /** The values of the members of a group. */
  public List<String> members(String groupId) {
    Group group = groups.get(groupId);
    return group == null
        ? List.of()
        : group.getMembers().stream().map(m -> m.getValue().orElse("")).toList();
  }

  /** Makes a group as an admin of the app would; answers its id. */
  public String addGroup(String name, String... members) {
    Group group = Group.builder().displayName(name).meta(new Meta()).build();
    group.setId(UUID.randomUUID().toString());
    List<Member> list = new ArrayList<>();
    for (String member : members) {
      list.add(Member.builder().value(member).build());
    }
    group.setMembers(list);
    stamp(group, "Group");
    groups.put(group.getId().orElseThrow(), group);
    return group.getId().orElseThrow();
  }

  /** Puts a member into a group as an admin of the app would. */
  public void join(String groupId, String member) {
    synchronized (groups) {
      Group group = groups.get(groupId);
      List<Member> members = new ArrayList<>(group.getMembers());
      members.add(Member.builder().value(member).build());
      group.setMembers(members);
    }
  }

  /** Makes a user as an admin of the app would; answers its id. */
  public String addUser(String userName, boolean active) {
    User user = User.builder().userName(userName).active(active).meta(new Meta()).build();
    user.setId(UUID.randomUUID().toString());
    stamp(user, "User");
    users.put(user.getId().orElseThrow(), user);
    return user.getId().orElseThrow();
  }

  /** Gives a user a role as an admin of the app would. */
  public void grant(String userId, String role) {
    User user = users.get(userId);
    List<PersonRole> roles = new ArrayList<>(user.getRoles());
    roles.add(PersonRole.builder().value(role).build());
    user.setRoles(roles);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        reply(exchange, 401, "{\"detail\":\"the token is not known\"}");
        return;
      }
      Map<String, String> headers = new HashMap<>();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      ScimResponse response =
          endpoint.handleRequest(
              "http://127.0.0.1:" + port + exchange.getRequestURI(),
              HttpMethod.valueOf(exchange.getRequestMethod()),
              body.isEmpty() ? null : body,
              headers,
              new Context(null));
      response
          .getHttpHeaders()
          .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      int status = response.getHttpStatus();
      reply(exchange, status, status == 204 ? "" : response.toString());
    }
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0) {
      exchange.getResponseHeaders().set("Content-Type", "application/scim+json");
    }
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void stamp(ResourceNode resource, String type) {
    Meta meta = resource.getMeta().orElseThrow();
    if (meta.getCreated().isEmpty()) {
      meta.setCreated(Instant.now());
    }
    meta.setLastModified(Instant.now());
    meta.setResourceType(type);
  }

  private abstract class Kept<T extends ResourceNode> extends ResourceHandler<T> {
    private final Map<String, T> all;
    private final String type;
    private final Class<T> kind;

    Kept(Map<String, T> all, String type, Class<T> kind) {
      this.all = all;
      this.kind = kind;
      this.type = type;
    }

    abstract Function<T, String> name();

    abstract boolean namesRepeat();

    void replaced(T before, T after) {}

    private void refuseTaken(T resource) {
      String name = name().apply(resource);
      String id = resource.getId().orElse("");
      boolean taken =
          all.values().stream()
              .anyMatch(
                  other ->
                      name().apply(other).equalsIgnoreCase(name)
                          && !other.getId().orElse("").equals(id));
      if (taken && !namesRepeat()) {
        throw new ConflictException(type + " '" + name + "' already exists");
      }
    }

    @Override
    public T createResource(T resource, Context context) {
      synchronized (all) {
        refuseTaken(resource);
        resource.setId(UUID.randomUUID().toString());
        made.add(new Made(type, resource.getId().orElseThrow(), name().apply(resource)));
        return put(resource);
      }
    }

    private T put(T resource) {
      stamp(resource, type);
      all.put(resource.getId().orElseThrow(), resource);
      return resource;
    }

    @Override
    public T getResource(
        String id,
        List<SchemaAttribute> attributes,
        List<SchemaAttribute> excluded,
        Context context) {
      // A copy: what a refused PATCH did to it must not stay.
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
      synchronized (all) {
        T before = all.get(resource.getId().orElseThrow());
        if (before == null) {
          throw new ResourceNotFoundException("no such " + type);
        }
        refuseTaken(resource);
        replaced(before, resource);
        resource
            .getMeta()
            .orElseThrow()
            .setCreated(before.getMeta().orElseThrow().getCreated().orElseThrow());
        return put(resource);
      }
    }

    @Override
    public void deleteResource(String id, Context context) {
      if (all.remove(id) == null) {
        throw new ResourceNotFoundException("no such " + type);
      }
    }
  }

  private final class Users extends Kept<User> {
    Users() {
      super(users, "User", User.class);
    }

    @Override
    Function<User, String> name() {
      return user -> user.getUserName().orElse("");
    }

    @Override
    boolean namesRepeat() {
      return false;
    }

    @Override
    void replaced(User before, User after) {
      boolean active = after.isActive().orElse(true);
      if (active != before.isActive().orElse(true)) {
        switched.add(new Switched(after.getId().orElseThrow(), active, System.nanoTime()));
      }
    }
  }

  private final class Groups extends Kept<Group> {
    Groups() {
      super(groups, "Group", Group.class);
    }

    @Override
    Function<Group, String> name() {
      return group -> group.getDisplayName().orElse("");
    }

    @Override
    boolean namesRepeat() {
      return groupNamesRepeat;
    }

    @Override
    public Group updateResource(Group group, Context context) {
      Map<String, Member> once = new LinkedHashMap<>();
      group.getMembers().forEach(member -> once.putIfAbsent(member.getValue().orElse(""), member));
      if (once.size() < group.getMembers().size()) {
        group.setMembers(List.copyOf(once.values()));
      }
      return super.updateResource(group, context);
    }
  }
}
