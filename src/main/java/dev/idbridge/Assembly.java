package dev.idbridge;

import dev.idbridge.cli.Composition;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.model.StoreUnavailable;
import java.io.PrintStream;
import java.time.Clock;

/**
 * Plugs the parts together: what serving, and what opening the store without serving, consist of.
 */
final class Assembly implements Composition {

  @Override
  public int serve(BridgeConfig config, PrintStream out) {
    Clock clock = Clock.systemUTC();
    return new Daemon(config, new BridgeEngine(config, this::openStore, clock), clock)
        .run(out, System.err);
  }

  // SEAM: the store is plugged in here, and nowhere else.
  @Override
  public OpenStore openStore(BridgeConfig config) {
    throw new StoreUnavailable(
        "no store is part of this build", new IllegalStateException("not assembled"));
  }
}
