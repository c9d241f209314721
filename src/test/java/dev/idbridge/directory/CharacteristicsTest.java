package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Committed;
import dev.idbridge.model.UserChange;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.AttributeDef.Type;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.testing.Intake;
import dev.idbridge.testing.OnBothStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What an extension's schema asks for holds for every way a change is sent. */
class CharacteristicsTest extends OnBothStores {
  private static final String ACME = "urn:acme:scim:2.0:User";
  private static final ScimSchema SCHEMAS =
      new ScimSchema(
          List.of(
              new SchemaDef(
                  ACME,
                  "AcmeUser",
                  "",
                  List.of(
                      AttributeDef.string("badge", "").unique(),
                      AttributeDef.string("key", "").exact().unique(),
                      AttributeDef.string("birthName", "").immutable(),
                      AttributeDef.string("site", "").mandatory(),
                      AttributeDef.complex(
                          "desk",
                          "",
                          AttributeDef.string("room", "").mandatory(),
                          AttributeDef.of("floor", Type.INTEGER, "").immutable())))),
          List.of());

  private static Intake acme() {
    return new Intake(store, store.transactions(), SCHEMAS);
  }

  private static Attributes person(String userName, Map<String, ?> acme) {
    return Attributes.of(Map.of("userName", userName, ACME, acme));
  }

  private static String make(Intake intake, String userName, Map<String, ?> acme)
      throws ChangeRefused {
    return intake.apply(new UserChange.Create(person(userName, acme))).resource().publicId();
  }

  private static UserChange.Patch set(String id, String name, Object value) {
    return new UserChange.Patch(
        id, current -> current.with(ACME, current.complex(ACME).with(name, value)));
  }

  private static void refused(Reason reason, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ChangeRefused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.detail()).contains(words);
            });
  }

  @Test
  void aUniqueValueBelongsToOneResourceUntilItLetsGo() throws ChangeRefused {
    try (Intake intake = acme()) {
      String ada = make(intake, "uni-ada", Map.of("site", "n", "badge", "B-1", "key", "K"));
      refused(
          Reason.UNIQUENESS,
          ACME + ":badge 'b-1' is taken",
          () -> make(intake, "uni-bob", Map.of("site", "n", "badge", "b-1")));
      String bob = make(intake, "uni-bob", Map.of("site", "n", "badge", "B-2", "key", "k"));
      refused(Reason.UNIQUENESS, "badge", () -> intake.apply(set(bob, "badge", "B-1")));
      intake.apply(set(ada, "badge", "B-3"));
      intake.apply(set(bob, "badge", "B-1"));
      intake.apply(new UserChange.Delete(bob));
      make(intake, "uni-eve", Map.of("site", "n", "badge", "B-1", "key", "k"));
      assertThat(intake.apply(set(ada, "badge", "B-3")).changed()).isFalse();
    }
  }

  @Test
  void ofEqualValuesAtTheSameTimeExactlyOneSucceeds() throws ChangeRefused {
    try (Intake one = acme();
        Intake two = acme()) {
      List<CompletableFuture<Committed>> sent = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sent.add(
            (i % 2 == 0 ? one : two)
                .send(
                    new UserChange.Create(
                        person("race-u-" + i, Map.of("site", "n", "badge", "same")))));
      }
      int won = 0;
      for (CompletableFuture<Committed> each : sent) {
        try {
          result(each);
          won++;
        } catch (ChangeRefused e) {
          assertThat(e.reason()).isEqualTo(Reason.UNIQUENESS);
        }
      }
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  void anImmutableValueIsSetOnceByPatchAndByPut() throws ChangeRefused {
    try (Intake intake = acme()) {
      String ada = make(intake, "imm-ada", Map.of("site", "n"));
      intake.apply(set(ada, "birthName", "Byron"));
      refused(
          Reason.MUTABILITY, "birthName", () -> intake.apply(set(ada, "birthName", "Lovelace")));
      refused(Reason.MUTABILITY, "birthName", () -> intake.apply(set(ada, "birthName", null)));
      refused(
          Reason.MUTABILITY,
          "birthName",
          () ->
              intake.apply(
                  new UserChange.Replace(
                      ada, person("imm-ada", Map.of("site", "n", "birthName", "Other")))));
      intake.apply(new UserChange.Replace(ada, person("imm-ada", Map.of("site", "s"))));
      Attributes after = intake.readUser(ada).attributes().complex(ACME);
      assertThat(after.string("birthName")).isEqualTo("Byron");
      assertThat(after.string("site")).isEqualTo("s");
    }
  }

  @Test
  void requiredAttributesAndSubAttributesStay() throws ChangeRefused {
    try (Intake intake = acme()) {
      refused(
          Reason.INVALID_VALUE,
          ACME + ":site' is required",
          () -> make(intake, "req-a", Map.of("badge", "R")));
      refused(
          Reason.INVALID_VALUE,
          "desk.room' is required",
          () -> make(intake, "req-a", Map.of("site", "n", "desk", Map.of("floor", 3))));
      String ada =
          make(intake, "req-a", Map.of("site", "n", "desk", Map.of("room", "1", "floor", 3)));
      refused(Reason.INVALID_VALUE, "site", () -> intake.apply(set(ada, "site", null)));
      refused(
          Reason.MUTABILITY,
          "desk.floor",
          () -> intake.apply(set(ada, "desk", Map.of("room", "1", "floor", 4))));
      intake.apply(set(ada, "desk", Map.of("room", "2", "floor", 3)));
      assertThat(make(intake, "req-without", Map.of("site", "x"))).isNotEmpty();
    }
  }

  @Test
  void aUserWithoutTheExtensionNeedsNothingOfIt() throws ChangeRefused {
    try (Intake intake = acme()) {
      intake.newUser("plain-ada");
    }
  }
}
