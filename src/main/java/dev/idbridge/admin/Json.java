package dev.idbridge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** JSON as the admin API and {@code --json} speak it: snake_case, ISO-8601 UTC, nulls left out. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new InstantReader()))
          .build();

  private static final ObjectReader STRICT =
      MAPPER
          .reader()
          .with(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /** One line. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON for " + value.getClass().getName(), e);
    }
  }

  /**
   * Reads what {@link #write} wrote; keys it does not know are ignored.
   *
   * @throws AdminRefused when the text is no such JSON
   */
  public static <T> T read(String text, TypeReference<T> type) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw AdminRefused.invalid("not the JSON expected: " + e.getOriginalMessage());
    }
  }

  /**
   * Reads a request's body: an object with everything it must say, and no word it does not know.
   *
   * @throws AdminRefused when the text is no such JSON
   */
  static <T> T read(String text, Class<T> type) {
    try {
      T value = STRICT.forType(type).readValue(text.isBlank() ? "{}" : text);
      if (value == null) {
        throw AdminRefused.invalid("the body must be a JSON object");
      }
      return value;
    } catch (JsonProcessingException e) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof AdminRefused refused) {
          throw refused;
        }
      }
      throw AdminRefused.invalid("the body is not what is expected: " + words(e));
    }
  }

  /**
   * @throws AdminRefused when the text is no JSON
   */
  public static JsonNode tree(String text) {
    return read(text, new TypeReference<>() {});
  }

  /** Without the names of our classes. */
  private static String words(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage())
        .replaceAll(
            "\\s*\\(?(?:class|from|of type|for)? ?[`\"]?dev\\.idbridge[\\w.$]*[`\"]?\\)?", "")
        .replaceAll("\\s*\\(but known.*", "");
  }

  private static final class InstantReader extends StdDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try {
        return Instant.parse(parser.getText());
      } catch (DateTimeParseException e) {
        throw context.weirdStringException(
            parser.getText(), Instant.class, "must be a UTC time such as 2026-01-31T12:00:00Z");
      }
    }
  }
}
