package dev.idbridge;

import dev.idbridge.config.AppConfig;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.connector.spi.ConnectorFactory;
import dev.idbridge.connector.spi.Services;
import dev.idbridge.delivery.App;
import dev.idbridge.directory.Directories;
import dev.idbridge.directory.Directories.Directory;
import dev.idbridge.ledger.AppRegister;
import dev.idbridge.ledger.AppRegister.Entry;
import dev.idbridge.ledger.AppRegister.Registered;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every configured app, registered in the store and given its connector. */
final class AppFleet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AppFleet.class);

  private final List<App> apps = new ArrayList<>();
  private final List<CamelAppHttp> clients = new ArrayList<>();

  /**
   * Registers the apps and makes their connectors; nothing is called yet.
   *
   * @param camel sends the connectors' requests; may be started later
   */
  AppFleet(
      List<AppConfig> configured,
      Directories directories,
      AppRegister register,
      CamelContext camel,
      MeterRegistry meters,
      Clock clock) {
    ConnectorKinds kinds = ConnectorKinds.installed();
    for (AppConfig config : configured) {
      ConnectorFactory factory = kinds.find(config.connector()).orElseThrow();
      Set<Long> follows = follows(config, directories);
      Registered registered =
          register.register(
              new Entry(
                  config.name(),
                  config.connector(),
                  fingerprint(config, factory),
                  config.accounts() + " " + config.teams()),
              follows);
      if (registered.mismatch() != null) {
        LOG.error(
            "app {} rests: {}. What we know of its accounts and teams is about the other app: put"
                + " that back into its file, or give the new app a file of its own name",
            config.name(),
            registered.mismatch());
        continue;
      }
      CamelAppHttp http = new CamelAppHttp(camel, config.name(), rates(config), meters);
      clients.add(http);
      Connector connector =
          factory.create(config.settings(), new AppServices(config.name(), clock, http));
      App app = new App(registered.id(), config, follows, connector, clock);
      camel.getRegistry().bind("breaker-" + app.name(), app.breaker());
      apps.add(app);
    }
    for (String gone :
        register.suspendOthers(
            configured.stream().map(AppConfig::name).collect(Collectors.toSet()))) {
      LOG.warn("app {} rests: its file is gone; its state stays in the store", gone);
    }
  }

  private record AppServices(String app, Clock clock, AppHttp http) implements Services {}

  private static Set<Long> follows(AppConfig config, Directories directories) {
    Set<Long> ids = new LinkedHashSet<>();
    for (String name : config.directories()) {
      Optional<Directory> found = directories.find(name);
      if (found.isPresent()) {
        ids.add(found.get().id());
      } else {
        LOG.error(
            "app {} follows directory '{}', which is not there; nothing of it is delivered",
            config.name(),
            name);
      }
    }
    return ids;
  }

  private static String fingerprint(AppConfig config, ConnectorFactory factory) {
    return config.connector()
        + factory.identity().stream()
            .map(name -> " " + config.settings().get(name))
            .collect(Collectors.joining());
  }

  private static Map<AppHttp.RateClass, Integer> rates(AppConfig config) {
    Map<AppHttp.RateClass, Integer> rates = new EnumMap<>(AppHttp.RateClass.class);
    for (AppHttp.RateClass rate : AppHttp.RateClass.values()) {
      Integer perSecond = config.limits().perSecond(rate.limit());
      if (perSecond != null) {
        rates.put(rate, perSecond);
      }
    }
    return rates;
  }

  /** What the apps allow a second is shared by so many daemons on one store. */
  void share(int daemons) {
    clients.forEach(client -> client.share(daemons));
  }

  List<App> apps() {
    return List.copyOf(apps);
  }

  @Override
  public void close() {
    for (App app : apps) {
      try {
        app.connector().close();
      } catch (Exception e) {
        LOG.warn("closing the connector of app {} failed: {}", app.name(), e.toString());
      }
    }
    clients.forEach(CamelAppHttp::close);
  }
}
