package dev.idbridge.config;

import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Capabilities.Roles;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.lang.reflect.Proxy;
import java.util.List;

/** A kind of app that does nothing but check its settings. */
final class TryConnectorFactory implements ConnectorFactory {
  @Override
  public String kind() {
    return "try";
  }

  @Override
  public List<SettingSpec> settings() {
    return List.of(
        SettingSpec.required("base-url", "set the app's API root, e.g. https://host/api/v1"),
        SettingSpec.secret("token", "what the app asks for"),
        SettingSpec.optional("page-size", "100", "how many at once"),
        SettingSpec.optional("takes", "none", "none, accounts, teams or one: which roles"));
  }

  @Override
  public Connector create(Settings settings, Services services) {
    settings.integer("page-size", 1, 500);
    return (Connector)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connector.class},
            (proxy, method, arguments) ->
                method.getName().equals("capabilities")
                    ? new Capabilities(
                        false, roles(settings.require("takes")), false, false, true, 1)
                    : null);
  }

  private static Roles roles(String word) {
    return switch (word) {
      case "accounts" -> new Roles(true, false, false, false, false, false, 9);
      case "teams" -> new Roles(true, true, true, false, false, false, 9);
      case "one" -> new Roles(true, false, false, false, true, false, 9);
      default -> Roles.NONE;
    };
  }
}
