package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.ENTERPRISE;
import static dev.idbridge.normalise.Patches.json;
import static dev.idbridge.normalise.Patches.patched;
import static dev.idbridge.normalise.Patches.patchedWith;
import static dev.idbridge.normalise.Patches.refusal;
import static dev.idbridge.normalise.Patches.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserPatchTest {
  private Attributes ada;

  @BeforeEach
  void aUser() throws ChangeRefused {
    ada =
        user(
            """
            {'userName':'ada','name':{'givenName':'Ada','familyName':'Lovelace'},'active':true,
             'emails':[{'value':'ada@work.example','type':'work','primary':true},
                       {'value':'ada@home.example','type':'home'}],
             '%s':{'department':'Engines','manager':{'value':'7'}}}
            """
                .formatted(ENTERPRISE));
  }

  private Attributes patch(String operations) throws ChangeRefused {
    return patched(ada, operations);
  }

  private Reason refused(String operations) {
    return refusal(() -> patched(ada, operations));
  }

  private static List<String> values(Attributes user, String attribute) {
    return user.list(attribute).stream().map(e -> ((Attributes) e).string("value")).toList();
  }

  private static Attributes element(Attributes user, String attribute, String type) {
    return user.list(attribute).stream()
        .map(Attributes.class::cast)
        .filter(e -> type.equals(e.string("type")))
        .findFirst()
        .orElse(Attributes.NONE);
  }

  @Nested
  class OfTheRfc {
    @Test
    void addSetsAMissingAttribute() throws ChangeRefused {
      assertThat(patch("{'op':'add','path':'nickName','value':'A'}").string("nickName"))
          .isEqualTo("A");
    }

    @Test
    void addReplacesASingleValue() throws ChangeRefused {
      assertThat(patch("{'op':'add','path':'userName','value':'ada2'}").string("userName"))
          .isEqualTo("ada2");
    }

    @Test
    void addAppendsToAListAndKeepsWhatIsThere() throws ChangeRefused {
      Attributes after =
          patch("{'op':'add','path':'emails','value':[{'value':'x@y','type':'other'}]}");
      assertThat(values(after, "emails"))
          .containsExactly("ada@work.example", "ada@home.example", "x@y");
    }

    @Test
    void addOfAnExistingElementChangesNothing() throws ChangeRefused {
      assertThat(
              patch(
                  "{'op':'add','path':'emails',"
                      + "'value':[{'value':'ada@home.example','type':'home'}]}"))
          .isEqualTo(ada);
    }

    @Test
    void addOfAnExistingSingleValueChangesNothing() throws ChangeRefused {
      assertThat(patch("{'op':'add','path':'userName','value':'ada'}")).isEqualTo(ada);
    }

    @Test
    void addWithoutAPathMergesIntoTheResource() throws ChangeRefused {
      Attributes after = patch("{'op':'add','value':{'nickName':'A','emails':[{'value':'x@y'}]}}");
      assertThat(after.string("nickName")).isEqualTo("A");
      assertThat(values(after, "emails")).hasSize(3);
    }

    @Test
    void aNewPrimaryDemotesTheOldOne() throws ChangeRefused {
      Attributes after =
          patch("{'op':'add','path':'emails','value':[{'value':'x@y','primary':true}]}");
      assertThat(element(after, "emails", "work").flag("primary", true)).isFalse();
      assertThat(after.list("emails").stream().filter(e -> ((Attributes) e).flag("primary", false)))
          .hasSize(1);
    }

    @Test
    void twoPrimariesInOneRequestAreRefused() {
      assertThat(
              refused(
                  "{'op':'replace','path':'emails','value':"
                      + "[{'value':'a','primary':true},{'value':'b','primary':true}]}"))
          .isEqualTo(Reason.INVALID_VALUE);
    }

    @Test
    void replaceOfAComplexAttributeKeepsTheSubAttributesNotNamed() throws ChangeRefused {
      Attributes name =
          patch("{'op':'replace','path':'name','value':{'givenName':'Augusta'}}").complex("name");
      assertThat(name.string("givenName")).isEqualTo("Augusta");
      assertThat(name.string("familyName")).isEqualTo("Lovelace");
    }

    @Test
    void replaceWithoutAPathKeepsTheSubAttributesNotNamed() throws ChangeRefused {
      Attributes name =
          patch("{'op':'replace','value':{'name':{'givenName':'Augusta'}}}").complex("name");
      assertThat(name.string("familyName")).isEqualTo("Lovelace");
    }

    @Test
    void replaceOfAListReplacesAllOfIt() throws ChangeRefused {
      assertThat(
              values(patch("{'op':'replace','path':'emails','value':[{'value':'x@y'}]}"), "emails"))
          .containsExactly("x@y");
    }

    @Test
    void replaceOfAMissingAttributeAddsIt() throws ChangeRefused {
      assertThat(patch("{'op':'replace','path':'title','value':'Dr'}").string("title"))
          .isEqualTo("Dr");
    }

    @Test
    void replaceOfAChosenElementReplacesIt() throws ChangeRefused {
      Attributes after =
          patch(
              "{'op':'replace','path':'emails[type eq \\'work\\']',"
                  + "'value':{'type':'work','value':'new@work'}}");
      assertThat(element(after, "emails", "work").string("value")).isEqualTo("new@work");
      assertThat(element(after, "emails", "work").get("primary")).isNull();
      assertThat(after.list("emails")).hasSize(2);
    }

    @Test
    void replaceOfAChosenSubAttributeChangesOnlyThat() throws ChangeRefused {
      Attributes after =
          patch("{'op':'replace','path':'emails[type eq \\'work\\'].value','value':'new@work'}");
      assertThat(element(after, "emails", "work").string("value")).isEqualTo("new@work");
      assertThat(element(after, "emails", "work").flag("primary", false)).isTrue();
    }

    @Test
    void elementsThatBecomeTheSameBecomeOne() throws ChangeRefused {
      Attributes after =
          patch(
              "{'op':'replace','path':'emails[type eq \\'work\\' or type eq \\'home\\']',"
                  + "'value':{'type':'work','value':'one@work'}}");
      assertThat(values(after, "emails")).containsExactly("one@work");
    }

    @Test
    void replaceOfNoElementHasNoTarget() {
      assertThat(
              refused(
                  "{'op':'replace','path':'emails[value eq \\'nobody\\']','value':{'value':'x'}}"))
          .isEqualTo(Reason.NO_TARGET);
      assertThat(
              refused(
                  "{'op':'replace','path':'emails[value eq \\'nobody\\'].display','value':'x'}"))
          .isEqualTo(Reason.NO_TARGET);
    }

    @Test
    void removeUnassignsAnAttribute() throws ChangeRefused {
      assertThat(patch("{'op':'remove','path':'emails'}").get("emails")).isNull();
      assertThat(patch("{'op':'remove','path':'name.givenName'}").complex("name").names())
          .containsExactly("familyName");
    }

    @Test
    void removeOfWhatIsNotThereChangesNothing() throws ChangeRefused {
      assertThat(patch("{'op':'remove','path':'title'}")).isEqualTo(ada);
      assertThat(patch("{'op':'remove','path':'emails[type eq \\'other\\']'}")).isEqualTo(ada);
    }

    @Test
    void removeOfChosenElementsKeepsTheOthers() throws ChangeRefused {
      assertThat(values(patch("{'op':'remove','path':'emails[type eq \\'work\\']'}"), "emails"))
          .containsExactly("ada@home.example");
      assertThat(
              patch("{'op':'remove','path':'emails[type eq \\'work\\' or type eq \\'home\\']'}")
                  .get("emails"))
          .isNull();
    }

    @Test
    void removeNeedsAPath() {
      assertThat(refused("{'op':'remove'}")).isEqualTo(Reason.NO_TARGET);
      assertThat(refused("{'op':'remove','value':{'title':'x'}}")).isEqualTo(Reason.NO_TARGET);
    }

    @Test
    void addAndReplaceNeedAValue() {
      assertThat(refused("{'op':'add','path':'title'}")).isEqualTo(Reason.INVALID_VALUE);
      assertThat(refused("{'op':'replace','path':'title'}")).isEqualTo(Reason.INVALID_VALUE);
    }

    @Test
    void operationsApplyInOrderEachOnTheResultOfTheOneBefore() throws ChangeRefused {
      Attributes after =
          patch(
              """
              {'op':'remove','path':'emails'},
              {'op':'add','path':'emails','value':[{'value':'x@y','type':'work'}]},
              {'op':'replace','path':'emails[type eq \\'work\\'].value','value':'z@y'}
              """);
      assertThat(values(after, "emails")).containsExactly("z@y");
    }

    @Test
    void requiredAttributesCannotBeRemovedOrEmptied() {
      assertThat(refused("{'op':'remove','path':'userName'}")).isEqualTo(Reason.MUTABILITY);
      assertThat(refused("{'op':'replace','path':'userName','value':' '}"))
          .isEqualTo(Reason.INVALID_VALUE);
      assertThat(refused("{'op':'replace','value':{'userName':null}}"))
          .isEqualTo(Reason.INVALID_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "meta", "meta.created", "groups", "ID"})
    void readOnlyPathsAreRefused(String path) {
      assertThat(refused("{'op':'replace','path':'%s','value':'5'}".formatted(path)))
          .isEqualTo(Reason.MUTABILITY);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "name.givenName.more",
          "userName[value eq \\'x\\']",
          "emails[type eq \\'work\\'",
          "two words",
          "name.",
          ".name",
          "[type eq \\'work\\']",
          "emails[type eq \\'work\\']value"
        })
    void whatIsNoPathIsRefused(String path) {
      assertThat(refused("{'op':'replace','path':'%s','value':'5'}".formatted(path)))
          .isEqualTo(Reason.INVALID_PATH);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"emails[type eq ]", "emails[type zz \\'x\\']", "emails[colour eq \\'x\\']"})
    void valueFiltersThatCannotBeReadAreRefused(String path) {
      assertThat(refused("{'op':'remove','path':'%s'}".formatted(path)))
          .isEqualTo(Reason.INVALID_FILTER);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "active|'maybe'",
          "name|'x'",
          "userName|5",
          "userName|{'a':1}",
          "emails|5",
          "title|['a','b']",
          "emails[type eq \\'work\\'].primary|'x'"
        })
    void valuesOfAnotherTypeAreRefused(String path, String value) {
      assertThat(refused("{'op':'replace','path':'%s','value':%s}".formatted(path, value)))
          .isEqualTo(Reason.INVALID_VALUE);
    }

    @Test
    void bodiesThatAreNoPatchAreRefused() {
      for (String body :
          List.of(
              "{}",
              "[]",
              "{'Operations':[]}",
              "{'Operations':[1]}",
              "{'Operations':[{'op':'move','path':'title'}]}",
              "{'Operations':[{'path':'title'}]}",
              "5")) {
        assertThat(refusal(() -> patchedWith(ada, json(body))))
            .as(body)
            .isEqualTo(Reason.INVALID_SYNTAX);
      }
    }

    @Test
    void aRefusedOperationIsSeenBeforeAnyIsApplied() {
      assertThat(
              refusal(
                  () ->
                      Patches.NORMALISER.patch(
                          dev.idbridge.model.ResourceType.USER,
                          "1",
                          json(
                              "{'Operations':[{'op':'replace','path':'title','value':'x'},"
                                  + "{'op':'replace','path':'non sense','value':'x'}]}"))))
          .isEqualTo(Reason.INVALID_PATH);
    }

    @Test
    void extensionPathsReachTheExtension() throws ChangeRefused {
      assertThat(
              patch("{'op':'replace','path':'%s:department','value':'Sums'}".formatted(ENTERPRISE))
                  .complex(ENTERPRISE)
                  .string("department"))
          .isEqualTo("Sums");
    }

    @Test
    void aWholeExtensionCanBeMergedAndRemoved() throws ChangeRefused {
      Attributes merged =
          patch("{'op':'add','path':'%s','value':{'costCenter':'1'}}".formatted(ENTERPRISE))
              .complex(ENTERPRISE);
      assertThat(merged.string("costCenter")).isEqualTo("1");
      assertThat(merged.string("department")).isEqualTo("Engines");
      assertThat(patch("{'op':'remove','path':'%s'}".formatted(ENTERPRISE)).get(ENTERPRISE))
          .isNull();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "|{'ENT':{}}",
          "|{'title':'T','ENT':{},'name':{}}",
          "|{'name':[{}]}",
          "|{'emails':{}}",
          "|{'emails[type eq \\'work\\']':{}}",
          "ENT|{}",
          "name|{}",
          "name|[{}]",
          "name|{'nickname':'x'}",
          "emails|{}",
          "emails[type eq \\'work\\']|{}",
          "emails[type eq \\'work\\']|[{}]",
          "emails[type eq \\'work\\']|{'verified':true}",
        })
    void anEmptyObjectTakesNothingAway(@Nullable String path, String value) throws ChangeRefused {
      for (String op : List.of("add", "replace")) {
        String operation =
            "{'op':'%s',%s'value':%s}"
                .formatted(op, path == null ? "" : "'path':'%s',".formatted(path), value)
                .replace("ENT", ENTERPRISE);
        assertThat(patch(operation).without("title")).as(operation).isEqualTo(ada);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "null", "[]"})
    void anUnassignedValueOfChosenElementsRemovesThem(String value) throws ChangeRefused {
      assertThat(
              values(
                  patch(
                      "{'op':'replace','path':'emails[type eq \\'work\\']','value':%s}"
                          .formatted(value)),
                  "emails"))
          .containsExactly("ada@home.example");
    }

    @Test
    void unassigningASubAttributeOfChosenElementsKeepsTheElements() throws ChangeRefused {
      Attributes shown =
          patch("{'op':'add','path':'emails[type eq \\'work\\'].display','value':'Work'}");
      assertThat(
              patched(
                  shown,
                  "{'op':'add','path':'emails[type eq \\'work\\']','value':{'display':null}}"))
          .isEqualTo(ada);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'op':'replace','path':'active','value':false}",
          "{'op':'Replace','path':'Active','value':'False'}",
          "{'op':'add','path':'active','value':'FALSE'}",
          "{'op':'replace','path':'CORE:active','value':false}",
          "{'op':'replace','path':'CORE.active','value':false}",
          "{'op':'replace','path':'urn:ietf:params:scim:schemas:core:2.0:active','value':false}",
          "{'op':'replace','path':'urn:scim:schemas:core:1.0:active','value':'False'}",
          "{'op':'replace','path':'urn:scim:schemas:core:1.0','value':{'active':false}}",
          "{'op':'replace','path':'User.active','value':false}",
          "{'op':'replace','value':{'User.active':false}}",
          "{'op':'replace','value':{'active':[false]}}",
          "{'op':'replace','value':{'ACTIVE':'false'}}",
          "{'op':'replace','value':{'CORE':{'active':false}}}",
          "{'op':'replace','value':{'CORE:active':false}}",
          "{'op':'replace','value':{'urn:scim:schemas:core:1.0:active':false}}",
          "{'op':'replace','value':{'active':false}},{'op':'replace','value':{'active':null}}"
        })
    void everySpellingOfADeactivationDeactivates(String operations) throws ChangeRefused {
      String core = "urn:ietf:params:scim:schemas:core:2.0:User";
      assertThat(patch(operations.replace("CORE", core)).flag("active", true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'op':'remove','path':'active'}",
          "{'op':'remove','path':'active','value':true}",
          "{'op':'replace','path':'active','value':null}",
          "{'op':'replace','path':'active','value':''}",
          "{'op':'add','path':'active','value':[]}"
        })
    void noDeactivationIsAnsweredWithSuccessAndIgnored(String operation) {
      assertThat(refused(operation)).isEqualTo(Reason.INVALID_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'op':'replace','path':'active.value','value':false}",
          "{'op':'replace','value':{'Active.value':false}}",
          "{'op':'replace','path':'active[value eq true]','value':false}"
        })
    void activeHasNoParts(String operation) {
      assertThat(refused(operation)).isEqualTo(Reason.INVALID_PATH);
    }

    @Test
    void anExtensionsAttributeIsReachedByADotToo() throws ChangeRefused {
      assertThat(
              patch("{'op':'replace','path':'%s.department','value':'Sums'}".formatted(ENTERPRISE))
                  .complex(ENTERPRISE)
                  .string("department"))
          .isEqualTo("Sums");
    }

    @Test
    void anElementIsMadeByAFilterOnlyWhenThereIsSomethingToSay() throws ChangeRefused {
      assertThat(patch("{'op':'add','path':'emails[type eq \\'other\\'].primary','value':true}"))
          .isEqualTo(ada);
      assertThat(patch("{'op':'add','path':'emails[type eq \\'other\\'].type','value':'home'}"))
          .isEqualTo(ada);
    }

    @Test
    void theCoreUrnInFrontOfANameIsDropped() throws ChangeRefused {
      String core = "URN:ietf:params:scim:schemas:core:2.0:user:";
      assertThat(
              patch("{'op':'replace','path':'%sname.givenName','value':'Augusta'}".formatted(core))
                  .complex("name")
                  .string("givenName"))
          .isEqualTo("Augusta");
    }
  }

  @Nested
  class OfEntra {
    @Test
    void capitalOperationsAndStringBooleansAreRead() throws ChangeRefused {
      assertThat(patch("{'op':'Replace','path':'active','value':'False'}").flag("active", true))
          .isFalse();
    }

    @Test
    void dottedBracketedAndUrnKeysInAPathlessValueArePaths() throws ChangeRefused {
      Attributes after =
          patch(
              """
              {'op':'replace','value':{'name.givenName':'Augusta','displayName':'A L',
                'emails[type eq \\'work\\'].value':'new@work',
                '%1$s:department':'Sums','%1$s':{'costCenter':'9'},'active':'True'}}
              """
                  .formatted(ENTERPRISE));
      assertThat(after.complex("name").string("givenName")).isEqualTo("Augusta");
      assertThat(after.complex("name").string("familyName")).isEqualTo("Lovelace");
      assertThat(element(after, "emails", "work").string("value")).isEqualTo("new@work");
      assertThat(after.complex(ENTERPRISE).string("department")).isEqualTo("Sums");
      assertThat(after.complex(ENTERPRISE).string("costCenter")).isEqualTo("9");
      assertThat(after.names()).doesNotContain("name.givenName");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Replace"})
    void aTypedElementIsMadeWhenMissing(String op) throws ChangeRefused {
      Attributes after =
          patch(
              "{'op':'%s','path':'phoneNumbers[type eq \\'mobile\\'].value','value':'+1'}"
                  .formatted(op));
      assertThat(element(after, "phoneNumbers", "mobile").string("value")).isEqualTo("+1");
    }

    @Test
    void aTypedElementIsMadeFromSeveralTerms() throws ChangeRefused {
      Attributes after =
          patch(
              "{'op':'Add','path':'roles[type eq \\'app\\' and primary eq \\'True\\'].value',"
                  + "'value':'admin'}");
      assertThat(element(after, "roles", "app").string("value")).isEqualTo("admin");
      assertThat(element(after, "roles", "app").get("primary")).isEqualTo(true);
    }

    @Test
    void partsOfOneAddressMeetInOneElement() throws ChangeRefused {
      Attributes after =
          patch(
              "{'op':'Add','path':'addresses[type eq \\'work\\'].streetAddress','value':'1 St'},"
                  + "{'op':'Add','path':'addresses[type eq \\'work\\'].locality','value':'Town'}");
      assertThat(after.list("addresses")).hasSize(1);
      assertThat(element(after, "addresses", "work").string("locality")).isEqualTo("Town");
    }

    @Test
    void addOnAnExistingSubAttributeReplacesIt() throws ChangeRefused {
      Attributes after =
          patch("{'op':'Add','path':'emails[type eq \\'work\\'].value','value':'n@w'}");
      assertThat(element(after, "emails", "work").string("value")).isEqualTo("n@w");
    }

    @Test
    void rolesChosenByPrimaryAsAStringStayBoolean() throws ChangeRefused {
      Attributes after =
          patch("{'op':'Add','path':'roles[primary eq \\'True\\'].value','value':'admin'}");
      assertThat(((Attributes) after.list("roles").getFirst()).get("primary")).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "[{'value':'{\\'id\\':\\'r1\\',\\'value\\':\\'admin\\',\\'displayName\\':\\'Admin\\'}'}]",
          "{'value':'{\\'value\\':\\'admin\\',\\'displayName\\':\\'Admin\\'}'}",
          "['{\\'value\\':\\'admin\\',\\'display\\':\\'Admin\\'}']"
        })
    void aRoleThatIsJsonInAStringIsRead(String value) throws ChangeRefused {
      String operation = "{'op':'Add','path':'roles','value':%s}".formatted(value);
      Attributes after = patch(operation);
      Attributes role = (Attributes) after.list("roles").getFirst();
      assertThat(role.string("value")).isEqualTo("admin");
      assertThat(role.string("display")).isEqualTo("Admin");
      assertThat(role.string("_raw")).startsWith("{").contains("admin");
      assertThat(patched(after, operation)).isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{no json", "{}", "{\\'value\\':5}", "[1]"})
    void aRoleThatOnlyLooksLikeJsonStaysText(String value) throws ChangeRefused {
      Attributes after =
          patch("{'op':'Add','path':'roles','value':[{'value':'%s'}]}".formatted(value));
      assertThat(values(after, "roles").getFirst()).isEqualTo(value.replace("\\'", "\""));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "'42'",
          "{'$ref':'https://bridge.example/scim/v2/Users/42'}",
          "{'value':null,'$ref':'../Users/42'}",
          "{'value':'42'}",
          "[{'$ref':null,'value':'42'}]",
          "{'value':'42','displayName':'ignored'}"
        })
    void theManagerIsReadInEveryShape(String value) throws ChangeRefused {
      for (String path : List.of("manager", ENTERPRISE + ":manager")) {
        Attributes after = patch("{'op':'Add','path':'%s','value':%s}".formatted(path, value));
        assertThat(after.complex(ENTERPRISE).complex("manager"))
            .isEqualTo(Attributes.NONE.with("value", "42"));
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "null", "[]", "{'value':null}", "{'value':''}", "{}"})
    void theManagerIsUnassignedInEveryShape(String value) throws ChangeRefused {
      Attributes after =
          patch("{'op':'Replace','path':'%s:manager','value':%s}".formatted(ENTERPRISE, value));
      assertThat(after.complex(ENTERPRISE).get("manager")).isNull();
      assertThat(after.complex(ENTERPRISE).string("department")).isEqualTo("Engines");
    }

    @Test
    void removeOfAnAbsentManagerIsNoError() throws ChangeRefused {
      Attributes none = patch("{'op':'Remove','path':'manager'}");
      assertThat(patched(none, "{'op':'Remove','path':'manager'}")).isEqualTo(none);
    }

    @Test
    void nullUnassigns() throws ChangeRefused {
      assertThat(
              patch("{'op':'Replace','path':'name.givenName','value':null}")
                  .complex("name")
                  .names())
          .containsExactly("familyName");
      assertThat(
              patch("{'op':'Replace','path':'emails[type eq \\'home\\'].value','value':null}")
                  .list("emails"))
          .hasSize(1);
    }

    @Test
    void theLastOperationOfAnElementWithoutContentLeavesNoElement() throws ChangeRefused {
      assertThat(
              values(patch("{'op':'Remove','path':'emails[type eq \\'work\\'].value'}"), "emails"))
          .containsExactly("ada@home.example");
    }
  }

  @Nested
  class OfOkta {
    @Test
    void deactivationIsOnePathlessReplace() throws ChangeRefused {
      assertThat(patch("{'op':'replace','value':{'active':false}}").flag("active", true)).isFalse();
    }

    @Test
    void idSchemasMetaAndGroupsInAPathlessValueAreIgnored() throws ChangeRefused {
      assertThat(
              patch(
                  "{'op':'replace','value':{'id':'77','schemas':['x'],'meta':{'version':'1'},"
                      + "'groups':[],'somethingElse':{'a':1}}}"))
          .isEqualTo(ada);
    }

    @Test
    void passwordsAreAcceptedAndDropped() throws ChangeRefused {
      assertThat(patch("{'op':'replace','value':{'password':'secret'}}")).isEqualTo(ada);
      assertThat(patch("{'op':'replace','path':'password','value':'secret'}")).isEqualTo(ada);
    }
  }

  @Test
  void aThousandAddsOfOneElementTakeAsLongAsTheyAreMany() throws ChangeRefused {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      list.append(i == 0 ? "" : ",").append("{'value':'r").append(i).append("'}");
    }
    Attributes many = patch("{'op':'add','path':'roles','value':[%s]}".formatted(list));
    assertThat(many.list("roles")).hasSize(20_000);
    assertThat(patched(many, "{'op':'add','path':'roles','value':[%s]}".formatted(list)))
        .isEqualTo(many);
    assertThat(
            patched(many, "{'op':'remove','path':'roles','value':[%s]}".formatted(list))
                .get("roles"))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"add", "remove", "both"})
  void tenThousandOperationsOfOneElementTakeAsLongAsOneOfTenThousand(String which)
      throws ChangeRefused {
    List<String> operations = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      operations.add(
          "{'op':'%s','path':'emails','value':[{'value':'a%d','type':'work','primary':%s}]}"
              .formatted(which.equals("remove") ? "remove" : "add", i, i % 1_000 == 0));
      if (which.equals("both") && i % 2 == 1) {
        operations.set(
            i, operations.get(i - 1).replace("'add'", "'remove'").replace("'type'", "'display'"));
      }
    }
    var body = json("{'Operations':[%s]}".formatted(String.join(",", operations)));
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < 10_000 && which.equals("remove"); i++) {
      elements.add("{'value':'a%d','type':'work'}".formatted(i));
    }
    Attributes before =
        patch("{'op':'add','path':'emails','value':[%s]}".formatted(String.join(",", elements)));
    long start = System.nanoTime();
    Attributes after = patchedWith(before, body);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(after.list("emails")).hasSize(which.equals("add") ? 10_002 : 2);
    if (which.equals("add")) {
      assertThat(
              after.list("emails").stream()
                  .map(Attributes.class::cast)
                  .filter(one -> one.flag("primary", false))
                  .map(one -> one.string("value")))
          .containsExactly("a9000");
    }
  }

  @Test
  void operationsThatWouldTakeMinutesAreRefused() throws ChangeRefused {
    StringBuilder operations = new StringBuilder();
    StringBuilder elements = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      String comma = i == 0 ? "" : ",";
      elements.append(comma).append("{'value':'a%1$d','type':'t%1$d'}".formatted(i));
      operations
          .append(comma)
          .append(
              "{'op':'replace','path':'emails[type eq \\'t%1$d\\'].value','value':'b%1$d'}"
                  .formatted(i));
    }
    Attributes many = patch("{'op':'add','path':'emails','value':[%s]}".formatted(elements));
    var body = json("{'Operations':[%s]}".formatted(operations));
    assertThat(refusal(() -> patchedWith(many, body))).isEqualTo(Reason.TOO_LARGE);
    assertThat(patchedWith(ada, json("{'Operations':[{'op':'add','path':'title','value':'x'}]}")))
        .isEqualTo(ada.with("title", "x"));
  }
}
