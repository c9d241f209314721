package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.idbridge.connector.scim.ScimDialect.Probe;
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
import java.util.stream.Stream;

/** Memberships: differences in one PATCH, removals first. */
final class ScimMembers {
  private final ScimDialect dialect;
  private final ScimClient client;
  private final ScimSearch search;

  ScimMembers(ScimDialect dialect, ScimClient client, ScimSearch search) {
    this.dialect = dialect;
    this.client = client;
    this.search = search;
  }

  BatchOutcome apply(MemberPlan plan, Deadline deadline) {
    List<String> items = Stream.concat(plan.removed().stream(), plan.added().stream()).toList();
    if (items.isEmpty()) {
      return new BatchOutcome.Items(Map.of());
    }
    String path = dialect.groupsPath() + "/" + ScimClient.encode(plan.team());
    if (dialect.excludeMembers()) {
      // The answer to a PATCH may carry the whole group: not a hundred thousand members for one.
      path += "?excludedAttributes=members";
    }
    ScimAnswer answer =
        client.call(
            "PATCH",
            path,
            ScimUser.patch(operations(plan)),
            RateClass.GROUP_WRITE,
            About.OBJECT,
            deadline);
    return switch (answer) {
      case ScimAnswer.Ok ok -> applied(items);
      case ScimAnswer.Gone gone -> BatchOutcome.all(items, new Outcome.NotFound(gone.reason()));
      case ScimAnswer.No no
          when no.scimType().equalsIgnoreCase("noTarget")
              && items.size() == 1
              && plan.added().isEmpty() ->
          BatchOutcome.all(items, new Outcome.Already(items.getFirst()));
      case ScimAnswer.No no -> new BatchOutcome.Whole(no.why());
    };
  }

  private static BatchOutcome applied(List<String> items) {
    Map<String, Outcome> outcomes = new HashMap<>();
    items.forEach(item -> outcomes.put(item, new Outcome.Applied(item)));
    return new BatchOutcome.Items(outcomes);
  }

  private ArrayNode operations(MemberPlan plan) {
    ArrayNode operations = JsonNodeFactory.instance.arrayNode();
    if (dialect.removeByFilter()) {
      for (String id : plan.removed()) {
        operations
            .addObject()
            .put("op", "remove")
            .put("path", "members[value eq " + ScimClient.quote(id) + "]");
      }
    } else if (!plan.removed().isEmpty()) {
      operations
          .addObject()
          .put("op", "remove")
          .put("path", "members")
          .set("value", values(plan.removed()));
    }
    if (!plan.added().isEmpty()) {
      operations
          .addObject()
          .put("op", "add")
          .put("path", "members")
          .set("value", values(plan.added()));
    }
    return operations;
  }

  private static ArrayNode values(List<String> ids) {
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    ids.forEach(id -> values.addObject().put("value", id));
    return values;
  }

  /** One small search per account; whatever is not plain stays out of the answer. */
  Map<String, Seen> see(String team, List<String> accounts, Deadline deadline) {
    Map<String, Seen> seen = new HashMap<>();
    if (dialect.probe() == Probe.OFF) {
      return seen;
    }
    String attribute = dialect.probe() == Probe.MEMBERS ? "members" : "members.value";
    String more = dialect.excludeMembers() ? "&excludedAttributes=members" : "";
    for (String account : accounts) {
      String filter =
          "id eq "
              + ScimClient.quote(team)
              + " and "
              + attribute
              + " eq "
              + ScimClient.quote(account);
      Lookup<JsonNode> answer = search.all(dialect.groupsPath(), filter, more, deadline);
      if (answer instanceof Lookup.Complete<JsonNode> groups) {
        if (groups.found().isEmpty()) {
          seen.put(account, Seen.ABSENT);
        } else if (groups.found().size() == 1
            && groups.found().getFirst().path("id").asText().equals(team)) {
          seen.put(account, Seen.PRESENT);
        }
      }
    }
    return seen;
  }
}
