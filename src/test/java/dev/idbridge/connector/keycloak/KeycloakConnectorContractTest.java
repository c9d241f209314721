package dev.idbridge.connector.keycloak;

import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.testing.KeycloakSimulator;
import java.util.List;

/** The contract against what stands for Keycloak. */
class KeycloakConnectorContractTest extends ConnectorContract {
  @Override
  protected ContractApp open() {
    return new KeycloakContractApp(new KeycloakSimulator());
  }

  /** Keycloak takes few characters in user names. */
  @Override
  protected List<String> oddNames() {
    return List.of("*", "%", "\\", "x\" \"externalId\":\"y", "a)(uid=*", "odd.+_-ü@host");
  }

  /** An empty list is how Keycloak says that nobody is found. */
  @Override
  protected List<String> nonsense() {
    return List.of("<html>please log in</html>", "{}", "[{}]", "");
  }
}
