package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.rest.Steps;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.BatchOutcome;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.MemberPlan;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.Seen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memberships: one small call each, which succeeds however often it is made. */
final class KeycloakMembers {
  private final RestClient client;
  private final Pages pages;

  KeycloakMembers(RestClient client, Pages pages) {
    this.client = client;
    this.pages = pages;
  }

  BatchOutcome apply(MemberPlan plan, Deadline deadline) {
    Steps steps = new Steps(deadline);
    plan.removed().forEach(user -> steps.take(user, () -> call("DELETE", user, plan, deadline)));
    plan.added().forEach(user -> steps.take(user, () -> call("PUT", user, plan, deadline)));
    return steps.outcome();
  }

  private Outcome call(String method, String user, MemberPlan plan, Deadline deadline) {
    String path = "/users/" + RestClient.encode(user) + "/groups/" + RestClient.encode(plan.team());
    return client
        .call(method, path, null, RateClass.GROUP_WRITE, About.OBJECT, deadline)
        .changed(user);
  }

  /** Reads the groups of each account, which are few, not the members of the group. */
  Map<String, Seen> see(String team, List<String> accounts, Deadline deadline) {
    Map<String, Seen> seen = new HashMap<>();
    for (String account : accounts) {
      String path = "/users/" + RestClient.encode(account) + "/groups?briefRepresentation=true";
      if (pages.matching(path, group -> group.path("id").asText().equals(team), deadline)
          instanceof Lookup.Complete<JsonNode> groups) {
        seen.put(account, groups.found().isEmpty() ? Seen.ABSENT : Seen.PRESENT);
      }
    }
    return seen;
  }
}
