package dev.idbridge.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The route files of a folder: {@code *.camel.yaml}, not of its subfolders. Camel starts happily
 * with a file that says nothing, so their shape is checked before Camel sees them; what the steps
 * mean is Camel's to check.
 */
public final class RouteFiles {
  private static final String ENDING = ".camel.yaml";
  private static final List<String> NAMED = List.of("route", "routeTemplate");

  private final List<Path> files;
  private final Map<String, String> places = new LinkedHashMap<>();
  private final Set<String> beginnings = new HashSet<>();
  private final Problems problems = new Problems();

  private RouteFiles(List<Path> files) {
    this.files = files;
  }

  /**
   * Reads a folder's route files.
   *
   * @throws ConfigException with every file that is empty or malformed, every route without an id
   *     and every id that stands twice
   */
  public static RouteFiles read(Path folder) throws ConfigException {
    RouteFiles routes;
    try (Stream<Path> all = Files.list(folder)) {
      routes = new RouteFiles(all.filter(f -> f.toString().endsWith(ENDING)).sorted().toList());
    } catch (IOException e) {
      throw new ConfigException(
          List.of(new Problem(folder.toString(), 0, 0, "", "is no folder that can be read")));
    }
    routes.files.forEach(routes::readOne);
    if (routes.problems.none() && routes.places.isEmpty()) {
      String message = "holds no route; it must hold the *" + ENDING + " files";
      routes.problems.add(folder.toString(), (Mark) null, "", message);
    }
    if (!routes.problems.none()) {
      throw new ConfigException(routes.problems.all());
    }
    return routes;
  }

  /** In the order of their names. */
  public List<Path> files() {
    return files;
  }

  /** File, line and column of a route or template. */
  public Optional<String> place(String routeId) {
    return Optional.ofNullable(places.get(routeId));
  }

  /**
   * What is wrong with the routes that apps name: a follow-up that no route takes would fail only
   * when somebody leaves.
   */
  public List<Problem> missing(List<AppConfig> apps) {
    List<Problem> missing = new ArrayList<>();
    for (AppConfig app : apps) {
      String route = app.accounts().followUp();
      if (!route.isEmpty() && !beginnings.contains(route)) {
        missing.add(
            new Problem(
                "apps/" + app.name() + ".yaml",
                0,
                0,
                "accounts.follow-up",
                "names "
                    + route
                    + ", with which no route in routes/ begins; copy one from"
                    + " routes/examples and adapt it"));
      }
    }
    return missing;
  }

  private void readOne(Path path) {
    String file = path.toString();
    int before = problems.all().size();
    Node top = YamlFile.top(path, file, problems);
    if (top == null) {
      if (problems.all().size() == before) {
        problems.add(file, (Mark) null, "", "is empty; write a route or delete the file");
      }
    } else if (top instanceof SequenceNode list && !list.getValue().isEmpty()) {
      list.getValue().forEach(item -> item(file, item));
    } else {
      problems.add(file, top.getStartMark(), "", "must be a list that begins with '- route:'");
    }
  }

  private void item(String file, Node item) {
    if (!(item instanceof MappingNode mapping)) {
      problems.add(file, item.getStartMark(), "", "must be a mapping such as '- route:'");
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String kind = scalar(tuple.getKeyNode());
      if (kind != null && NAMED.contains(kind)) {
        name(file, kind, tuple);
      }
    }
  }

  private void name(String file, String kind, NodeTuple tuple) {
    String id = null;
    if (tuple.getValueNode() instanceof MappingNode route) {
      for (NodeTuple inner : route.getValue()) {
        if ("id".equals(scalar(inner.getKeyNode()))) {
          id = scalar(inner.getValueNode());
        } else if ("from".equals(scalar(inner.getKeyNode()))
            && inner.getValueNode() instanceof MappingNode from) {
          beginning(from);
        }
      }
    }
    Optional<Mark> mark = tuple.getKeyNode().getStartMark();
    if (id == null || id.isBlank()) {
      problems.add(
          file, mark, kind, "has no id; give it one, so that logs and metrics can name it");
      return;
    }
    String place =
        file + mark.map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1)).orElse("");
    String other = places.putIfAbsent(id, place);
    if (other != null) {
      problems.add(file, mark, kind, "has the id '" + id + "', which stands at " + other + " too");
    }
  }

  private void beginning(MappingNode from) {
    for (NodeTuple tuple : from.getValue()) {
      String uri = scalar(tuple.getValueNode());
      if (uri != null && "uri".equals(scalar(tuple.getKeyNode()))) {
        beginnings.add(uri);
      }
    }
  }

  private static @Nullable String scalar(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : null;
  }
}
