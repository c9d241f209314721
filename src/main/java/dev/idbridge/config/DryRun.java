package dev.idbridge.config;

import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Capabilities;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.connector.spi.Settings;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connector and throws it away: {@link ConnectorFactory#create} does no I/O, so whatever it
 * finds wrong with the settings can be told before anything starts.
 */
record DryRun(String app) implements Services {

  /**
   * One of both.
   *
   * @param problem what the connector itself finds wrong
   * @param can what the app can do with these settings
   */
  record Made(@Nullable SettingException problem, @Nullable Capabilities can) {}

  Made of(ConnectorFactory factory, Settings settings) {
    try (Connector made = factory.create(settings, this)) {
      return new Made(null, made.capabilities());
    } catch (SettingException e) {
      return new Made(e, null);
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
