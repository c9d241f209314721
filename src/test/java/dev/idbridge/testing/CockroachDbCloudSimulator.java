package dev.idbridge.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * CockroachDB Cloud's SCIM service and role API, as its published OpenAPI document says
 * (cockroachdb/cockroach-cloud-sdk-go, openapi-modified.json, version 2024-09-16) and the pages
 * about it (cockroachdb/docs, pull request 20356): the service itself cannot be started here. Users
 * and groups are kept by SCIM-SDK's server.
 *
 * <p>Assumptions, where neither says: a taken name is a 400 "already exists"; a role that is not
 * held cannot be taken away (404); cluster and folder ids must exist (400).
 */
public final class CockroachDbCloudSimulator extends JsonApp {
  public static final String TOKEN = "CCDB1_secret_of_the_service_account";
  public static final String ORGANIZATION = "org-1";
  public static final String CLUSTER = "CLUSTER/cluster-1";
  public static final String FOLDER = "FOLDER/folder-1";

  /** A service account that is no ORG_ADMIN. */
  public static final String VIEWER = "CCDB1_secret_of_another_account";

  private static final Set<String> NAMES =
      Set.of(
          "BILLING_COORDINATOR",
          "BILLING_VIEWER",
          "ORG_ADMIN",
          "ORG_MEMBER",
          "CLUSTER_ADMIN",
          "CLUSTER_OPERATOR_WRITER",
          "CLUSTER_DEVELOPER",
          "CLUSTER_CREATOR",
          "CLUSTER_MONITOR",
          "METRICS_VIEWER",
          "FOLDER_ADMIN",
          "FOLDER_MOVER");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Holds the users and groups. */
  public final ScimApp scim = new ScimApp();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Set<String>> roles = new HashMap<>();
  private int throttled;
  private boolean retryAfter;

  public CockroachDbCloudSimulator() {
    scim.groupNamesRepeat(false);
  }

  @Override
  public void close() {
    super.close();
    client.close();
    scim.close();
  }

  /**
   * So many calls are over the limit of 10 a second; the status of that answer is not dependable.
   */
  public synchronized void throttle(int calls, boolean tellsWhen) {
    throttled = calls;
    retryAfter = tellsWhen;
  }

  /** Roles of a user or group itself, as NAME or NAME@TYPE/id. */
  public synchronized Set<String> roles(String subject) {
    return new LinkedHashSet<>(roles.getOrDefault(subject, Set.of()));
  }

  public synchronized void grant(String subject, String role) {
    roles.computeIfAbsent(subject, s -> new LinkedHashSet<>()).add(role);
  }

  /** The default answer: a google.rpc status. */
  private static Refusal refused(int status, int code, String message) {
    ObjectNode body = NODES.objectNode().put("code", code).put("message", message);
    body.putArray("details");
    return new Refusal(Reply.of(status, body));
  }

  @Override
  protected Reply answer(Asked asked) {
    if (throttled > 0) {
      throttled--;
      ObjectNode body = NODES.objectNode().put("code", 8).put("message", "rate limit exceeded");
      throw new Refusal(new Reply(400, body, retryAfter ? Map.of("Retry-After", "1") : Map.of()));
    }
    if (asked.authorization().equals("Bearer " + VIEWER)) {
      throw refused(403, 7, "the caller does not have the role ORG_ADMIN");
    }
    if (!asked.authorization().equals("Bearer " + TOKEN)) {
      throw refused(401, 16, "invalid API key");
    }
    if (asked.segments().size() > 3
        && asked.segments().subList(0, 3).equals(List.of("api", "scim", "v2"))) {
      return scim(asked.under(3));
    }
    if (asked.segments().size() > 3
        && asked.segments().subList(0, 3).equals(List.of("api", "v1", "roles"))) {
      return roles(asked.under(3));
    }
    throw refused(404, 5, "not found");
  }

  // SCIM

  private Reply scim(Asked asked) {
    boolean makes = asked.method().equals("POST");
    if (makes && asked.at(0).equals("Users") && asked.body().path("emails").isEmpty()) {
      throw refused(400, 3, "emails is required");
    }
    Map<String, String> query = new HashMap<>(asked.query());
    if (asked.method().equals("GET") && asked.segments().size() == 1) {
      query.putIfAbsent("count", "20");
    }
    HttpResponse<String> answer = forward(asked, query);
    if (answer.statusCode() == 409) {
      throw refused(400, 6, "a resource of this name already exists");
    }
    if (answer.statusCode() >= 300 || answer.body().isEmpty()) {
      return Reply.of(answer.statusCode(), answer.body().isEmpty() ? null : tree(answer.body()));
    }
    return Reply.of(200, tree(answer.body()));
  }

