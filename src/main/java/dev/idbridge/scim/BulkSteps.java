package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.Committed;
import dev.idbridge.model.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a bulk request (RFC 7644 section 3.7). Every operation becomes a call of its own and
 * goes through the same write route as a single request.
 */
final class BulkSteps {
  /** Exchange property: whether another operation is to be done. */
  static final String MORE = "scimBulkMore";

  private static final String JOB = "scimBulkJob";
  private static final String WHOLE = "scimBulkCall";
  private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH", "DELETE");

  private final EdgeSettings.Limits limits;
  private final RateLimit rate;
  private final AnswerError errors;

  BulkSteps(EdgeSettings.Limits limits, RateLimit rate, AnswerError errors) {
    this.limits = limits;
    this.rate = rate;
    this.errors = errors;
  }

  Map<String, Processor> all() {
    return Map.of(
        "scimBulkOpen", this::open,
        "scimBulkNext", this::next,
        "scimBulkDone", this::done,
        "scimBulkRefused", this::refused,
        "scimBulkClose", this::close);
  }

  private void open(Exchange exchange) throws Refusal {
    ScimCall call = ScimCall.of(exchange);
    MediaType.check(call.in.contentType(), call.in.contentEncoding());
    if (call.in.body().length > limits.bulkBody()) {
      throw new Refusal(
          413,
          "the body has %d bytes; maxPayloadSize is %d: send the operations in several requests"
              .formatted(call.in.body().length, limits.bulkBody()));
    }
    JsonNode json = Json.read(call.in.body());
    JsonNode operations = BulkOperation.member(json, "Operations");
    if (operations == null || !operations.isArray() || operations.isEmpty()) {
      throw syntax("a bulk request has a non-empty list 'Operations'");
    }
    if (operations.size() > limits.bulkOperations()) {
      throw new Refusal(
          413,
          "the request has %d operations; maxOperations is %d: send them in several requests"
              .formatted(operations.size(), limits.bulkOperations()));
    }
    List<BulkOperation> all = new ArrayList<>(operations.size());
    Set<String> names = BulkOperation.names(operations);
    for (JsonNode operation : operations) {
      all.add(BulkOperation.of(all.size(), operation, names));
    }
    rate.charge(call.caller().actor().token(), all.size() - 1, System.nanoTime());
    exchange.setProperty(WHOLE, call);
    keep(exchange, new BulkJob(all, failOnErrors(json)));
  }

  private static int failOnErrors(JsonNode json) throws Refusal {
    JsonNode value = BulkOperation.member(json, "failOnErrors");
    if (value == null || value.isNull()) {
      return Integer.MAX_VALUE;
    }
    if (!value.canConvertToExactIntegral() || value.asLong() < 1) {
      throw syntax("'failOnErrors' is an integer of at least 1");
    }
    return (int) Math.min(Integer.MAX_VALUE, value.asLong());
  }

  /** Makes the next operation the exchange's call. */
  private void next(Exchange exchange) throws Refusal {
    BulkJob job = job(exchange);
    ScimCall whole = whole(exchange);
    exchange.setProperty(ScimCall.PROPERTY, whole);
    exchange.removeProperty(ScimEdge.HANDED_OVER);
    BulkOperation one = job.next();
    if (System.nanoTime() - whole.in.startedNanos() > limits.deadline().toNanos()) {
      Refusal late = Receive.tooLate();
      job.abandon(late.status(), Json.error(late.status(), "", late.detail()));
      throw late;
    }
    if (!METHODS.contains(one.method())) {
      throw syntax("'method' is one of POST, PUT, PATCH, DELETE");
    }
    if (one.creates() && one.bulkId() == null) {
      throw syntax("a POST needs a 'bulkId', unique in the request");
    }
    if (one.creates() && job.taken(one)) {
      throw syntax("bulkId '" + one.bulkId() + "' was given to another POST of this request");
    }
    if (one.path().isEmpty()) {
      throw syntax("an operation needs a 'path' such as /Users/ID");
    }
    ScimCall call =
        new ScimCall(
            whole.in.ifMatch(one.creates() ? null : one.version()),
            whole.base,
            whole.directoryName,
            Endpoint.of(one.method(), Receive.segments(one.path())),
            new Query(null));
    call.authenticated(whole.caller());
    if (!call.operation().isWrite()) {
      throw syntax("'path' is such as /Users for a POST, else such as /Users/ID");
    }
    exchange.setProperty(ScimCall.PROPERTY, call);
    if (call.operation().hasBody()) {
      if (one.data() == null) {
        throw syntax(one.method() + " needs 'data'");
      }
      call.parsed(one.data());
    }
    exchange.getMessage().setBody(null);
  }

  private void done(Exchange exchange) {
    ScimCall call = ScimCall.of(exchange);
    Committed committed = exchange.getMessage().getBody(Committed.class);
    if (committed == null) {
      throw new IllegalStateException("the route brought no answer to " + call.operation());
    }
    Resource resource = committed.resource();
    BulkJob job = job(exchange);
    job.done(
        switch (call.operation()) {
          case CREATE -> 201;
          case DELETE -> 204;
          default -> 200;
        },
        resource == null ? null : resource.publicId(),
        resource == null ? location(call) : ResourceJson.location(call.base, resource),
        resource == null ? null : ResourceJson.etag(resource));
    keep(exchange, job);
  }

  private void refused(Exchange exchange) {
    ScimCall call = ScimCall.of(exchange);
    AnswerError.Problem problem = errors.told(exchange);
    BulkJob job = job(exchange);
    job.refused(
        problem.status(),
        location(call),
        Json.error(problem.status(), problem.scimType(), problem.detail()));
    if (problem.status() >= 500) {
      job.abandon(
          problem.status(),
          Json.error(
              problem.status(), "", "not tried after an earlier operation: " + problem.detail()));
    }
    keep(exchange, job);
  }

  private static @Nullable String location(ScimCall call) {
    String id = call.endpoint.id();
    return id == null || call.endpoint.type() == null
        ? null
        : call.base + "/" + call.type().endpoint() + "/" + id;
  }

  private void close(Exchange exchange) {
    exchange.setProperty(ScimCall.PROPERTY, whole(exchange));
    exchange.getMessage().setBody(Json.write(job(exchange)::write));
  }

  private static void keep(Exchange exchange, BulkJob job) {
    exchange.setProperty(JOB, job);
    exchange.setProperty(MORE, job.more());
  }

  private static BulkJob job(Exchange exchange) {
    return given(exchange.getProperty(JOB, BulkJob.class));
  }

  private static ScimCall whole(Exchange exchange) {
    return given(exchange.getProperty(WHOLE, ScimCall.class));
  }

  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("scimBulkOpen is not the first step of the bulk route");
    }
    return value;
  }

  private static Refusal syntax(String detail) {
    return new Refusal(400, "invalidSyntax", detail, Map.of());
  }
}
