package dev.idbridge.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** What the identity provider knows of one group; members by id. */
record Club(String id, String name, Set<String> members) {
  Club {
    members = Set.copyOf(members);
  }

  Club with(String id) {
    return new Club(id, name, members);
  }

  Club named(String fresh) {
    return new Club(id, fresh, members);
  }

  Club having(Set<String> all) {
    return new Club(id, name, all);
  }

  Club plus(Collection<String> more) {
    Set<String> all = new TreeSet<>(members);
    all.addAll(more);
    return having(all);
  }

  Club minus(Collection<String> gone) {
    Set<String> all = new TreeSet<>(members);
    all.removeAll(gone);
    return having(all);
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("schemas").add("urn:ietf:params:scim:schemas:core:2.0:Group");
    json.put("displayName", name);
    json.set("members", values(new TreeSet<>(members)));
    return json;
  }

  static Club of(JsonNode json) {
    Set<String> members = new TreeSet<>();
    json.path("members").forEach(member -> members.add(member.path("value").asText()));
    return new Club(json.path("id").asText(), json.path("displayName").asText(), members);
  }

  static ArrayNode values(Collection<String> ids) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    ids.forEach(id -> array.addObject().put("value", id));
    return array;
  }
}
