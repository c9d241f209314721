package dev.idbridge;

import dev.idbridge.admin.AdminHttp;
import dev.idbridge.cli.ExitCode;
import dev.idbridge.config.BridgeConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.main.Main;
import org.apache.camel.spi.Registry;

/**
 * Camel with both servers and the route files of one folder. Everything is set in code: a stray
 * {@code application.properties} or {@code CAMEL_} variable changes nothing.
 */
final class CamelHost implements AutoCloseable {
  private final Main main = new Main();
  private final BridgeConfig config;

  CamelHost(BridgeConfig config) {
    this.config = config;
  }

  /**
   * Loads the routes and binds the servers.
   *
   * @param beans puts what the route files refer to into the registry
   * @throws StartFailed naming the route file, line and reason, or the address in use
   */
  Engine.Bound start(Consumer<Registry> beans) throws StartFailed {
    try {
      main.configure().setAutoConfigurationEnvironmentVariablesEnabled(false);
      main.configure().setAutoConfigurationSystemPropertiesEnabled(false);
      main.setPropertyPlaceholderLocations("false");
      main.setOverrideProperties(properties());
      main.init();
      beans.accept(main.getCamelContext().getRegistry());
      main.start();
      CamelContext context = main.getCamelContext();
      if (context.getRoutesSize() == 0) {
        throw new StartFailed(
            ExitCode.CONFIG,
            "no route was found in " + config.routes() + "; it must hold the *.camel.yaml files");
      }
      int management = AdminHttp.attach(context);
      MainHttpServer intake = context.hasService(MainHttpServer.class);
      return new Engine.Bound(
          intake == null ? config.server().port() : intake.getPort(), management);
    } catch (StartFailed e) {
      close();
      throw e;
    } catch (Exception e) {
      close();
      throw failed(e);
    }
  }

  CamelContext context() {
    return main.getCamelContext();
  }

  private Properties properties() throws IOException {
    Properties p = new Properties();
    p.setProperty("camel.main.name", "idbridge");
    p.setProperty("camel.main.startupSummaryLevel", "Off");
    p.setProperty("camel.main.shutdownTimeout", "30");
    p.setProperty("camel.main.routesIncludePattern", "file:" + config.routes() + "/*.camel.yaml");
    p.setProperty("camel.server.enabled", "true");
    p.setProperty("camel.server.host", config.server().host());
    p.setProperty("camel.server.port", port(config.server().host(), config.server().port()));
    p.setProperty("camel.management.enabled", "true");
    p.setProperty("camel.management.host", config.management().host());
    p.setProperty(
        "camel.management.port", port(config.management().host(), config.management().port()));
    p.setProperty("camel.management.healthCheckEnabled", "true");
    p.setProperty("camel.management.healthPath", "/observe/health");
    p.setProperty("camel.management.metricsEnabled", "true");
    p.setProperty("camel.metrics.enabled", "true");
    p.setProperty("camel.metrics.path", "/observe/metrics");
    return p;
  }

  /** Camel names its routers by port, so two servers with port 0 would share one. */
  private static String port(String host, int port) throws IOException {
    if (port != 0) {
      return Integer.toString(port);
    }
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return Integer.toString(free.getLocalPort());
    }
  }

  private StartFailed failed(Exception e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof BindException) {
        return new StartFailed(
            ExitCode.UNREACHABLE,
            "cannot listen on "
                + config.server().host()
                + ":"
                + config.server().port()
                + " or "
                + config.management().host()
                + ":"
                + config.management().port()
                + " ("
                + t.getMessage()
                + "); end what listens there, or set server.port and management.port");
      }
    }
    return new StartFailed(
        ExitCode.CONFIG,
        "the routes in " + config.routes() + " cannot be used: " + StartFailed.firstLine(e));
  }

  @Override
  public void close() {
    main.stop();
  }
}
