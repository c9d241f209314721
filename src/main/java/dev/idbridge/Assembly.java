package dev.idbridge;

import dev.idbridge.cli.Composition;
import dev.idbridge.config.BridgeConfig;
import java.io.PrintStream;
import java.time.Clock;

/**
 * Plugs the parts together: what serving, and what opening the store without serving, consist of.
 */
final class Assembly implements Composition {

  @Override
  public int serve(BridgeConfig config, PrintStream out) {
    return new Daemon(config, new BridgeEngine(config), Clock.systemUTC()).run(out, System.err);
  }

  @Override
  public OpenStore openStore(BridgeConfig config) {
    return BridgeStore.open(config);
  }
}
