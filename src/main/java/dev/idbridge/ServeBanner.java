package dev.idbridge;

import dev.idbridge.config.BridgeConfig;
import java.util.stream.Collectors;

/**
 * What {@code serve} tells people once it serves.
 *
 * @param bound where the servers listen, which the configuration leaves open with port 0
 */
record ServeBanner(BridgeConfig config, Engine.Bound bound) {
  /** An address others can connect to: 0.0.0.0 and :: are none, so this host's own stands in. */
  static String url(String host, int port) {
    String name =
        switch (host) {
          case "0.0.0.0", "" -> "127.0.0.1";
          case "::" -> "[::1]";
          default -> host.contains(":") ? "[" + host + "]" : host;
        };
    return "http://" + name + ":" + port;
  }

  /** Base URL of the default directory. */
  String intake() {
    String publicUrl = config.server().publicUrl();
    String here = url(config.server().host(), bound.port());
    String spoken = config.server().tls() == null ? here : here.replaceFirst("http:", "https:");
    return (publicUrl == null ? spoken : publicUrl) + "/scim/v2";
  }

  /** Kind and place of the store, without parameters, where credentials could stand. */
  static String store(BridgeConfig.Store store) {
    String place = store.url().replaceFirst("[?;].*", "");
    return store.embedded()
        ? "embedded H2 in " + place.replaceFirst("jdbc:h2:(file:)?", "")
        : "MariaDB at " + place.replaceFirst("jdbc:mariadb:/*", "");
  }

  /** The version in the jar's manifest. */
  static String version() {
    String version = ServeBanner.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private String apps() {
    return config.apps().isEmpty()
        ? "none yet; add one as " + config.conf().resolve("apps") + "/NAME.yaml and restart"
        : config.apps().stream()
            .map(app -> app.name() + " (" + app.connector() + ")")
            .collect(Collectors.joining(", "));
  }

  private String caveat() {
    return config.store().embedded()
        ? "              one node only; survives the death of the process, not a power loss;\n"
            + "              for production set store.url to MariaDB\n"
        : "";
  }

  @Override
  public String toString() {
    String management = url(config.management().host(), bound.managementPort());
    return "Identity Bridge serves.\n"
        + ("  intake      " + intake() + "\n")
        + ("  store       " + store(config.store()) + "\n")
        + caveat()
        + ("  apps        " + apps() + "\n")
        + ("  health      " + management + "/observe/health\n")
        + ("  metrics     " + management + "/observe/metrics\n")
        + "  next        idbridge token create --name okta   a token for your identity provider\n"
        + "              idbridge status                     the bridge at a glance\n"
        + "              idbridge sync-log                   what came in, what was done\n";
  }
}
