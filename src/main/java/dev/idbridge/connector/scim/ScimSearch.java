package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
   * Everything that matches, at once.
   *
   * @param filter null for everything
   * @param more further query, starting with an ampersand, or empty
   */
  Lookup<JsonNode> all(String path, @Nullable String filter, String more, Deadline deadline) {
    List<JsonNode> found = new ArrayList<>();
    Outcome.Failure why = each(path, filter, more, found::addAll, deadline);
    return why == null ? Lookup.of(found) : Lookup.failed(why);
  }

  /**
   * Everything that matches, each page by itself; only ids are kept until the end.
   *
   * @return null when nothing was left out
   */
  Outcome.@Nullable Failure each(
      String path,
      @Nullable String filter,
      String more,
      Consumer<List<JsonNode>> pages,
      Deadline deadline) {
    Set<String> ids = new HashSet<>();
    String query =
        (filter == null ? "" : "filter=" + ScimClient.encode(filter) + "&")
            + "count="
            + dialect.pageSize()
            + more;
    for (int start = 1; ; ) {
      String page = path + "?" + query + (start == 1 ? "" : "&startIndex=" + start);
      switch (client.call("GET", page, null, RateClass.READ, About.APP, deadline)) {
        case ScimAnswer.No no -> {
          return no.why();
        }
        case ScimAnswer.Gone gone -> {
          return new Outcome.Reject(gone.reason());
        }
        case ScimAnswer.Ok ok -> {
          JsonNode list = ok.body() == null ? null : ok.body();
          Map<String, JsonNode> found = new LinkedHashMap<>();
          String problem = take(list, found);
          if (problem != null) {
            return new Outcome.Retry("GET " + path + ": " + problem, false);
          }
          int total = list == null ? 0 : list.path("totalResults").asInt();
          int size = list == null ? 0 : list.path("Resources").size();
          found.keySet().removeAll(ids);
          ids.addAll(found.keySet());
          pages.accept(List.copyOf(found.values()));
          if (ids.size() >= total) {
            return null;
          }
          start += size;
          if (size == 0 || ids.size() < start - 1) {
            String reason =
                "GET " + path + ": gave " + ids.size() + " of " + total + ", then the same or none";
            return new Outcome.Retry(reason, false);
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
