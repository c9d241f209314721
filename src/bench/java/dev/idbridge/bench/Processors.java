package dev.idbridge.bench;

import java.time.Duration;

/** Processor time used so far: what a busy machine does not distort, as it does rates. */
final class Processors {
  private Processors() {}

  /** By this process: the load generator. */
  static Duration here() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** By the database server, which this process started. */
  static Duration database() {
    return ProcessHandle.current()
        .descendants()
        .filter(p -> p.info().command().orElse("").matches(".*(mariadbd|mysqld)"))
        .map(p -> p.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
