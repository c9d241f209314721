package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.ResourceChange;
import dev.idbridge.model.ResourceType;
import java.util.EnumMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the steps. What came in is taken out of the exchange's headers at
 * the first step and never put back, so that no header a client makes up can steer a route. Later
 * steps add what they found out; one step works on it at a time.
 */
final class ScimCall {
  /** The exchange property that holds it. */
  static final String PROPERTY = "scim";

  /** The exchange property the route chooses its branch by. */
  static final String KIND = "scimKind";

  private static final String SIGN_IN = "sign-in";

  final Inbound in;
  final String base;
  final String directoryName;
  final Endpoint endpoint;
  private Query query;

  private @Nullable Caller caller;
  private @Nullable JsonNode json;
  private final Map<ResourceType, Projection> projections = new EnumMap<>(ResourceType.class);
  private @Nullable Asked asked;
  private @Nullable ResourceChange change;

  /** Who asks, in which directory. */
  record Caller(Directory directory, ChangeRequest.Actor actor) {}

  /**
   * @param base absolute URL of the service as the client sees it, without a trailing slash
   */
  ScimCall(Inbound in, String base, String directoryName, Endpoint endpoint, Query query) {
    this.in = in;
    this.base = base;
    this.directoryName = directoryName;
    this.endpoint = endpoint;
    this.query = query;
  }

  static ScimCall of(Exchange exchange) {
    ScimCall call = exchange.getProperty(PROPERTY, ScimCall.class);
    if (call == null) {
      throw new IllegalStateException("scimReceive is not the first step of the route");
    }
    return call;
  }

  /** A call made of a sign-in, which asks for no more than its user. */
  static ScimCall signIn(Inbound in, Directory directory, ChangeRequest.Actor by, String id) {
    boolean creates = id.isEmpty();
    ScimCall call =
        new ScimCall(
            in,
            in.origin() + BasePaths.of(directory.name()),
            directory.name(),
            new Endpoint(
                creates ? Operation.CREATE : Operation.PATCH,
                ResourceType.USER,
                creates ? null : id,
                SIGN_IN),
            new Query(null));
    call.authenticated(new Caller(directory, by));
    return call;
  }

  boolean isSignIn() {
    return endpoint.document().equals(SIGN_IN);
  }

  Operation operation() {
    return endpoint.operation();
  }

  ResourceType type() {
    return given(endpoint.type(), "resource type");
  }

  String id() {
    return given(endpoint.id(), "id");
  }

  Caller caller() {
    return given(caller, "scimAuthenticate");
  }

  @Nullable Caller callerIfKnown() {
    return caller;
  }

  void authenticated(Caller by) {
    caller = by;
  }

  JsonNode json() {
    return given(json, "scimParse");
  }

  /** The query, or what a SearchRequest says instead of it. */
  Query query() {
    return query;
  }

  void searches(Query request) {
    query = request;
  }

  void parsed(@Nullable JsonNode body) {
    json = body;
  }

  void shows(ResourceType type, Projection wanted) {
    projections.put(type, wanted);
  }

  /** Which attributes of resources of a type the answer carries. */
  Projection projection(ResourceType type) {
    return projections.getOrDefault(type, Projection.DEFAULT);
  }

  Projection projection() {
    return projection(type());
  }

  /** What a list is asked for. */
  Asked asked() {
    return given(asked, "scimParse");
  }

  void asks(Asked page) {
    asked = page;
  }

  @Nullable ResourceChange change() {
    return change;
  }

  void normalised(ResourceChange asked) {
    change = asked;
    json = null;
  }

  private static <T> T given(@Nullable T value, String step) {
    if (value == null) {
      throw new IllegalStateException(step + " is missing before this step of the route");
    }
    return value;
  }
}
