package dev.idbridge.connector.ldap;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ContractApp;
import dev.idbridge.testing.Slapd;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract against OpenLDAP, where its server is installed. */
class SlapdConnectorContractTest extends ConnectorContract {
  @TempDir static Path home;

  @Override
  protected ContractApp open() {
    assumeTrue(
        Slapd.installed(),
        "skipped: /usr/sbin/slapd is not there (apt-get install slapd brings it)");
    return new LdapContractApp(new Slapd(home));
  }
}
