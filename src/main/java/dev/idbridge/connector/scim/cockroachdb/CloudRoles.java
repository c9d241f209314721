package dev.idbridge.connector.scim.cockroachdb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.rest.Steps;
import dev.idbridge.connector.scim.ScimRoles;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Roles of users and groups, one call each. A resource is {@code CLUSTER/id} or {@code FOLDER/id};
 * none means the organization. What a user has from its groups is listed apart by the service: it
 * is neither seen nor touched here.
 */
final class CloudRoles implements ScimRoles {
  private static final Capabilities.Roles CAN =
      new Capabilities.Roles(true, true, true, false, false, true, 20).listing(true, false);

  /** Every user has it for as long as it is in the organization: nobody can grant or revoke it. */
  private static final String MEMBER = "ORG_MEMBER";

  private final RestClient client;
  private final String organization;

  CloudRoles(RestClient client, String organization) {
    this.client = client;
    this.organization = organization;
  }

  @Override
  public Capabilities.Roles can() {
    return CAN;
  }

  /**
   * The roles are read first, so that what is so already is told apart; and an inherited role is
   * not asked to go, which the service refuses.
   */
  @Override
  public BatchOutcome apply(GrantPlan plan, Deadline deadline) {
    RestAnswer read = read(plan.subject(), deadline);
    if (!(read instanceof RestAnswer.Ok ok)) {
      List<String> keys =
          java.util.stream.Stream.concat(plan.revoked().stream(), plan.granted().stream())
              .map(Role::key)
              .toList();
      return read instanceof RestAnswer.No no
          ? new BatchOutcome.Whole(no.why())
          : BatchOutcome.all(keys, read.changed(plan.subject()));
    }
    Set<String> held = held(ok.body());
    Steps steps = new Steps(deadline);
    for (Role role : plan.revoked()) {
      steps.take(
          role.key(),
          () ->
              held.contains(key(role))
                  ? change("DELETE", plan, role, deadline)
                  : new Outcome.Already(plan.subject()));
    }
    for (Role role : plan.granted()) {
      steps.take(
          role.key(),
          () ->
              held.contains(key(role))
                  ? new Outcome.Already(plan.subject())
                  : change("POST", plan, role, deadline));
    }
    return steps.outcome();
  }

  private Outcome change(String method, GrantPlan plan, Role role, Deadline deadline) {
    String at = at(role.resource());
    if (at == null) {
      return new Outcome.Reject(
          "the resource of "
              + role.name()
              + " is '"
              + role.resource()
              + "', must be CLUSTER/id, FOLDER/id or nothing for the organization");
    }
    if (role.name().equals(MEMBER)) {
      return new Outcome.Reject(MEMBER + " is had by everybody in the organization");
    }
    String path = path(plan.subject()) + "/" + at + "/" + RestClient.encode(role.name());
    RateClass rate = plan.onTeam() ? RateClass.GROUP_WRITE : RateClass.USER_WRITE;
    return said(client.call(method, path, null, rate, About.OBJECT, deadline), plan, role);
  }

  /** A refusal does not always name the role. */
  private static Outcome said(RestAnswer answer, GrantPlan plan, Role role) {
    Outcome outcome = answer.changed(plan.subject());
    return outcome instanceof Outcome.Reject reject && !reject.reason().contains(role.name())
        ? new Outcome.Reject(role.key() + ": " + reject.reason())
        : outcome;
  }

  /** Type and id of a resource as they stand in a path; null when it is none. */
  private @Nullable String at(String resource) {
    if (resource.isEmpty()) {
      return "ORGANIZATION/" + RestClient.encode(organization);
    }
    int slash = resource.indexOf('/');
    String type = slash < 0 ? "" : resource.substring(0, slash);
    String id = resource.substring(slash + 1);
    return (type.equals("CLUSTER") || type.equals("FOLDER")) && !id.isBlank()
        ? type + "/" + RestClient.encode(id)
        : null;
  }

  @Override
  public Map<String, Seen> see(
      String subject, boolean onTeam, List<Role> roles, Deadline deadline) {
    Map<String, Seen> seen = new HashMap<>();
    if (read(subject, deadline) instanceof RestAnswer.Ok ok) {
      Set<String> held = held(ok.body());
      roles.forEach(
          role -> seen.put(role.key(), held.contains(key(role)) ? Seen.PRESENT : Seen.ABSENT));
    }
    return seen;
  }

  /** The answer is not paged; what everybody in the organization has is left out. */
  @Override
  public Lookup<Role> list(String subject, boolean onTeam, int most, Deadline deadline) {
    return switch (read(subject, deadline)) {
      case RestAnswer.Gone gone -> Lookup.of(List.of());
      case RestAnswer.No no -> Lookup.failed(no.why());
      case RestAnswer.Ok ok -> {
        List<Role> held =
            held(ok.body()).stream()
                .map(
                    key ->
                        new Role(
                            key.substring(0, key.indexOf('@')),
                            key.substring(key.indexOf('@') + 1)))
                .filter(role -> !role.name().equals(MEMBER))
                .toList();
        yield held.size() > most
            ? Lookup.failed(new Outcome.Reject("it holds more than " + most + " roles"))
            : Lookup.of(held);
      }
    };
  }

  private RestAnswer read(String subject, Deadline deadline) {
    RestAnswer answer = client.get(path(subject), About.OBJECT, deadline);
    return answer instanceof RestAnswer.Ok ok && !ok.body().path("roles").isArray()
        ? new RestAnswer.No(
            new Outcome.Retry("GET /api/v1/roles: the answer holds no roles", false),
            200,
            ok.body(),
            "")
        : answer;
  }

  private static String path(String subject) {
    return "/roles/" + RestClient.encode(subject);
  }

  /** The subject's own roles; those of the organization by their name alone. */
  private static Set<String> held(JsonNode body) {
    Set<String> held = new HashSet<>();
    for (JsonNode role : body.path("roles")) {
      JsonNode resource = role.path("resource");
      String type = resource.path("type").asText();
      held.add(
          role.path("name").asText()
              + "@"
              + (type.equals("ORGANIZATION") ? "" : type + "/" + resource.path("id").asText()));
    }
    return held;
  }

  private static String key(Role role) {
    return role.name() + "@" + role.resource();
  }
}
