package dev.idbridge.config;

import dev.idbridge.connector.spi.ConnectorFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The kinds of connector there are, by the word an app's file uses. */
public final class ConnectorKinds {
  private final Map<String, ConnectorFactory> factories = new TreeMap<>();

  public ConnectorKinds(Iterable<ConnectorFactory> factories) {
    for (ConnectorFactory factory : factories) {
      ConnectorFactory other = this.factories.putIfAbsent(factory.kind(), factory);
      if (other != null) {
        throw new IllegalStateException(
            "two connectors call themselves '"
                + factory.kind()
                + "': "
                + other.getClass().getName()
                + " and "
                + factory.getClass().getName());
      }
    }
  }

  /** Every connector on the class path. */
  public static ConnectorKinds installed() {
    return new ConnectorKinds(ServiceLoader.load(ConnectorFactory.class));
  }

  public Optional<ConnectorFactory> find(String kind) {
    return Optional.ofNullable(factories.get(kind));
  }

  /** Sorted. */
  public List<String> words() {
    return List.copyOf(factories.keySet());
  }
}
