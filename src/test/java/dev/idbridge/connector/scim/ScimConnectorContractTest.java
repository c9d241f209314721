package dev.idbridge.connector.scim;

import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ContractApp;
import java.util.List;
import java.util.Map;

/**
 * The defaults, against SCIM-SDK's server; only its habits of showing members and roles are told.
 */
class ScimConnectorContractTest extends ConnectorContract {
  @Override
  protected ContractApp open() {
    return new ScimContractApp(Map.of("members-shown", "true", "user-roles", "true"));
  }

  /** SCIM-SDK's filter parser knows no escapes, so no quotes and backslashes here. */
  @Override
  protected List<String> oddNames() {
    return List.of("*", "a)(uid=*", "o'neil, A+B = 100% / (x) <y>; #1 ü");
  }
}
