package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.ResourceSchema;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Message;

/**
 * The discovery documents (RFC 7644 section 4): what works, and nothing else. Made once per base
 * URL and kept as bytes.
 */
final class Discovery extends Step {
  private static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:";

  private final ScimSchema schemas;
  private final Duration cursorLife;
  private final EdgeSettings.Limits limits;
  private final EdgeSettings.Ways ways;
  private volatile Documents cached;

  /** All documents for one base URL; keys in any case. */
  private record Documents(String base, Map<String, byte[]> byKey) {}

  Discovery(ScimSchema schemas, EdgeSettings settings, Duration cursorLife) {
    this.schemas = schemas;
    this.limits = settings.limits();
    this.ways = settings.ways();
    this.cursorLife = cursorLife;
    this.cached = new Documents("", Map.of());
  }

  @Override
  void run(ScimCall call, Message message) throws Refusal {
    Documents documents = cached;
    if (!documents.base().equals(call.base)) {
      documents = new Documents(call.base, make(call.base));
      cached = documents;
    }
    String id = call.endpoint.id();
    String key = id == null ? call.endpoint.document() : call.endpoint.document() + "/" + id;
    byte[] document = documents.byKey().get(key);
    if (document == null) {
      throw Endpoint.notFound(key);
    }
    message.setBody(document);
  }

  private Map<String, byte[]> make(String base) {
    Map<String, byte[]> made = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    made.put("ServiceProviderConfig", Json.write(json -> config(json, base)));
    List<SchemaDef> all = schemas.all();
    for (SchemaDef schema : all) {
      made.put("Schemas/" + schema.id(), Json.write(json -> schema(json, schema, base)));
    }
    made.put(
        "Schemas",
        Json.write(
            json -> {
              Answer.startList(json, all.size(), 1, all.size());
              for (SchemaDef schema : all) {
                schema(json, schema, base);
              }
              Answer.endList(json);
            }));
    ResourceType[] types = ResourceType.values();
    for (ResourceType type : types) {
      made.put("ResourceTypes/" + type.word(), Json.write(json -> resourceType(json, type, base)));
    }
    made.put(
        "ResourceTypes",
        Json.write(
            json -> {
              Answer.startList(json, types.length, 1, types.length);
              for (ResourceType type : types) {
                resourceType(json, type, base);
              }
              Answer.endList(json);
            }));
    return made;
  }

  private void config(JsonGenerator json, String base) throws IOException {
    json.writeStartObject();
    schemas(json, "ServiceProviderConfig");
    json.writeStringField("documentationUri", "https://www.rfc-editor.org/rfc/rfc7644");
    supported(json, "patch", true);
    json.writeEndObject();
    supported(json, "bulk", true);
    json.writeNumberField("maxOperations", limits.bulkOperations());
    json.writeNumberField("maxPayloadSize", limits.bulkBody());
    json.writeEndObject();
    supported(json, "filter", true);
    json.writeNumberField("maxResults", Parse.MAX_COUNT);
    json.writeEndObject();
    supported(json, "changePassword", false);
    json.writeEndObject();
    supported(json, "sort", true);
    json.writeEndObject();
    supported(json, "etag", true);
    json.writeEndObject();
    json.writeObjectFieldStart("pagination");
    json.writeBooleanField("cursor", true);
    json.writeBooleanField("index", true);
    json.writeStringField("defaultPaginationMethod", "index");
    json.writeNumberField("defaultPageSize", Parse.DEFAULT_COUNT);
    json.writeNumberField("maxPageSize", Parse.MAX_COUNT);
    json.writeNumberField("cursorTimeout", cursorLife.toSeconds());
    json.writeEndObject();
    json.writeArrayFieldStart("authenticationSchemes");
    scheme(
        json,
        "oauthbearertoken",
        "Bearer token",
        "A token of this directory in the Authorization header",
        6750,
        true);
    if (ways.oauth()) {
      scheme(
          json,
          "oauth2",
          "OAuth 2.0 client credentials",
          "An access token of /oauth/token (grant type client_credentials) as bearer token",
          6749,
          false);
    }
    if (ways.basic()) {
      scheme(json, "httpbasic", "HTTP Basic", "A client's id and secret", 7617, false);
    }
    json.writeEndArray();
    meta(json, "ServiceProviderConfig", base + "/ServiceProviderConfig");
    json.writeEndObject();
  }

