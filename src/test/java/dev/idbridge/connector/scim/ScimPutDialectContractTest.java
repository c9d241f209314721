package dev.idbridge.connector.scim;

import dev.idbridge.connector.spi.ConnectorContract;
import dev.idbridge.connector.spi.ContractApp;
import java.util.List;
import java.util.Map;

/** The other half of the dialect: PUT, member values, plain JSON, small pages, members probed. */
class ScimPutDialectContractTest extends ConnectorContract {
  @Override
  protected ContractApp open() {
    return new ScimContractApp(
        Map.ofEntries(
            Map.entry("members-shown", "true"),
            Map.entry("user-update", "put"),
            Map.entry("deactivate", "put"),
            Map.entry("member-remove", "values"),
            Map.entry("member-probe", "members.value"),
            Map.entry("content-type", "application/json"),
            Map.entry("group-lookup", "list"),
            Map.entry("page-size", "3"),
            Map.entry("members-per-request", "7"),
            Map.entry("user-lookup", "externalId,userName,work-email"),
            Map.entry("exclude-members", "false")));
  }

  /** SCIM-SDK's filter parser knows no escapes, so no quotes and backslashes here. */
  @Override
  protected List<String> oddNames() {
    return List.of("*", "a)(uid=*", "o'neil, A+B = 100% / (x) <y>; #1 ü");
  }
}
