package dev.idbridge.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aligned columns for people. */
final class Table {
  private static final String GAP = "  ";
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... heads) {
    rows.add(List.of(heads));
  }

  void row(@Nullable Object... cells) {
    rows.add(Arrays.stream(cells).map(Table::cell).toList());
  }

  /** Control characters could steer a terminal and come from outside: they are replaced. */
  static String cell(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Instant at -> at.truncatedTo(ChronoUnit.SECONDS).toString();
      default ->
          value
              .toString()
              .replaceAll("\\p{Cntrl}|[\\u0080-\\u009f\\u202a-\\u202e\\u2066-\\u2069]", "?");
    };
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        widths[i] = Math.max(widths[i], cell.codePointCount(0, cell.length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        int blanks = widths[i] - cell.codePointCount(0, cell.length());
        line.append(cell).append(" ".repeat(blanks)).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
