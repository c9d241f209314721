package dev.idbridge.connector.keycloak;

import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.testing.KeycloakServer;

/** The contract against the real Keycloak: the sentences its stand-in is held to. */
class RealKeycloakContractTest extends KeycloakConnectorContractTest {
  @Override
  protected ContractApp open() {
    return new KeycloakContractApp(KeycloakServer.fresh());
  }
}
