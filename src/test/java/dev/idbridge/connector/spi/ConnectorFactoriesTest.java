package dev.idbridge.connector.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ConnectorFactoriesTest {
  @Test
  void everyConnectorIsFoundByItsKindAndExplainsItsSettings() {
    assertThat(ServiceLoader.load(ConnectorFactory.class))
        .extracting(ConnectorFactory::kind)
        .contains("log", "scim", "ldap", "keycloak", "openmetadata", "cockroachdb-cloud");
    for (ConnectorFactory factory : ServiceLoader.load(ConnectorFactory.class)) {
      assertThat(factory.settings()).extracting(SettingSpec::name).doesNotHaveDuplicates();
      assertThat(factory.settings())
          .allSatisfy(
              spec -> {
                assertThat(spec.name()).matches("[a-z]+(-[a-z]+)*");
                assertThat(spec.help()).endsWith(".");
                assertThat(spec.required() && spec.otherwise() != null).isFalse();
              });
    }
  }
}
