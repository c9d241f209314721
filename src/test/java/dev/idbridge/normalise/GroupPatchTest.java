package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.group;
import static dev.idbridge.normalise.Patches.members;
import static dev.idbridge.normalise.Patches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.DirectorySettings;
import dev.idbridge.model.GroupChange;
import dev.idbridge.model.MemberOp;
import dev.idbridge.model.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupPatchTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'op':'add','path':'members','value':[{'value':'1'},{'value':'2'}]}",
        "{'op':'Add','path':'members','value':[{'$ref':null,'value':'1'},{'value':'2'}]}",
        "{'op':'add','value':{'members':[{'value':'1','display':'x'},{'value':'2'}]}}",
        "{'op':'add','path':'members','value':['1','2','1']}",
        "{'op':'add','path':'members','value':[{'value':'1','display':'x','displayName':'y',"
            + "'type':'User'},{'$ref':'https://b/scim/v2/Users/2'}]}",
        "{'op':'add','path':'members','value':{'value':'1'}},{'op':'add','path':'members','value':'2'}",
        "{'op':'add','path':'urn:ietf:params:scim:schemas:core:2.0:Group:members','value':[1,2]}",
        "{'op':'add','path':'MEMBERS','value':[{'VALUE':'1'},{'Value':'2'}]}"
      })
  void everyFormOfAddingIsOneAdd(String operations) throws ChangeRefused {
    assertThat(members(operations)).containsExactly(new MemberOp.Add(List.of("1", "2")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'op':'remove','path':'members','value':[{'value':'1'},{'value':'2'}]}",
        "{'op':'Remove','path':'members','value':[{'$ref':null,'value':'1'},{'value':'2'}]}",
        "{'op':'remove','path':'members[value eq \\'1\\' or value eq \\'2\\']'}",
        "{'op':'remove','path':'members[value eq \\'1\\']'},{'op':'remove','path':'members[value eq"
            + " \\'2\\']'}",
        "{'op':'remove','path':'members[type eq \\'User\\' and (value eq \\'1\\' or value eq"
            + " \\'2\\')]'}"
      })
  void everyFormOfRemovingSomeIsOneRemove(String operations) throws ChangeRefused {
    assertThat(members(operations)).containsExactly(new MemberOp.Remove(List.of("1", "2")));
  }

  @Test
  void removeWithoutAValueEmptiesTheGroup() throws ChangeRefused {
    assertThat(members("{'op':'remove','path':'members'}"))
        .containsExactly(new MemberOp.RemoveAll());
  }

  @Test
  void removeWithoutAValueIsRefusedWhereTheDialectMeansSomethingElseByIt() throws ChangeRefused {
    String removal = "{'op':'Remove','path':'members'}";
    DirectorySettings entra = DirectorySettings.DEFAULT.with("dialect", "entra");
    assertThat(refusal(() -> members(new Reading(entra), removal))).isEqualTo(Reason.INVALID_VALUE);
    assertThat(members(new Reading(entra.with("remove-all-members", "honour")), removal))
        .containsExactly(new MemberOp.RemoveAll());
    assertThat(
            refusal(
                () ->
                    members(
                        new Reading(DirectorySettings.DEFAULT.with("remove-all-members", "refuse")),
                        removal)))
        .isEqualTo(Reason.INVALID_VALUE);
    assertThat(members(new Reading(entra), "{'op':'Replace','path':'members','value':[]}"))
        .containsExactly(new MemberOp.Replace(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'op':'Replace','path':'members','value':null}",
        "{'op':'Replace','path':'members','value':''}",
        "{'op':'Replace','value':{'members':null}}"
      })
  void whatNamesNobodyEmptiesNoGroupWhereThatIsRefused(String operation) throws ChangeRefused {
    DirectorySettings entra = DirectorySettings.DEFAULT.with("dialect", "entra");
    assertThat(refusal(() -> members(new Reading(entra), operation)))
        .isEqualTo(Reason.INVALID_VALUE);
    assertThat(members(operation)).containsExactly(new MemberOp.Replace(List.of()));
  }

  @Test
  void anEmptyObjectIsNoListOfNobody() throws ChangeRefused {
    assertThat(members("{'op':'replace','path':'members','value':{}}")).isEmpty();
    assertThat(members("{'op':'replace','value':{'members':{}}}")).isEmpty();
  }

  @Test
  void aWholeGroupThatDoesNotSpeakOfMembersKeepsThemWhereThatIsRefused() throws ChangeRefused {
    DirectorySettings entra = DirectorySettings.DEFAULT.with("dialect", "entra");
    for (String body : List.of("{'displayName':'G'}", "{'displayName':'G','members':null}")) {
      assertThat(replaced(new Reading(entra), body).keepsMembers()).as(body).isTrue();
      assertThat(replaced(new Reading(DirectorySettings.DEFAULT), body).keepsMembers())
          .as(body)
          .isFalse();
    }
    assertThat(replaced(new Reading(entra), "{'displayName':'G','members':[]}").keepsMembers())
        .isFalse();
  }

  private static GroupChange.Replace replaced(Reading reading, String body) throws ChangeRefused {
    return (GroupChange.Replace)
        Patches.NORMALISER.replace(ResourceType.GROUP, "7", Patches.json(body), reading);
  }

  @Test
  void removeWithAnEmptyListRemovesNobody() throws ChangeRefused {
    assertThat(members("{'op':'remove','path':'members','value':[]}")).isEmpty();
  }

  @Test
  void replaceNamesAllMembers() throws ChangeRefused {
    assertThat(members("{'op':'replace','path':'members','value':[{'value':'3'}]}"))
        .containsExactly(new MemberOp.Replace(List.of("3")));
    assertThat(members("{'op':'replace','path':'members','value':[]}"))
        .containsExactly(new MemberOp.Replace(List.of()));
  }

  @Test
  void removeAndAddKeepTheirOrder() throws ChangeRefused {
    assertThat(
            members(
                "{'op':'remove','path':'members[value eq \\'1\\']'},"
                    + "{'op':'add','path':'members','value':[{'value':'1'},{'value':'2'}]}"))
        .containsExactly(new MemberOp.Remove(List.of("1")), new MemberOp.Add(List.of("1", "2")));
  }

  @Test
  void anOperationOnAllMembersMakesTheOnesBeforeItPointless() throws ChangeRefused {
    assertThat(
            members(
                "{'op':'add','path':'members','value':'1'},{'op':'remove','path':'members'},"
                    + "{'op':'add','path':'members','value':'2'}"))
        .containsExactly(new MemberOp.RemoveAll(), new MemberOp.Add(List.of("2")));
  }

  @Test
  void aRenameLeavesMembersAlone() throws ChangeRefused {
    var change = group("{'op':'replace','value':{'id':'9','displayName':'New'}}");
    assertThat(change.members()).isEmpty();
    assertThat(change.patch().applyTo(Attributes.NONE.with("displayName", "Old")))
        .isEqualTo(Attributes.NONE.with("displayName", "New"));
  }

  @Test
  void aMemberWithoutAnIdIsRefused() {
    assertThat(refusal(() -> members("{'op':'add','path':'members','value':[{'display':'x'}]}")))
        .isEqualTo(Reason.INVALID_VALUE);
  }

  @Test
  void membersAreChosenByIdOnly() {
    assertThat(refusal(() -> members("{'op':'remove','path':'members[display eq \\'x\\']'}")))
        .isEqualTo(Reason.INVALID_FILTER);
    assertThat(refusal(() -> members("{'op':'remove','path':'members[not (value eq \\'1\\')]'}")))
        .isEqualTo(Reason.INVALID_FILTER);
  }

  @Test
  void aMemberCannotBeEdited() {
    assertThat(
            refusal(
                () ->
                    members(
                        "{'op':'replace','path':'members[value eq \\'1\\'].display','value':'x'}")))
        .isEqualTo(Reason.MUTABILITY);
  }

  @Test
  void oneMemberMoreNeedsNothingOfTheGroup() throws ChangeRefused {
    var change = group("{'op':'add','path':'members','value':[{'value':'1'}]}");
    assertThat(change.patch().applyTo(Attributes.NONE)).isEqualTo(Attributes.NONE);
  }
}
