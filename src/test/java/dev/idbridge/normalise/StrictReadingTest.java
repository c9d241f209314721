package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.ENTERPRISE;
import static dev.idbridge.normalise.Patches.STRICT;
import static dev.idbridge.normalise.Patches.members;
import static dev.idbridge.normalise.Patches.patched;
import static dev.idbridge.normalise.Patches.refusal;
import static dev.idbridge.normalise.Patches.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.MemberOp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A strict directory takes what RFC 7643 and 7644 write, and nothing else. */
class StrictReadingTest {
  private static final String CORE = "'schemas':['urn:ietf:params:scim:schemas:core:2.0:User']";

  private static Reading strict() {
    return new Reading(STRICT);
  }

  private static Attributes ada() throws ChangeRefused {
    return user(
        strict(), "{" + CORE + ",'userName':'ada','emails':[{'value':'a@b','type':'home'}]}");
  }

  @Test
  void whatTheRfcWritesIsTaken() throws ChangeRefused {
    Attributes after =
        patched(
            strict(),
            ada(),
            """
            {'op':'add','value':{'nickName':'A','%1$s':{'department':'x'},'name':{'givenName':'Ada'}}},
            {'op':'replace','path':'emails[type eq \\'home\\'].value','value':'c@d'},
            {'op':'replace','path':'%1$s:manager','value':{'value':'7'}},
            {'op':'add','path':'emails','value':[{'value':'e@f','type':'work'}]},
            {'op':'remove','path':'nickName'}
            """
                .formatted(ENTERPRISE));
    assertThat(after.list("emails")).hasSize(2);
    assertThat(after.complex(ENTERPRISE).complex("manager").string("value")).isEqualTo("7");
    assertThat(after.get("nickName")).isNull();
  }

  @Test
  void elementsThatAFilterDoesNotFindAreNotMade() throws ChangeRefused {
    Attributes ada = ada();
    for (String op : List.of("add", "replace")) {
      assertThat(
              refusal(
                  () ->
                      patched(
                          strict(),
                          ada,
                          "{'op':'%s','path':'emails[type eq \\'work\\'].value','value':'x'}"
                              .formatted(op))))
          .isEqualTo(Reason.NO_TARGET);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INVALID_SYNTAX|{'op':'Replace','path':'title','value':'x'}",
        "INVALID_VALUE|{'op':'replace','path':'active','value':'False'}",
        "INVALID_PATH|{'op':'replace','value':{'name.givenName':'x'}}",
        "INVALID_PATH|{'op':'replace','value':{'emails[type eq \\'home\\'].value':'x'}}",
        "INVALID_PATH|{'op':'replace','value':{'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department':'x'}}",
        "INVALID_PATH|{'op':'replace','path':'noSuch','value':'x'}",
        "INVALID_PATH|{'op':'replace','path':'manager','value':{'value':'7'}}",
        "INVALID_PATH|{'op':'replace','value':{'noSuch':'x'}}",
        "INVALID_VALUE|{'op':'add','path':'emails','value':{'value':'x'}}",
        "INVALID_VALUE|{'op':'add','path':'title','value':['x']}",
        "INVALID_VALUE|{'op':'replace','path':'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager','value':'7'}",
        "INVALID_SYNTAX|{'op':'add','path':'roles','value':[{'value':'x','displayName':'y'}]}",
        "INVALID_VALUE|{'op':'remove','path':'emails','value':[{'value':'a@b'}]}",
        "MUTABILITY|{'op':'replace','value':{'id':'7','title':'x'}}",
        "INVALID_VALUE|{'op':'replace','path':'profileUrl','value':'not a uri'}"
      })
  void shapesOfDialectsAreRefused(Reason reason, String operation) throws ChangeRefused {
    Attributes ada = ada();
    assertThat(refusal(() -> patched(strict(), ada, operation))).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INVALID_SYNTAX|{'userName':'a'}",
        "INVALID_SYNTAX|{'schemas':['urn:x'],'userName':'a'}",
        "INVALID_SYNTAX|{CORE,'userName':'a','noSuch':1}",
        "INVALID_SYNTAX|{CORE,'userName':'a','name':{'noSuch':1}}",
        "INVALID_SYNTAX|{CORE,'userName':'a','urn:other:User':{'x':1}}",
        "INVALID_SYNTAX|{CORE,'userName':'a','urn:ietf:params:scim:schemas:extension:enterprise:2.0:User':{'department':'x'}}",
        "INVALID_VALUE|{CORE,'userName':'a','active':'true'}",
        "INVALID_VALUE|{CORE,'userName':'a','emails':{'value':'a@b'}}"
      })
  void bodiesOfDialectsAreRefused(Reason reason, String body) {
    assertThat(refusal(() -> user(strict(), body.replace("CORE", CORE)))).isEqualTo(reason);
  }

  @Test
  void aPatchNamesItsMessage() {
    assertThat(
            refusal(
                () ->
                    Patches.NORMALISER.patch(
                        dev.idbridge.model.ResourceType.USER,
                        "1",
                        Patches.json("{'Operations':[{'op':'remove','path':'title'}]}"),
                        strict())))
        .isEqualTo(Reason.INVALID_SYNTAX);
  }

  @Test
  void readOnlyAttributesOfABodyAreIgnoredAllTheSame() throws ChangeRefused {
    assertThat(
            user(
                    strict(),
                    "{" + CORE + ",'userName':'a','id':'9','meta':{'version':'x'},'groups':[]}")
                .names())
        .containsExactly("userName");
  }

  @Test
  void membersAreObjectsInAListAndChosenByFilter() throws ChangeRefused {
    assertThat(members(strict(), "{'op':'add','path':'members','value':[{'value':'1'}]}"))
        .containsExactly(new MemberOp.Add(List.of("1")));
    for (String value : List.of("'1'", "['1']", "{'value':'1'}", "[{'display':'x'}]")) {
      assertThat(
              refusal(
                  () ->
                      members(
                          strict(), "{'op':'add','path':'members','value':%s}".formatted(value))))
          .as(value)
          .isEqualTo(Reason.INVALID_VALUE);
    }
    assertThat(
            refusal(
                () ->
                    members(strict(), "{'op':'remove','path':'members','value':[{'value':'1'}]}")))
        .isEqualTo(Reason.INVALID_VALUE);
    assertThat(members(strict(), "{'op':'remove','path':'members'}"))
        .containsExactly(new MemberOp.RemoveAll());
  }
}
