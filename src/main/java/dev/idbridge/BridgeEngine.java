package dev.idbridge;

import dev.idbridge.admin.AdminApi;
import dev.idbridge.admin.AdminSteps;
import dev.idbridge.admin.AdminToken;
import dev.idbridge.cli.Composition.OpenStore;
import dev.idbridge.cli.ExitCode;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.model.StoreUnavailable;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Store, Camel and delivery of one daemon, started in this order and ended in reverse. */
final class BridgeEngine implements Engine {
  private final BridgeConfig config;
  private final Function<BridgeConfig, OpenStore> stores;
  private final Clock clock;
  private @Nullable OpenStore store;
  private @Nullable CamelHost camel;

  BridgeEngine(BridgeConfig config, Function<BridgeConfig, OpenStore> stores, Clock clock) {
    this.config = config;
    this.stores = stores;
    this.clock = clock;
  }

  @Override
  public Bound start(String adminToken) throws StartFailed {
    OpenStore opened;
    try {
      opened = stores.apply(config);
    } catch (StoreUnavailable e) {
      throw new StartFailed(
          ExitCode.UNREACHABLE,
          "the store "
              + ServeBanner.store(config.store())
              + " cannot be opened: "
              + e.getMessage());
    }
    store = opened;
    AdminApi api = new AdminApi(opened.operations());
    CamelHost host = new CamelHost(config);
    camel = host;
    // SEAM: the beans of the intake's and the delivery's route files are bound here too.
    return host.start(new AdminSteps(new AdminToken(adminToken), api)::bind);
    // SEAM: the delivery loop starts here, after the servers are bound.
  }

  // SEAM: the delivery loop's own beat; without a loop there is nothing that could hang.
  @Override
  public Instant lastBeat() {
    return clock.instant();
  }

  @Override
  public String oneLine() {
    return config.apps().size() + " apps";
  }

  @Override
  public void close() {
    // SEAM: the delivery loop ends here, before the servers.
    if (camel != null) {
      camel.close();
      camel = null;
    }
    if (store != null) {
      store.close();
      store = null;
    }
  }
}
