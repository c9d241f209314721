package dev.idbridge;

import dev.idbridge.admin.AdminHttp;
import dev.idbridge.cli.ExitCode;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.Problem;
import dev.idbridge.config.RouteFiles;
import dev.idbridge.connector.spi.Deadline;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.scim.IntakeListener;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel with both servers and the route files of one folder. Everything is set in code: a stray
 * {@code application.properties} or {@code CAMEL_} variable changes nothing.
 */
final class CamelHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CamelHost.class);

  static {
    // Nothing is served from the class path. Else each server would keep a folder for it among the
    // temporary files, and leave it there when the daemon is killed. Read once, by the first
    // server.
    System.setProperty("vertx.disableFileCPResolving", "true");
  }

  private final Main main = new Main();
  private final BridgeConfig config;
  private final Properties schedules;
  private @Nullable RouteFiles routes;
  private @Nullable IntakeListener intake;

  /**
   * @param schedules settings of the scheduler; empty where no route has a schedule
   * @param meters what the metrics page shows, Camel's own included
   */
  CamelHost(BridgeConfig config, Properties schedules, PrometheusMeterRegistry meters) {
    this.config = config;
    this.schedules = schedules;
    main.bind("metricsRegistry", meters);
  }

  /** What is put into Camel before the routes are loaded. */
  @FunctionalInterface
  interface Beans {
    /** Answers the server that the intake's routes listen on; null when there are none. */
    @Nullable IntakeServer bind(CamelContext context, Registry registry);
  }

  /** Made once the port is known. */
  @FunctionalInterface
  interface IntakeServer {
    IntakeListener listen(String host, int port);
  }

  /** Gives an app its own route {@code direct:app-NAME}, with its own breaker. */
  void addApp(String name) throws StartFailed {
    try {
      TemplatedRouteBuilder.builder(context(), "app")
          .routeId("app-" + name)
          .parameter("name", name)
          .add();
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /**
   * Loads the routes and binds the servers.
   *
   * @param beans puts what the route files refer to into the registry
   * @throws StartFailed naming the route file, line and reason, or the address in use
   */
  Engine.Bound start(Beans beans) throws StartFailed {
    try {
      RouteFiles files = RouteFiles.read(config.routes());
      routes = files;
      List<Problem> missing = files.missing(config.apps());
      if (!missing.isEmpty()) {
        throw new ConfigException(missing);
      }
      int port = Integer.parseInt(port("server", config.server().host(), config.server().port()));
      AtomicReference<@Nullable IntakeServer> made = new AtomicReference<>();
      // The daemon ends in its own order; Camel's hook would stop the routes under it.
      main.setShutdownStrategy(new SimpleMainShutdownStrategy());
      main.configure().setAutoConfigurationEnvironmentVariablesEnabled(false);
      main.configure().setAutoConfigurationSystemPropertiesEnabled(false);
      main.setPropertyPlaceholderLocations("false");
      main.setOverrideProperties(properties());
      // Before Camel looks into its registry, where it takes lifecycle strategies and server
      // options once.
      main.addMainListener(
          new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport starting) {
              CamelContext context = starting.getCamelContext();
              made.set(beans.bind(context, context.getRegistry()));
            }

            @Override
            public void afterConfigure(BaseMainSupport starting) {
              IntakeServer server = made.get();
              if (server == null) {
                return;
              }
              try {
                IntakeListener listener = server.listen(config.server().host(), port);
                intake = listener;
                starting.getCamelContext().addService(listener, true, true);
              } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeCamelException(e);
              }
            }
          });
      main.init();
      if (!schedules.isEmpty()) {
        main.getCamelContext()
            .getComponent("quartz", QuartzComponent.class)
            .setProperties(schedules);
      }
      main.start();
      CamelContext context = main.getCamelContext();
      int management = AdminHttp.attach(context);
      IntakeListener listener = intake;
      return new Engine.Bound(listener == null ? port : listener.getPort(), management);
    } catch (StartFailed | StoreUnavailable | SettingException e) {
      close();
      throw e;
    } catch (ConfigException e) {
      throw new StartFailed(ExitCode.CONFIG, String.valueOf(e.getMessage()));
    } catch (Exception e) {
      close();
      throw failed(e);
    }
  }

  CamelContext context() {
    return main.getCamelContext();
  }

  private Properties properties() throws StartFailed {
    Properties p = new Properties();
    p.setProperty("camel.main.name", "idbridge");
    p.setProperty("camel.main.startupSummaryLevel", "Off");
    p.setProperty("camel.main.shutdownTimeout", "6");
    p.setProperty("camel.main.routesIncludePattern", includes());
    p.setProperty("camel.management.enabled", "true");
    p.setProperty("camel.management.host", config.management().host());
    p.setProperty(
        "camel.management.port",
        port("management", config.management().host(), config.management().port()));
    p.setProperty("camel.management.healthCheckEnabled", "true");
    p.setProperty("camel.management.healthPath", "/observe/health");
    p.setProperty("camel.management.metricsEnabled", "true");
    p.setProperty("camel.metrics.enabled", "true");
    p.setProperty("camel.metrics.path", "/observe/metrics");
    // Routes are counted and timed already; doing so for every step and exchange costs a
    // request more than its parsing does.
    p.setProperty("camel.metrics.enableExchangeEventNotifier", "false");
    p.setProperty("camel.main.jmxManagementStatisticsLevel", "RoutesOnly");
    return p;
  }

  private String includes() {
    return routes == null
        ? ""
        : routes.files().stream().map(f -> "file:" + f).collect(Collectors.joining(","));
  }

  /**
   * A port that can be bound now. Camel names its routers by port, so two servers with port 0 would
   * share one; and it waits for ever for a server whose port is taken.
   */
  private static String port(String section, String host, int port) throws StartFailed {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return Integer.toString(socket.getLocalPort());
    } catch (IOException | IllegalArgumentException e) {
      throw new StartFailed(
          ExitCode.UNREACHABLE,
          "cannot listen on %s:%d (%s); %s"
              .formatted(host, port, e.getMessage(), advice(section, port, e)));
    }
  }

  static String advice(String section, int port, Exception why) {
    String text = String.valueOf(why.getMessage()).toLowerCase(Locale.ROOT);
    return port < 1024 && text.contains("permission denied")
        ? "a port below 1024 takes the capability CAP_NET_BIND_SERVICE, which three lines of the"
            + " systemd unit give (they stand there as comments); or set %s.port to 1024 or more and"
                .formatted(section)
            + " put a proxy before it"
        : "end what listens there, or set %1$s.host and %1$s.port".formatted(section);
  }

  /** The cause of a failed start that may be gone at the next one; null when there is none. */
  static @Nullable Throwable passing(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoreUnavailable
          || cause instanceof SQLException
          || cause instanceof SocketException
          || cause instanceof UnknownHostException) {
        return cause;
      }
    }
    return null;
  }

  private StartFailed failed(Exception e) {
    String place =
        e instanceof FailedToCreateRouteException route && routes != null
            ? routes.place(String.valueOf(route.getRouteId())).map(p -> p + ": ").orElse("")
            : "";
    Throwable away = passing(e);
    if (away != null) {
      return new StartFailed(
          ExitCode.UNREACHABLE,
          place
              + "what the start needs is not there: "
              + StartFailed.oneLine(away)
              + "; start it again when it is");
    }
    return new StartFailed(
        ExitCode.CONFIG,
        place.isEmpty()
            ? "the routes in " + config.routes() + " cannot be used: " + StartFailed.oneLine(e)
            : place + StartFailed.oneLine(e));
  }

  /** No schedule fires any more: what is about to ask the store ends before the store does. */
  void restSchedules() {
    try {
      if (context().hasComponent("quartz") instanceof QuartzComponent quartz
          && quartz.getScheduler() != null) {
        quartz.getScheduler().standby();
      }
    } catch (SchedulerException e) {
      LOG.warn("the schedules cannot be put to rest: {}", e.getMessage());
    }
  }

  /**
   * Waits until the requests in flight are answered, then closes the intake's listener.
   *
   * @param underWay how many there are
   */
  void awaitIntake(IntSupplier underWay, Deadline deadline) {
    while (underWay.getAsInt() > 0 && !deadline.passed()) {
      LockSupport.parkNanos(20_000_000);
    }
    if (underWay.getAsInt() > 0) {
      LOG.warn("{} requests are cut off: they did not end in time", underWay.getAsInt());
    }
    IntakeListener listener = intake;
    if (listener != null) {
      listener.stop();
    }
  }

  @Override
  public void close() {
    main.stop();
  }
}
