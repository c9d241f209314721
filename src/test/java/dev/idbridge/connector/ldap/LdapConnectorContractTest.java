package dev.idbridge.connector.ldap;

import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.testing.LdapApp;

/** The contract against UnboundID's server in memory. */
class LdapConnectorContractTest extends ConnectorContract {
  @Override
  protected ContractApp open() {
    return new LdapContractApp(new LdapApp());
  }
}
