package dev.idbridge;

import dev.idbridge.admin.Heartbeat;
import java.util.function.Consumer;

/** What the daemon runs between its first and its last breath: intake, delivery, schedules. */
interface Engine extends AutoCloseable, Heartbeat {

  /**
   * Opens the store, loads the routes, binds the servers and begins to deliver.
   *
   * @param adminToken what the admin API asks for
   * @param slow hears what is begun that may take minutes, at the start and at the end, and {@code
   *     ""} when it is done
   * @return once requests are answered
   * @throws StartFailed with nothing left running
   */
  Bound start(String adminToken, Consumer<String> slow) throws StartFailed;

  /** One line for {@code systemctl status}, such as "12 due, app crm paused". Never blocks. */
  String oneLine();

  /** Finishes requests in flight, ends deliveries at their slice, closes the store. */
  @Override
  void close();

  /**
   * Where the servers listen.
   *
   * @param port of the intake
   * @param managementPort of health, metrics and admin API
   */
  record Bound(int port, int managementPort) {}
}
