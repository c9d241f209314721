package dev.idbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.SettingSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people copy from {@code conf/examples} works. */
class ExamplesTest {
  private static final Map<String, String> SECRETS =
      Map.of("APP_TOKEN", "t", "LDAP_PASSWORD", "p", "KEYCLOAK_SECRET", "s");
  @TempDir Path folder;

  AppConfig read(String kind, String text) throws Exception {
    Files.createDirectories(folder.resolve("apps"));
    Files.writeString(folder.resolve("idbridge.yaml"), "");
    Files.writeString(folder.resolve("apps/mine.yaml"), text);
    Places places = new Places(folder, folder.resolve("data"), Path.of("."));
    AppConfig app =
        ConfigReader.read(places, SECRETS, ConnectorKinds.installed()).apps().getFirst();
    assertThat(app.connector()).isEqualTo(kind);
    return app;
  }

  static String example(String kind) throws Exception {
    return Files.readString(Path.of("conf/examples/" + kind + ".yaml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scim", "ldap", "log", "keycloak", "openmetadata", "cockroachdb-cloud"})
  void everyExampleIsAcceptedAsItStands(String kind) throws Exception {
    read(kind, example(kind));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scim", "ldap", "keycloak", "openmetadata", "cockroachdb-cloud"})
  void everySettingOfTheConnectorStandsThereWithItsDefault(String kind) throws Exception {
    AppConfig plain = read(kind, example(kind));
    List<SettingSpec> specs = ConnectorKinds.installed().find(kind).orElseThrow().settings();
    String all = example(kind).replaceAll("(?m)^  #(?=[a-z-]+: \\S)", "  ");
    AppConfig uncommented = read(kind, all);

    for (SettingSpec spec : specs) {
      assertThat(example(kind)).containsPattern("(?m)^  #?" + spec.name() + ":");
      if (spec.otherwise() != null) {
        assertThat(uncommented.settings().get(spec.name()))
            .as(spec.name())
            .isEqualTo(plain.settings().get(spec.name()))
            .isEqualTo(spec.otherwise());
      }
    }
  }
}
