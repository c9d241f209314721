package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
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
 * afterwards. One thread at a time.
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
  private int errors;
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
    return !waiting.isEmpty() && errors < failOnErrors;
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
    BulkOperation whole = incomplete.remove(one.index());
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
      waiting.add(whole.with("PUT", whole.path() + "/" + id, whole.data()));
    }
  }

  /** The operation under way was refused. */
  void refused(int status, @Nullable String location, byte[] error) {
    refused(current(), status, location, error);
  }

  private void refused(BulkOperation one, int status, @Nullable String location, byte[] error) {
    incomplete.remove(one.index());
    Result before = results.get(one.index());
    results.put(
        one.index(),
        before == null
            ? new Result(one, status, location, null, error)
            : new Result(before.operation(), status, before.location(), before.version(), error));
    errors++;
  }

  /** Ends the job before its time: whatever still waits gets this error. */
  void abandon(int status, byte[] error) {
    while (!waiting.isEmpty()) {
      refused(waiting.removeFirst(), status, null, error);
    }
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
