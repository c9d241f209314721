package dev.idbridge.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this repository uses of Keycloak's Admin REST API, with the refusals and the silent habits
 * of Keycloak 26.7: {@code RealKeycloakContractTest} holds both to the same sentences.
 */
public final class KeycloakSimulator extends JsonApp implements Keycloak {
  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "\\s*(?:([^\":\\s][^:\\s]+)|\"((?:\\\\.|[^\\\\\"])+)\"):"
              + "(?:([^\"\\s][^\\s]*)|\"((?:\\\\.|[^\\\\\"])+)\")\\s*");
  private static final Pattern BAD_NAME =
      Pattern.compile("[<>&\"'\\s$%!#?§,;:*~/\\\\|^=\\[\\]{}()`\\p{Cntrl}]");
  private static final Pattern BAD_PERSON =
      Pattern.compile("[<>&\"$%!#?§;*~/\\\\|^=\\[\\]{}()\\p{Cntrl}]");

  private static final class Group {
    String name;
    String parent = "";
    ObjectNode attributes = NODES.objectNode();
    final Set<String> members = new LinkedHashSet<>();
  }

  private record Role(String id, String name, String client) {}

  /** A creation that took effect, whoever heard of it; type User or Group. */
  public record Made(String type, String name) {}

  private final Map<String, ObjectNode> users = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, String> clients = new LinkedHashMap<>();
  private final List<Role> roles = new ArrayList<>();
  private final Map<String, Set<Role>> mappings = new HashMap<>();
  private final Map<String, Long> tokens = new HashMap<>();
  private final List<String> signedOut = new ArrayList<>();
  private final List<Made> made = new ArrayList<>();
  private boolean editUserName = true;
  private boolean unmanaged = true;
  private long life = 300;
  private String secret = SECRET;

  public KeycloakSimulator() {
    roles.add(new Role(UUID.randomUUID().toString(), "default-roles-acme", ""));
    clients.put("idbridge", UUID.randomUUID().toString());
  }

  @Override
  public synchronized void realm(boolean mayEditUserName, boolean mayKeepUnmanaged) {
    editUserName = mayEditUserName;
    unmanaged = mayKeepUnmanaged;
  }

  /** Every token handed out so far is worth nothing from now on. */
  public synchronized void forgetTokens() {
    tokens.clear();
  }

  /** Seconds that tokens live from now on. */
  public synchronized void life(long seconds) {
    life = seconds;
  }

  public synchronized void secret(String now) {
    secret = now;
  }

  /** Every creation of a user or group, in order; also of what is gone again. */
  public synchronized List<Made> made() {
    return List.copyOf(made);
  }

  public synchronized List<String> signedOut() {
    return List.copyOf(signedOut);
  }

  private static Refusal refused(int status, String name, String text) {
    return new Refusal(Reply.of(status, NODES.objectNode().put(name, text)));
  }

  private static Refusal missing(String text) {
    return refused(404, "error", text);
  }

  private static Refusal invalid(String field, String error) {
    return new Refusal(
        Reply.of(400, NODES.objectNode().put("field", field).put("errorMessage", error)));
  }

  @Override
  protected Reply answer(Asked asked) {
    if (asked.is("POST", "realms", "*", "protocol", "openid-connect", "token")) {
      return token(asked);
    }
    if (asked.segments().size() < 4 || !asked.at(0).equals("admin")) {
      throw missing("HTTP 404 Not Found");
    }
    Long until = tokens.get(asked.authorization().replaceFirst("(?i)^bearer ", ""));
    if (until == null || until < System.nanoTime()) {
      throw refused(401, "error", "HTTP 401 Unauthorized");
    }
    if (!asked.at(2).equals(REALM)) {
      throw missing("Realm not found.");
    }
    Asked rest = asked.under(3);
    return switch (rest.at(0)) {
      case "users" -> rest.is("GET", "users", "profile") ? profile() : users(rest);
      case "groups" -> groups(rest);
      case "roles" -> roles(rest.under(1), "");
      case "clients" -> clients(rest);
      default -> throw missing("HTTP 404 Not Found");
    };
  }

  private Reply token(Asked asked) {
    Map<String, String> form = form(asked.text());
    boolean admin =
        asked.at(1).equals("master")
            && "password".equals(form.get("grant_type"))
            && ADMIN.equals(form.get("password"));
    boolean bridge =
        asked.at(1).equals(REALM)
            && "client_credentials".equals(form.get("grant_type"))
            && "idbridge".equals(form.get("client_id"))
            && secret.equals(form.get("client_secret"));
    if (!admin && !bridge) {
      throw new Refusal(
          Reply.of(
              401,
              NODES
                  .objectNode()
                  .put("error", "unauthorized_client")
                  .put("error_description", "Invalid client or Invalid client credentials")));
    }
    String token = "token-" + UUID.randomUUID();
    tokens.put(token, System.nanoTime() + life * 1_000_000_000L);
    return Reply.of(
        200,
        NODES
            .objectNode()
            .put("access_token", token)
            .put("expires_in", life)
            .put("token_type", "Bearer"));
  }

  private Reply profile() {
    ObjectNode profile = NODES.objectNode();
    profile.putArray("attributes").addObject().put("name", "username");
    if (unmanaged) {
      profile.put("unmanagedAttributePolicy", "ADMIN_EDIT");
    }
    return Reply.of(200, profile);
  }

  private Reply made(String kind, String id, ObjectNode body) {
    return new Reply(
        201, body, Map.of("Location", url() + "/admin/realms/" + REALM + "/" + kind + "/" + id));
  }

  /** Pages of at most 100, also when more is asked for by nobody. */
  private static ArrayNode page(Asked asked, Stream<ObjectNode> all) {
    ArrayNode page = NODES.arrayNode();
    all.skip(asked.number("first", 0)).limit(asked.number("max", 100)).forEach(page::add);
    return page;
  }

  // Users

  private ObjectNode user(String id) {
    ObjectNode user = users.get(id);
    if (user == null) {
      throw missing("User not found");
    }
    return user;
  }

  private Reply users(Asked asked) {
    if (asked.is("GET", "users")) {
      return Reply.of(
          200, page(asked, users.values().stream().filter(fits(asked)).map(ObjectNode::deepCopy)));
    }
    if (asked.is("POST", "users")) {
      String id = UUID.randomUUID().toString();
      ObjectNode user = NODES.objectNode().put("id", id);
      write(user, asked.body(), true);
      users.put(id, user);
      made.add(new Made("User", user.path("username").asText()));
      mappings.put(id, new LinkedHashSet<>(List.of(roles.getFirst())));
      return made("users", id, null);
    }
    String id = asked.at(1);
    if (asked.is("GET", "users", "*")) {
      return Reply.of(200, user(id).deepCopy());
    }
    if (asked.is("PUT", "users", "*")) {
      ObjectNode copy = user(id).deepCopy();
      write(copy, asked.body(), false);
      users.put(id, copy);
      return Reply.of(204);
    }
    if (asked.is("DELETE", "users", "*")) {
      user(id);
      users.remove(id);
      mappings.remove(id);
      groups.values().forEach(group -> group.members.remove(id));
      return Reply.of(204);
    }
    user(id);
    if (asked.is("POST", "users", "*", "logout")) {
      signedOut.add(id);
      return Reply.of(204);
    }
    if (asked.is("GET", "users", "*", "groups")) {
      return Reply.of(
          200,
          page(
              asked,
              groups.entrySet().stream()
                  .filter(group -> group.getValue().members.contains(id))
                  .map(group -> shown(group.getKey()))));
    }
    if (asked.is("PUT", "users", "*", "groups", "*")
        || asked.is("DELETE", "users", "*", "groups", "*")) {
      Group group = groups.get(asked.at(3));
      if (group == null) {
        throw missing("Group not found");
      }
      boolean ignored =
          asked.method().equals("PUT") ? group.members.add(id) : group.members.remove(id);
      return Reply.of(204);
    }
    return mappings(asked.under(2), id);
  }

  private static Predicate<ObjectNode> fits(Asked asked) {
    Predicate<ObjectNode> fits = user -> true;
    for (String field : List.of("username", "email")) {
      String value = asked.query().getOrDefault(field, "").toLowerCase(Locale.ROOT);
      boolean exact = "true".equals(asked.query().get("exact"));
      if (!value.isEmpty()) {
        fits =
            fits.and(
                user ->
                    exact
                        ? user.path(field).asText().equals(value)
                        : user.path(field).asText().contains(value));
      }
    }
    String query = asked.query().get("q");
    if (query != null) {
      Matcher matcher = ATTRIBUTE.matcher(query);
      // What it cannot read, Keycloak leaves out: then everybody is found.
      while (matcher.find()) {
        String name = either(matcher.group(1), matcher.group(2));
        String value = either(matcher.group(3), matcher.group(4));
        fits = fits.and(user -> contains(user.path("attributes").path(name), value));
      }
    }
    return fits;
  }

  private static boolean contains(JsonNode values, String value) {
    for (JsonNode one : values) {
      if (one.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static String either(String plain, String quoted) {
    return plain != null ? plain : quoted.replace("\\\"", "\"");
  }

  /**
   * Of a PUT, what is not said stays; but once it says attributes, every field and attribute that
   * it does not say is gone, and the user name must be there.
   */
  private void write(ObjectNode user, JsonNode body, boolean fresh) {
    boolean whole = fresh || body.has("attributes");
    String name = body.path("username").asText("").toLowerCase(Locale.ROOT);
    if (whole && name.isEmpty()) {
      throw refused(400, "errorMessage", "User name is missing");
    }
    if (body.has("username")
        && !fresh
        && !editUserName
        && !name.equals(user.path("username").asText())) {
      throw invalid("username", "error-user-attribute-read-only");
    }
    if (body.has("username") && BAD_NAME.matcher(name).find()) {
      throw invalid("username", "error-username-invalid-character");
    }
    if (body.has("username") && (name.length() < 3 || name.length() > 255)) {
      throw invalid("username", "error-invalid-length");
    }
    for (String field : List.of("firstName", "lastName")) {
      if (BAD_PERSON.matcher(body.path(field).asText("")).find()) {
        throw invalid(field, "error-person-name-invalid-character");
      }
    }
    String email = body.path("email").asText("").toLowerCase(Locale.ROOT);
    if (!email.isEmpty() && !email.matches("[^@\\s]+@[^@\\s]+")) {
      throw invalid("email", "error-invalid-email");
    }
    for (ObjectNode other : users.values()) {
      if (!other.path("id").equals(user.path("id"))) {
        taken(other, "username", name);
        taken(other, "email", email);
      }
    }
    for (String field : List.of("username", "email", "firstName", "lastName")) {
      String value =
          field.equals("username")
              ? name
              : field.equals("email") ? email : body.path(field).asText("");
      if (whole || body.has(field)) {
        if (value.isEmpty()) {
          user.remove(field);
        } else {
          user.put(field, value);
        }
      }
    }
    if (whole) {
      ObjectNode attributes = user.putObject("attributes");
      body.path("attributes")
          .properties()
          .forEach(
              attribute -> {
                if (unmanaged && !attribute.getValue().isEmpty()) {
                  attributes.set(attribute.getKey(), attribute.getValue().deepCopy());
                }
              });
    }
    for (String flag : List.of("enabled", "emailVerified")) {
      if (fresh || body.has(flag)) {
        user.put(flag, body.path(flag).asBoolean(false));
      }
    }
  }

  private static void taken(ObjectNode other, String field, String value) {
    if (!value.isEmpty() && other.path(field).asText().equals(value)) {
      throw refused(409, "errorMessage", "User exists with same " + field);
    }
  }

  // Groups

  private Group group(String id) {
    Group group = groups.get(id);
    if (group == null) {
      throw missing("Could not find group by id");
    }
    return group;
  }

  private String path(String id) {
    Group group = groups.get(id);
    return (group.parent.isEmpty() ? "" : path(group.parent)) + "/" + group.name;
  }

  private ObjectNode shown(String id) {
    Group group = groups.get(id);
    ObjectNode shown =
        NODES.objectNode().put("id", id).put("name", group.name).put("path", path(id));
    if (!group.parent.isEmpty()) {
      shown.put("parentId", group.parent);
    }
    shown.put("subGroupCount", children(id).count());
    shown.set("attributes", group.attributes.deepCopy());
    return shown;
  }

  private Stream<String> children(String id) {
    return List.copyOf(groups.keySet()).stream().filter(g -> groups.get(g).parent.equals(id));
  }

  private Reply groups(Asked asked) {
    if (asked.is("GET", "groups")) {
      String search = asked.query().getOrDefault("search", "");
      String like = search.replace("*", "").toLowerCase(Locale.ROOT);
      boolean exact = "true".equals(asked.query().get("exact"));
      boolean flat = "false".equals(asked.query().get("populateHierarchy"));
      return Reply.of(
          200,
          page(
              asked,
              groups.entrySet().stream()
                  .filter(
                      g ->
                          exact
                              ? g.getValue().name.equals(search)
                              : g.getValue().name.toLowerCase(Locale.ROOT).contains(like))
                  .filter(g -> !search.isEmpty() || g.getValue().parent.isEmpty())
                  .filter(g -> flat || g.getValue().parent.isEmpty())
                  .map(g -> shown(g.getKey()))));
    }
    if (asked.is("POST", "groups")) {
      return place(asked.body(), "");
    }
    String id = asked.at(1);
    Group group = group(id);
    if (asked.is("GET", "groups", "*")) {
      return Reply.of(200, shown(id));
    }
    if (asked.is("PUT", "groups", "*")) {
      unique(asked.body().path("name").asText(), group.parent, id);
      group.name = asked.body().path("name").asText();
      if (asked.body().path("attributes") instanceof ObjectNode attributes) {
        group.attributes = attributes.deepCopy();
      }
      return Reply.of(204);
    }
    if (asked.is("DELETE", "groups", "*")) {
      delete(id);
      return Reply.of(204);
    }
    if (asked.is("POST", "groups", "*", "children")) {
      return place(asked.body(), id);
    }
    if (asked.is("GET", "groups", "*", "children")) {
      return Reply.of(200, page(asked, children(id).map(this::shown)));
    }
    if (asked.is("GET", "groups", "*", "members")) {
      return Reply.of(
          200, page(asked, group.members.stream().map(users::get).map(ObjectNode::deepCopy)));
    }
    return mappings(asked.under(2), id);
  }

  private void unique(String name, String parent, String self) {
    if (name.isEmpty()) {
      throw refused(400, "errorMessage", "Group name is missing");
    }
    if (name.length() > 255) {
      throw refused(500, "error", "unknown_error");
    }
    groups.forEach(
        (id, group) -> {
          if (!id.equals(self) && group.parent.equals(parent) && group.name.equals(name)) {
            throw refused(
                409,
                "errorMessage",
                (parent.isEmpty() ? "Top level" : "Sibling")
                    + " group named '"
                    + name
                    + "' already exists.");
          }
        });
  }

  /** Makes a group, or moves one whose id is said. */
  private Reply place(JsonNode body, String parent) {
    String moved = body.path("id").asText("");
    if (!moved.isEmpty()) {
      if (!groups.containsKey(moved)) {
        throw missing("Could not find child by id");
      }
      for (String up = parent; !up.isEmpty(); up = groups.get(up).parent) {
        if (up.equals(moved)) {
          throw refused(500, "error", "unknown_error");
        }
      }
      unique(groups.get(moved).name, parent, moved);
      groups.get(moved).parent = parent;
      return Reply.of(204);
    }
    unique(body.path("name").asText(""), parent, "");
    String id = UUID.randomUUID().toString();
    Group group = new Group();
    group.name = body.path("name").asText();
    group.parent = parent;
    if (body.path("attributes") instanceof ObjectNode attributes) {
      group.attributes = attributes.deepCopy();
    }
    groups.put(id, group);
    made.add(new Made("Group", group.name));
    mappings.put(id, new LinkedHashSet<>());
    return made("groups", id, parent.isEmpty() ? null : shown(id));
  }

  private void delete(String id) {
    children(id).forEach(this::delete);
    groups.remove(id);
    mappings.remove(id);
  }

  // Roles

  private Reply clients(Asked asked) {
    if (asked.is("GET", "clients")) {
      String clientId = asked.query().get("clientId");
      return Reply.of(
          200,
          page(
              asked,
              clients.entrySet().stream()
                  .filter(client -> client.getKey().equals(clientId))
                  .map(
                      c ->
                          NODES.objectNode().put("id", c.getValue()).put("clientId", c.getKey()))));
    }
    if (asked.is("POST", "clients")) {
      String id = UUID.randomUUID().toString();
      clients.put(asked.body().path("clientId").asText(), id);
      return made("clients", id, null);
    }
    if (!clients.containsValue(asked.at(1))) {
      throw missing("Could not find client");
    }
    return roles(asked.under(3), asked.at(1));
  }

  private Reply roles(Asked asked, String client) {
    if (asked.method().equals("POST")) {
      String name = asked.body().path("name").asText();
      roles.add(new Role(UUID.randomUUID().toString(), name, client));
      return Reply.of(201);
    }
    Role named =
        roles.stream()
            .filter(role -> role.client.equals(client) && role.name.equals(asked.at(0)))
            .findFirst()
            .orElseThrow(() -> missing("Could not find role"));
    return asked.segments().size() == 2 && asked.at(1).equals("users")
        ? Reply.of(
            200,
            page(
                asked,
                users.entrySet().stream()
                    .filter(user -> mappings.get(user.getKey()).contains(named))
                    .map(Map.Entry::getValue)))
        : Reply.of(200, shown(named));
  }

  private static ObjectNode shown(Role role) {
    return NODES.objectNode().put("id", role.id).put("name", role.name);
  }

  /** Containers without roles are left out, as Keycloak does. */
  private Reply allMappings(String subject) {
    Set<Role> held = mappings.get(subject);
    ObjectNode shown = NODES.objectNode();
    ArrayNode realm = NODES.arrayNode();
    held.stream().filter(r -> r.client.isEmpty()).map(KeycloakSimulator::shown).forEach(realm::add);
    if (!realm.isEmpty()) {
      shown.set("realmMappings", realm);
    }
    ObjectNode ofClients = NODES.objectNode();
    clients.forEach(
        (clientId, id) -> {
          ArrayNode roles = NODES.arrayNode();
          held.stream()
              .filter(r -> r.client.equals(id))
              .map(KeycloakSimulator::shown)
              .forEach(roles::add);
          if (!roles.isEmpty()) {
            ofClients
                .putObject(clientId)
                .put("id", id)
                .put("client", clientId)
                .set("mappings", roles);
          }
        });
    if (!ofClients.isEmpty()) {
      shown.set("clientMappings", ofClients);
    }
    return Reply.of(200, shown);
  }

  private Reply mappings(Asked asked, String subject) {
    if (asked.is("GET", "role-mappings")) {
      return allMappings(subject);
    }
    boolean realm = asked.segments().equals(List.of("role-mappings", "realm"));
    if (!realm && !(asked.segments().size() == 3 && asked.at(1).equals("clients"))) {
      throw missing("HTTP 404 Not Found");
    }
    String client = realm ? "" : asked.at(2);
    Set<Role> held = mappings.get(subject);
    if (asked.method().equals("GET")) {
      ArrayNode shown = NODES.arrayNode();
      held.stream()
          .filter(r -> r.client.equals(client))
          .map(KeycloakSimulator::shown)
          .forEach(shown::add);
      return Reply.of(200, shown);
    }
    if (asked.body().isMissingNode() && asked.method().equals("DELETE")) {
      held.removeIf(role -> role.client.equals(client));
      return Reply.of(204);
    }
    if (!asked.body().isArray()) {
      throw refused(500, "error", "unknown_error");
    }
    for (JsonNode one : asked.body()) {
      Role named =
          roles.stream()
              .filter(role -> role.client.equals(client))
              .filter(role -> role.id.equals(one.path("id").asText()))
              .findFirst()
              .orElseThrow(() -> missing("Role not found"));
      boolean ignored = asked.method().equals("POST") ? held.add(named) : held.remove(named);
    }
    return Reply.of(204);
  }
}
