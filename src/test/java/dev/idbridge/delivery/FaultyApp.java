package dev.idbridge.delivery;

import dev.idbridge.connector.http.CamelAppHttp;
import dev.idbridge.connector.scim.ScimConnectorFactory;
import dev.idbridge.connector.spi.Connector;
import dev.idbridge.testing.HttpFaults;
import dev.idbridge.testing.ScimApp;
import dev.idbridge.testing.TcpWire;
import dev.idbridge.testing.TestServices;
import dev.idbridge.testing.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A SCIM service that is not ours, one more app of a bridge, over HTTP that does what it is told.
 */
final class FaultyApp implements AutoCloseable {
  final ScimApp app = new ScimApp();
  final HttpFaults wire = new HttpFaults(app.baseUrl().replace("/scim/v2", ""));
  final TcpWire cable = new TcpWire(URI.create(wire.url()).getPort());
  private final CamelAppHttp http;
  private final Connector connector;

  /** Joins as {@code shop}, which is app 2. */
  FaultyApp(TestBridge bridge, Map<String, String> dialect) throws Exception {
    http = new CamelAppHttp(bridge.camel(), "shop", Map.of(), new SimpleMeterRegistry());
    Map<String, String> settings = new HashMap<>(dialect);
    settings.put("base-url", "http://127.0.0.1:" + cable.port() + "/scim/v2");
    settings.put("token", ScimApp.TOKEN);
    ScimConnectorFactory factory = new ScimConnectorFactory();
    connector =
        factory.create(
            new TestSettings(factory.settings(), settings),
            new TestServices("shop", bridge.store.clock(), http));
    bridge.addApp("shop", connector);
  }

  /** User names of the active accounts. */
  List<String> active() {
    return app.users().stream()
        .filter(user -> user.isActive().orElse(true))
        .map(user -> user.getUserName().orElseThrow())
        .sorted()
        .toList();
  }

  /** User names of the members of the only team of this name. */
  List<String> members(String team) {
    List<String> ids = app.members(app.groups(team).getFirst().getId().orElseThrow());
    return app.users().stream()
        .filter(user -> ids.contains(user.getId().orElseThrow()))
        .map(user -> user.getUserName().orElseThrow())
        .sorted()
        .toList();
  }

  /** The id of the account of this name. */
  String id(String userName) {
    return app.users().stream()
        .filter(user -> user.getUserName().orElseThrow().equals(userName))
        .findFirst()
        .orElseThrow()
        .getId()
        .orElseThrow();
  }

  @Override
  public void close() {
    cable.close();
    wire.close();
    connector.close();
    http.close();
    app.close();
  }
}
