package dev.idbridge.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.ScimSchema;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is sent, the answer is a change or a refusal. */
class GarbageTest {
  private static final int ROUNDS = 20_000;

  private static final List<String> FILTERS =
      List.of(
          "userName eq \"ada\" and (active eq true or not (title pr))",
          "emails[type eq \"work\" and value co \"@\"].value eq \"a\\\"b\" or meta.created gt"
              + " \"2026\"",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq null",
          "name.givenName sw 5 and id eq \"1\" and members eq \"2\"");

  private static final List<String> PATCHES =
      List.of(
          "{'Operations':[{'op':'add','path':'emails[type eq \\'work\\'].value','value':'a'}]}",
          "{'Operations':[{'op':'replace','value':{'name.givenName':'x','emails':[{'value':1}],"
              + "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User':{'manager':''}}}]}",
          "{'Operations':[{'op':'remove','path':'members','value':[{'value':'1'},2,null]},"
              + "{'op':'remove','path':'members[value eq \\'1\\' or value eq \\'2\\']'}]}",
          "{'Operations':[{'op':'Replace','path':'roles[primary eq \\'True\\']','value':{}},"
              + "{'op':'remove','path':'name'}]}");

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void everyFilterIsReadOrRefused() {
    for (int i = 0; i < ROUNDS; i++) {
      String text = mutated(FILTERS.get(random.nextInt(FILTERS.size())), FILTERS);
      for (ResourceType type : ResourceType.values()) {
        try {
          assertThat(new FilterReader(ScimSchema.STANDARD.of(type)).read(text)).isNotNull();
        } catch (ChangeRefused e) {
          assertThat(e.reason()).isEqualTo(ChangeRefused.Reason.INVALID_FILTER);
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError("seed " + seed + ", filter " + text, e);
        }
      }
    }
  }

  @Test
  void everyPatchIsAppliedOrRefused() {
    Attributes user = Attributes.NONE.with("userName", "ada");
    for (int i = 0; i < ROUNDS; i++) {
      String text =
          mutated(PATCHES.get(random.nextInt(PATCHES.size())), PATCHES).replace('\'', '"');
      JsonNode body;
      try {
        body = new JsonMapper().readTree(text);
      } catch (JsonProcessingException e) {
        continue;
      }
      Reading reading =
          new Reading(
              List.of(DirectorySettings.DEFAULT, Patches.STRICT, Patches.KEEPING).get(i % 3));
      for (ResourceType type : ResourceType.values()) {
        try {
          switch (Patches.NORMALISER.patch(type, "1", body, reading)) {
            case UserChange.Patch patch -> assertThat(patch.patch().applyTo(user)).isNotNull();
            case GroupChange.Patch patch -> assertThat(patch.patch().applyTo(user)).isNotNull();
            default -> throw new IllegalStateException("no patch");
          }
        } catch (ChangeRefused e) {
          assertThat(e.detail()).isNotBlank();
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError("seed " + seed + ", patch " + text, e);
        }
      }
    }
  }

  private String mutated(String text, List<String> others) {
    StringBuilder mutant = new StringBuilder(text);
    for (int edits = 1 + random.nextInt(4); edits > 0 && !mutant.isEmpty(); edits--) {
      int at = random.nextInt(mutant.length());
      switch (random.nextInt(4)) {
        case 0 -> mutant.deleteCharAt(at);
        case 1 -> mutant.insert(at, " ()[].\"':,{}eqa1\\".charAt(random.nextInt(17)));
        case 2 -> mutant.delete(at, Math.min(mutant.length(), at + random.nextInt(12)));
        default -> {
          String other = others.get(random.nextInt(others.size()));
          int from = random.nextInt(other.length());
          mutant.insert(at, other, from, Math.min(other.length(), from + random.nextInt(20)));
        }
      }
    }
    return mutant.toString();
  }
}
