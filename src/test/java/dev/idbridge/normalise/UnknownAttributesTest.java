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
  void aUrnWithAVersionOfAHundredThousandNumbersIsReadLikeAnyOther() throws ChangeRefused {
    Reading reading = new Reading(KEEPING);
    String urn = "urn:acme:2" + ".0".repeat(100_000) + ":User";
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
}
