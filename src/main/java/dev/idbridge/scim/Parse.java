package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.normalise.FilterReader;
import java.util.EnumMap;
import java.util.Map;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Reads what the request carries: the body once, the filter, the attributes wanted. */
final class Parse extends Step {
  private final ScimSchema schemas;
  private final Map<ResourceType, FilterReader> filters = new EnumMap<>(ResourceType.class);

  Parse(ScimSchema schemas) {
    this.schemas = schemas;
    for (ResourceType type : ResourceType.values()) {
      filters.put(type, new FilterReader(schemas.of(type)));
    }
  }

  @Override
  void run(ScimCall call, Message message) throws Refusal, ChangeRefused {
    ResourceType type = call.endpoint.type();
    if (type == null) {
      if (call.query.get("filter") != null) {
        throw new Refusal(403, "discovery documents cannot be filtered");
      }
      return;
    }
    JsonNode body = null;
    if (call.operation().hasBody()) {
      MediaType.check(call.in.contentType());
      body = Json.read(call.in.body());
    }
    call.parsed(body, Projection.of(schemas.of(type), call.query), filter(call, type));
  }

  private @Nullable Filter filter(ScimCall call, ResourceType type) throws ChangeRefused {
    String text = call.operation() == Operation.LIST ? call.query.get("filter") : null;
    FilterReader reader = filters.get(type);
    return text == null || text.isBlank() || reader == null ? null : reader.read(text.strip());
  }
}
