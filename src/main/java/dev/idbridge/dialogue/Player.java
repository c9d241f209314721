package dev.idbridge.dialogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plays dialogues to one SCIM service and compares its answers. One thread at a time. */
public final class Player {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Wire wire;
  private final String base;
  private final String token;

  /**
   * @param base the service's base URL as it calls itself, without a slash at its end
   */
  public Player(Wire wire, String base, String token) {
    this.wire = wire;
    this.base = base;
    this.token = token;
  }

  /**
   * Plays one dialogue.
   *
   * @param known values its text names; {@code base} and {@code token} are added
   * @return these, and what was captured
   * @throws Mismatch at the first answer that is not as written
   * @throws IOException when there was no answer
   */
  public Map<String, String> play(Dialogue dialogue, Map<String, String> known)
      throws Mismatch, IOException {
    Variables variables = new Variables(known);
    variables.all().put("base", base);
    variables.all().put("token", token);
    for (Dialogue.Turn turn : dialogue.turns()) {
      Wire.Sent request = request(dialogue, turn, variables);
      Wire.Reply reply = wire.send(request);
      String difference = difference(turn, reply, variables);
      if (difference != null) {
        throw new Mismatch(
            "line %d, %s %s: %s"
                .formatted(turn.line(), turn.method(), request.target(), difference));
      }
    }
    return variables.all();
  }

  private static Wire.Sent request(Dialogue dialogue, Dialogue.Turn turn, Variables variables) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Authorization", "Bearer ${token}");
    headers.putAll(dialogue.headers());
    if (turn.body() != null) {
      headers.put("Content-Type", "application/scim+json; charset=utf-8");
    }
    headers.putAll(turn.headers());
    Map<String, String> filled = new LinkedHashMap<>();
    headers.forEach(
        (name, value) -> {
          if (!value.equals("-")) {
            filled.put(name, variables.filled(value));
          }
        });
    String body = turn.body();
    return new Wire.Sent(
        turn.method(),
        variables.filled(turn.target()),
        filled,
        body == null ? null : variables.filled(body));
  }

  private static @Nullable String difference(
      Dialogue.Turn turn, Wire.Reply reply, Variables variables) {
    if (!turn.statuses().contains(reply.status())) {
      return "is answered %d; %s is expected. %s"
          .formatted(reply.status(), turn.statuses(), bounded(reply.body()));
    }
    for (Map.Entry<String, String> header : turn.expectedHeaders().entrySet()) {
      List<String> given =
          reply
              .headers()
              .getOrDefault(header.getKey().toLowerCase(java.util.Locale.ROOT), List.of());
      boolean absent = header.getValue().equals("-");
      if (absent
          ? !given.isEmpty()
          : given.stream().noneMatch(v -> variables.matches(header.getValue(), v))) {
        return "header %s is %s; %s is expected"
            .formatted(header.getKey(), given, header.getValue());
      }
    }
    if (reply.status() == 204 && !reply.body().isEmpty()) {
      return "is answered 204 with a body";
    }
    JsonNode expected = turn.expected();
    if (expected == null || reply.status() == 204) {
      return null;
    }
    try {
      return new JsonPattern(variables).difference("", expected, JSON.readTree(reply.body()));
    } catch (JsonProcessingException e) {
      return "is answered with something that is no JSON: " + bounded(reply.body());
    }
  }

  private static String bounded(String text) {
    return text.length() <= 500 ? text : text.substring(0, 500) + "...";
  }
}
