package dev.idbridge.normalise;

import static dev.idbridge.normalise.Patches.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.model.AttributePath;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRefused.Reason;
import dev.idbridge.model.Filter;
import dev.idbridge.model.Filter.And;
import dev.idbridge.model.Filter.Compare;
import dev.idbridge.model.Filter.Element;
import dev.idbridge.model.Filter.Operator;
import dev.idbridge.model.Filter.Or;
import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.AttributeDef.Type;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterReaderTest {
  private final FilterReader users = new FilterReader(ScimSchema.STANDARD.of(ResourceType.USER));
  private final FilterReader groups = new FilterReader(ScimSchema.STANDARD.of(ResourceType.GROUP));

  private static Compare eq(AttributePath path, Object value) {
    return new Compare(path, Operator.EQ, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "userName eq \"ada\"",
        "USERNAME Eq \"ada\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ada\"",
        "(userName eq \"ada\")"
      })
  void namesAreResolvedWhateverTheirCaseOrPrefix(String text) throws ChangeRefused {
    assertThat(users.read(text)).isEqualTo(eq(AttributePath.core("userName"), "ada"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "emails[type eq \"work\"].value eq \"a@b\"",
        "emails[type eq \"work\" and value eq \"a@b\"]",
        "emails[(type eq \"work\")].value eq \"a@b\""
      })
  void aTypedValueIsOneElement(String text) throws ChangeRefused {
    assertThat(users.read(text))
        .isEqualTo(
            new Element(
                AttributePath.core("emails"),
                new And(
                    List.of(
                        eq(AttributePath.core("type"), "work"),
                        eq(AttributePath.core("value"), "a@b")))));
  }

  @Test
  void aTypedValueJoinsOthers() throws ChangeRefused {
    Filter filter =
        users.read("active eq true and emails[type eq \"a].x\"].value eq \"(]\" and id eq \"5\"");
    assertThat(((And) filter).all()).hasSize(3);
  }

  @Test
  void aComplexAttributeAloneMeansItsValue() throws ChangeRefused {
    assertThat(users.read("emails eq \"a@b\""))
        .isEqualTo(eq(AttributePath.core("emails", "value"), "a@b"));
    assertThat(groups.read("id eq \"1\" and members eq \"2\""))
        .isEqualTo(
            new And(
                List.of(
                    eq(AttributePath.core("id"), "1"),
                    eq(AttributePath.core("members", "value"), "2"))));
    assertThat(users.read("manager eq \"7\""))
        .isEqualTo(eq(new AttributePath(ScimSchema.ENTERPRISE, "manager", null, "value"), "7"));
  }

  @Test
  void andBindsCloserThanOr() throws ChangeRefused {
    Filter filter = users.read("title eq \"a\" or title eq \"b\" and title eq \"c\"");
    assertThat(filter).isInstanceOf(Or.class);
    assertThat(((Or) filter).any().get(1)).isInstanceOf(And.class);
  }

  @Test
  void literalsTakeTheTypeOfTheirAttribute() throws ChangeRefused {
    assertThat(users.read("active eq \"True\"")).isEqualTo(eq(AttributePath.core("active"), true));
    assertThat(users.read("userName eq \"Jo\\\"hn \\\\ \\u00e9\""))
        .isEqualTo(eq(AttributePath.core("userName"), "Jo\"hn \\ é"));
    assertThat(users.read("title eq null"))
        .isEqualTo(new Compare(AttributePath.core("title"), Operator.EQ, null));
    assertThat(users.read("meta.lastModified gt \"2026-01-01T00:00:00+02:00\""))
        .isInstanceOf(Compare.class);
  }

  @Test
  void aNumberIsReadFromAStringAsInBodies() throws ChangeRefused {
    SchemaDef badges =
        new SchemaDef(
            "urn:acme:2.0:User",
            "Badges",
            "",
            List.of(
                AttributeDef.of("badge", Type.INTEGER, ""),
                AttributeDef.of("height", Type.DECIMAL, "")));
    FilterReader reader =
        new FilterReader(new ScimSchema(List.of(badges), List.of()).of(ResourceType.USER));
    AttributePath badge = new AttributePath(badges.id(), "badge", null, null);
    AttributePath height = new AttributePath(badges.id(), "height", null, null);
    assertThat(reader.read("urn:acme:2.0:User:badge eq \"5\"")).isEqualTo(eq(badge, 5L));
    assertThat(reader.read("urn:acme:2.0:User:badge eq 5")).isEqualTo(eq(badge, 5L));
    assertThat(reader.read("urn:acme:2.0:User:height gt \"1.5\""))
        .isEqualTo(new Compare(height, Operator.GT, new BigDecimal("1.5")));
    assertThat(refusal(() -> reader.read("urn:acme:2.0:User:badge eq \"five\"")))
        .isEqualTo(Reason.INVALID_FILTER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "emails[value ew \"\\ude00\"]",
        "userName eq \"a\\u0000\"",
        "",
        "userName",
        "userName eq",
        "userName eq \"ada",
        "userName eq \"ada\" junk",
        "userName zz \"ada\"",
        "colour eq \"red\"",
        "name eq \"x\"",
        "active gt true",
        "active eq \"perhaps\"",
        "userName[value eq \"x\"]",
        "emails[colour eq \"x\"]",
        "emails[type eq \"work\"",
        "emails[type eq \"work\"].colour eq \"x\"",
        "title gt null",
        "meta.created gt \"yesterday\"",
        "urn:some:other:User:title eq \"x\"",
        "name.givenName.x eq \"y\"",
        "(((userName eq \"a\")",
        "]].a eq",
        "a[b[c[d"
      })
  void whatCannotBeReadIsAnInvalidFilter(String text) {
    assertThat(refusal(() -> users.read(text))).isEqualTo(Reason.INVALID_FILTER);
  }

  @Test
  void deepNestingIsRefusedAndNeverOverflows() throws ChangeRefused {
    String inner = "userName eq \"a\"";
    assertThat(users.read("(".repeat(40) + inner + ")".repeat(40))).isNotNull();
    for (String open : List.of("(", "not (", "emails[")) {
      assertThat(refusal(() -> users.read(open.repeat(1000) + inner)))
          .isEqualTo(Reason.INVALID_FILTER);
    }
    assertThat(refusal(() -> users.read("(".repeat(200_000)))).isEqualTo(Reason.INVALID_FILTER);
  }

  @Test
  void longChainsAreReadUpToTheLengthLimit() throws ChangeRefused {
    String chain = "title pr" + " and title pr".repeat(600);
    assertThat(((And) users.read(chain)).all()).hasSize(601);
    assertThat(refusal(() -> users.read("title pr" + " or title pr".repeat(1000))))
        .isEqualTo(Reason.INVALID_FILTER);
  }
}
