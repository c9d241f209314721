package dev.idbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An identity provider's plain HTTP; single quotes in bodies stand for double ones. */
final class ScimHttp {
  static final String PATCH = "'schemas':['urn:ietf:params:scim:api:messages:2.0:PatchOp']";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  final String base;
  final String token;

  ScimHttp(String base, String token) {
    this.base = base;
    this.token = token;
  }

  record Answer(int status, JsonNode json, HttpResponse<String> raw) {
    String at(String pointer) {
      return json.at(pointer).asText();
    }

    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }

    /** A SCIM Error (RFC 7644 section 3.12) that says something. */
    Answer isError(int expected, String... words) {
      assertThat(status).as(raw.body()).isEqualTo(expected);
      assertThat(header("Content-Type")).startsWith("application/scim+json");
      assertThat(at("/schemas/0")).isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
      assertThat(at("/status")).isEqualTo(Integer.toString(expected));
      assertThat(at("/detail")).isNotBlank().doesNotContain("Exception", "\tat ");
      for (String word : words) {
        assertThat(at("/detail")).contains(word);
      }
      return this;
    }
  }

  static String quoted(String body) {
    return body.replace('\'', '"');
  }

  /** With further headers, as name and value. */
  Answer send(String method, String path, String body, String... headers) throws Exception {
    return send(method, path, body == null ? null : BodyPublishers.ofString(quoted(body)), headers);
  }

  Answer send(String method, String path, BodyPublisher body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + token)
            .method(method, body == null ? BodyPublishers.noBody() : body);
    if (body != null) {
      request.header("Content-Type", "application/scim+json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    HttpResponse<String> raw = CLIENT.send(request.build(), BodyHandlers.ofString());
    return new Answer(raw.statusCode(), tree(raw.body()), raw);
  }

  /** Empty when the body is no JSON object: the assertions tell the body itself. */
  private static JsonNode tree(String body) throws IOException {
    return body.startsWith("{") ? JSON.readTree(body) : JSON.createObjectNode();
  }

  Answer get(String path) throws Exception {
    return send("GET", path, (String) null);
  }

  Answer find(String endpoint, String filter) throws Exception {
    return get(endpoint + "?filter=" + URLEncoder.encode(quoted(filter), StandardCharsets.UTF_8));
  }

  private Answer well(Answer answer, int status) {
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(status);
    return answer;
  }

  String user(String userName) throws Exception {
    return well(
            send(
                "POST",
                "/Users",
                ("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'%1$s',"
                        + "'externalId':'x-%1$s','displayName':'The %1$s','active':true,"
                        + "'name':{'givenName':'G %1$s','familyName':'F %1$s'},"
                        + "'emails':[{'value':'%1$s@example.com','type':'work','primary':true}]}")
                    .formatted(userName)),
            201)
        .at("/id");
  }

  String group(String displayName, String... members) throws Exception {
    return well(
            send(
                "POST",
                "/Groups",
                "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:Group'],'displayName':'%s',"
                        .formatted(displayName)
                    + "'members':["
                    + values(members)
                    + "]}"),
            201)
        .at("/id");
  }

  private static String values(String... ids) {
    return Stream.of(ids).map(id -> "{'value':'" + id + "'}").collect(Collectors.joining(","));
  }

  Answer patch(String path, String operations) throws Exception {
    return send("PATCH", path, "{" + PATCH + ",'Operations':[" + operations + "]}");
  }

  Answer replace(String path, String attribute, String value) throws Exception {
    Answer answer =
        patch(path, "{'op':'replace','path':'%s','value':%s}".formatted(attribute, value));
    assertThat(answer.status()).as(answer.raw().body()).isBetween(200, 204);
    return answer;
  }

  Answer add(String group, String... members) throws Exception {
    Answer answer =
        patch(
            "/Groups/" + group, "{'op':'add','path':'members','value':[" + values(members) + "]}");
    assertThat(answer.status()).as(answer.raw().body()).isBetween(200, 204);
    return answer;
  }

  Answer remove(String group, String member) throws Exception {
    Answer answer =
        patch(
            "/Groups/" + group,
            "{'op':'remove','path':'members[value eq \\'%s\\']'}"
                .formatted(member)
                .replace("\\'", "\\\""));
    assertThat(answer.status()).as(answer.raw().body()).isBetween(200, 204);
    return answer;
  }

  void active(String user, boolean active) throws Exception {
    replace("/Users/" + user, "active", Boolean.toString(active));
  }

  void delete(String path) throws Exception {
    well(send("DELETE", path, (String) null), 204);
  }

  java.util.List<String> members(String group) throws Exception {
    Answer answer = well(get("/Groups/" + group), 200);
    java.util.List<String> ids = new java.util.ArrayList<>();
    answer.json().path("members").forEach(m -> ids.add(m.path("value").asText()));
    return ids;
  }
}
