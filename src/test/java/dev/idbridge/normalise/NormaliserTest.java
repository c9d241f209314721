package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.ENTERPRISE;
import static dev.idbridge.normalise.Patches.NORMALISER;
import static dev.idbridge.normalise.Patches.json;
import static dev.idbridge.normalise.Patches.refusal;
import static dev.idbridge.normalise.Patches.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormaliserTest {

  @Test
  void whatOktaSendsBecomesAUser() throws ChangeRefused {
    Attributes user =
        user(
            """
            {'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'id':'1','userName':'ada@x',
             'name':{'givenName':'Ada','familyName':'L'},'displayName':'Ada L','locale':'en-US',
             'emails':[{'primary':true,'value':'ada@x','type':'work'}],'externalId':'00u1',
             'groups':[],'password':'secret','active':true,'meta':{'resourceType':'User'}}
            """);
    assertThat(user.names())
        .containsExactlyInAnyOrder(
            "userName", "name", "displayName", "locale", "emails", "externalId", "active");
  }

  @Test
  void whatEntraSendsBecomesAUser() throws ChangeRefused {
    Attributes user =
        user(
            """
            {'schemas':['urn:scim:schemas:core:1.0'],'externalId':'o1','userName':'ada',
             'active':'True','displayName':null,'roles':[],'addresses':[{'type':'work','primary':false}],
             'emails':[{'primary':'True','type':'work','value':'a@b'}],
             '%s':{'employeeNumber':null,'department':'','manager':'42','unknown':1},
             'urn:ietf:params:scim:schemas:extension:other:2.0:User':{'x':1}}
            """
                .formatted(ENTERPRISE));
    assertThat(user)
        .isEqualTo(
            Attributes.of(
                Map.of(
                    "externalId",
                    "o1",
                    "userName",
                    "ada",
                    "active",
                    true,
                    "emails",
                    List.of(Map.of("primary", true, "type", "work", "value", "a@b")),
                    ENTERPRISE,
                    Map.of("manager", Map.of("value", "42")))));
  }

  @Test
  void namesInAnyCaseTakeTheSchemasSpelling() throws ChangeRefused {
    assertThat(user("{'USERNAME':'a','Name':{'GIVENNAME':'A'}}").names())
        .containsExactlyInAnyOrder("userName", "name");
  }

  @Test
  void oneObjectStandsForAList() throws ChangeRefused {
    assertThat(user("{'userName':'a','emails':{'value':'a@b'}}").list("emails")).hasSize(1);
    assertThat(user("{'userName':'a','emails':['a@b']}").list("emails"))
        .containsExactly(Attributes.NONE.with("value", "a@b"));
  }

  @Test
  void repeatedElementsAreKeptOnce() throws ChangeRefused {
    assertThat(user("{'userName':'a','emails':[{'value':'a@b'},{'value':'a@b'}]}").list("emails"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'userName':null}",
        "{'userName':''}",
        "{'userName':'  '}",
        "{'userName':5}",
        "{'userName':'a','active':'ja'}",
        "{'userName':'a','name':'x'}",
        "{'userName':'a','name':{'givenName':{'x':1}}}",
        "{'userName':'a','emails':[{'value':'1','primary':true},{'value':'2','primary':true}]}",
        "{'userName':'a\\u0000b'}",
        "{'userName':'a\\ud800'}",
        "{'userName':'a','urn:ietf:params:scim:schemas:extension:enterprise:2.0:User':'x'}"
      })
  void valuesThatDoNotFitAreRefused(String body) {
    assertThat(refusal(() -> user(body))).isEqualTo(Reason.INVALID_VALUE);
  }

  @Test
  void aBodyIsAnObject() {
    assertThat(refusal(() -> user("[]"))).isEqualTo(Reason.INVALID_SYNTAX);
    assertThat(refusal(() -> user("5"))).isEqualTo(Reason.INVALID_SYNTAX);
  }

  @Test
  void groupsComeWithTheIdsOfTheirMembers() throws ChangeRefused {
    assertThat(
            NORMALISER.create(
                ResourceType.GROUP,
                json(
                    "{'displayName':'G','externalId':'e','members':[{'value':'1'},'2',"
                        + "{'value':'1','display':'again'}]}")))
        .isEqualTo(
            new GroupChange.Create(
                Attributes.of(Map.of("displayName", "G", "externalId", "e")), List.of("1", "2")));
    assertThat(
            NORMALISER.replace(ResourceType.GROUP, "7", json("{'displayName':'G','members':null}")))
        .isEqualTo(
            new GroupChange.Replace("7", Attributes.of(Map.of("displayName", "G")), List.of()));
  }

  @Test
  void aGroupNeedsAName() {
    assertThat(refusal(() -> NORMALISER.create(ResourceType.GROUP, json("{'members':[]}"))))
        .isEqualTo(Reason.INVALID_VALUE);
  }

  @Test
  void replaceCarriesTheIdOfThePathAndNotOfTheBody() throws ChangeRefused {
    assertThat(NORMALISER.replace(ResourceType.USER, "7", json("{'id':'8','userName':'a'}")))
        .isEqualTo(new UserChange.Replace("7", Attributes.of(Map.of("userName", "a"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'userName':'a','active':false}",
        "{'userName':'a','ACTIVE':'False'}",
        "{'userName':'a','active':[false]}",
        "{'userName':'a','CORE':{'active':false}}",
        "{'userName':'a','CORE:active':'false'}",
        "{'CORE:active':'false','userName':'a'}",
        "{'CORE':{'active':false,'userName':'a'}}",
        "{'userName':'a','urn:scim:schemas:core:1.0':{'active':false}}",
        "{'userName':'a','urn:scim:schemas:core:1.0:active':false}",
        "{'userName':'a','User.active':false}"
      })
  void everySpellingOfADeactivationDeactivates(String body) throws ChangeRefused {
    String whole = body.replace("CORE", "urn:ietf:params:scim:schemas:core:2.0:User");
    Reading reading = new Reading(DirectorySettings.DEFAULT);
    assertThat(user(reading, whole))
        .isEqualTo(Attributes.of(Map.of("userName", "a", "active", false)));
    assertThat(reading.ignored()).isEmpty();
    assertThat(NORMALISER.replace(ResourceType.USER, "7", json(whole)))
        .isEqualTo(
            new UserChange.Replace("7", Attributes.of(Map.of("userName", "a", "active", false))));
  }

  @Test
  void namesWithTheUrnOfTheirSchemaInFrontAreReadInWholeResources() throws ChangeRefused {
    assertThat(
            user(
                "{'userName':'a','%1$s:department':'D','%1$s':{'costCenter':'7'}}"
                    .formatted(ENTERPRISE)))
        .isEqualTo(
            Attributes.of(
                Map.of("userName", "a", ENTERPRISE, Map.of("department", "D", "costCenter", "7"))));
    String group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    assertThat(
            NORMALISER.create(
                ResourceType.GROUP,
                json("{'%1$s:displayName':'G','%1$s:members':[{'value':'1'}]}".formatted(group))))
        .isEqualTo(new GroupChange.Create(Attributes.of(Map.of("displayName", "G")), List.of("1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'userName':'a','active':false,'Active':true}",
        "{'userName':'a','active':false,'CORE':{'active':true}}",
        "{'userName':'a','active':false,'CORE:active':true}",
        "{'userName':'a','name':{'givenName':'a','GIVENNAME':'b'}}",
        "{'userName':'a','emails':[{'value':'a','Value':'b'}]}",
        "{'userName':'a','ENT':{'department':'a','Department':'b'}}",
        "{'userName':'a','ENT':{'department':'a'},'ENT:department':'b'}"
      })
  void anAttributeThatIsSaidTwiceIsInvalidSyntax(String body) {
    String whole =
        body.replace("CORE", "urn:ietf:params:scim:schemas:core:2.0:User")
            .replace("ENT", ENTERPRISE);
    assertThat(refusal(() -> user(whole))).isEqualTo(Reason.INVALID_SYNTAX);
  }

  @Test
  void membersThatAreSaidTwiceAreInvalidSyntax() {
    assertThat(
            refusal(
                () ->
                    NORMALISER.replace(
                        ResourceType.GROUP,
                        "7",
                        json(
                            "{'displayName':'G','members':[{'value':'1'}],'Members':[{'value':'2'}]}"))))
        .isEqualTo(Reason.INVALID_SYNTAX);
  }
}