  private HttpResponse<String> forward(Asked asked, Map<String, String> query) {
    String path = asked.segments().stream().map(s -> "/" + encode(s)).collect(Collectors.joining());
    String words =
        query.entrySet().stream()
            .map(word -> word.getKey() + "=" + encode(word.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(scim.baseUrl() + path + (words.isEmpty() ? "" : "?" + words)))
            .header("Authorization", "Bearer " + ScimApp.TOKEN)
            .header("Content-Type", "application/scim+json")
            .method(
                asked.method(),
                asked.text().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(asked.text()))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw refused(500, 13, "internal: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused(500, 13, "interrupted");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw refused(500, 13, "internal: " + e);
    }
  }

  // Roles

  private boolean isUser(String id) {
    return scim.users().stream().anyMatch(user -> user.getId().orElse("").equals(id));
  }

  private Reply roles(Asked asked) {
    String subject = asked.at(0);
    boolean group = scim.groups().stream().anyMatch(g -> g.getId().orElse("").equals(subject));
    if (!isUser(subject) && !group) {
      throw refused(404, 5, "user " + subject + " not found");
    }
    Set<String> held = roles.computeIfAbsent(subject, s -> new LinkedHashSet<>());
    if (asked.is("GET", "*")) {
      return Reply.of(200, shown(subject));
    }
    if (asked.is("PUT", "*")) {
      // Replaces exactly: whoever calls this takes away what others granted.
      held.clear();
      asked
          .body()
          .path("roles")
          .forEach(role -> held.add(key(role.path("name").asText(), at(role.path("resource")))));
      return Reply.of(200, shown(subject));
    }
    if (!asked.is("POST", "*", "*", "*", "*") && !asked.is("DELETE", "*", "*", "*", "*")) {
      throw refused(404, 5, "not found");
    }
    String resource = asked.at(1) + "/" + asked.at(2);
    if (!NAMES.contains(asked.at(3))) {
      throw refused(400, 3, "invalid role name");
    }
    if (!Set.of("ORGANIZATION/" + ORGANIZATION, CLUSTER, FOLDER).contains(resource)) {
      throw refused(400, 3, "invalid resource");
    }
    String key = key(asked.at(3), resource);
    if (asked.method().equals("POST")) {
      held.add(key);
    } else if (asked.at(3).equals("ORG_MEMBER")) {
      throw refused(400, 3, "every member of the organization has this role");
    } else if (!held.remove(key)) {
      throw inherited(subject).containsKey(key)
          ? refused(400, 9, "the role is inherited from a group and cannot be removed here")
          : refused(404, 5, "the role is not granted");
    }
    return Reply.of(200, shown(subject));
  }

  private static String at(JsonNode resource) {
    return resource.path("type").asText() + "/" + resource.path("id").asText();
  }

  private static String key(String name, String resource) {
    return resource.startsWith("ORGANIZATION/") ? name : name + "@" + resource;
  }

  /** Roles of the groups that it is a member of, and of theirs, with the names of the groups. */
  private Map<String, Set<String>> inherited(String subject) {
    Map<String, Set<String>> inherited = new HashMap<>();
    inherit(subject, inherited, new LinkedHashSet<>());
    return inherited;
  }

  private void inherit(String subject, Map<String, Set<String>> inherited, Set<String> seen) {
    scim.groups()
        .forEach(
            group -> {
              String id = group.getId().orElse("");
              boolean member = scim.members(id).contains(subject);
              if (member && seen.add(id)) {
                for (String role : roles.getOrDefault(id, Set.of())) {
                  inherited
                      .computeIfAbsent(role, r -> new LinkedHashSet<>())
                      .add(group.getDisplayName().orElse(""));
                }
                inherit(id, inherited, seen);
              }
            });
  }

  private ObjectNode shown(String subject) {
    ObjectNode shown = NODES.objectNode();
    ArrayNode own = shown.putArray("roles");
    if (isUser(subject)) {
      own.add(role("ORG_MEMBER"));
    }
    roles.getOrDefault(subject, Set.of()).forEach(key -> own.add(role(key)));
    ArrayNode ofGroups = shown.putArray("group_roles");
    inherited(subject)
        .forEach(
            (key, groups) -> {
              ObjectNode one = ofGroups.addObject();
              ArrayNode names = one.putArray("group_names");
              groups.forEach(names::add);
              one.set("role", role(key));
            });
    return shown;
  }

  private static ObjectNode role(String key) {
    int at = key.indexOf('@');
    ObjectNode role = NODES.objectNode().put("name", at < 0 ? key : key.substring(0, at));
    ObjectNode resource = role.putObject("resource");
    if (at < 0) {
      resource.put("type", "ORGANIZATION");
      return role;
    }
    int slash = key.indexOf('/');
    resource.put("type", key.substring(at + 1, slash)).put("id", key.substring(slash + 1));
    return role;
  }
}
