package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.idbridge.model.Team;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The realm's groups: a tree in which a name is unique among siblings only. */
final class KeycloakTeams {
  /** Width of Keycloak's column: a longer name is answered with 500, which looks like an outage. */
  private static final int LONGEST_NAME = 255;

  private final Realm realm;
  private final RestClient client;
  private final Pages pages;

  KeycloakTeams(Realm realm, RestClient client, Pages pages) {
    this.realm = realm;
    this.client = client;
    this.pages = pages;
  }

  /** Keycloak's exact search heeds case, so all names that hold this one are read and compared. */
  Lookup<FoundTeam> find(TeamKeys keys, Deadline deadline) {
    String path =
        "/groups?populateHierarchy=false&briefRepresentation=false&search="
            + RestClient.encode(keys.name());
    return switch (pages.matching(
        path, group -> group.path("name").asText().equalsIgnoreCase(keys.name()), deadline)) {
      case Lookup.Failed<JsonNode> failed -> Lookup.failed(failed.why());
      case Lookup.Complete<JsonNode> groups ->
          Lookup.of(groups.found().stream().map(this::found).toList());
    };
  }

  Lookup<FoundTeam> see(String id, Deadline deadline) {
    return switch (client.get(path(id), About.OBJECT, deadline)) {
      case RestAnswer.Gone gone -> Lookup.of(List.of());
      case RestAnswer.No no -> Lookup.failed(no.why());
      case RestAnswer.Ok ok ->
          ok.body().path("id").asText().equals(id)
              ? Lookup.of(List.of(found(ok.body())))
              : Lookup.failed(new Outcome.Retry("GET /groups: the answer is no group", false));
    };
  }

  private FoundTeam found(JsonNode group) {
    String id = group.path("id").asText();
    String type =
        realm.teamType() == null
            ? ""
            : group.path("attributes").path(realm.teamType()).path(0).asText("");
    return new FoundTeam(id, group.path("path").asText(group.path("name").asText(id)), type);
  }

  Outcome apply(TeamPlan plan, Deadline deadline) {
    return switch (plan) {
      case TeamPlan.Create create -> create(create.team(), create.parent(), deadline);
      case TeamPlan.Rename rename -> {
        Outcome tooLong = tooLong(rename.team().name());
        // The attributes that a PUT does not mention stay, unlike those of users.
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", rename.team().name());
        yield tooLong != null
            ? tooLong
            : write("PUT", path(rename.remoteId()), body, About.OBJECT, deadline)
                .changed(rename.remoteId());
      }
      case TeamPlan.Move move -> move(move, deadline);
      case TeamPlan.Delete delete -> {
        Outcome keep = delete.evenIfNotEmpty() ? null : keeps(delete.remoteId(), deadline);
        yield keep != null
            ? keep
            : write("DELETE", path(delete.remoteId()), null, About.OBJECT, deadline)
                .changed(delete.remoteId());
      }
    };
  }

  /** A POST of a group that is there, with its id, to where it is to stand. */
  private Outcome move(TeamPlan.Move move, Deadline deadline) {
    // Asked first: the answer to a POST does not say which of the two groups is missing.
    if (client.get(path(move.remoteId()), About.OBJECT, deadline) instanceof RestAnswer.Gone gone) {
      return new Outcome.NotFound(gone.reason());
    }
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", move.remoteId())
            .put("name", move.team().name());
    RestAnswer answer = write("POST", place(move.parent()), body, About.OBJECT, deadline);
    return answer instanceof RestAnswer.Gone gone
        ? new Outcome.Conflict("the group that it is to stand under: " + gone.reason())
        : answer.changed(move.remoteId());
  }

  private static String place(String parent) {
    return parent.isEmpty() ? "/groups" : path(parent) + "/children";
  }

  private Outcome create(Team team, String parent, Deadline deadline) {
    Outcome tooLong = tooLong(team.name());
    if (tooLong != null) {
      return tooLong;
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", team.name());
    ObjectNode attributes = body.putObject("attributes");
    if (realm.teamType() != null) {
      attributes.putArray(realm.teamType()).add(Team.TYPE);
    }
    if (realm.externalId() != null && team.externalId() != null) {
      attributes.putArray(realm.externalId()).add(team.externalId());
    }
    RestAnswer answer =
        write("POST", place(parent), body, parent.isEmpty() ? About.APP : About.OBJECT, deadline);
    if (answer instanceof RestAnswer.Gone gone) {
      return new Outcome.NotFound(gone.reason());
    }
    if (answer instanceof RestAnswer.Ok ok) {
      // A sub-group comes back whole, a group at the root by its address.
      String id = parent.isEmpty() ? ok.locationId() : ok.body().path("id").asText();
      return id.isEmpty()
          ? new Outcome.Retry("Keycloak made the group but told no id", true)
          : new Outcome.Applied(id);
    }
    return RestAnswer.failure(answer);
  }

  private static @Nullable Outcome tooLong(String name) {
    return name.length() > LONGEST_NAME
        ? new Outcome.Reject(
            "the name has " + name.length() + " characters; Keycloak takes " + LONGEST_NAME)
        : null;
  }

  /** Why the group must stay, or null: Keycloak would delete the sub-groups along with it. */
  private @Nullable Outcome keeps(String id, Deadline deadline) {
    for (String inside : List.of("members", "children")) {
      RestAnswer answer =
          client.get(
              path(id) + "/" + inside + "?max=1&briefRepresentation=true", About.OBJECT, deadline);
      if (!(answer instanceof RestAnswer.Ok ok)) {
        return answer.changed(id);
      }
      if (!ok.body().isArray()) {
        return new Outcome.Retry("GET /groups/" + inside + ": the answer is no list", false);
      }
      if (!ok.body().isEmpty()) {
        return new Outcome.Conflict(
            "kept: the group still has "
                + (inside.equals("members") ? "members that are not ours" : "sub-groups"));
      }
    }
    return null;
  }

  private RestAnswer write(
      String method, String path, @Nullable ObjectNode body, About about, Deadline deadline) {
    return client.call(method, path, body, RateClass.GROUP_WRITE, about, deadline);
  }

  private static String path(String id) {
    return "/groups/" + RestClient.encode(id);
  }
}
