package dev.idbridge;

import dev.idbridge.config.BridgeConfig;
import dev.idbridge.connector.spi.SettingException;
import dev.idbridge.directory.CursorKey;
import dev.idbridge.directory.JpaResources;
import dev.idbridge.directory.QueryLimits;
import dev.idbridge.directory.Resources;
import dev.idbridge.directory.ValueIndex;
import dev.idbridge.directory.ValueIndexKeeper;
import dev.idbridge.directory.ValueIndexKeeper.Declared;
import dev.idbridge.model.ChangeRefused;
import dev.idbridge.model.StoreUnavailable;
import dev.idbridge.model.schema.ScimSchema;
import dev.idbridge.normalise.FilterReader;
import dev.idbridge.scim.ReadSettings;
import dev.idbridge.store.DatabaseKind;
import dev.idbridge.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What questions are answered with, and the thread that keeps the declared attributes' index. */
final class ReadSide implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReadSide.class);
  private static final int SECONDS = 5;

  /** Twice as long as any node takes to look, and some. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Resources resources;
  private final ValueIndexKeeper keeper;
  private final ReadSettings settings;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("value-index").daemon().factory());

  private ReadSide(Resources resources, ValueIndexKeeper keeper, ReadSettings settings) {
    this.resources = resources;
    this.keeper = keeper;
    this.settings = settings;
  }

  /**
   * @throws SettingException when an attribute declared filterable is in no schema
   */
  static ReadSide open(Store store, BridgeConfig.Scim config, ScimSchema schemas) {
    List<Declared> declared = new ArrayList<>();
    for (String path : config.filterable()) {
      try {
        FilterReader.readForAll(schemas, path)
            .forEach((type, found) -> declared.add(new Declared(type, found)));
      } catch (ChangeRefused e) {
        throw new SettingException("scim.filterable", "names '" + path + "': " + e.detail());
      }
    }
    // The only node of an embedded store need not wait for others.
    Duration grace = store.kind() == DatabaseKind.H2 ? Duration.ZERO : GRACE;
    ValueIndexKeeper keeper =
        new ValueIndexKeeper(store.transactions(), store.ids(), store.clock(), schemas, grace);
    keeper.declare(declared);
    ReadSide side =
        new ReadSide(
            new JpaResources(
                store.entityTransactions(),
                schemas,
                keeper.index(),
                new QueryLimits(config.scanLimit())),
            keeper,
            new ReadSettings(
                CursorKey.of(store.transactions(), store.clock(), ReadSettings.newKey()),
                config.cursorLife()));
    side.timer.scheduleWithFixedDelay(side::round, 0, SECONDS, TimeUnit.SECONDS);
    return side;
  }

  private void round() {
    try {
      boolean more;
      do {
        more = keeper.work();
      } while (more && !timer.isShutdown());
    } catch (StoreUnavailable down) {
      LOG.debug("the index of declared attributes waits for the store: {}", down.getMessage());
    } catch (RuntimeException bug) {
      LOG.error("the index of declared attributes could not be filled; it is tried again", bug);
    }
  }

  Resources resources() {
    return resources;
  }

  ValueIndex values() {
    return keeper.index();
  }

  ReadSettings settings() {
    return settings;
  }

  /** Lets the page under way end: an interrupted write would close the embedded store's file. */
  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("the index of declared attributes did not come to an end; it goes on next time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
