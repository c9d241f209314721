package dev.idbridge.dialogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends and what it must be answered, read from text:
 *
 * <pre>
 * # Title in the first line, with what is unverified
 * User-Agent: headers of every request
 *
 * POST /Users
 * Content-Type: application/json
 *
 * {"userName": "ada-${unique}"}
 * ---
 * 201
 * Location: ${base}/Users/${user}
 *
 * {"id": "${user}", "meta": {"version": "*"}}
 * ===
 * DELETE /Users/${user}
 * ---
 * 204
 * </pre>
 *
 * <p>{@code ${name}} stands for a known value; in an expectation the first one takes what is there.
 * Several statuses may be named. Expected JSON names the members that count: {@code *} in a string
 * stands for anything, {@code null} and {@code []} for absent or empty, {@code "..."} at the end of
 * a list for any further elements.
 *
 * @param title the first line
 * @param headers sent with every request
 */
public record Dialogue(String title, Map<String, String> headers, List<Turn> turns) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Dialogue {
    headers = Map.copyOf(headers);
    turns = List.copyOf(turns);
  }

  /**
   * One request and what must be answered.
   *
   * @param line where it stands in the text, 1-based
   * @param statuses any of these is right
   * @param expected null when the answer's body does not matter
   */
  public record Turn(
      int line,
      String method,
      String target,
      Map<String, String> headers,
      @Nullable String body,
      List<Integer> statuses,
      Map<String, String> expectedHeaders,
      @Nullable JsonNode expected) {
    public Turn {
      headers = Map.copyOf(headers);
      statuses = List.copyOf(statuses);
      expectedHeaders = Map.copyOf(expectedHeaders);
    }
  }

  /**
   * @throws IllegalArgumentException naming the line that cannot be read
   */
  public static Dialogue parse(String text) {
    Lines lines = new Lines(text);
    if (!lines.peek().startsWith("#")) {
      throw lines.wrong("the first line is a comment that says what this is");
    }
    String title = lines.next().substring(1).strip();
    while (lines.more() && (lines.peek().startsWith("#") || lines.peek().isBlank())) {
      lines.next();
    }
    Map<String, String> headers = Map.of();
    if (lines.more() && lines.peek().contains(": ")) {
      headers = lines.headers();
    }
    List<Turn> turns = new ArrayList<>();
    while (lines.more()) {
      turns.add(turn(lines));
    }
    if (turns.isEmpty()) {
      throw lines.wrong("there is no request");
    }
    return new Dialogue(title, headers, turns);
  }

  private static Turn turn(Lines lines) {
    lines.skipBlank();
    int line = lines.number();
    String[] request = lines.next().split(" ", 2);
    if (request.length != 2 || !request[1].startsWith("/")) {
      throw lines.wrong("a request begins with METHOD and /path");
    }
    Map<String, String> headers = lines.headers();
    String body = lines.until("---");
    if (!lines.more()) {
      throw lines.wrong("the request has no line '---' after it");
    }
    lines.next();
    lines.skipBlank();
    List<Integer> statuses;
    try {
      statuses = Arrays.stream(lines.next().strip().split(" +")).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw lines.wrong("after '---' stands the status, or several");
    }
    Map<String, String> expectedHeaders = lines.headers();
    String expected = lines.until("===");
    if (lines.more()) {
      lines.next();
    }
    try {
      return new Turn(
          line,
          request[0],
          request[1],
          headers,
          body.isBlank() ? null : body.strip(),
          statuses,
          expectedHeaders,
          expected.isBlank() ? null : JSON.readTree(expected));
    } catch (JsonProcessingException e) {
      throw lines.wrong("the expected answer is no JSON: " + e.getOriginalMessage());
    }
  }

  /** The text, read line by line. */
  private static final class Lines {
    private final List<String> lines;
    private int at;

    Lines(String text) {
      lines = text.lines().toList();
    }

    boolean more() {
      return at < lines.size();
    }

    int number() {
      return at + 1;
    }

    String peek() {
      return more() ? lines.get(at) : "";
    }

    String next() {
      if (!more()) {
        throw wrong("the text ends too early");
      }
      return lines.get(at++);
    }

    void skipBlank() {
      while (more() && peek().isBlank()) {
        at++;
      }
    }

    /** Lines up to a blank one or a separator; the blank one is taken too. */
    Map<String, String> headers() {
      Map<String, String> headers = new LinkedHashMap<>();
      while (more() && !peek().isBlank() && !peek().equals("---") && !peek().equals("===")) {
        String[] header = next().split(":", 2);
        if (header.length != 2) {
          throw wrong("a header is 'Name: value'");
        }
        headers.put(header[0].strip(), header[1].strip());
      }
      skipBlank();
      return headers;
    }

    String until(String separator) {
      StringBuilder all = new StringBuilder();
      while (more() && !peek().equals(separator)) {
        all.append(next()).append('\n');
      }
      return all.toString();
    }

    IllegalArgumentException wrong(String what) {
      return new IllegalArgumentException("line " + number() + ": " + what);
    }
  }
}
