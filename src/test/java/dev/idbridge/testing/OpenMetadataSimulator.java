package dev.idbridge.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What this repository uses of OpenMetadata's API, refusing what the sources of OpenMetadata refuse
 * (repository open-metadata/OpenMetadata; each rule names its file). OpenMetadata itself wants a
 * database and a search engine beside it and is not on Maven Central.
 *
 * <p>Assumptions, where the sources that were read do not say: an e-mail address is unique when it
 * is changed, too; names compare without case.
 */
public final class OpenMetadataSimulator extends JsonApp {
  public static final String TOKEN = "jwt-of-the-bot-0123456789";

  /** From the top down. */
  private static final List<String> TYPES =
      List.of("Organization", "BusinessUnit", "Division", "Department", "Group");

  private static final Set<String> USER_FIELDS =
      Set.of(
          "name",
          "email",
          "displayName",
          "description",
          "externalId",
          "isBot",
          "isAdmin",
          "teams",
          "roles",
          "profile",
          "timezone",
          "domains");
  private static final Set<String> TEAM_FIELDS =
      Set.of(
          "name",
          "teamType",
          "displayName",
          "email",
          "description",
          "parents",
          "children",
          "users",
          "defaultRoles",
          "policies",
          "isJoinable");

  private final Map<String, ObjectNode> users = new LinkedHashMap<>();
  private final Map<String, ObjectNode> teams = new LinkedHashMap<>();
  private final Map<String, String> roles = new LinkedHashMap<>();
  private final String organization;
  private String token = TOKEN;

  public OpenMetadataSimulator() {
    organization = UUID.randomUUID().toString();
    ObjectNode top = NODES.objectNode().put("id", organization).put("name", "Organization");
    top.put("displayName", "Organization").put("teamType", "Organization");
    top.putArray("parents");
    top.putArray("defaultRoles").add(addRole("DataConsumer"));
    teams.put(organization, top);
  }

  // What an administrator does and sees

  /** From now on only this token is taken: a revoked one ends at once (UserResource). */
  public synchronized void token(String now) {
    token = now;
  }

  public synchronized String addRole(String name) {
    String id = UUID.randomUUID().toString();
    roles.put(id, name);
    return id;
  }

  public synchronized String addTeam(String name, String type, String parent) {
    ObjectNode body = NODES.objectNode().put("name", name).put("teamType", type);
    if (!parent.isEmpty()) {
      body.putArray("parents").add(parent);
    }
    return addTeam(body).path("id").asText();
  }

  public synchronized String addUser(String name, boolean active) {
    ObjectNode body =
        NODES.objectNode().put("name", name).put("email", name + "@elsewhere.example.com");
    String id = addUser(body).path("id").asText();
    users.get(id).put("deleted", !active);
    return id;
  }

  public synchronized void join(String user, String team) {
    ((ArrayNode) users.get(user).path("teams")).add(team);
  }

  public synchronized List<ObjectNode> users() {
    return users.values().stream().map(ObjectNode::deepCopy).toList();
  }

  public synchronized ObjectNode user(String id) {
    return users.get(id).deepCopy();
  }

  public synchronized List<ObjectNode> teams() {
    return teams.values().stream().map(ObjectNode::deepCopy).toList();
  }

  public synchronized List<String> members(String team) {
    return users.values().stream()
        .filter(user -> texts(user.path("teams")).contains(team))
        .map(user -> user.path("name").asText())
        .toList();
  }

  /** Names of the roles that a user or team has itself. */
  public synchronized List<String> roles(String id, boolean ofTeam) {
    return texts(ofTeam ? teams.get(id).path("defaultRoles") : users.get(id).path("roles")).stream()
        .map(roles::get)
        .toList();
  }

  /** Gives a user a role that stands before all others. */
  public synchronized void grantFirst(String id, String role) {
    ArrayNode held = (ArrayNode) users.get(id).path("roles");
    roles.forEach(
        (roleId, name) -> {
          if (name.equals(role)) {
            held.insert(0, roleId);
          }
        });
  }

