package dev.idbridge.scim;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** JSON in and out of the edge; depth and sizes are bounded by the parser and the body limit. */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  private Json() {}

  /**
   * @throws Refusal 400 {@code invalidSyntax} when the bytes are not one JSON value
   */
  static JsonNode read(byte[] body) throws Refusal {
    try {
      JsonNode node = READER.readTree(body);
      if (node.isMissingNode()) {
        throw syntax("the request has no body; a JSON object is needed");
      }
      return node;
    } catch (JsonProcessingException e) {
      // The parser's own words may quote what stands there, be it a password.
      var at = e.getLocation();
      throw syntax(
          "the body is no JSON, or says a name twice%s: check what stands there"
              .formatted(
                  at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()));
    } catch (IOException e) {
      throw syntax("the body is no JSON in UTF-8");
    }
  }

  private static Refusal syntax(String detail) {
    return new Refusal(400, "invalidSyntax", detail, Map.of());
  }

  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  static byte[] write(Writing writing) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(1024)) {
      try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
        writing.to(json);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory", e);
    }
  }

  /** An Error document (RFC 7644 section 3.12). */
  static byte[] error(int status, String scimType, String detail) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("schemas");
          json.writeString("urn:ietf:params:scim:api:messages:2.0:Error");
          json.writeEndArray();
          if (!scimType.isEmpty()) {
            json.writeStringField("scimType", scimType);
          }
          json.writeStringField("detail", detail);
          json.writeStringField("status", Integer.toString(status));
          json.writeEndObject();
        });
  }
}
