package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.rest.Steps;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundAccount;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Roles of users and groups: a resource is the client id of the client that the role belongs to, no
 * resource means a realm role. Members of a group, and of its sub-groups, inherit its roles; what
 * is inherited is neither seen nor touched here.
 */
final class KeycloakRoles {
  static final Capabilities.Roles CAN =
      new Capabilities.Roles(true, true, true, false, false, true, 20).listing(true, true);

  /** A realm gives a role of this name, and all that it is made of, to everybody in it. */
  private static final String EVERYBODYS = "default-roles-";

  private final RestClient client;

  KeycloakRoles(RestClient client) {
    this.client = client;
  }

  /** Everything in one answer, which Keycloak does not page. */
  Lookup<Role> list(String subject, boolean onTeam, int most, Deadline deadline) {
    RestAnswer answer = client.get(path(subject, onTeam), About.OBJECT, deadline);
    if (answer instanceof RestAnswer.Gone) {
      return Lookup.of(List.of());
    }
    if (!(answer instanceof RestAnswer.Ok ok)) {
      return Lookup.failed(RestAnswer.failure(answer));
    }
    List<Role> held = new ArrayList<>();
    JsonNode ofClients = ok.body().path("clientMappings");
    boolean whole =
        ok.body().isObject()
            && !ok.body().has("error")
            && names(ok.body().path("realmMappings"), "", held);
    for (var one : ofClients.properties()) {
      whole &= names(one.getValue().path("mappings"), one.getKey(), held);
    }
    held.removeIf(role -> role.resource().isEmpty() && role.name().startsWith(EVERYBODYS));
    if (!whole) {
      return Lookup.failed(
          new Outcome.Retry("GET role-mappings: the answer holds no roles", false));
    }
    return held.size() > most
        ? Lookup.failed(new Outcome.Reject("it holds more than " + most + " roles"))
        : Lookup.of(held);
  }

  /** False for what is no list of roles; a container without roles is left out of the answer. */
  private static boolean names(JsonNode mappings, String resource, List<Role> held) {
    for (JsonNode role : mappings) {
      String name = role.path("name").asText("");
      if (name.isEmpty()) {
        return false;
      }
      held.add(new Role(name, resource));
    }
    return mappings.isMissingNode() || mappings.isArray();
  }

  /** Users who hold it directly; those who inherit it from a group lose it with the group. */
  Lookup<FoundAccount> holders(Role role, int most, Deadline deadline) {
    return switch (container(role.resource(), deadline)) {
      case Container.Unclear unclear -> Lookup.failed(unclear.why());
      case Container.None none -> Lookup.of(List.of());
      case Container.Known known -> {
        RestAnswer answer =
            client.get(
                known.roles() + "/" + RestClient.encode(role.name()) + "/users?first=0&max=" + most,
                About.OBJECT,
                deadline);
        yield switch (answer) {
          case RestAnswer.Gone gone -> Lookup.of(List.of());
          case RestAnswer.Ok ok when ok.body().isArray() -> Lookup.of(users(ok.body()));
          case RestAnswer.Ok ok ->
              Lookup.failed(new Outcome.Retry("GET role users: the answer is no list", false));
          case RestAnswer.No no -> Lookup.failed(no.why());
        };
      }
    };
  }

  private static List<FoundAccount> users(JsonNode list) {
    List<FoundAccount> users = new ArrayList<>();
    for (JsonNode user : list) {
      String id = user.path("id").asText("");
      if (!id.isEmpty()) {
        users.add(
            new FoundAccount(
                id, user.path("username").asText(""), user.path("enabled").asBoolean(false)));
      }
    }
    return users;
  }

  BatchOutcome apply(GrantPlan plan, Deadline deadline) {
    Steps steps = new Steps(deadline);
    String subject = path(plan.subject(), plan.onTeam());
    byResource(plan.revoked())
        .forEach(
            (resource, roles) -> change("DELETE", plan, subject, resource, roles, steps, deadline));
    byResource(plan.granted())
        .forEach(
            (resource, roles) -> change("POST", plan, subject, resource, roles, steps, deadline));
    return steps.outcome();
  }

