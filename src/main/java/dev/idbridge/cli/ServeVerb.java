package dev.idbridge.cli;

import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.ConfigReader;
import dev.idbridge.config.ConnectorKinds;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Runs the daemon until SIGTERM or SIGINT.")
final class ServeVerb implements Callable<Integer> {
  private final Composition composition;
  @Spec CommandSpec spec;
  @Mixin PlaceOptions options;

  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  ServeVerb(Composition composition) {
    this.composition = composition;
  }

  @Override
  public Integer call() throws ConfigException {
    Map<String, String> variables = new HashMap<>(System.getenv());
    override(variables, "--port", "IDBRIDGE_SERVER_PORT", options.port);
    override(variables, "--management-port", "IDBRIDGE_MANAGEMENT_PORT", options.managementPort);
    BridgeConfig config =
        ConfigReader.read(options.places(), variables, ConnectorKinds.installed());
    return composition.serve(config, System.out);
  }

  private void override(
      Map<String, String> variables, String option, String variable, @Nullable Integer port) {
    if (port == null) {
      return;
    }
    if (port < 0 || port > 65_535) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + " is " + port + ", must be from 0 (any free port) to 65535");
    }
    variables.put(variable, port.toString());
  }
}
