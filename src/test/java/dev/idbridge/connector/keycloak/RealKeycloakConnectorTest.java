package dev.idbridge.connector.keycloak;

import dev.idbridge.testing.Keycloak;
import dev.idbridge.testing.KeycloakServer;

/** The same against the real Keycloak. */
class RealKeycloakConnectorTest extends KeycloakConnectorTest {
  @Override
  Keycloak open() {
    return KeycloakServer.fresh();
  }
}
