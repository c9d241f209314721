package dev.idbridge.crash;

import dev.idbridge.store.DatabaseKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The runs that are over, one line of tab-separated columns each: store, seed, workload, deaths,
 * problems, seconds. What is in the file counts: a series that was broken off goes on from there.
 */
final class CrashRecord {
  /** One run that came to its end. */
  record Line(
      DatabaseKind kind, long seed, String workload, int kills, int problems, long seconds) {
    private String text() {
      return kind + "\t" + seed + "\t" + workload + "\t" + kills + "\t" + problems + "\t" + seconds;
    }

    private static Line of(String text) {
      String[] columns = text.split("\t", -1);
      return new Line(
          DatabaseKind.valueOf(columns[0]),
          Long.parseLong(columns[1]),
          columns[2],
          Integer.parseInt(columns[3]),
          Integer.parseInt(columns[4]),
          Long.parseLong(columns[5]));
    }
  }

  private final @Nullable Path file;
  private final List<Line> lines = new ArrayList<>();

  /**
   * @param file where it is kept, or nothing: then it lives as long as this object
   */
  CrashRecord(@Nullable Path file) throws IOException {
    this.file = file;
    if (file != null && Files.exists(file)) {
      Files.readAllLines(file).stream().map(Line::of).forEach(lines::add);
    }
  }

  void add(Line line, List<String> problems) throws IOException {
    lines.add(line);
    if (file != null) {
      append(file, List.of(line.text()));
      if (!problems.isEmpty()) {
        List<String> told = new ArrayList<>(List.of("seed " + line.seed() + " on " + line.kind()));
        told.addAll(problems);
        append(file.resolveSibling(file.getFileName() + ".problems"), told);
      }
    }
  }

  private static void append(Path file, List<String> lines) throws IOException {
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  int runs() {
    return lines.size();
  }

  /** Deaths on a store that led to no problem. */
  int kills(DatabaseKind kind) {
    return lines.stream()
        .filter(line -> line.kind() == kind && line.problems() == 0)
        .mapToInt(Line::kills)
        .sum();
  }
}
