package dev.idbridge;

import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.Committed;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Sends changes that no identity provider asked for through {@code direct:change}, where an
 * operator may have put a veto or an audit. Thread-safe.
 */
final class ChangeRoute {
  private final CamelContext camel;
  private volatile @Nullable ProducerTemplate sender;

  ChangeRoute(CamelContext camel) {
    this.camel = camel;
  }

  /** Returns when the change is durable; the lanes of the apps that follow are due with it. */
  Committed write(ChangeRequest request) throws ChangeRefused {
    ProducerTemplate routes = sender;
    if (routes == null) {
      routes = camel.createProducerTemplate();
      sender = routes;
    }
    Exchange done =
        routes.request("direct:change", exchange -> exchange.getMessage().setBody(request));
    switch (done.getException()) {
      case null -> {
        return done.getMessage().getBody(Committed.class);
      }
      case ChangeRefused refused -> throw refused;
      case RuntimeException failed -> throw failed;
      case Exception other -> throw new IllegalStateException(other);
    }
  }
}
