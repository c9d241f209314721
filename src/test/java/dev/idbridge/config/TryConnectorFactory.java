package dev.idbridge.config;

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
        SettingSpec.optional("page-size", "100", "how many at once"));
  }

  @Override
  public Connector create(Settings settings, Services services) {
    settings.integer("page-size", 1, 500);
    return (Connector)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connector.class},
            (proxy, method, arguments) -> null);
  }
}
