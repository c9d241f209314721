package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A bulk request on its way: which operation is next, what became of the others. An operation that
 * refers to what a later one creates waits for it, and so do later ones on its own resource. Where
 * creations refer to each other in a circle, one is made without these references and completed
 * afterwards, or taken back when that cannot be. One thread at a time.
 */
final class BulkJob {
  /** What one operation came to. */
  record Result(
      BulkOperation operation,
      int status,
      @Nullable String location,
      @Nullable String version,
      byte @Nullable [] error) {}

  private final int failOnErrors;
  private final List<BulkOperation> waiting = new ArrayList<>();
  private final Set<String> promised = new HashSet<>();
  private final Map<String, String> ids = new HashMap<>();
  private final Map<Integer, Result> results = new TreeMap<>();
  private final Map<Integer, BulkOperation> incomplete = new HashMap<>();

  /** Made without their references, not completed yet: by place in the request, their path. */
  private final Map<Integer, String> halves = new TreeMap<>();

  /** What could not be completed and is to be deleted. */
  private final Deque<BulkOperation> undo = new ArrayDeque<>();

  private int errors;
  private boolean undoing;
  private @Nullable BulkOperation current;

  /**
   * @param failOnErrors how many errors end the job; {@code Integer.MAX_VALUE} for never
   */
  BulkJob(List<BulkOperation> operations, int failOnErrors) {
    this.failOnErrors = failOnErrors;
    for (BulkOperation operation : operations) {
      waiting.add(operation);
      if (operation.creates() && operation.bulkId() != null) {
        promised.add(operation.bulkId());
      }
    }
  }

  boolean more() {
    return !undo.isEmpty() || (!waiting.isEmpty() && errors < failOnErrors);
  }

  BulkOperation current() {
    if (current == null) {
      throw new IllegalStateException("no operation is under way");
    }
    return current;
  }

  /**
   * Takes the next operation, its references replaced by ids as far as they are known.
   *
   * @throws Refusal when it refers to something that was not created; it counts as under way
   */
  BulkOperation next() throws Refusal {
    BulkOperation next = take();
    current = next;
    for (String name : next.references()) {
      if (!ids.containsKey(name)) {
        boolean failed = promised.contains(name);
        throw failed
            ? new Refusal(409, "it refers to bulkId '" + name + "', which was not created")
            : new Refusal(
                400,
                "invalidValue",
                "it refers to bulkId '" + name + "', which no POST of this request has",
                Map.of());
      }
    }
    return next.with(
        next.method(),
        BulkReferences.resolved(next.path(), ids),
        next.data() == null ? null : BulkReferences.resolved(next.data(), ids));
  }

  private BulkOperation take() {
    undoing = !undo.isEmpty();
    if (undoing) {
      return undo.removeFirst();
    }
    Set<String> open = new HashSet<>();
    waiting.stream()
        .filter(o -> o.creates() && o.bulkId() != null)
        .forEach(o -> open.add(String.valueOf(o.bulkId())));
    Set<String> before = new HashSet<>();
    for (BulkOperation one : waiting) {
      boolean ready = one.references().stream().noneMatch(open::contains);
      if (ready && (one.creates() || !before.contains(one.path()))) {
        waiting.remove(one);
        return one;
      }
      before.add(one.path());
    }
    return breakCircle(open);
  }

  private BulkOperation breakCircle(Set<String> open) {
    for (BulkOperation one : waiting) {
      if (one.creates() && one.data() instanceof ObjectNode data) {
        waiting.remove(one);
        incomplete.put(one.index(), one);
        return one.with(one.method(), one.path(), BulkReferences.without(data, open));
      }
    }
    return waiting.removeFirst();
  }

  /**
   * The operation under way is durable.
   *
   * @param location null after a delete
   */
  void done(int status, @Nullable String id, @Nullable String location, @Nullable String version) {
    BulkOperation one = current();
    if (undoing) {
      return;
    }
    BulkOperation whole = incomplete.remove(one.index());
    halves.remove(one.index());
    Result before = results.get(one.index());
    results.put(
        one.index(),
        new Result(
            before == null ? one : before.operation(),
            before == null ? status : before.status(),
            location,
            version,
            null));
    if (one.creates() && one.bulkId() != null && id != null) {
      ids.put(one.bulkId(), id);
    }
    if (whole != null && id != null) {
      String path = whole.path() + "/" + id;
      halves.put(one.index(), path);
      waiting.add(whole.with("PUT", path, whole.data()));
    }
  }

  /** The operation under way was refused. */
  void refused(int status, @Nullable String location, byte[] error) {
    if (undoing) {
      leftHalf(
          current(),
          location,
          "it is there without what it refers to, and could not be taken back");
      return;
    }
    refused(current(), status, location, error);
    if (errors >= failOnErrors) {
      waiting.stream()
          .filter(one -> halves.containsKey(one.index()))
          .forEach(one -> takeBack(one, "the job ended before its references could be set"));
    }
  }

  private void refused(BulkOperation one, int status, @Nullable String location, byte[] error) {
    incomplete.remove(one.index());
    errors++;
    if (halves.containsKey(one.index())) {
      takeBack(one, "what it refers to, in a circle, was refused as a part of it");
    } else {
      results.put(one.index(), new Result(one, status, location, null, error));
    }
  }

  /** What was made without its references, and will not be completed, goes again. */
  private void takeBack(BulkOperation one, String why) {
    String path = halves.remove(one.index());
    Result before = results.get(one.index());
    if (path == null || before == null) {
      return;
    }
    if (one.bulkId() != null) {
      ids.remove(one.bulkId());
    }
    undo.add(one.with("DELETE", path, null));
    results.put(
        one.index(),
        new Result(
            before.operation(), 409, null, null, Json.error(409, "", "it was not made: " + why)));
  }

  private void leftHalf(BulkOperation one, @Nullable String location, String why) {
    Result before = results.get(one.index());
    if (before != null) {
      results.put(
          one.index(),
          new Result(before.operation(), 409, location, null, Json.error(409, "", why)));
    }
  }

  /** Ends the job before its time: whatever still waits gets this error. */
  void abandon(int status, byte[] error) {
    while (!waiting.isEmpty()) {
      BulkOperation one = waiting.removeFirst();
      if (halves.remove(one.index()) == null) {
        refused(one, status, null, error);
      } else {
        Result before = results.get(one.index());
        leftHalf(
            one,
            before == null ? null : before.location(),
            "it is there without what it refers to: send it again whole, by PUT");
      }
    }
    undo.clear();
  }

  /** Whether a name was given to two creations: the second must not be made. */
  boolean taken(BulkOperation one) {
    return one.bulkId() != null && ids.containsKey(one.bulkId());
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("schemas");
    json.writeString("urn:ietf:params:scim:api:messages:2.0:BulkResponse");
    json.writeEndArray();
    json.writeArrayFieldStart("Operations");
    for (Result result : results.values()) {
      json.writeStartObject();
      json.writeStringField("method", result.operation().method());
      field(json, "bulkId", result.operation().bulkId());
      field(json, "version", result.version());
      field(json, "location", result.location());
      json.writeStringField("status", Integer.toString(result.status()));
      if (result.error() != null) {
        json.writeFieldName("response");
        json.writeRawValue(new String(result.error(), java.nio.charset.StandardCharsets.UTF_8));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void field(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
