package dev.idbridge.connector.openmetadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists of references (teams of a user, roles of a user, default roles of a team), changed by JSON
 * Patch (RFC 6902). Positions are tested in the same patch: a list that somebody changed in between
 * is left as it is, and the call repeated later.
 */
final class References {
  static final String JSON_PATCH = "application/json-patch+json";

  private final RestClient client;

  References(RestClient client) {
    this.client = client;
  }

  /** Ids in a list of references; empty where the field is not there. */
  static List<String> ids(JsonNode entity, String field) {
    List<String> ids = new ArrayList<>();
    entity.path(field).forEach(reference -> ids.add(reference.path("id").asText()));
    return ids;
  }

  /**
   * @param path of the entity
   * @param entity as it was just read, with the field
   * @param type of what is referred to
   */
  Outcome change(
      String path,
      JsonNode entity,
      String field,
      String type,
      List<String> added,
      List<String> removed,
      RateClass rate,
      Deadline deadline) {
    String id = entity.path("id").asText();
    List<String> held = new ArrayList<>(ids(entity, field));
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    for (int i = held.size() - 1; i >= 0; i--) {
      if (removed.contains(held.get(i))) {
        String at = "/" + field + "/" + i;
        patch.addObject().put("op", "test").put("path", at + "/id").put("value", held.get(i));
        patch.addObject().put("op", "remove").put("path", at);
        held.remove(i);
      }
    }
    List<String> missing = added.stream().filter(one -> !held.contains(one)).distinct().toList();
    if (!missing.isEmpty() && !entity.path(field).isArray()) {
      ArrayNode all = patch.addObject().put("op", "add").put("path", "/" + field).putArray("value");
      missing.forEach(one -> all.add(reference(one, type)));
    } else {
      for (String one : missing) {
        ObjectNode add =
            patch.addObject().put("op", "add").put("path", "/" + field + "/" + held.size());
        add.set("value", reference(one, type));
        held.add(one);
      }
    }
    return patch.isEmpty()
        ? new Outcome.Already(id)
        : outcome(send(path, patch, rate, deadline), id);
  }

  private static ObjectNode reference(String id, String type) {
    return JsonNodeFactory.instance.objectNode().put("id", id).put("type", type);
  }

  RestAnswer send(String path, ArrayNode patch, RateClass rate, Deadline deadline) {
    return client.call("PATCH", path, patch, JSON_PATCH, rate, About.OBJECT, deadline);
  }

  private static Outcome outcome(RestAnswer answer, String id) {
    if (answer instanceof RestAnswer.No no && no.why() instanceof Outcome.Reject reject) {
      if (no.text().contains("already part of the team")) {
        return new Outcome.Already(id);
      }
      if (no.text().contains("'test' failed")) {
        return new Outcome.Retry("somebody else changed it meanwhile: " + reject.reason(), false);
      }
    }
    return answer.changed(id);
  }
}
