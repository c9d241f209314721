package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.directory.Search;
import dev.idbridge.model.AttributePath;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.normalise.FilterReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Reads what the request carries: the body once, the attributes wanted, the page asked for. */
final class Parse extends Step {
  /** Most resources in one page. */
  static final int MAX_COUNT = 200;

  /** Resources in a page when the client does not say. */
  static final int DEFAULT_COUNT = 100;

  private final ScimSchema schemas;
  private final Cursors cursors;
  private final Map<ResourceType, FilterReader> ofType = new EnumMap<>(ResourceType.class);
  private final Map<ResourceType, FilterReader> ofAll = new EnumMap<>(ResourceType.class);

  Parse(ScimSchema schemas, Cursors cursors) {
    this.schemas = schemas;
    this.cursors = cursors;
    List<ResourceSchema> all = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      all.add(schemas.of(type));
    }
    for (ResourceType type : ResourceType.values()) {
      ofType.put(type, new FilterReader(schemas.of(type)));
      ofAll.put(type, new FilterReader(schemas.of(type), all));
    }
  }

  @Override
  void run(ScimCall call, Message message) throws Refusal, ChangeRefused {
    if (call.operation() == Operation.DISCOVER) {
      if (call.query().get("filter") != null) {
        throw new Refusal(403, "discovery documents cannot be filtered");
      }
      return;
    }
    if (call.operation().hasBody()) {
      MediaType.check(call.in.contentType(), call.in.contentEncoding());
      JsonNode body = Json.read(call.in.body());
      if (call.operation() == Operation.SEARCH) {
        call.searches(Query.of(body));
      } else {
        call.parsed(body);
      }
    }
    for (ResourceType type : types(call)) {
      call.shows(type, Projection.of(schemas.of(type), call.query()));
    }
    if (call.operation() == Operation.LIST || call.operation() == Operation.SEARCH) {
      call.asks(asked(call));
    }
  }

  private static List<ResourceType> types(ScimCall call) {
    ResourceType type = call.endpoint.type();
    return type == null ? List.of(ResourceType.values()) : List.of(type);
  }

  private Asked asked(ScimCall call) throws Refusal, ChangeRefused {
    Query query = call.query();
    String filter = query.text("filter");
    String sortBy = query.text("sortBy");
    boolean turned = sortBy != null && turned(query.text("sortOrder"));
    List<Search.Wanted> wanted = new ArrayList<>();
    for (ResourceType type : types(call)) {
      FilterReader reader = reader(call, type);
      wanted.add(
          new Search.Wanted(
              type,
              filter == null ? null : reader.read(filter),
              sortBy == null ? null : sort(reader, sortBy),
              call.projection(type).shows(related(type))));
    }
    long directory = call.caller().directory().id();
    int startIndex = Math.max(1, query.integer("startIndex", 1));
    int count = Math.clamp(query.integer("count", DEFAULT_COUNT), 0, MAX_COUNT);
    String cursor = query.get("cursor");
    Search.Place place = new Search.Place.Index(startIndex);
    String question = null;
    if (cursor != null) {
      question = String.join("\n", question(call, filter, sortBy, turned));
      place = new Search.Place.Beside(null, false, -1);
      if (!cursor.isBlank()) {
        Cursors.Place opened = cursors.open(question, cursor.strip());
        if (query.text("count") != null && count != opened.count()) {
          throw new Refusal(
              400,
              "invalidCount",
              "the cursor belongs to pages of %d; send the same count, or none"
                  .formatted(opened.count()),
              Map.of());
        }
        count = opened.count();
        place = new Search.Place.Beside(opened.position(), opened.back(), opened.total());
      }
    }
    return new Asked(
        new Search(directory, wanted, sortBy != null, turned, place, count), startIndex, question);
  }

  private static List<String> question(
      ScimCall call, @Nullable String filter, @Nullable String sortBy, boolean turned) {
    return List.of(
        Long.toString(call.caller().directory().id()),
        String.valueOf(call.endpoint.type()),
        String.valueOf(filter),
        String.valueOf(sortBy),
        Boolean.toString(turned));
  }

  private FilterReader reader(ScimCall call, ResourceType type) {
    FilterReader reader = (call.endpoint.type() == null ? ofAll : ofType).get(type);
    if (reader == null) {
      throw new IllegalStateException("no reader for " + type);
    }
    return reader;
  }

  static String related(ResourceType type) {
    return type == ResourceType.USER ? "groups" : "members";
  }

  private static @Nullable AttributePath sort(FilterReader reader, String sortBy)
      throws ChangeRefused {
    AttributePath path = reader.readPath(sortBy);
    if (path != null
        && path.schema() == null
        && (path.name().equals("members") || path.name().equals("groups"))) {
      throw new ChangeRefused(
          Reason.INVALID_VALUE, "nothing is sorted by " + path.name() + "; choose another sortBy");
    }
    return path;
  }

  private static boolean turned(@Nullable String order) throws Refusal {
    if (order == null || order.equalsIgnoreCase("ascending")) {
      return false;
    }
    if (order.equalsIgnoreCase("descending")) {
      return true;
    }
    throw new Refusal(400, "invalidValue", "sortOrder is ascending or descending", Map.of());
  }
}
