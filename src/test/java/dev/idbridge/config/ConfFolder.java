package dev.idbridge.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A configuration folder that a test fills. */
final class ConfFolder {
  final Path root;
  final Map<String, String> variables = new HashMap<>();

  private ConnectorKinds kinds = new ConnectorKinds(List.of(new TryConnectorFactory()));

  ConfFolder(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root.resolve("conf/apps"));
    bridge("");
  }

  /** With the connectors that are shipped. */
  ConfFolder shipped() {
    kinds = ConnectorKinds.installed();
    return this;
  }

  ConfFolder bridge(String yaml) throws IOException {
    Files.writeString(root.resolve("conf/idbridge.yaml"), yaml);
    return this;
  }

  ConfFolder app(String name, String yaml) throws IOException {
    Files.writeString(root.resolve("conf/apps/" + name + ".yaml"), yaml);
    return this;
  }

  ConfFolder variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  Places places() {
    return new Places(root.resolve("conf"), root.resolve("data"), root);
  }

  BridgeConfig read() throws ConfigException {
    return ConfigReader.read(places(), variables, kinds);
  }

  /** The problems, without the folder's own path. */
  List<String> problems() {
    try {
      read();
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream()
          .map(p -> p.toString().replace(root.resolve("conf") + "/", ""))
          .toList();
    }
  }
}
