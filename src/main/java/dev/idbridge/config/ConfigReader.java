package dev.idbridge.config;

import dev.idbridge.expression.Expressions;
import dev.idbridge.model.schema.ScimSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Reads {@code conf/idbridge.yaml}, {@code conf/apps/*.yaml} and the environment, and tells every
 * problem at once. Reads files only: no store is opened, no app is called.
 */
public final class ConfigReader {
  /** Names of apps and directories: they stand in URLs, route ids and metrics. */
  static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private static final String YAML = ".yaml";

  private final Places places;
  private final Map<String, String> variables;
  private final ConnectorKinds kinds;
  private final Problems problems = new Problems();
  private Expressions expressions = new Expressions(ScimSchema.STANDARD);

  private ConfigReader(Places places, Map<String, String> variables, ConnectorKinds kinds) {
    this.places = places;
    this.variables = variables;
    this.kinds = kinds;
  }

  /**
   * The configuration, whole and checked.
   *
   * @param variables the environment: overrides ({@code IDBRIDGE_SERVER_PORT}) and {@code ${env:X}}
   * @throws ConfigException with every problem there is
   */
  public static BridgeConfig read(
      Places places, Map<String, String> variables, ConnectorKinds kinds) throws ConfigException {
    return new ConfigReader(places, variables, kinds).read();
  }

  private BridgeConfig read() throws ConfigException {
    if (!Files.isDirectory(places.conf())) {
      problems.add(
          places.conf().toString(),
          (Mark) null,
          "",
          "is not a folder; name the configuration folder with --conf DIR");
      throw new ConfigException(problems.all());
    }
    References references = new References(variables);
    Environment environment = new Environment(variables);
    Path file = places.conf().resolve("idbridge.yaml");
    Section top =
        new Section(
            file.toString(),
            "",
            YamlFile.read(file, file.toString(), problems),
            environment,
            problems);
    BridgeConfig bridge = new BridgeReader(top, references).read(places, List.of());
    top.end();
    environment.nearMisses(top.asked(), problems);
    ScimSchema schemas = new SchemaFolder(places.conf().resolve("schemas"), problems).read();
    expressions = new Expressions(schemas);
    List<AppConfig> apps = apps(references);
    if (!problems.none()) {
      throw new ConfigException(problems.all(), apps);
    }
    return new BridgeConfig(
        bridge.conf(),
        bridge.data(),
        bridge.routes(),
        bridge.server(),
        bridge.authentication(),
        bridge.scim(),
        bridge.management(),
        bridge.store(),
        bridge.delivery(),
        bridge.retention(),
        schemas,
        apps);
  }

  private List<AppConfig> apps(References references) {
    Path folder = places.conf().resolve("apps");
    List<AppConfig> apps = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return apps;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String fileName = String.valueOf(file.getFileName());
        if (fileName.startsWith(".")) {
          continue;
        }
        if (fileName.endsWith(YAML)) {
          apps.add(app(file, fileName, references));
        } else if (fileName.endsWith(".yml")) {
          problems.add(
              file.toString(), (Mark) null, "", "is not read; rename it to end in " + YAML);
        }
      }
    } catch (IOException e) {
      problems.add(folder.toString(), (Mark) null, "", "cannot be listed: " + e.getMessage());
    }
    return apps;
  }

  private AppConfig app(Path file, String fileName, References references) {
    String shown = file.toString();
    String name = fileName.substring(0, fileName.length() - YAML.length());
    if (!NAME.matcher(name).matches()) {
      problems.add(
          shown,
          (Mark) null,
          "",
          "names the app '" + name + "'; use lower-case letters, digits and dashes");
    }
    int before = problems.all().size();
    Section top =
        new Section(shown, "", YamlFile.read(file, shown, problems), Environment.NONE, problems);
    boolean unreadable = problems.all().size() > before && top.written().isEmpty();
    if (unreadable) {
      top = new Section(shown, "", null, Environment.NONE, new Problems());
      return new AppReader(top, kinds, references, expressions).read(name);
    }
    AppConfig app = new AppReader(top, kinds, references, expressions).read(name);
    top.end();
    return app;
  }
}
