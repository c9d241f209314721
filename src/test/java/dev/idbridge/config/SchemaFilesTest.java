package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.idbridge.model.ResourceType;
import dev.idbridge.model.schema.AttributeDef;
import dev.idbridge.model.schema.AttributeDef.Mutability;
import dev.idbridge.model.schema.AttributeDef.Returned;
import dev.idbridge.model.schema.AttributeDef.Type;
import dev.idbridge.model.schema.AttributeDef.Uniqueness;
import dev.idbridge.model.schema.SchemaDef;
import dev.idbridge.model.schema.ScimSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaFilesTest {
  private static final String URN = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";

  @TempDir Path root;
  ConfFolder conf;

  @BeforeEach
  void folder() throws Exception {
    conf = new ConfFolder(root);
  }

  private ScimSchema read() throws Exception {
    return conf.read().schemas();
  }

  private List<Problem> problems(String name, String text) throws Exception {
    schema(name, text);
    return catchThrowableOfType(ConfigException.class, this::read).problems();
  }

  private void schema(String name, String text) throws Exception {
    Path folder = Files.createDirectories(root.resolve("conf/schemas"));
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void withoutTheFolderThereAreTheStandardSchemas() throws Exception {
    assertThat(read().all()).extracting(SchemaDef::id).hasSize(3);
  }

  @Test
  void theExampleIsReadWithEveryCharacteristic() throws Exception {
    schema("acme.yaml", Files.readString(Path.of("conf/examples/schema.yaml")));
    ScimSchema schemas = read();
    SchemaDef acme = schemas.of(ResourceType.USER).extension(URN);
    assertThat(acme).isNotNull();
    assertThat(schemas.of(ResourceType.GROUP).extensions()).isEmpty();
    assertThat(schemas.of(ResourceType.USER).requires(acme)).isFalse();
    AttributeDef badge = acme.attribute("badge");
    assertThat(badge.type()).isEqualTo(Type.STRING);
    assertThat(badge.uniqueness()).isEqualTo(Uniqueness.SERVER);
    assertThat(badge.caseExact()).isFalse();
    assertThat(acme.attribute("hiredAt").mutability()).isEqualTo(Mutability.IMMUTABLE);
    assertThat(acme.attribute("buddy").referenceTypes()).containsExactly("User");
    assertThat(acme.attribute("buddy").caseExact()).isTrue();
    assertThat(acme.attribute("desk").sub("room").required()).isTrue();
    assertThat(acme.attribute("desk").sub("floor").type()).isEqualTo(Type.INTEGER);
  }

  @Test
  void everyDefaultOfTheExampleIsTheOneThatCounts() throws Exception {
    String example = Files.readString(Path.of("conf/examples/schema.yaml"));
    schema("acme.yaml", example);
    List<AttributeDef> before = read().of(ResourceType.USER).extension(URN).attributes();
    schema("acme.yaml", example.replaceAll("(?m)^( *)#([a-zA-Z]+:)", "$1$2"));
    assertThat(read().of(ResourceType.USER).extension(URN).attributes()).isEqualTo(before);
  }

  @Test
  void jsonAsSchemasAnswersItIsReadToo() throws Exception {
    schema(
        "both.json",
        """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id":"urn:acme:2.0:Both",
         "name":"Both", "resourceType":["User","Group"], "required":true,
         "attributes":[{"name":"pin","mutability":"writeOnly"},
           {"name":"tags","multiValued":true,"canonicalValues":["a","b"],"returned":"request"}],
         "meta":{"resourceType":"Schema"}}
        """);
    ScimSchema schemas = read();
    for (ResourceType type : ResourceType.values()) {
      SchemaDef both = schemas.of(type).extension("urn:acme:2.0:both");
      assertThat(schemas.of(type).requires(both)).isTrue();
      assertThat(both.attribute("pin").returned()).isEqualTo(Returned.NEVER);
      assertThat(both.attribute("tags").canonicalValues()).containsExactly("a", "b");
    }
    assertThat(schemas.all()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id: nonsense|id|must be a URN",
        "id: urn:ietf:params:scim:schemas:core:2.0:User|id|another schema",
        "resourceType: Device|resourceType|must be User or Group",
        "attributes: []|attributes|at least one",
        "attributes: [{name: a b}]|attributes[0].name|letter",
        "attributes: [{name: a}, {name: A}]|attributes[1].name|second time",
        "attributes: [{name: a, type: text}]|attributes[0].type|must be string",
        "attributes: [{name: a, multivalued: true}]|attributes[0].multivalued|multiValued",
        "attributes: [{name: a, required: yes}]|attributes[0].required|true or false",
        "attributes: [{name: a, type: complex}]|attributes[0].subAttributes|consists of some",
        "attributes: [{name: a, subAttributes: [{name: b}]}]|attributes[0].subAttributes|complex",
        "attributes: [{name: a, type: complex, subAttributes: [{name: b, type: complex}]}]|attributes[0].subAttributes[0].type|one level",
        "attributes: [{name: password}]|attributes[0].mutability|writeOnly",
        "attributes: [{name: a, mutability: writeOnly, returned: always}]|attributes[0].returned|never",
        "attributes: [{name: a, mutability: readOnly, required: true}]|attributes[0].required|never stored",
        "attributes: [{name: a, multiValued: true, uniqueness: server}]|attributes[0].uniqueness|single",
        "attributes: [{name: a, referenceTypes: [User]}]|attributes[0].referenceTypes|reference",
        "colour: red|colour|not a known setting"
      })
  void whatIsWrongIsToldWithFileLineAndKey(String line, String key, String words) throws Exception {
    String key1 = line.substring(0, line.indexOf(':'));
    StringBuilder text = new StringBuilder();
    for (String usual :
        List.of("id: " + URN, "name: Acme", "resourceType: User", "attributes: [{name: x}]")) {
      text.append(usual.startsWith(key1 + ":") ? line : usual).append('\n');
    }
    if (!text.toString().contains(line)) {
      text.append(line).append('\n');
    }
    assertThat(problems("acme.yaml", text.toString()))
        .anySatisfy(
            problem ->
                assertThat(problem.toString())
                    .contains("acme.yaml", key, words)
                    .containsPattern("acme\\.yaml:[0-9]+:[0-9]+"));
  }

  @Test
  void twoFilesCannotDeclareTheSameSchema() throws Exception {
    String text = "{id: %s, name: A, resourceType: User, attributes: [{name: x}]}".formatted(URN);
    schema("a.yaml", text);
    assertThat(problems("b.yaml", text))
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains("b.yaml", "a.yaml"));
  }
}
