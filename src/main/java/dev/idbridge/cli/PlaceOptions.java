package dev.idbridge.cli;

import dev.idbridge.config.Places;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options every verb has. */
final class PlaceOptions {
  @Option(
      names = "--conf",
      paramLabel = "DIR",
      description = "Configuration folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "${sys:idbridge.conf:-conf}")
  private Path conf = Path.of("conf");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "${sys:idbridge.data:-data}")
  private Path data = Path.of("data");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the intake; other verbs than serve ignore it.")
  @Nullable Integer port;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description = "Port of health, metrics and admin API; other verbs than serve ignore it.")
  @Nullable Integer managementPort;

  Places places() {
    return new Places(conf, data, Path.of(System.getProperty("idbridge.home", ".")));
  }
}
