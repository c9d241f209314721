package dev.idbridge.connector.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.testing.LdapApp;

/** The contract against UnboundID's server in memory. */
class LdapConnectorContractTest extends ConnectorContract {
  @Override
  protected ContractApp open() {
    return new LdapContractApp(new LdapApp());
  }

  /** This server keeps no references: the old DN stays in the group, as without refint. */
  @Override
  protected void assertRenameKeepsMembership(String team, String account) {
    assertThat(app.members(team)).hasSize(1);
  }
}
