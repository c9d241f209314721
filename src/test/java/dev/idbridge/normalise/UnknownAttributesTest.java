package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.ENTERPRISE;
import static dev.idbridge.normalise.Patches.KEEPING;
import static dev.idbridge.normalise.Patches.patched;
import static dev.idbridge.normalise.Patches.refusal;
import static dev.idbridge.normalise.Patches.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.DirectorySettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownAttributesTest {
  private static final String ENTERPRISE_NAME =
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

  private static final String BODY =
      """
      {'userName':'ada','badge':'7','name':{'givenName':'Ada','pet':'cat'},
       '%s':{'department':'x','floor':3},
       'urn:acme:2.0:User':{'site':'north','tags':['a',null,'b'],'deep':{'n':1.5,'on':true}},
       'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group':{'x':1}}
      """
          .formatted(ENTERPRISE);

  @Test
  void theyAreIgnoredByDefaultAndNamed() throws ChangeRefused {
    Reading reading = new Reading(DirectorySettings.DEFAULT);
    Attributes ada = user(reading, BODY);
    assertThat(ada.names()).containsExactlyInAnyOrder("userName", "name", ENTERPRISE);
    assertThat(ada.complex("name").names()).containsExactly("givenName");
    assertThat(reading.ignored())
        .containsExactlyInAnyOrder(
            "badge",
            "name.pet",
            ENTERPRISE + ":floor",
            "urn:acme:2.0:User",
            "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group");
  }

  @Test
  void theyAreKeptAsTheyCameByOption() throws ChangeRefused {
    Attributes ada = user(new Reading(KEEPING), BODY);
    assertThat(ada.string("badge")).isEqualTo("7");
    assertThat(ada.complex("name").string("pet")).isEqualTo("cat");
    assertThat(ada.complex(ENTERPRISE).get("floor")).isEqualTo(3L);
    Attributes acme = ada.complex("urn:acme:2.0:User");
    assertThat(acme.list("tags")).containsExactly("a", "b");
    assertThat(acme.complex("deep").get("on")).isEqualTo(true);
  }

  @Test
  void theyAreRefusedByOption() {
    DirectorySettings refusing = DirectorySettings.DEFAULT.with("unknown-attributes", "refuse");
    assertThat(refusal(() -> user(new Reading(refusing), BODY))).isEqualTo(Reason.INVALID_SYNTAX);
    assertThat(
            refusal(
                () ->
                    patched(
                        new Reading(refusing),
                        Attributes.NONE,
                        "{'op':'add','path':'badge','value':'7'}")))
        .isEqualTo(Reason.INVALID_PATH);
  }

  @Test
  void aPasswordIsNeverKeptWhateverItIsPartOf() throws ChangeRefused {
    Attributes ada =
        user(
            new Reading(KEEPING),
            "{'userName':'ada','password':'s','PASSWORD':'s','urn:acme:2.0:User':{'Password':'s',"
                + "'in':[{'password':'s','x':1}]}}");
    assertThat(ada.names()).containsExactlyInAnyOrder("userName", "urn:acme:2.0:User");
    Attributes acme = ada.complex("urn:acme:2.0:User");
    assertThat(acme.names()).containsExactly("in");
    assertThat(((Attributes) acme.list("in").getFirst()).names()).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "noSuch",
        "name.noSuch",
        "emails.noSuch",
        "emails[type eq \\'work\\'].no",
        "urn:some:other:2.0:User:title"
      })
  void pathsThatNameNothingAreIgnoredByDefault(String path) throws ChangeRefused {
    Attributes ada = user("{'userName':'ada','emails':[{'value':'a','type':'work'}]}");
    Reading reading = new Reading(DirectorySettings.DEFAULT);
    for (String op : List.of("add", "replace", "remove")) {
      assertThat(patched(reading, ada, "{'op':'%s','path':'%s','value':'5'}".formatted(op, path)))
          .isEqualTo(ada);
    }
    assertThat(reading.ignored()).hasSize(1);
  }

  @Test
  void aUrnWithAVersionAsLongAsAPathMayBeIsReadLikeAnyOther() throws ChangeRefused {
    Reading reading = new Reading(KEEPING);
    String urn = "urn:acme:2" + ".0".repeat(4_080) + ":User";
    Attributes ada =
        patched(
            reading,
            Attributes.of(java.util.Map.of("userName", "ada")),
            "{'op':'add','path':'" + urn + "','value':{'site':'south'}}");
    assertThat(ada.string("userName")).isEqualTo("ada");
  }

  @Test
  void pathsOfKeptAttributesReachThem() throws ChangeRefused {
    Reading reading = new Reading(KEEPING);
    Attributes ada =
        patched(
            reading,
            user(new Reading(KEEPING), BODY),
            """
            {'op':'replace','path':'badge','value':'8'},
            {'op':'add','path':'urn:acme:2.0:User:site','value':'south'},
            {'op':'add','path':'urn:acme:2.0:User','value':{'more':1}},
            {'op':'add','value':{'shoe.size':41,'colour':'red'}},
            {'op':'remove','path':'name.pet'}
            """);
    assertThat(ada.string("badge")).isEqualTo("8");
    assertThat(ada.complex("urn:acme:2.0:User").string("site")).isEqualTo("south");
    assertThat(ada.complex("shoe").get("size")).isEqualTo(41L);
    assertThat(ada.string("colour")).isEqualTo("red");
    assertThat(ada.complex("name").names()).containsExactly("givenName");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "emails.verified",
        "phoneNumbers.confirmed",
        "department.code",
        ENTERPRISE_NAME + ":department.code",
        "urn:ietf:params:scim:schemas:core:2.0:User:title.code",
        "userName.first",
        "meta.colour",
        "id.part",
        "groups.colour"
      })
  void anUnknownPartOfAKnownAttributeNeverReplacesIt(String path) throws ChangeRefused {
    Attributes ada =
        user(
            """
            {'userName':'ada','active':true,'title':'Dr','emails':[{'value':'a','type':'work'}],
             'phoneNumbers':[{'value':'1'}],'%s':{'department':'D'}}
            """
                .formatted(ENTERPRISE));
    for (String op : List.of("add", "replace", "remove")) {
      Reading reading = new Reading(KEEPING);
      assertThat(patched(reading, ada, "{'op':'%s','path':'%s','value':true}".formatted(op, path)))
          .as(op)
          .isEqualTo(ada);
      assertThat(reading.ignored()).as(op).hasSize(1);
    }
    assertThat(
            patched(new Reading(KEEPING), ada, "{'op':'add','value':{'%s':true}}".formatted(path)))
        .isEqualTo(ada);
    assertThat(
            patched(
                new Reading(KEEPING),
                Attributes.NONE,
                "{'op':'add','path':'%s','value':true}".formatted(path)))
        .isEqualTo(Attributes.NONE);
  }

  @Test
  void aPartOfAKeptValueThatHasNoPartsChangesNothing() throws ChangeRefused {
    Attributes ada = user(new Reading(KEEPING), "{'userName':'ada','badge':'7','tags':['a','b']}");
    for (String op : List.of("add", "replace", "remove")) {
      assertThat(
              patched(
                  new Reading(KEEPING),
                  ada,
                  "{'op':'%1$s','path':'badge.size','value':5},{'op':'%1$s','path':'tags.x','value':5}"
                      .formatted(op)))
          .as(op)
          .isEqualTo(ada);
    }
  }

  @Test
  void anEmptyObjectTakesNothingFromAKeptValue() throws ChangeRefused {
    Attributes ada = user(new Reading(KEEPING), BODY);
    for (String op : List.of("add", "replace")) {
      assertThat(
              patched(
                  new Reading(KEEPING),
                  ada,
                  "{'op':'%s','path':'urn:acme:2.0:User','value':{}},".formatted(op)
                      + "{'op':'%s','value':{'badge':{}}}".formatted(op)))
          .as(op)
          .isEqualTo(ada);
    }
  }

  @Test
  void anUnknownAttributeUnderTheUrnOfTheCoreSchemaIsKeptAmongTheCoreAttributes()
      throws ChangeRefused {
    Attributes ada =
        patched(
            new Reading(KEEPING),
            user("{'userName':'ada'}"),
            "{'op':'add','path':'urn:ietf:params:scim:schemas:core:2.0:User:badge','value':'7'}");
    assertThat(ada.names()).containsExactlyInAnyOrder("userName", "badge");
  }

  @Test
  void keptAttributesAreOfBoundedDepth() throws ChangeRefused {
    String deep = "{'a':".repeat(40) + "1" + "}".repeat(40);
    assertThat(
            refusal(() -> user(new Reading(KEEPING), "{'userName':'ada','x':%s}".formatted(deep))))
        .isEqualTo(Reason.INVALID_VALUE);
    assertThat(
            refusal(
                () ->
                    patched(
                        new Reading(KEEPING),
                        Attributes.NONE,
                        "{'op':'add','path':'x','value':%s}".formatted(deep))))
        .isEqualTo(Reason.INVALID_VALUE);
    assertThat(user("{'userName':'ada','x':%s}".formatted(deep)).names())
        .containsExactly("userName");
  }

  @Test
  void aPathOfAnyLengthIsReadOrRefused() {
    String longest = "urn:a:" + "1.".repeat(20_000) + "1:x";
    assertThat(
            refusal(
                () ->
                    patched(
                        new Reading(KEEPING),
                        Attributes.NONE,
                        "{'op':'add','path':'%s','value':1}".formatted(longest))))
        .isEqualTo(Reason.INVALID_PATH);
  }
}
