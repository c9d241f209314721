package dev.idbridge.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; carries every problem, in the order of the files. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;
  private final transient List<Problem> problems;
  private final transient List<AppConfig> apps;

  public ConfigException(List<Problem> problems) {
    this(problems, List.of());
  }

  ConfigException(List<Problem> problems, List<AppConfig> apps) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    this.apps = List.copyOf(apps);
  }

  /** What could be read of the apps all the same: to look for further problems, not to be used. */
  public List<AppConfig> apps() {
    return apps;
  }

  public List<Problem> problems() {
    return problems;
  }
}
