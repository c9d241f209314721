package dev.idbridge.connector.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.connector.rest.RestAnswer;
import dev.idbridge.connector.rest.RestClient;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.HttpOutcomes.About;
import dev.idbridge.connector.spi.Lookup;
import dev.idbridge.connector.spi.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads a list to its end, which a page that is not full tells, or says that it could not: an
 * answer that may have left something out is a failure, never a short list. Keeps what fits only.
 */
final class Pages {
  private final RestClient client;
  private final int size;

  Pages(RestClient client, int size) {
    this.client = client;
    this.size = size;
  }

  /**
   * @param path with a query
   * @return complete, or failed; a missing object (404) is a refusal
   */
  Lookup<JsonNode> matching(String path, Predicate<JsonNode> fits, Deadline deadline) {
    List<JsonNode> found = new ArrayList<>();
    String previous = "";
    for (int first = 0; ; first += size) {
      String page = path + "&first=" + first + "&max=" + size;
      RestAnswer answer = client.get(page, About.APP, deadline);
      if (!(answer instanceof RestAnswer.Ok ok)) {
        return Lookup.failed(RestAnswer.failure(answer));
      }
      JsonNode list = ok.body();
      String problem = problem(list, previous);
      if (!problem.isEmpty()) {
        String asked = path.substring(0, path.indexOf('?'));
        return Lookup.failed(new Outcome.Retry("GET " + asked + ": " + problem, false));
      }
      for (JsonNode element : list) {
        if (fits.test(element)) {
          found.add(element);
        }
      }
      if (list.size() < size) {
        return Lookup.of(found);
      }
      previous = list.get(0).path("id").asText();
    }
  }

  private String problem(JsonNode list, String previous) {
    if (!list.isArray()) {
      return "the answer is no list";
    }
    for (JsonNode element : list) {
      if (element.path("id").asText("").isEmpty()) {
        return "an element has no id";
      }
    }
    return !list.isEmpty() && list.get(0).path("id").asText().equals(previous)
        ? "gave the same page twice"
        : "";
  }
}
