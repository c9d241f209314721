package dev.idbridge.connector.openmetadata;

import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.List;

/** {@code connector: openmetadata}: OpenMetadata or Collate, through its own API. */
public final class OpenMetadataConnectorFactory implements ConnectorFactory {
  @Override
  public String kind() {
    return "openmetadata";
  }

  @Override
  public List<SettingSpec> settings() {
    return List.of(
        SettingSpec.required(
            "base-url", "The server's address, without /api; such as https://data.example.com."),
        SettingSpec.secret("token", "Token of a bot that may edit users and teams."),
        SettingSpec.optional(
            "external-id-lookup",
            "off",
            "list: an account is first searched by its externalId among all users, which the app"
                + " can only list; off: by name and e-mail alone."),
        SettingSpec.optional("page-size", "1000", "Users per page of that list, 1 to 1000."),
        SettingSpec.optional(
            "members-per-call",
            "20",
            "Memberships changed in one step, 1 to 200; each is two requests."));
  }

  @Override
  public List<String> identity() {
    return List.of("base-url");
  }

  @Override
  public Connector create(Settings settings, Services services) {
    return new OpenMetadataConnector(settings, services);
  }
}
