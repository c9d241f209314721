package dev.idbridge.cli;

import dev.idbridge.admin.Json;
import dev.idbridge.config.BridgeConfig;
import dev.idbridge.config.ConfigException;
import dev.idbridge.config.ConfigReader;
import dev.idbridge.config.ConnectorKinds;
import dev.idbridge.config.Places;
import dev.idbridge.config.Problem;
import dev.idbridge.config.Remarks;
import dev.idbridge.config.RouteFiles;
import dev.idbridge.config.TlsKeys;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    description = "Tells every problem of the configuration at once; starts and changes nothing.")
final class CheckConfigVerb implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin PlaceOptions options;

  @Option(names = "--json", description = "Print JSON: one problem per line.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli fills the annotated fields before it calls
  CheckConfigVerb() {}

  @Override
  public Integer call() {
    Places places = options.places();
    List<Problem> problems = new ArrayList<>();
    RouteFiles routes = null;
    try {
      routes = RouteFiles.read(places.routes());
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    PrintWriter out = spec.commandLine().getOut();
    try {
      BridgeConfig config = ConfigReader.read(places, System.getenv(), ConnectorKinds.installed());
      if (routes != null) {
        problems.addAll(routes.missing(config.apps()));
      }
      if (problems.isEmpty()) {
        fine(config, out);
        return ExitCode.DONE;
      }
    } catch (ConfigException e) {
      problems.addAll(0, e.problems());
      if (routes != null) {
        problems.addAll(routes.missing(e.apps()));
      }
    }
    problems.forEach(problem -> out.println(json ? Json.write(problem) : problem));
    spec.commandLine().getErr().println(problems.size() + " to mend");
    return ExitCode.PROBLEM;
  }

  private void fine(BridgeConfig config, PrintWriter out) {
    BridgeConfig.Tls tls = config.server().tls();
    if (tls != null) {
      try {
        TlsKeys.read(tls)
            .warning(Instant.now())
            .ifPresent(warning -> spec.commandLine().getErr().println("warning: " + warning));
      } catch (TlsKeys.Unusable changedMeanwhile) {
        spec.commandLine().getErr().println("warning: " + changedMeanwhile.getMessage());
      }
    }
    Remarks.of(config.apps(), ConnectorKinds.installed())
        .forEach(remark -> spec.commandLine().getErr().println("warning: " + remark));
    String conf = config.conf().toString();
    out.println(
        json
            ? Json.write(Map.of("conf", conf, "apps", config.apps().size()))
            : conf + " is fine: " + count(config));
  }

  private static String count(BridgeConfig config) {
    int apps = config.apps().size();
    return apps == 0 ? "no app yet" : apps == 1 ? "1 app" : apps + " apps";
  }
}
