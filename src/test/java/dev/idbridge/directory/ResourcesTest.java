package dev.idbridge.directory;

import static dev.idbridge.testing.Intake.add;
import static dev.idbridge.testing.Intake.members;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Filter.And;
import dev.idbridge.model.Filter.Compare;
import dev.idbridge.model.Filter.Element;
import dev.idbridge.model.Filter.Operator;
import dev.idbridge.model.Resource;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.UserChange;
import dev.idbridge.testing.OnBothStores;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResourcesTest extends OnBothStores {
  private static Filter eq(String name, Object value) {
    return new Compare(AttributePath.core(name), Operator.EQ, value);
  }

  private static Filter work(String address) {
    return new Element(
        AttributePath.core("emails"), new And(List.of(eq("type", "work"), eq("value", address))));
  }

  private List<String> found(ResourceType type, @Nullable Filter filter) throws ChangeRefused {
    return intake
        .resources
        .list(Search.of(intake.directory, type, filter, 1, 10_000, false))
        .resources()
        .stream()
        .map(Resource::publicId)
        .toList();
  }

  private String user(String userName, String externalId, String work) throws ChangeRefused {
    return intake
        .apply(
            new UserChange.Create(
                Attributes.of(
                    Map.of(
                        "userName", userName,
                        "externalId", externalId,
                        "emails",
                            List.of(
                                Map.of("value", "home-" + work, "type", "home"),
                                Map.of("value", work, "type", "work"))))))
        .resource()
        .publicId();
  }

  @Test
  void eachLookUpFindsItsUserAndNoOther() throws ChangeRefused {
    String ada = user("Look-Ada", "ext-1", "ada@look.org");
    String bob = user("look-bob", "EXT-1", "bob@look.org");
    ResourceType users = ResourceType.USER;
    assertThat(found(users, eq("userName", "LOOK-ADA"))).containsExactly(ada);
    assertThat(found(users, eq("userName", "LOOK-ADA "))).isEmpty();
    assertThat(found(users, eq("externalId", "ext-1"))).containsExactly(ada);
    assertThat(found(users, eq("externalId", "EXT-1"))).containsExactly(bob);
    assertThat(found(users, eq("id", bob))).containsExactly(bob);
    assertThat(found(users, eq("id", "none"))).isEmpty();
    assertThat(found(users, work("ADA@look.org"))).containsExactly(ada);
    assertThat(found(users, work("home-ada@look.org"))).isEmpty();
    assertThat(found(users, eq("emails", "home-ada@look.org"))).containsExactly(ada);
    assertThat(
            found(
                users,
                new Compare(AttributePath.core("emails", "value"), Operator.EQ, "bob@look.org")))
        .containsExactly(bob);
    Filter both =
        new Element(
            AttributePath.core("emails"),
            new And(List.of(eq("type", "work"), eq("value", "bob@look.org"))));
    assertThat(found(users, both)).containsExactly(bob);
    assertThat(found(users, new And(List.of(eq("id", bob), both)))).containsExactly(bob);
    assertThat(found(users, new And(List.of(eq("id", ada), both)))).isEmpty();
    intake.apply(
        new UserChange.Patch(
            ada,
            current ->
                current.with("emails", List.of(Map.of("value", "new@look.org", "type", "work")))));
    assertThat(found(users, work("ada@look.org"))).isEmpty();
    assertThat(found(users, work("new@look.org"))).containsExactly(ada);
    intake.apply(new UserChange.Delete(ada));
    assertThat(found(users, eq("externalId", "ext-1"))).isEmpty();
    assertThat(found(users, work("new@look.org"))).isEmpty();
  }

  @Test
  void groupsAreFoundByNameAndByDirectMember() throws ChangeRefused {
    String a = intake.newUser("member-a");
    String b = intake.newUser("member-b");
    String one = intake.newGroup("Member One", a, b);
    String two = intake.newGroup("Member Two", b, one);
    ResourceType groups = ResourceType.GROUP;
    assertThat(found(groups, eq("displayName", "member one"))).containsExactly(one);
    assertThat(found(groups, eq("members", b))).containsExactly(one, two);
    assertThat(found(groups, new And(List.of(eq("id", two), eq("members", a))))).isEmpty();
    assertThat(intake.readGroup(two).members())
        .containsExactly(
            new Resource.Member(Long.parseLong(b), ResourceType.USER, "member-b"),
            new Resource.Member(Long.parseLong(one), ResourceType.GROUP, "Member One"));
    assertThat(intake.readUser(b).groups())
        .extracting(Resource.Member::display)
        .containsExactly("Member One", "Member Two");
    assertThat(intake.readUser(a).groups())
        .containsExactly(
            new Resource.Member(Long.parseLong(one), ResourceType.GROUP, "Member One", true),
            new Resource.Member(Long.parseLong(two), ResourceType.GROUP, "Member Two", false));
  }

  @Test
  void pagesCoverEverythingOnceInTheOrderOfCreation() throws ChangeRefused {
    List<String> users = intake.newUsers("page-", 25);
    List<String> all = found(ResourceType.USER, eq("active", true));
    assertThat(all).isSorted().containsAll(users);
    List<String> paged = new java.util.ArrayList<>();
    Resources.Page page;
    do {
      page =
          intake.resources.list(
              Search.of(intake.directory, ResourceType.USER, null, paged.size() + 1, 97, true));
      page.resources().forEach(resource -> paged.add(resource.publicId()));
      assertThat(page.total()).isEqualTo(all.size());
    } while (!page.resources().isEmpty());
    assertThat(paged).isEqualTo(all);
    assertThat(
            intake
                .resources
                .list(Search.of(intake.directory, ResourceType.USER, null, 1, 0, false))
                .total())
        .isEqualTo(all.size());
    assertThat(intake.resources.list(Search.of(99, ResourceType.USER, null, 1, 10, false)).total())
        .isZero();
  }

  @Test
  void aLargeGroupIsReadInPages() throws ChangeRefused {
    List<String> users = intake.newUsers("big-", 2_000);
    String group = intake.newGroup("big-group");
    intake.apply(members(group, add(users.toArray(String[]::new))));
    assertThat(intake.memberIds(group)).isEqualTo(users);
  }

  @Test
  void attributesComeBackAsTheyWereSent() throws ChangeRefused {
    Attributes sent =
        Attributes.of(
            Map.of(
                "userName",
                "attr \"quoted\" \\ é 😀 \u0000 end",
                "active",
                false,
                "urn:x:2.0:User",
                Map.of(
                    "number",
                    Long.MAX_VALUE,
                    "decimal",
                    new java.math.BigDecimal("-1.2300E+5"),
                    "huge",
                    new java.math.BigDecimal("123456789012345678901234567890"),
                    "list",
                    List.of("a", 1, true, Map.of("deep", "x")))));
    String id = intake.apply(new UserChange.Create(sent)).resource().publicId();
    assertThat(intake.readUser(id).attributes()).isEqualTo(sent);
    assertThat(intake.apply(new UserChange.Replace(id, sent)).changed()).isFalse();
  }
}
