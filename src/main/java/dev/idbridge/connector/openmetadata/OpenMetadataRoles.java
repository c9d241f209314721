package dev.idbridge.connector.openmetadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.rest.Steps;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.GrantPlan;
import dev.idbridge.connector.spi.GrantPlan.Role;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Roles of users, and default roles of teams, which the users of a team and of the teams below it
 * inherit. What is inherited is neither seen nor touched here.
 */
final class OpenMetadataRoles {
  private final RestClient client;
  private final References references;
  private final OpenMetadataUsers users;

  OpenMetadataRoles(RestClient client, References references, OpenMetadataUsers users) {
    this.client = client;
    this.references = references;
    this.users = users;
  }

  BatchOutcome apply(GrantPlan plan, Deadline deadline) {
    Steps steps = new Steps(deadline);
    List<String> named = new ArrayList<>();
    List<String> revoked = ids(plan, plan.revoked(), true, steps, named, deadline);
    List<String> granted = ids(plan, plan.granted(), false, steps, named, deadline);
    if (!named.isEmpty()) {
      steps.takeAll(named, () -> change(plan, granted, revoked, deadline));
    }
    return steps.outcome();
  }

  private List<String> ids(
      GrantPlan plan,
      List<Role> roles,
      boolean revoked,
      Steps steps,
      List<String> named,
      Deadline deadline) {
    List<String> ids = new ArrayList<>();
    for (Role role : roles) {
      steps.take(role.key(), () -> id(plan.subject(), role, revoked, ids, named, deadline));
    }
    return ids;
  }

  /** Adds the role's id; or says why it cannot, with null for success. */
  private @Nullable Outcome id(
      String subject,
      Role role,
      boolean revoked,
      List<String> ids,
      List<String> named,
      Deadline deadline) {
    String path = "/roles/name/" + RestClient.encode(role.name());
    return switch (client.get(path, About.OBJECT, deadline)) {
      case RestAnswer.Gone gone ->
          revoked
              ? new Outcome.Already(subject)
              : new Outcome.Reject("there is no role '" + role.name() + "'");
      case RestAnswer.No no -> no.why();
      case RestAnswer.Ok ok -> {
        ids.add(ok.body().path("id").asText());
        named.add(role.key());
        yield null;
      }
    };
  }

  private Outcome change(
      GrantPlan plan, List<String> granted, List<String> revoked, Deadline deadline) {
    if (!plan.onTeam()) {
      return users.refer(plan.subject(), "roles", "role", granted, revoked, deadline);
    }
    RestAnswer answer = team(plan.subject(), deadline);
    return answer instanceof RestAnswer.Ok ok
        ? references.change(
            OpenMetadataTeams.path(plan.subject()),
            ok.body(),
            "defaultRoles",
            "role",
            granted,
            revoked,
            RateClass.GROUP_WRITE,
            deadline)
        : answer.changed(plan.subject());
  }

  private RestAnswer team(String id, Deadline deadline) {
    return client.get(OpenMetadataTeams.path(id) + "?fields=defaultRoles", About.OBJECT, deadline);
  }

  private RestAnswer read(String subject, boolean onTeam, Deadline deadline) {
    return onTeam
        ? team(subject, deadline)
        : client.get(
            "/users/" + RestClient.encode(subject) + "?include=all&fields=roles",
            About.OBJECT,
            deadline);
  }

  /** A subject without roles has no list of them in the answer. */
  private static List<String> held(JsonNode subject, boolean onTeam) {
    List<String> held = new ArrayList<>();
    for (JsonNode role : subject.path(onTeam ? "defaultRoles" : "roles")) {
      held.add(role.path("name").asText());
    }
    return held;
  }

  Lookup<Role> list(String subject, boolean onTeam, int most, Deadline deadline) {
    return switch (read(subject, onTeam, deadline)) {
      case RestAnswer.Gone gone -> Lookup.of(List.of());
      case RestAnswer.No no -> Lookup.failed(no.why());
      case RestAnswer.Ok ok when !ok.body().path("id").asText().equals(subject) ->
          Lookup.failed(new Outcome.Retry("the answer is about something else", false));
      case RestAnswer.Ok ok -> {
        List<String> held = held(ok.body(), onTeam);
        yield held.size() > most
            ? Lookup.failed(new Outcome.Reject("it holds more than " + most + " roles"))
            : Lookup.of(held.stream().map(name -> new Role(name, "")).toList());
      }
    };
  }

  Map<String, Seen> see(String subject, boolean onTeam, List<Role> roles, Deadline deadline) {
    RestAnswer answer = read(subject, onTeam, deadline);
    Map<String, Seen> seen = new HashMap<>();
    if (answer instanceof RestAnswer.Ok ok) {
      List<String> held = held(ok.body(), onTeam);
      roles.forEach(
          role -> seen.put(role.key(), held.contains(role.name()) ? Seen.PRESENT : Seen.ABSENT));
    }
    return seen;
  }
}
