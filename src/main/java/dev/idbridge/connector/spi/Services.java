package dev.idbridge.connector.spi;

import java.time.Clock;

/** What the engine lends to a connector. */
public interface Services {
  /** The app's name, for texts. */
  String app();

  /** The one clock. */
  Clock clock();

  /**
   * A client for the app's HTTP API: pooled, with timeouts, metrics and redaction; the only way.
   */
  AppHttp http();
}
