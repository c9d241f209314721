package dev.idbridge.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects every figure with its reference, shows it at once, and in the end as Markdown. */
final class Report {
  private final Map<String, List<String>> parts = new LinkedHashMap<>();

  /** Adds a table that lines will be added to. */
  void table(String title, String... columns) {
    parts.put(title, new ArrayList<>());
    line(title, "");
    line(title, "| | " + String.join(" | ", columns) + " |");
    line(title, "|---" + "|---".repeat(columns.length) + "|");
  }

  /** Adds a line to a part, which begins with its first line. */
  void line(String title, String text, Object... values) {
    String line = values.length == 0 ? text : text.formatted(values);
    parts.computeIfAbsent(title, t -> new ArrayList<>()).add(line);
    if (line.contains(" | ") && values.length > 0) {
      System.err.println(title + ": " + line);
    }
  }

  void print() {
    parts.forEach(
        (title, lines) -> {
          boolean empty = lines.size() == 3 && lines.getLast().startsWith("|---");
          if (!empty) {
            System.out.println("\n### " + title);
            lines.forEach(System.out::println);
          }
        });
  }

  /** Pairs of a reference and what was measured next to it. */
  static final class Pairs {
    private final List<Double> references = new ArrayList<>();
    private final List<Double> measured = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();

    void add(double reference, double value) {
      references.add(reference);
      measured.add(value);
      ratios.add(value / reference);
    }

    /** Medians, and the median of the rounds' own ratios with the lowest and highest. */
    @Override
    public String toString() {
      return "%,.0f | %,.0f | %.2f (%.2f-%.2f)"
          .formatted(
              median(references),
              median(measured),
              median(ratios),
              ratios.stream().min(Double::compare).orElse(0.0),
              ratios.stream().max(Double::compare).orElse(0.0));
    }
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