  public synchronized void grant(String id, boolean toTeam, String role) {
    ArrayNode held =
        (ArrayNode) (toTeam ? teams.get(id).path("defaultRoles") : users.get(id).path("roles"));
    roles.forEach(
        (roleId, name) -> {
          if (name.equals(role)) {
            held.add(roleId);
          }
        });
  }

  // What it answers

  private static Refusal refused(int status, String message) {
    return new Refusal(
        Reply.of(status, NODES.objectNode().put("code", status).put("message", message)));
  }

  /** CatalogExceptionMessage: entityNotFound. */
  private static Refusal missing(String type, String id) {
    return refused(404, type + " instance for " + id + " not found");
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  @Override
  protected Reply answer(Asked asked) {
    if (!asked.authorization().equals("Bearer " + token)) {
      throw refused(401, "Not Authorized! Token not present or expired");
    }
    if (asked.segments().size() < 3 || !asked.at(0).equals("api") || !asked.at(1).equals("v1")) {
      throw refused(404, "HTTP 404 Not Found");
    }
    Asked rest = asked.under(2);
    boolean patched = rest.method().equals("PATCH");
    if (patched && !rest.contentType().startsWith("application/json-patch+json")) {
      throw refused(415, "HTTP 415 Unsupported Media Type");
    }
    return switch (rest.at(0)) {
      case "users" -> users(rest);
      case "teams" -> teams(rest);
      case "roles" -> role(rest);
      default -> throw refused(404, "HTTP 404 Not Found");
    };
  }

  private static void only(JsonNode body, Set<String> known) {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw refused(400, "Unrecognized field \"" + name + "\"");
              }
            });
  }

  private static boolean includes(Asked asked, JsonNode entity) {
    String include = asked.query().getOrDefault("include", "non-deleted");
    boolean deleted = entity.path("deleted").asBoolean();
    return include.equals("all") || deleted == include.equals("deleted");
  }

  /** Relations are absent unless they are asked for (UserResource, TeamResource: fields). */
  private static boolean wants(Asked asked, String field) {
    return Arrays.asList(asked.query().getOrDefault("fields", "").split(",")).contains(field);
  }

  // Users

  private Reply users(Asked asked) {
    if (asked.is("GET", "users")) {
      return list(asked);
    }
    if (asked.is("POST", "users")) {
      only(asked.body(), USER_FIELDS);
      return Reply.of(201, shown(addUser((ObjectNode) asked.body()), asked));
    }
    if (asked.is("PUT", "users", "restore")) {
      ObjectNode user = users.get(asked.body().path("id").asText());
      if (user == null) {
        throw missing("user", asked.body().path("id").asText());
      }
      user.put("deleted", false);
      return Reply.of(200, shown(user, asked));
    }
    ObjectNode user =
        asked.is("GET", "users", "name", "*")
            ? users.values().stream()
                .filter(u -> u.path("name").asText().equalsIgnoreCase(asked.at(2)))
                .findFirst()
                .orElse(null)
            : users.get(asked.at(1));
    String id = asked.segments().getLast();
    if (asked.method().equals("DELETE")) {
      if (user == null) {
        throw missing("user", id);
      }
      if ("true".equals(asked.query().get("hardDelete"))) {
        users.remove(id);
      } else if (user.path("deleted").asBoolean()) {
        throw missing("user", id);
      } else {
        user.put("deleted", true);
      }
      return Reply.of(200, shown(user, asked));
    }
    // EntityRepository: a PATCH finds what is not deleted only.
    if (user == null || !includes(asked, user)) {
      throw missing("user", id);
    }
    if (asked.method().equals("PATCH")) {
      patchUser(user, asked.body());
    }
    return Reply.of(200, shown(user, asked));
  }

  private ObjectNode addUser(ObjectNode body) {
    String name = body.path("name").asText("");
    String email = body.path("email").asText("");
    if (name.isEmpty() || name.contains("::") || name.length() > 256) {
      throw refused(400, "[query param name must match \"^((?!::).)*$\"]");
    }
    address(email);
    unique("", name, email);
    ObjectNode user = body.deepCopy();
    user.put("id", UUID.randomUUID().toString()).put("deleted", false);
    user.putArray("teams");
    user.putArray("roles");
    users.put(user.path("id").asText(), user);
    return user;
  }

  private static void address(String email) {
    if (!email.matches("\\S+@\\S+\\.\\S+")) {
      throw refused(400, "[email must be a well-formed email address]");
    }
  }

  private void unique(String self, String name, String email) {
    for (ObjectNode other : users.values()) {
      boolean taken =
          other.path("name").asText().equalsIgnoreCase(name)
              || other.path("email").asText().equalsIgnoreCase(email);
      if (taken && !other.path("id").asText().equals(self)) {
        throw refused(409, "Entity already exists");
      }
    }
  }

  /** Cursors, and 10 a page where nobody says a limit (UserResource). */
  private Reply list(Asked asked) {
    int limit = asked.number("limit", 10);
    if (limit > 1000000) {
      throw refused(400, "[query param limit must be less than or equal to 1000000]");
    }
    int from = Integer.parseInt(asked.query().getOrDefault("after", "cursor-0").substring(7));
    List<ObjectNode> all = users.values().stream().filter(user -> includes(asked, user)).toList();
    ObjectNode page = NODES.objectNode();
    ArrayNode data = page.putArray("data");
    all.stream().skip(from).limit(limit).forEach(user -> data.add(shown(user, asked)));
    page.putObject("paging").put("total", all.size());
    if (from + limit < all.size()) {
      page.withObject("/paging").put("after", "cursor-" + (from + limit));
    }
    return Reply.of(200, page);
  }

  /** Who is in no team is in Organization (UserRepository.getTeams). */
  private ObjectNode shown(ObjectNode user, Asked asked) {
    ObjectNode shown = user.deepCopy();
    shown.remove(List.of("teams", "roles"));
    if (wants(asked, "teams")) {
      shown.set("teams", teamsOf(user));
    }
    if (wants(asked, "roles")) {
      shown.set("roles", references(texts(user.path("roles")), "role"));
      Set<String> inherited = new LinkedHashSet<>();
      teamsOf(user).forEach(team -> inherit(team.path("id").asText(), inherited));
      shown.set("inheritedRoles", references(List.copyOf(inherited), "role"));
    }
    return shown;
  }

  private ArrayNode teamsOf(ObjectNode user) {
    List<String> held = texts(user.path("teams"));
    return references(held.isEmpty() ? List.of(organization) : held, "team");
  }

  private void inherit(String team, Set<String> inherited) {
    inherited.addAll(texts(teams.get(team).path("defaultRoles")));
    texts(teams.get(team).path("parents")).forEach(parent -> inherit(parent, inherited));
  }

  private ArrayNode references(List<String> ids, String type) {
    ArrayNode list = NODES.arrayNode();
    for (String id : ids) {
      String name = type.equals("role") ? roles.get(id) : teams.get(id).path("name").asText();
      list.addObject().put("id", id).put("type", type).put("name", name);
    }
    return list;
  }

  private void patchUser(ObjectNode user, JsonNode patch) {
    ObjectNode before = user.deepCopy();
    before.set("teams", teamsOf(user));
    before.set("roles", references(texts(user.path("roles")), "role"));
    ObjectNode after = patched(before, patch);
    // UserResource: a team that the user is in already.
    Set<String> now = new LinkedHashSet<>();
    for (JsonNode team : after.path("teams")) {
      String id = team.path("id").asText();
      if (!teams.containsKey(id)) {
        throw missing("team", id);
      }
      if (!now.add(id)) {
        throw refused(
            400,
            "User '%s' is already part of the team '%s'"
                .formatted(user.path("name").asText(), teams.get(id).path("name").asText()));
      }
    }
    address(after.path("email").asText());
    unique(user.path("id").asText(), "", after.path("email").asText());
    now.remove(organization);
    ArrayNode held = user.putArray("teams");
    now.forEach(held::add);
    user.set("roles", ids(after.path("roles"), roles.keySet(), "role"));
    for (String field : List.of("displayName", "email", "externalId", "description")) {
      // name and id stay whatever the patch says (EntityRepository.restorePatchAttributes).
      if (after.has(field)) {
        user.set(field, after.path(field));
      }
    }
  }

  private static ArrayNode ids(JsonNode references, Set<String> known, String type) {
    ArrayNode ids = NODES.arrayNode();
    for (JsonNode reference : references) {
      String id = reference.path("id").asText();
      if (!known.contains(id)) {
        throw missing(type, id);
      }
      if (!texts(ids).contains(id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** RFC 6902: add, remove, replace and test; positions as they are at that moment. */
  private static ObjectNode patched(ObjectNode before, JsonNode patch) {
    if (!patch.isArray() || patch.isEmpty()) {
      throw refused(400, "the patch is no list of operations");
    }
    ObjectNode after = before.deepCopy();
    for (JsonNode operation : patch) {
      String path = operation.path("path").asText();
      int slash = path.lastIndexOf('/');
      JsonNode holder = after.at(path.substring(0, slash));
      String last = path.substring(slash + 1);
      String op = operation.path("op").asText();
      JsonNode at = after.at(path);
      boolean done =
          switch (op) {
            case "test" -> at.equals(operation.path("value"));
            case "add" -> add(holder, last, operation.path("value"));
            case "replace" ->
                !at.isMissingNode() && add(remove(holder, last), last, operation.path("value"));
            case "remove" -> !at.isMissingNode() && remove(holder, last) != null;
            default -> false;
          };
      if (!done) {
        throw refused(400, "The JSON Patch operation '" + op + "' failed for path '" + path + "'");
      }
    }
    return after;
  }

  private static boolean add(JsonNode holder, String last, JsonNode value) {
    if (holder instanceof ArrayNode array && last.matches("\\d+")) {
      int at = Integer.parseInt(last);
      if (at > array.size()) {
        return false;
      }
      array.insert(at, value.deepCopy());
      return true;
    }
    if (holder instanceof ObjectNode object) {
      object.set(last, value.deepCopy());
      return true;
    }
    return false;
  }

  private static JsonNode remove(JsonNode holder, String last) {
    if (holder instanceof ArrayNode array) {
      array.remove(Integer.parseInt(last));
    } else if (holder instanceof ObjectNode object) {
      object.remove(last);
    }
    return holder;
  }

  // Teams

  private Reply teams(Asked asked) {
    if (asked.is("POST", "teams")) {
      only(asked.body(), TEAM_FIELDS);
      return Reply.of(201, shownTeam(addTeam((ObjectNode) asked.body()), asked));
    }
    ObjectNode team =
        asked.is("GET", "teams", "name", "*")
            ? teams.values().stream()
                .filter(t -> t.path("name").asText().equalsIgnoreCase(asked.at(2)))
                .findFirst()
                .orElse(null)
            : teams.get(asked.at(1));
    String id = asked.is("GET", "teams", "name", "*") ? asked.at(2) : asked.at(1);
    if (team == null) {
      throw missing("team", id);
    }
    String type = team.path("teamType").asText();
    if (asked.is("PUT", "teams", "*", "users") || asked.is("DELETE", "teams", "*", "users", "*")) {
      // CatalogExceptionMessage: invalidTeamUpdateUsers.
      throw refused(
          400, "Team is of type " + type + ". Users can be updated only in team of type Group.");
    }
    if (asked.is("DELETE", "teams", "*")) {
      deleteTeam(id, type);
    } else if (asked.is("PATCH", "teams", "*")) {
      ObjectNode before = team.deepCopy();
      before.set("defaultRoles", references(texts(team.path("defaultRoles")), "role"));
      ObjectNode after = patched(before, asked.body());
      team.set("displayName", after.path("displayName"));
      team.set("defaultRoles", ids(after.path("defaultRoles"), roles.keySet(), "role"));
    }
    return Reply.of(200, shownTeam(team, asked));
  }

  /** TeamRepository: Organization stays, children of what goes stand under Organization. */
  private void deleteTeam(String id, String type) {
    if (type.equals("Organization")) {
      throw refused(400, "Organization can't be deleted");
    }
    teams.remove(id);
    users.values().forEach(user -> drop((ArrayNode) user.path("teams"), id));
    for (ObjectNode other : teams.values()) {
      ArrayNode parents = (ArrayNode) other.path("parents");
      if (texts(parents).contains(id)) {
        drop(parents, id);
        if (parents.isEmpty()) {
          parents.add(organization);
        }
      }
    }
  }

  private static void drop(ArrayNode list, String text) {
    for (int i = list.size() - 1; i >= 0; i--) {
      if (list.get(i).asText().equals(text)) {
        list.remove(i);
      }
    }
  }

  /** TeamRepository.validateHierarchy, with the texts of CatalogExceptionMessage. */
  private ObjectNode addTeam(ObjectNode body) {
    String name = body.path("name").asText("");
    String type = body.path("teamType").asText("");
    if (name.isEmpty() || name.contains("::") || !TYPES.contains(type)) {
      throw refused(400, "[query param name must not be null, teamType must be known]");
    }
    if (type.equals("Organization")) {
      throw refused(
          400, "Only one Organization is allowed. New Organization type can't be created");
    }
    if (teams.values().stream().anyMatch(t -> t.path("name").asText().equalsIgnoreCase(name))) {
      throw refused(409, "Entity already exists");
    }
    if (type.equals("Group") && !body.path("children").isEmpty()) {
      throw refused(
          400,
          "Team of type Group can't have children of type team. Only users are allowed as part of"
              + " the team");
    }
    List<String> parents = texts(body.path("parents"));
    if (parents.size() > 1 && (type.equals("Division") || type.equals("BusinessUnit"))) {
      throw refused(400, "Teams of type " + type + " can have only 1 parents");
    }
    for (String parent : parents) {
      ObjectNode above = teams.get(parent);
      if (above == null) {
        throw missing("team", parent);
      }
      String aboveType = above.path("teamType").asText();
      boolean self = aboveType.equals(type) && !type.equals("Group");
      if (!self && TYPES.indexOf(aboveType) >= TYPES.indexOf(type)) {
        throw refused(
            400,
            "Team %s of type %s can't be of parent of team %s of type %s"
                .formatted(above.path("name").asText(), aboveType, name, type));
      }
    }
    ObjectNode team = body.deepCopy().put("id", UUID.randomUUID().toString());
    ArrayNode up = team.putArray("parents");
    (parents.isEmpty() ? List.of(organization) : parents).forEach(up::add);
    team.putArray("defaultRoles");
    teams.put(team.path("id").asText(), team);
    return team;
  }

  private ObjectNode shownTeam(ObjectNode team, Asked asked) {
    ObjectNode shown = team.deepCopy();
    shown.remove(List.of("parents", "defaultRoles", "users", "children"));
    String id = team.path("id").asText();
    if (wants(asked, "parents")) {
      shown.set("parents", references(texts(team.path("parents")), "team"));
    }
    if (wants(asked, "defaultRoles")) {
      shown.set("defaultRoles", references(texts(team.path("defaultRoles")), "role"));
    }
    if (wants(asked, "userCount")) {
      shown.put("userCount", members(id).size());
    }
    if (wants(asked, "childrenCount")) {
      long below =
          teams.values().stream().filter(t -> texts(t.path("parents")).contains(id)).count();
      shown.put("childrenCount", (int) below);
    }
    return shown;
  }

  private Reply role(Asked asked) {
    for (Map.Entry<String, String> role : roles.entrySet()) {
      if (asked.is("GET", "roles", "name", "*") && role.getValue().equals(asked.at(2))) {
        return Reply.of(
            200, NODES.objectNode().put("id", role.getKey()).put("name", role.getValue()));
      }
    }
    throw missing("role", asked.segments().getLast());
  }
}
