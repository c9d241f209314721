package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads every page of a search (RFC 7644 section 3.4.2.4), or says that it could not: an answer
 * that may have left something out is a failure, never a short list.
 */
final class ScimSearch {
  private final ScimDialect dialect;
  private final ScimClient client;

  ScimSearch(ScimDialect dialect, ScimClient client) {
    this.dialect = dialect;
    this.client = client;
  }

  /**
   * @param filter null for everything
   * @param more further query, starting with an ampersand, or empty
   */
  Lookup<JsonNode> all(String path, @Nullable String filter, String more, Deadline deadline) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    String query =
        (filter == null ? "" : "filter=" + ScimClient.encode(filter) + "&")
            + "count="
            + dialect.pageSize()
            + more;
    for (int start = 1; ; ) {
      String page = path + "?" + query + (start == 1 ? "" : "&startIndex=" + start);
      switch (client.call("GET", page, null, RateClass.READ, About.APP, deadline)) {
        case ScimAnswer.No no -> {
          return Lookup.failed(no.why());
        }
        case ScimAnswer.Gone gone -> {
          return Lookup.failed(new Outcome.Reject(gone.reason()));
        }
        case ScimAnswer.Ok ok -> {
          JsonNode list = ok.body() == null ? null : ok.body();
          String problem = take(list, found);
          if (problem != null) {
            return Lookup.failed(new Outcome.Retry("GET " + path + ": " + problem, false));
          }
          int total = list == null ? 0 : list.path("totalResults").asInt();
          int size = list == null ? 0 : list.path("Resources").size();
          if (found.size() >= total) {
            return Lookup.of(found.values().stream().toList());
          }
          start += size;
          if (size == 0 || found.size() < start - 1) {
            String reason =
                "GET "
                    + path
                    + ": gave "
                    + found.size()
                    + " of "
                    + total
                    + ", then the same or none";
            return Lookup.failed(new Outcome.Retry(reason, false));
          }
        }
      }
    }
  }

  /** Adds a page by id; tells what is wrong with it, or null. */
  private static @Nullable String take(@Nullable JsonNode list, Map<String, JsonNode> found) {
    if (list == null || !list.path("totalResults").canConvertToInt()) {
      return "the answer is no list with totalResults";
    }
    JsonNode resources = list.path("Resources");
    if (!resources.isMissingNode() && !resources.isNull() && !resources.isArray()) {
      return "Resources is no list";
    }
    for (JsonNode resource : resources) {
      String id = resource.path("id").asText("");
      if (id.isEmpty()) {
        return "a resource has no id";
      }
      found.put(id, resource);
    }
    return null;
  }
}
