package dev.idbridge.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;

/** An administrator at work in Keycloak, past the bridge. */
public final class KeycloakAdmin implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;
  private final String realm;
  private String token = "";

  public KeycloakAdmin(String url) {
    this.url = url;
    this.realm = url + "/admin/realms/" + Keycloak.REALM;
  }

  @Override
  public void close() {
    client.close();
  }

  /**
   * @param body quotes may be single
   */
  public JsonNode call(String method, String path, String body) {
    HttpResponse<String> answer = send(method, realm + path, body);
    if (answer.statusCode() >= 300) {
      throw new AssertionError(method + " " + path + ": " + answer.statusCode() + answer.body());
    }
    String location = answer.headers().firstValue("Location").orElse("");
    return answer.statusCode() == 201 && answer.body().isEmpty()
        ? tree("{'id':'" + location.substring(location.lastIndexOf('/') + 1) + "'}")
        : tree(answer.body());
  }

  public HttpResponse<String> send(String method, String address, String body) {
    HttpResponse<String> answer = once(method, address, body);
    if (answer.statusCode() == 401) {
      token = token();
      answer = once(method, address, body);
    }
    return answer;
  }

  private HttpResponse<String> once(String method, String address, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Authorization", "Bearer " + token)
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(
                        body.contains("\"") ? body : body.replace('\'', '"')));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return send(request.build());
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private String token() {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(url + "/realms/master/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString(
                        "grant_type=password&client_id=admin-cli&username=admin&password="
                            + Keycloak.ADMIN))
                .build());
    return tree(answer.body()).path("access_token").asText();
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text.startsWith("{'") ? text.replace('\'', '"') : text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public List<JsonNode> list(String path) {
    return StreamSupport.stream(call("GET", path, null).spliterator(), false).toList();
  }

  public List<JsonNode> users(String userName) {
    return list("/users?exact=true&username=" + encode(userName));
  }

  public JsonNode user(String id) {
    return call("GET", "/users/" + id, null);
  }

  /** Groups of this name, anywhere; names compared exactly. */
  public List<JsonNode> groups(String name) {
    return list(
            "/groups?populateHierarchy=false&briefRepresentation=false&max=1000&search="
                + encode(name))
        .stream()
        .filter(group -> group.path("name").asText().equals(name))
        .toList();
  }

  /** User names of the direct members. */
  public List<String> members(String group) {
    return list("/groups/" + group + "/members?max=1000").stream()
        .map(user -> user.path("username").asText())
        .toList();
  }

  /** Makes a user; answers the id. */
  public String addUser(String userName, boolean enabled) {
    String body = "{'username':'%s','enabled':%s}".formatted(userName, enabled);
    return call("POST", "/users", body).path("id").asText();
  }

  /** Makes a group under another, or at the root; answers the id. */
  public String addGroup(String parent, String name) {
    String path = parent.isEmpty() ? "/groups" : "/groups/" + parent + "/children";
    return call("POST", path, "{'name':'" + name + "'}").path("id").asText();
  }

  public void join(String user, String group) {
    call("PUT", "/users/" + user + "/groups/" + group, null);
  }

  /** Makes a client; answers the id that Keycloak gives it. */
  public String addClient(String clientId) {
    return call("POST", "/clients", "{'clientId':'" + clientId + "'}").path("id").asText();
  }

  /** Makes a role of a client, or of the realm. */
  public void addRole(String client, String name) {
    call("POST", roles(client), "{'name':'" + name + "'}");
  }

  private String roles(String client) {
    return client.isEmpty() ? "/roles" : "/clients/" + id(client) + "/roles";
  }

  private String id(String client) {
    return list("/clients?clientId=" + encode(client)).getFirst().path("id").asText();
  }

  /** Names of the roles of a client, or of the realm, that a user or group holds itself. */
  public List<String> granted(String kind, String subject, String client) {
    return list(mappings(kind, subject, client)).stream()
        .map(role -> role.path("name").asText())
        .toList();
  }

  private String mappings(String kind, String subject, String client) {
    return "/%s/%s/role-mappings/%s"
        .formatted(kind, subject, client.isEmpty() ? "realm" : "clients/" + id(client));
  }

  public void grant(String kind, String subject, String client, String role) {
    JsonNode found = call("GET", roles(client) + "/" + encode(role), null);
    call(
        "POST",
        mappings(kind, subject, client),
        "[{'id':'%s','name':'%s'}]".formatted(found.path("id").asText(), role));
  }
}
