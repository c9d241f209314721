package dev.idbridge.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import java.util.Map;
import java.util.Set;

/**
 * Bytes of a fuzzer's choice as filter, path, PATCH and resource: each is read or refused, never an
 * exception, never a stack overflow, and never slowly. {@code mvn -Pfuzz test} begins with the
 * inputs kept beside the other test resources and searches on from there.
 */
class NormaliseFuzzTest {
  /** Far more than anything of this size takes; what grows with the square needs longer. */
  private static final long SLOW_NANOS = 2_000_000_000L;

  private static final JsonMapper JSON = new JsonMapper();

  private static final Attributes USER =
      Attributes.of(
          Map.of(
              "userName", "ada",
              "name", Map.of("givenName", "Ada"),
              "emails", java.util.List.of(Map.of("value", "a@b", "type", "work"))));

  private interface Reading {
    void read() throws ChangeRefused;
  }

  private static void readOrRefused(Set<Reason> reasons, Reading reading) {
    long begin = System.nanoTime();
    try {
      reading.read();
    } catch (ChangeRefused e) {
      assertThat(e.detail()).isNotBlank();
      assertThat(reasons).contains(e.reason());
    }
    assertThat(System.nanoTime() - begin).isLessThan(SLOW_NANOS);
  }

  @FuzzTest(maxDuration = "25s")
  void everyFilterIsReadOrRefused(FuzzedDataProvider data) {
    ResourceType type = data.pickValue(ResourceType.values());
    String text = data.consumeRemainingAsString();
    readOrRefused(
        Set.of(Reason.INVALID_FILTER),
        () -> assertThat(new FilterReader(ScimSchema.STANDARD.of(type)).read(text)).isNotNull());
  }

  @FuzzTest(maxDuration = "25s")
  void everyPathIsReadOrRefused(FuzzedDataProvider data) {
    ResourceType type = data.pickValue(ResourceType.values());
    String text = data.consumeRemainingAsString();
    JsonNode body =
        JSON.valueToTree(
            Map.of(
                "Operations",
                java.util.List.of(Map.of("op", "replace", "path", text, "value", "x"))));
    patch(type, body);
  }

  @FuzzTest(maxDuration = "25s")
  void everyPatchIsAppliedOrRefused(FuzzedDataProvider data) {
    ResourceType type = data.pickValue(ResourceType.values());
    JsonNode body = json(data.consumeRemainingAsString());
    if (body != null) {
      patch(type, body);
    }
  }

  private static void patch(ResourceType type, JsonNode body) {
    readOrRefused(
        Set.of(Reason.values()),
        () -> {
          switch (Patches.NORMALISER.patch(type, "1", body)) {
            case UserChange.Patch patch -> assertThat(patch.patch().applyTo(USER)).isNotNull();
            case GroupChange.Patch patch -> assertThat(patch.patch().applyTo(USER)).isNotNull();
            default -> throw new IllegalStateException("no patch");
          }
        });
  }

  @FuzzTest(maxDuration = "25s")
  void everyResourceIsReadOrRefused(FuzzedDataProvider data) {
    ResourceType type = data.pickValue(ResourceType.values());
    JsonNode body = json(data.consumeRemainingAsString());
    if (body != null) {
      readOrRefused(
          Set.of(Reason.values()),
          () -> assertThat(Patches.NORMALISER.create(type, body)).isNotNull());
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
