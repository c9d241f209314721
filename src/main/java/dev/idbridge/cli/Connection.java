package dev.idbridge.cli;

import dev.idbridge.admin.AdminOperations;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.ConfigReader;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.config.DaemonFiles;
import dev.idbridge.config.DaemonFiles.Daemon;
import dev.idbridge.config.Places;
import dev.idbridge.model.StoreUnavailable;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** The way to the bridge: the running daemon's admin API, else the store itself. */
final class Connection implements AutoCloseable {
  private final AdminOperations operations;
  private final Runnable end;

  private Connection(AdminOperations operations, Runnable end) {
    this.operations = operations;
    this.end = end;
  }

  AdminOperations operations() {
    return operations;
  }

  static Connection open(Places places, Map<String, String> variables, Composition composition)
      throws Unreachable, ConfigException {
    String nobody = "no daemon runs on " + places.data();
    try {
      DaemonFiles files = new DaemonFiles(places.data());
      Optional<Daemon> daemon = files.daemon();
      if (daemon.isPresent() && daemon.get().alive()) {
        return new Connection(remote(daemon.get(), files), () -> {});
      }
      if (daemon.isPresent()) {
        nobody += " (daemon.json was left by process " + daemon.get().pid() + ", which has ended)";
      }
    } catch (IOException e) {
      throw new Unreachable("the daemon cannot be reached: " + e.getMessage());
    }
    ownFolder(places, nobody);
    BridgeConfig config = ConfigReader.read(places, variables, ConnectorKinds.installed());
    try {
      Composition.OpenStore store = composition.openStore(config);
      return new Connection(store.operations(), store::close);
    } catch (StoreUnavailable e) {
      throw new Unreachable(nobody + ", and the store cannot be opened: " + e.getMessage());
    }
  }

  /**
   * Files of the embedded store that somebody else writes are that user's: the daemon would end.
   */
  private static void ownFolder(Places places, String nobody) throws Unreachable {
    String me = System.getProperty("user.name");
    Optional<String> owner = new DaemonFiles(places.data()).owner();
    if (owner.isPresent() && !owner.get().equals(me)) {
      throw new Unreachable(
          nobody
              + ", and the store there belongs to "
              + owner.get()
              + ": run this as that user: sudo -u "
              + owner.get()
              + " idbridge ...");
    }
  }

  private static AdminOperations remote(Daemon daemon, DaemonFiles files) throws IOException {
    RemoteAdmin remote = new RemoteAdmin(URI.create(daemon.adminUrl()), files.token());
    remote.knock(daemon.pid());
    return remote;
  }

  @Override
  public void close() {
    end.run();
  }
}
