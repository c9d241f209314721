package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a bulk request as the client wrote it (RFC 7644 section 3.7).
 *
 * @param index its place in the request, from 0
 * @param method in capitals; empty when none was given
 * @param path below the base path, as given
 * @param bulkId the client's name for what a POST creates, or null
 * @param version what {@code If-Match} would say, or null
 * @param data the body, or null
 * @param references bulk ids that path and data refer to
 */
record BulkOperation(
    int index,
    String method,
    String path,
    @Nullable String bulkId,
    @Nullable String version,
    @Nullable JsonNode data,
    Set<String> references) {

  static BulkOperation of(int index, JsonNode json) {
    String method = text(json, "method");
    String given = text(json, "path");
    String path = given == null ? "" : given;
    JsonNode data = member(json, "data");
    return new BulkOperation(
        index,
        method == null ? "" : method.toUpperCase(Locale.ROOT),
        path,
        text(json, "bulkId"),
        text(json, "version"),
        data == null || data.isNull() ? null : data,
        BulkReferences.in(path, data));
  }

  boolean creates() {
    return method.equals("POST");
  }

  /** The same with other content; its place and name stay. */
  BulkOperation with(String newMethod, String newPath, @Nullable JsonNode newData) {
    return new BulkOperation(
        index, newMethod, newPath, bulkId, version, newData, BulkReferences.in(newPath, newData));
  }

  /** Attribute names are compared without regard to case (RFC 7643 section 2.1). */
  static @Nullable JsonNode member(JsonNode json, String name) {
    JsonNode exact = json.get(name);
    if (exact != null) {
      return exact;
    }
    for (var field : json.properties()) {
      if (field.getKey().equalsIgnoreCase(name)) {
        return field.getValue();
      }
    }
    return null;
  }

  private static @Nullable String text(JsonNode json, String name) {
    JsonNode value = member(json, name);
    return value == null || !value.isTextual() || value.textValue().isBlank()
        ? null
        : value.textValue();
  }
}
