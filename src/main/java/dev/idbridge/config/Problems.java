package dev.idbridge.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects problems, so that all are told at once. One thread. */
final class Problems {
  static final String ENVIRONMENT = "environment";

  private final List<Problem> found = new ArrayList<>();

  void add(String file, @Nullable Mark mark, String key, String message) {
    int line = mark == null ? 0 : mark.getLine() + 1;
    int column = mark == null ? 0 : mark.getColumn() + 1;
    add(file, line, column, key, message);
  }

  /** Line and column count from 1. */
  void add(String file, int line, int column, String key, String message) {
    Problem problem = new Problem(file, line, column, key, message);
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  void add(String file, Optional<Mark> mark, String key, String message) {
    add(file, mark.orElse(null), key, message);
  }

  boolean none() {
    return found.isEmpty();
  }

  /** In the order of the files' lines; files in the order they were read. */
  List<Problem> all() {
    List<String> files = found.stream().map(Problem::file).distinct().toList();
    return found.stream()
        .sorted(
            Comparator.<Problem>comparingInt(p -> files.indexOf(p.file()))
                .thenComparingInt(Problem::line)
                .thenComparingInt(Problem::column))
        .toList();
  }
}
