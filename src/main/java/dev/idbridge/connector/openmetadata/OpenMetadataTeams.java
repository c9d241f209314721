package dev.idbridge.connector.openmetadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.FoundTeam;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import dev.idbridge.connector.spi.TeamKeys;
import dev.idbridge.connector.spi.TeamPlan;
import java.util.List;

/**
 * Teams. A {@code name} is unique in the whole hierarchy and given once, so a team is found
 * wherever it stands by one call; what a rename changes is the name that people see.
 */
final class OpenMetadataTeams {
  private final RestClient client;

  OpenMetadataTeams(RestClient client) {
    this.client = client;
  }

  Lookup<FoundTeam> find(TeamKeys keys, Deadline deadline) {
    String path = "/teams/name/" + RestClient.encode(keys.name()) + "?fields=parents";
    return switch (client.get(path, About.OBJECT, deadline)) {
      case RestAnswer.Gone gone -> Lookup.of(List.of());
      case RestAnswer.No no -> Lookup.failed(no.why());
      case RestAnswer.Ok ok -> {
        JsonNode team = ok.body();
        String name = team.path("name").asText("");
        if (name.isEmpty() || team.path("id").asText("").isEmpty()) {
          yield Lookup.failed(new Outcome.Retry("GET /teams/name: the answer is no team", false));
        }
        yield name.equalsIgnoreCase(keys.name())
            ? Lookup.of(List.of(found(team)))
            : Lookup.of(List.of());
      }
    };
  }

  private static FoundTeam found(JsonNode team) {
    String parent = team.path("parents").path(0).path("name").asText("");
    return new FoundTeam(
        team.path("id").asText(),
        (parent.isEmpty() ? "" : parent + " / ") + team.path("name").asText(""),
        team.path("teamType").asText(""));
  }

  Lookup<FoundTeam> see(String id, Deadline deadline) {
    return switch (client.get(path(id) + "?fields=parents", About.OBJECT, deadline)) {
      case RestAnswer.Gone gone -> Lookup.of(List.of());
      case RestAnswer.No no -> Lookup.failed(no.why());
      case RestAnswer.Ok ok ->
          ok.body().path("id").asText().equals(id)
              ? Lookup.of(List.of(found(ok.body())))
              : Lookup.failed(new Outcome.Retry("GET /teams: the answer is no team", false));
    };
  }

  /** The team's id while it is there. */
  Lookup<String> here(String id, Deadline deadline) {
    return switch (client.get(path(id), About.OBJECT, deadline)) {
      case RestAnswer.Ok ok -> Lookup.of(List.of(id));
      case RestAnswer.Gone gone -> Lookup.of(List.of());
      case RestAnswer.No no -> Lookup.failed(no.why());
    };
  }

  Outcome apply(TeamPlan plan, Deadline deadline) {
    return switch (plan) {
      case TeamPlan.Create create -> create(create.team().name(), deadline);
      case TeamPlan.Rename rename -> {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch
            .addObject()
            .put("op", "add")
            .put("path", "/displayName")
            .put("value", rename.team().name());
        yield client
            .call(
                "PATCH",
                path(rename.remoteId()),
                patch,
                References.JSON_PATCH,
                RateClass.GROUP_WRITE,
                About.OBJECT,
                deadline)
            .changed(rename.remoteId());
      }
      case TeamPlan.Delete delete -> delete(delete, deadline);
      // A team of type Group has no place but the one it was made at.
      case TeamPlan.Move move ->
          new Outcome.Reject("teams in OpenMetadata are not put under others by the bridge");
    };
  }

  /** Without parents it stands under Organization. */
  private Outcome create(String name, Deadline deadline) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name)
            .put("displayName", name)
            .put("teamType", "Group");
    RestAnswer answer =
        client.call("POST", "/teams", body, RateClass.GROUP_WRITE, About.APP, deadline);
    if (!(answer instanceof RestAnswer.Ok ok)) {
      return RestAnswer.failure(answer);
    }
    String id = ok.body().path("id").asText("");
    return id.isEmpty()
        ? new Outcome.Retry("OpenMetadata made the team but told no id", true)
        : new Outcome.Applied(id);
  }

  /** For good: a softly deleted team would keep its name from being used again. */
  private Outcome delete(TeamPlan.Delete delete, Deadline deadline) {
    String id = delete.remoteId();
    if (!delete.evenIfNotEmpty()) {
      RestAnswer read =
          client.get(path(id) + "?fields=userCount,childrenCount", About.OBJECT, deadline);
      if (!(read instanceof RestAnswer.Ok ok)) {
        return read.changed(id);
      }
      JsonNode users = ok.body().path("userCount");
      JsonNode children = ok.body().path("childrenCount");
      if (!users.isInt() || !children.isInt()) {
        return new Outcome.Conflict("kept: OpenMetadata does not tell whether the team is empty");
      }
      if (users.asInt() > 0 || children.asInt() > 0) {
        return new Outcome.Conflict(
            "kept: the team still has "
                + (users.asInt() > 0 ? "members that are not ours" : "teams below it"));
      }
    }
    String path = path(id) + "?recursive=false&hardDelete=true";
    return client
        .call("DELETE", path, null, RateClass.GROUP_WRITE, About.OBJECT, deadline)
        .changed(id);
  }

  static String path(String id) {
    return "/teams/" + RestClient.encode(id);
  }
}
