package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups of the app. SCIM gives them no hierarchy and no type: every group is at the root. */
final class ScimTeams {
  private static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";

  private final ScimDialect dialect;
  private final ScimClient client;
  private final ScimSearch search;

  ScimTeams(ScimDialect dialect, ScimClient client, ScimSearch search) {
    this.dialect = dialect;
    this.client = client;
    this.search = search;
  }

  Lookup<FoundTeam> find(TeamKeys keys, Deadline deadline) {
    String filter =
        dialect.groupsByFilter() ? "displayName eq " + ScimClient.quote(keys.name()) : null;
    String more = dialect.excludeMembers() ? "&excludedAttributes=members" : "";
    return switch (search.all(dialect.groupsPath(), filter, more, deadline)) {
      case Lookup.Failed<JsonNode> failed -> Lookup.failed(failed.why());
      case Lookup.Complete<JsonNode> groups -> {
        List<FoundTeam> found = new ArrayList<>();
        for (JsonNode group : groups.found()) {
          String name = group.path("displayName").asText("");
          if (name.equalsIgnoreCase(keys.name())) {
            found.add(new FoundTeam(group.path("id").asText(), name, ""));
          }
        }
        yield Lookup.of(found);
      }
    };
  }

  Lookup<FoundTeam> see(String id, Deadline deadline) {
    String path = path(id) + (dialect.excludeMembers() ? "?excludedAttributes=members" : "");
    return switch (client.call("GET", path, null, RateClass.READ, About.OBJECT, deadline)) {
      case ScimAnswer.Gone gone -> Lookup.of(List.of());
      case ScimAnswer.No no -> Lookup.failed(no.why());
      case ScimAnswer.Ok ok -> {
        JsonNode group = ok.body();
        yield group == null || !group.path("id").asText().equals(id)
            ? Lookup.failed(new Outcome.Retry("GET " + path + ": the answer is no group", false))
            : Lookup.of(List.of(new FoundTeam(id, group.path("displayName").asText(id), "")));
      }
    };
  }

  Outcome apply(TeamPlan plan, Deadline deadline) {
    return switch (plan) {
      case TeamPlan.Create create -> {
        // Without members: some apps refuse them here, and all take them by PATCH.
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("schemas").add(SCHEMA);
        body.put("displayName", create.team().name());
        if (dialect.sendExternalId() && create.team().externalId() != null) {
          body.put("externalId", create.team().externalId());
        }
        yield ScimConnector.created(
            client.call(
                "POST", dialect.groupsPath(), body, RateClass.GROUP_WRITE, About.APP, deadline),
            "group");
      }
      case TeamPlan.Rename rename -> {
        ArrayNode operations = JsonNodeFactory.instance.arrayNode();
        operations
            .addObject()
            .put("op", "replace")
            .put("path", "displayName")
            .put("value", rename.team().name());
        yield one("PATCH", rename.remoteId(), ScimUser.patch(operations), deadline);
      }
      case TeamPlan.Move move -> TeamPlan.Move.impossible();
      case TeamPlan.Delete delete -> {
        Outcome keep =
            delete.evenIfNotEmpty() ? null : mayHoldSomething(delete.remoteId(), deadline);
        yield keep != null ? keep : one("DELETE", delete.remoteId(), null, deadline);
      }
    };
  }

  /** The one place where members are read: why the group must stay, or null when it is empty. */
  private @Nullable Outcome mayHoldSomething(String id, Deadline deadline) {
    String path = path(id) + "?attributes=members";
    return switch (client.call("GET", path, null, RateClass.READ, About.OBJECT, deadline)) {
      case ScimAnswer.Gone gone -> new Outcome.NotFound(gone.reason());
      case ScimAnswer.No no -> no.why();
      case ScimAnswer.Ok ok -> {
        JsonNode body = ok.body();
        JsonNode members = body == null ? null : body.get("members");
        if (members == null || members.isNull()) {
          yield dialect.membersShown()
              ? null
              : new Outcome.Conflict(
                  "kept: the app shows no members of the group, which may mean none or hidden; set"
                      + " members-shown if it always shows them");
        }
        yield members.isEmpty() && members.isArray()
            ? null
            : new Outcome.Conflict("kept: the group still has members that are not ours");
      }
    };
  }

  private Outcome one(String method, String id, @Nullable ObjectNode body, Deadline deadline) {
    String path = path(id);
    if (body != null && dialect.excludeMembers()) {
      path += "?excludedAttributes=members";
    }
    return ScimConnector.changed(
        client.call(method, path, body, RateClass.GROUP_WRITE, About.OBJECT, deadline), id);
  }

  private String path(String id) {
    return dialect.groupsPath() + "/" + ScimClient.encode(id);
  }
}
