package dev.idbridge.connector.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.spi.AppHttp.RateClass;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Inventory;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads every page of a search (RFC 7644 section 3.4.2.4), or says that it could not: an answer
 * that may have left something out is a failure, never a short list.
 */
final class ScimSearch {
  private static final Duration CALL = Duration.ofMinutes(Inventory.LONGEST_CALL_MINUTES);

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
    Map<String, JsonNode> found = new LinkedHashMap<>();
    Outcome.Failure why =
        each(
            path,
            filter,
            more,
            page -> {
              int before = found.size();
              page.forEach(one -> found.putIfAbsent(one.path("id").asText(), one));
              return found.size() - before;
            },
            "",
            deadline);
    return why == null ? Lookup.of(List.copyOf(found.values())) : Lookup.failed(why);
  }

  /**
   * Everything that matches, each page by itself; nothing is kept.
   *
   * @param from empty, or where a listing was told to go on
   * @return null when nothing was left out
   */
  Outcome.@Nullable Failure each(
      String path,
      @Nullable String filter,
      String more,
      Inventory.Pages<JsonNode> pages,
      String from,
      Deadline deadline) {
    String query =
        (filter == null ? "" : "filter=" + ScimClient.encode(filter) + "&")
            + "count="
            + dialect.pageSize()
            + more;
    int start = 1;
    int shown = 0;
    if (!from.isEmpty()) {
      int comma = from.indexOf(',');
      start = Integer.parseInt(from.substring(0, comma));
      shown = Integer.parseInt(from.substring(comma + 1));
    }
    for (; ; ) {
      String page = path + "?" + query + (start == 1 ? "" : "&startIndex=" + start);
      switch (client.call("GET", page, null, RateClass.READ, About.APP, deadline.atMost(CALL))) {
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
          start += size;
          shown += pages.take(List.copyOf(found.values()));
          pages.goOn(start + "," + shown);
          if (shown >= total) {
            return null;
          }
          if (size == 0 || shown < start - 1) {
            String reason =
                "GET " + path + ": gave " + shown + " of " + total + ", then the same or none";
            return new Outcome.Retry(reason, false);
          }
        }
      }
    }
  }

  /** Reads one thing. */
  ScimAnswer read(String path, Deadline deadline) {
    return client.call("GET", path, null, RateClass.READ, About.OBJECT, deadline.atMost(CALL));
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