  /** All roles of one client, or of the realm, in one call. */
  private void change(
      String method,
      GrantPlan plan,
      String subject,
      String resource,
      List<Role> roles,
      Steps steps,
      Deadline deadline) {
    Container container = container(resource, deadline);
    ArrayNode mappings = JsonNodeFactory.instance.arrayNode();
    List<String> mapped = new ArrayList<>();
    for (Role role : roles) {
      steps.take(
          role.key(),
          () -> {
            Outcome why = resolve(method, plan, container, role, mappings, deadline);
            if (why == null) {
              mapped.add(role.key());
            }
            return why;
          });
    }
    if (mapped.isEmpty()) {
      // Never without a body: a DELETE that names no roles takes them all away.
      return;
    }
    steps.takeAll(
        mapped,
        () ->
            outcome(
                client.call(
                    method,
                    subject + container.mappings(),
                    mappings,
                    plan.onTeam() ? RateClass.GROUP_WRITE : RateClass.USER_WRITE,
                    About.OBJECT,
                    deadline),
                plan.subject()));
  }

  /** Adds the role to the mappings; or says why it cannot be, with null for success. */
  private @Nullable Outcome resolve(
      String method,
      GrantPlan plan,
      Container container,
      Role role,
      ArrayNode mappings,
      Deadline deadline) {
    return switch (container) {
      case Container.Unclear unclear -> unclear.why();
      case Container.None none ->
          unknown(method, plan, "there is no client '" + role.resource() + "'");
      case Container.Known known -> {
        RestAnswer answer =
            client.get(
                known.roles() + "/" + RestClient.encode(role.name()), About.OBJECT, deadline);
        if (answer instanceof RestAnswer.No no) {
          yield no.why();
        }
        if (answer instanceof RestAnswer.Ok ok
            && ok.body().path("name").asText().equals(role.name())
            && ok.body().path("id").isTextual()) {
          mappings.addObject().put("id", ok.body().path("id").asText()).put("name", role.name());
          yield null;
        }
        yield unknown(
            method,
            plan,
            "there is no role '"
                + role.name()
                + "' in "
                + (role.resource().isEmpty() ? "the realm" : "client '" + role.resource() + "'"));
      }
    };
  }

  private static Outcome unknown(String method, GrantPlan plan, String reason) {
    return method.equals("DELETE")
        ? new Outcome.Already(plan.subject())
        : new Outcome.Reject(reason);
  }

  /** A role that went between its look-up and the call is a 404 as well; only words tell. */
  private static Outcome outcome(RestAnswer answer, String subject) {
    return answer instanceof RestAnswer.Gone gone && gone.reason().contains("Role not found")
        ? new Outcome.Retry(gone.reason(), true)
        : answer.changed(subject);
  }

  Map<String, Seen> see(String subject, boolean onTeam, List<Role> roles, Deadline deadline) {
    Map<String, Seen> seen = new HashMap<>();
    byResource(roles)
        .forEach(
            (resource, asked) -> {
              Container container = container(resource, deadline);
              if (container instanceof Container.None) {
                asked.forEach(role -> seen.put(role.key(), Seen.ABSENT));
              } else if (container instanceof Container.Known
                  && client.get(
                          path(subject, onTeam) + container.mappings(), About.OBJECT, deadline)
                      instanceof RestAnswer.Ok ok
                  && ok.body().isArray()) {
                List<String> held = ok.body().findValuesAsText("name");
                asked.forEach(
                    role ->
                        seen.put(
                            role.key(), held.contains(role.name()) ? Seen.PRESENT : Seen.ABSENT));
              }
            });
    return seen;
  }

  private static Map<String, List<Role>> byResource(List<Role> roles) {
    Map<String, List<Role>> sorted = new LinkedHashMap<>();
    roles.forEach(
        role -> sorted.computeIfAbsent(role.resource(), r -> new ArrayList<>()).add(role));
    return sorted;
  }

  private static String path(String subject, boolean onTeam) {
    return (onTeam ? "/groups/" : "/users/") + RestClient.encode(subject) + "/role-mappings";
  }

  /** What roles belong to: the realm or a client. */
  private sealed interface Container {
    record Known(String roles, String mappings) implements Container {}

    record None() implements Container {}

    record Unclear(Outcome.Failure why) implements Container {}

    default String mappings() {
      return "";
    }
  }

  private Container container(String resource, Deadline deadline) {
    if (resource.isEmpty()) {
      return new Container.Known("/roles", "/realm");
    }
    RestAnswer answer =
        client.get("/clients?clientId=" + RestClient.encode(resource), About.APP, deadline);
    if (!(answer instanceof RestAnswer.Ok ok)) {
      return new Container.Unclear(RestAnswer.failure(answer));
    }
    if (!ok.body().isArray()) {
      return new Container.Unclear(new Outcome.Retry("GET /clients: the answer is no list", false));
    }
    for (JsonNode one : ok.body()) {
      if (one.path("clientId").asText().equals(resource)) {
        String id = RestClient.encode(one.path("id").asText());
        return new Container.Known("/clients/" + id + "/roles", "/clients/" + id);
      }
    }
    return new Container.None();
  }
}
