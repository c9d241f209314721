package dev.idbridge.scim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
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
 * @param names bulk ids that the POSTs of the request were given
 * @param references those that path and data refer to, and what looks like one where an id stands
 */
record BulkOperation(
    int index,
    String method,
    String path,
    @Nullable String bulkId,
    @Nullable String version,
    @Nullable JsonNode data,
    Set<String> names,
    Set<String> references) {

  /** The bulk ids that the creations among these are given. */
  static Set<String> names(JsonNode operations) {
    Set<String> names = new HashSet<>();
    for (JsonNode operation : operations) {
      String name = text(operation, "bulkId");
      if (name != null && "POST".equalsIgnoreCase(text(operation, "method"))) {
        names.add(name);
      }
    }
    return names;
  }

  static BulkOperation of(int index, JsonNode json, Set<String> names) {
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
        names,
        BulkReferences.in(path, data, names));
  }

  boolean creates() {
    return method.equals("POST");
  }

  /** The same with other content; its place and name stay. */
  BulkOperation with(String newMethod, String newPath, @Nullable JsonNode newData) {
    return new BulkOperation(
        index,
        newMethod,
        newPath,
        bulkId,
        version,
        newData,
        names,
        BulkReferences.in(newPath, newData, names));
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
    String text =
        value != null && (value.isTextual() || value.isIntegralNumber()) ? value.asText() : "";
    return text.isBlank() ? null : text;
  }
}
