package dev.idbridge.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.idbridge.expression.BadExpression.Fault;
import dev.idbridge.expression.Expression.Gives;
import dev.idbridge.expression.Expression.Sees;
import dev.idbridge.model.Attributes;
import dev.idbridge.model.Resource;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
  private static final Expressions EXPRESSIONS = new Expressions(ScimSchema.STANDARD);
  private static final String BADGE = "urn:example:params:scim:schemas:extension:badge:1.0:User";
  private static final Resource.User ADA =
      user(
          Map.of(
              "userName",
              "Ada@Example.org",
              "externalId",
              "x-1",
              "name",
              Map.of("givenName", "Ada", "familyName", "Löwenhjelm"),
              "emails",
              List.of(
                  Map.of("value", "home@example.org", "type", "home"),
                  Map.of("value", "ada@example.org", "type", "work", "primary", true)),
              "roles",
              List.of(Map.of("value", "admin")),
              ScimSchema.ENTERPRISE,
              Map.of("department", "R&D", "manager", Map.of("value", "17"))));

  private static Resource.User user(Map<String, ?> attributes) {
    return new Resource.User(
        42, 1, Attributes.of(attributes), true, 1, Instant.EPOCH, Instant.EPOCH, null);
  }

  private static Resource.Group group(String name) {
    return new Resource.Group(
        7, 1, Attributes.of(Map.of("displayName", name)), 1, Instant.EPOCH, Instant.EPOCH, null);
  }

  private static Object value(String source) throws Exception {
    return EXPRESSIONS.compile(source, Sees.USER, Gives.VALUE).value(Subject.of(ADA));
  }

  private static boolean holds(String source) throws Exception {
    return EXPRESSIONS.compile(source, Sees.USER, Gives.CONDITION).test(Subject.of(ADA));
  }

  private static List<Fault> faults(String source, Sees sees, Gives gives) {
    return catchThrowableOfType(BadExpression.class, () -> EXPRESSIONS.compile(source, sees, gives))
        .faults();
  }

  private static Fault fault(String source) {
    return faults(source, Sees.USER, Gives.VALUE).getFirst();
  }

  @Test
  void valuesAreMadeOfTheAttributesUnderTheirScimNames() throws Exception {
    assertThat(value("user.userName")).isEqualTo("Ada@Example.org");
    assertThat(value("user.id")).isEqualTo("42");
    assertThat(value("user.externalId")).isEqualTo("x-1");
    assertThat(value("user.name.givenName + ' ' + user.name.familyName"))
        .isEqualTo("Ada Löwenhjelm");
    assertThat(value("user.enterprise.department")).isEqualTo("R&D");
    assertThat(value("user.enterprise.manager.value")).isEqualTo("17");
    assertThat(value("user.emails.map(e, e.value)"))
        .isEqualTo(List.of("home@example.org", "ada@example.org"));
    assertThat(value("email")).isEqualTo("ada@example.org");
    assertThat(value("user.active")).isEqualTo(true);
    assertThat(value("size(user.emails)")).isEqualTo(2L);
    assertThat(holds("user.roles.exists(r, r.value == 'admin')")).isTrue();
    assertThat(holds("user.entitlements.exists(r, r.value == 'admin')")).isFalse();
  }

  @Test
  void whatIsNotThereReadsAsNothingOfItsType() throws Exception {
    assertThat(value("user.title")).isEqualTo("");
    assertThat(value("user.name.middleName")).isEqualTo("");
    assertThat(value("user.phoneNumbers.map(p, p.value)")).isEqualTo(List.of());
    assertThat(value("user.enterprise.costCenter")).isEqualTo("");
    assertThat(holds("has(user.title)")).isFalse();
    assertThat(holds("has(user.userName)")).isTrue();
    assertThat(holds("has(user.enterprise.department)")).isTrue();
    assertThat(holds("user.emails.exists(e, !e.primary)")).isTrue();
  }

  @Test
  void textsAreShapedByFunctions() throws Exception {
    assertThat(value("user.userName.lower()")).isEqualTo("ada@example.org");
    assertThat(value("user.name.familyName.upper()")).isEqualTo("LÖWENHJELM");
    assertThat(value("(user.name.givenName + '.' + user.name.familyName).unaccent().lower()"))
        .isEqualTo("ada.lowenhjelm");
    assertThat(value("user.userName.split('@')[0]")).isEqualTo("Ada");
    assertThat(value("user.userName.replace('@', '_at_')")).isEqualTo("Ada_at_Example.org");
    assertThat(value("['', 'a', 'b'].join('-')")).isEqualTo("-a-b");
    assertThat(value("user.userName.substring(0, 3).trim()")).isEqualTo("Ada");
    assertThat(holds("user.userName.matches('^[A-Za-z]+@')")).isTrue();
  }

  @Test
  void groupsAreSeenWhereThereIsOne() throws Exception {
    Expression prefix =
        EXPRESSIONS.compile("group.displayName.startsWith('OM_')", Sees.GROUP, Gives.CONDITION);
    assertThat(prefix.test(Subject.of(group("OM_Data")))).isTrue();
    assertThat(prefix.test(Subject.of(group("Data")))).isFalse();

    Expression both =
        EXPRESSIONS.compile(
            "group.displayName == user.enterprise.department",
            Sees.USER_AND_GROUP,
            Gives.CONDITION);
    assertThat(both.test(Subject.of(ADA, group("R&D")))).isTrue();
    assertThat(faults("group.displayName", Sees.USER, Gives.VALUE).getFirst().message())
        .contains("undeclared reference to 'group'");
    assertThat(faults("email", Sees.GROUP, Gives.VALUE).getFirst().message())
        .contains("undeclared reference to 'email'");
  }

  @Test
  void attributesOfOwnSchemasAreKnownByTheLastWordOfTheUrn() throws Exception {
    SchemaDef badge =
        new SchemaDef(
            BADGE,
            "Badge",
            "",
            List.of(
                AttributeDef.string("coat-size", ""),
                AttributeDef.of("floor", AttributeDef.Type.INTEGER, ""),
                AttributeDef.of("height", AttributeDef.Type.DECIMAL, "")));
    Expressions own = new Expressions(new ScimSchema(List.of(badge), List.of()));
    Resource.User climber =
        user(Map.of("userName", "c", BADGE, Map.of("floor", 3, "height", 1.5, "coat-size", "M")));

    assertThat(
            own.compile("user.badge.floor + 1", Sees.USER, Gives.VALUE).value(Subject.of(climber)))
        .isEqualTo(4L);
    assertThat(
            own.compile("user.badge.height > 1.2", Sees.USER, Gives.CONDITION)
                .test(Subject.of(climber)))
        .isTrue();
    assertThat(
            own.compile("user.badge.coat_size", Sees.USER, Gives.VALUE).value(Subject.of(climber)))
        .isEqualTo("M");
    assertThat(own.compile("user.badge.floor", Sees.USER, Gives.VALUE).value(Subject.of(ADA)))
        .isEqualTo(0L);
  }

  @Test
  void whatCanNeverWorkIsToldWithItsPlace() {
    assertThat(fault("user.usrName")).isEqualTo(new Fault(1, 5, fault("user.usrName").message()));
    assertThat(fault("user.usrName").message()).contains("there is no attribute usrName");
    assertThat(fault("user.username").message()).contains("did you mean userName?");
    assertThat(fault("'a' +\n  user.userName == 1"))
        .matches(f -> f.line() == 2 && f.column() == 17);
    assertThat(fault("user.userName +").message()).contains("mismatched input");
    assertThat(fault("Engineering").message()).contains("a text stands in quotes");
    assertThat(fault("user.userName.matches('[a')").message())
        .isEqualTo("is no regular expression: Unclosed character class");
    assertThat(fault("user.name").message()).startsWith("gives a complex attribute, must give");
    assertThat(fault("user.emails").message()).startsWith("gives a list of a complex attribute");
    assertThat(fault(" ").message()).startsWith("is empty");
    assertThat(fault("'" + "a".repeat(2_048) + "'").message()).startsWith("is longer than");
    assertThat(fault("user.password").message()).contains("there is no attribute password");
    assertThat(faults("user.userName", Sees.USER, Gives.CONDITION).getFirst().message())
        .startsWith("gives a text, must give true or false, such as user.");
    assertThat(faults("user.aaa == user.bbb", Sees.USER, Gives.CONDITION)).hasSize(2);
  }

  @Test
  void whatOneUserLacksFailsForThatUserAlone() throws Exception {
    Expression second = EXPRESSIONS.compile("user.emails[1].value", Sees.USER, Gives.VALUE);
    assertThat(second.value(Subject.of(ADA))).isEqualTo("ada@example.org");
    assertThatThrownBy(() -> second.value(Subject.of(user(Map.of("userName", "b")))))
        .isInstanceOf(EvaluationFailed.class)
        .hasMessage("the expression user.emails[1].value has no result: Index out of bounds: 1");
  }

  @Test
  void anEvaluationEndsSoonWhateverItIsAsked() throws Exception {
    String ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
    String nested =
        "%s.map(a, %s.map(b, %s.map(c, %s.exists(d, d == 10))))".formatted(ten, ten, ten, ten);
    assertThatThrownBy(() -> holds("size(" + nested + ") > 0"))
        .isInstanceOf(EvaluationFailed.class)
        .hasMessageContaining("Iteration budget exceeded");

    String grow = "'aaaaaaaaaa'" + ".replace('a', 'aaaaaaaaaa')".repeat(5);
    assertThatThrownBy(() -> value(grow))
        .isInstanceOf(EvaluationFailed.class)
        .hasMessageEndingWith("has no result: replace might give more than 16384 characters");
    assertThatThrownBy(() -> value("user.name.givenName.substring(0, 30)"))
        .isInstanceOf(EvaluationFailed.class)
        .satisfies(failed -> assertThat(failed.getMessage()).doesNotContain("Ada"));
    assertThatThrownBy(
            () ->
                EXPRESSIONS
                    .compile("user.title + '!'", Sees.USER, Gives.VALUE)
                    .value(Subject.of(user(Map.of("userName", "b", "title", "t".repeat(20_000))))))
        .isInstanceOf(EvaluationFailed.class)
        .hasMessageContaining("title has more than 16384 characters");
    assertThat(fault("(".repeat(40) + "1" + ")".repeat(40)).message()).isNotBlank();
    // Compiled by an engine that needs time in proportion to the text, whatever the pattern.
    assertThat(holds("('" + "a".repeat(500) + "b').matches('^(a+)+$')")).isFalse();
  }

  @Test
  void noJavaIsReached() {
    assertThat(fault("user.getClass()").message()).contains("undeclared reference");
    assertThat(fault("java.lang.Runtime.getRuntime()").message()).contains("undeclared reference");
    assertThat(fault("''.class").message()).contains("does not support field selection");
  }

  @Test
  void sameTextMeansTheSameExpression() throws Exception {
    assertThat(EXPRESSIONS.compile("email", Sees.USER, Gives.VALUE))
        .isEqualTo(EXPRESSIONS.compile("email", Sees.USER, Gives.VALUE))
        .hasToString("email");
  }
}