  private static void scheme(
      JsonGenerator json, String type, String name, String description, int rfc, boolean primary)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("type", type);
    json.writeStringField("name", name);
    json.writeStringField("description", description);
    json.writeStringField("specUri", "https://www.rfc-editor.org/rfc/rfc" + rfc);
    json.writeBooleanField("primary", primary);
    json.writeEndObject();
  }

  /** Leaves the object open for more. */
  private static void supported(JsonGenerator json, String name, boolean supported)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeBooleanField("supported", supported);
  }

  private void resourceType(JsonGenerator json, ResourceType type, String base) throws IOException {
    ResourceSchema schema = schemas.of(type);
    json.writeStartObject();
    schemas(json, "ResourceType");
    json.writeStringField("id", type.word());
    json.writeStringField("name", type.word());
    json.writeStringField("description", schema.core().description());
    json.writeStringField("endpoint", "/" + type.endpoint());
    json.writeStringField("schema", type.schema());
    json.writeArrayFieldStart("schemaExtensions");
    for (SchemaDef extension : schema.extensions()) {
      json.writeStartObject();
      json.writeStringField("schema", extension.id());
      json.writeBooleanField("required", schema.requires(extension));
      json.writeEndObject();
    }
    json.writeEndArray();
    meta(json, "ResourceType", base + "/ResourceTypes/" + type.word());
    json.writeEndObject();
  }

  private static void schema(JsonGenerator json, SchemaDef schema, String base) throws IOException {
    json.writeStartObject();
    schemas(json, "Schema");
    json.writeStringField("id", schema.id());
    json.writeStringField("name", schema.name());
    json.writeStringField("description", schema.description());
    json.writeArrayFieldStart("attributes");
    for (AttributeDef attribute : schema.attributes()) {
      attribute(json, attribute);
    }
    json.writeEndArray();
    meta(json, "Schema", base + "/Schemas/" + schema.id());
    json.writeEndObject();
  }

  private static void attribute(JsonGenerator json, AttributeDef attribute) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", attribute.name());
    json.writeStringField("type", attribute.type().word());
    json.writeBooleanField("multiValued", attribute.multiValued());
    json.writeStringField("description", attribute.description());
    json.writeBooleanField("required", attribute.required());
    if (!attribute.isComplex()) {
      json.writeBooleanField("caseExact", attribute.caseExact());
    }
    words(json, "canonicalValues", attribute.canonicalValues());
    words(json, "referenceTypes", attribute.referenceTypes());
    json.writeStringField("mutability", attribute.mutability().word());
    json.writeStringField("returned", attribute.returned().word());
    json.writeStringField("uniqueness", attribute.uniqueness().word());
    if (attribute.isComplex()) {
      json.writeArrayFieldStart("subAttributes");
      for (AttributeDef sub : attribute.subAttributes()) {
        attribute(json, sub);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void words(JsonGenerator json, String name, List<String> words)
      throws IOException {
    if (words.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(name);
    for (String word : words) {
      json.writeString(word);
    }
    json.writeEndArray();
  }

  private static void schemas(JsonGenerator json, String name) throws IOException {
    json.writeArrayFieldStart("schemas");
    json.writeString(SCHEMA + name);
    json.writeEndArray();
  }

  private static void meta(JsonGenerator json, String type, String location) throws IOException {
    json.writeObjectFieldStart("meta");
    json.writeStringField("resourceType", type);
    json.writeStringField("location", location);
    json.writeEndObject();
  }
}
