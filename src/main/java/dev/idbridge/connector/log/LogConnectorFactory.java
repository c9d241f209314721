package dev.idbridge.connector.log;

import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingSpec;
import dev.idbridge.connector.spi.Settings;
import java.util.List;
import java.util.Optional;

/** {@code connector: log}: shows what would reach an app before there is one. */
public final class LogConnectorFactory implements ConnectorFactory {
  @Override
  public String kind() {
    return "log";
  }

  @Override
  public List<SettingSpec> settings() {
    return List.of();
  }

  @Override
  public Optional<String> whyNotMapped(String attribute, Settings settings) {
    return Optional.empty();
  }

  @Override
  public Connector create(Settings settings, Services services) {
    return new LogConnector(services.app());
  }
}
