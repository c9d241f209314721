package dev.idbridge.config;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders everything starts from.
 *
 * @param conf {@code idbridge.yaml} and {@code apps/}
 * @param data the embedded store, {@code daemon.json}, {@code admin.token}
 * @param home the program's own folder, which holds the shipped {@code routes/}
 */
public record Places(Path conf, Path data, Path home) {
  /** {@code conf/routes} when an operator put one there, else the shipped route files. */
  public Path routes() {
    Path own = conf.resolve("routes");
    return Files.isDirectory(own) ? own : home.resolve("routes");
  }
}
