package dev.idbridge.bench;

import java.util.ArrayList;
import java.util.List;

/** Prints every figure with its reference, as a table that can stand in a document. */
final class Report {
  private Report() {}

  static void line(String text, Object... values) {
    System.out.println(text.formatted(values));
    System.out.flush();
  }

  static void title(String text) {
    line("%n### %s%n", text);
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

    /** Median of the rounds' own ratios. */
    double ratio() {
      return median(ratios);
    }

    double value() {
      return median(measured);
    }

    /** {@code | reference | measured | ratio (lowest-highest) |} without the outer bars. */
    @Override
    public String toString() {
      return "%,.0f | %,.0f | %.2f (%.2f-%.2f)"
          .formatted(
              median(references), value(), ratio(),
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
