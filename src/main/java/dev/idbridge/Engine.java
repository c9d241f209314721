package dev.idbridge;

import dev.idbridge.admin.Heartbeat;

/** What the daemon runs between its first and its last breath: intake, delivery, schedules. */
interface Engine extends AutoCloseable, Heartbeat {

  /**
   * Opens the store, loads the routes, binds the servers and begins to deliver.
   *
   * @param adminToken what the admin API asks for
   * @param daemon hears what it must know of
   * @return once requests are answered
   * @throws StartFailed with nothing left running
   */
  Bound start(String adminToken, Listener daemon) throws StartFailed;

  /** Whoever runs the engine. Called on any thread; must not block. */
  interface Listener {
    /**
     * Something is begun that may take minutes, at the start or at the end.
     *
     * @param doing {@code ""} when it is done
     */
    void slow(String doing);

    /** The engine must not go on: end it. */
    void lost(String why);
  }

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
