package dev.idbridge.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Settings from the environment: {@code server.public-url} is {@code IDBRIDGE_SERVER_PUBLIC_URL}.
 *
 * @param variables the process's environment; empty for files that nothing overrides
 */
record Environment(Map<String, String> variables) {
  private static final String PREFIX = "IDBRIDGE_";
  static final Environment NONE = new Environment(Map.of());

  Environment {
    variables = Map.copyOf(variables);
  }

  String variable(String dotted) {
    return PREFIX + dotted.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  @Nullable String value(String dotted) {
    return variables.get(variable(dotted));
  }

  /**
   * Notes variables that nearly name a setting. Others are left alone: orchestrators put variables
   * of their own beside ours, such as {@code IDBRIDGE_SERVICE_HOST}.
   */
  void nearMisses(List<String> settings, Problems problems) {
    List<String> known = settings.stream().map(this::variable).toList();
    variables.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
        .sorted()
        .forEach(
            name ->
                NearestWord.of(name, known)
                    .ifPresent(
                        near ->
                            problems.add(
                                Problems.ENVIRONMENT,
                                (Mark) null,
                                name,
                                "names no setting; did you mean '" + near + "'?")));
  }
}
