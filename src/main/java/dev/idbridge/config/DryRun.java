package dev.idbridge.config;

import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.time.Clock;
import java.util.Optional;

/**
 * Makes a connector and throws it away: {@link ConnectorFactory#create} does no I/O, so whatever it
 * finds wrong with the settings can be told before anything starts.
 */
record DryRun(String app) implements Services {

  /** What the connector itself finds wrong. */
  Optional<SettingException> of(ConnectorFactory factory, Settings settings) {
    try (Connector made = factory.create(settings, this)) {
      made.capabilities();
      return Optional.empty();
    } catch (SettingException e) {
      return Optional.of(e);
    }
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public AppHttp http() {
    return DryRun::send;
  }

  private static AppHttp.Response send(AppHttp.Request request, Deadline deadline) {
    throw new IllegalStateException("a connector must not call its app while it is made");
  }
}
