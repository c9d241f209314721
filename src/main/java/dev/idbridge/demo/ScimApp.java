package dev.idbridge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The SCIM app of the demo, another bridge: how the first is told of it, what it holds. */
final class ScimApp {
  private static final int PAGE = 100;
  private final ScimCaller scim;

  ScimApp(ScimCaller scim) {
    this.scim = scim;
  }

  /** The app's file; its token stands in a file beside it. */
  static String app(String base, String tokenFile) {
    return """
        connector: scim
        settings:
          base-url: "%s"
          token: "${file:%s}"
          members-shown: true
        """
        .formatted(base, tokenFile);
  }

  /** Read page by page, as any other client would. */
  Holdings holdings() throws DemoFailed {
    Holdings holdings = new Holdings();
    Map<String, String> names = new HashMap<>();
    for (JsonNode user : all("Users")) {
      String userName = user.path("userName").asText();
      names.put(user.path("id").asText(), userName);
      holdings.account(
          userName, user.path("displayName").asText(), user.path("active").asBoolean());
    }
    for (JsonNode group : all("Groups")) {
      SortedSet<String> members = new TreeSet<>();
      for (JsonNode member : group.path("members")) {
        String id = member.path("value").asText();
        members.add(names.getOrDefault(id, "unknown " + id));
      }
      holdings.teams.put(group.path("displayName").asText(), members);
    }
    return holdings;
  }

  private List<JsonNode> all(String type) throws DemoFailed {
    List<JsonNode> all = new ArrayList<>();
    int total;
    do {
      JsonNode page = scim.get(type + "?startIndex=" + (all.size() + 1) + "&count=" + PAGE);
      total = page.path("totalResults").asInt();
      page.path("Resources").forEach(all::add);
      if (page.path("Resources").isEmpty()) {
        break;
      }
    } while (all.size() < total);
    return all;
  }
}
