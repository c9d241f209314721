package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.config.BridgeConfig;
import java.io.PrintStream;

/** What the verbs need of the composition root. */
public interface Composition {

  /**
   * Serves until it is told to end.
   *
   * @param out for what people should read: base URL, store, apps, where to look next
   * @return an {@link ExitCode}
   */
  int serve(BridgeConfig config, PrintStream out);

  /**
   * Opens the store in this process, migrated, without serving anything.
   *
   * @throws dev.idbridge.model.StoreUnavailable saying which store and why
   */
  OpenStore openStore(BridgeConfig config);

  /** A store this process holds until it is closed. */
  interface OpenStore extends AutoCloseable {
    AdminOperations operations();

    @Override
    void close();
  }
}
