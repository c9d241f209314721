package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Roles as values of the user's {@code roles} attribute (RFC 7643 section 4.1.2): differences in
 * one PATCH, removals first. The user is read before: some apps add a value a second time, some
 * refuse to remove what is not there.
 */
final class ScimGrants implements ScimRoles {
  private static final Capabilities.Roles CAN =
      new Capabilities.Roles(true, false, false, false, false, true, 50).listing(true, false);

  private final ScimDialect dialect;
  private final ScimClient client;

  ScimGrants(ScimDialect dialect, ScimClient client) {
    this.dialect = dialect;
    this.client = client;
  }

  @Override
  public Capabilities.Roles can() {
    return dialect.userRoles() ? CAN : Capabilities.Roles.NONE;
  }

  @Override
  public BatchOutcome apply(GrantPlan plan, Deadline deadline) {
    ScimAnswer answer = read(plan.subject(), deadline);
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    if (answer instanceof ScimAnswer.Ok ok && ok.body() != null) {
      Set<String> held = values(ok.body());
      List<Role> revoked = plan.revoked().stream().filter(r -> held.contains(r.name())).toList();
      List<Role> granted = plan.granted().stream().filter(r -> !held.contains(r.name())).toList();
      Stream.concat(plan.revoked().stream(), plan.granted().stream())
          .forEach(role -> outcomes.put(role.key(), new Outcome.Already(plan.subject())));
      Stream.concat(revoked.stream(), granted.stream())
          .forEach(role -> outcomes.put(role.key(), new Outcome.Applied(plan.subject())));
      if (!revoked.isEmpty() || !granted.isEmpty()) {
        answer = patch(plan.subject(), revoked, granted, deadline);
      }
    }
    return switch (answer) {
      case ScimAnswer.Ok ok -> new BatchOutcome.Items(outcomes);
      case ScimAnswer.Gone gone ->
          BatchOutcome.all(keys(plan), new Outcome.NotFound(gone.reason()));
      case ScimAnswer.No no -> new BatchOutcome.Whole(no.why());
    };
  }

  private static List<String> keys(GrantPlan plan) {
    return Stream.concat(plan.revoked().stream(), plan.granted().stream()).map(Role::key).toList();
  }

  private ScimAnswer patch(String user, List<Role> revoked, List<Role> granted, Deadline deadline) {
    ArrayNode operations = JsonNodeFactory.instance.arrayNode();
    for (Role role : revoked) {
      operations
          .addObject()
          .put("op", "remove")
          .put("path", "roles[value eq " + ScimClient.quote(role.name()) + "]");
    }
    if (!granted.isEmpty()) {
      ArrayNode values =
          operations.addObject().put("op", "add").put("path", "roles").putArray("value");
      granted.forEach(role -> values.addObject().put("value", role.name()));
    }
    return client.call(
        "PATCH",
        path(user),
        ScimUser.patch(operations),
        RateClass.USER_WRITE,
        About.OBJECT,
        deadline);
  }

  private ScimAnswer read(String user, Deadline deadline) {
    return client.call(
        "GET", path(user) + "?attributes=roles", null, RateClass.READ, About.OBJECT, deadline);
  }

  @Override
  public Map<String, Seen> see(String user, boolean onTeam, List<Role> roles, Deadline deadline) {
    Map<String, Seen> seen = new HashMap<>();
    if (read(user, deadline) instanceof ScimAnswer.Ok ok && ok.body() != null) {
      Set<String> held = values(ok.body());
      roles.forEach(
          role -> seen.put(role.key(), held.contains(role.name()) ? Seen.PRESENT : Seen.ABSENT));
    }
    return seen;
  }

  @Override
  public Lookup<Role> list(String user, boolean onTeam, int most, Deadline deadline) {
    return switch (read(user, deadline)) {
      case ScimAnswer.Gone gone -> Lookup.of(List.of());
      case ScimAnswer.No no -> Lookup.failed(no.why());
      case ScimAnswer.Ok ok -> {
        JsonNode body = ok.body();
        if (body == null || !body.path("id").asText().equals(user)) {
          yield Lookup.failed(
              new Outcome.Retry("GET user: the answer is about something else", false));
        }
        Set<String> held = values(body);
        yield held.size() > most
            ? Lookup.failed(new Outcome.Reject("it holds more than " + most + " roles"))
            : Lookup.of(held.stream().sorted().map(name -> new Role(name, "")).toList());
      }
    };
  }

  /** Some apps send plain strings where the RFC wants objects. */
  private static Set<String> values(JsonNode user) {
    Set<String> values = new HashSet<>();
    for (JsonNode role : user.path("roles")) {
      values.add(role.isTextual() ? role.textValue() : role.path("value").asText());
    }
    return values;
  }

  private String path(String user) {
    return dialect.usersPath() + "/" + ScimClient.encode(user);
  }
}
