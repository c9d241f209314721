package dev.idbridge.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells people what happens and why, with the seconds since the start. */
final class Progress {
  private static final int WIDTH = 88;
  private final PrintWriter out;
  private final long start = System.nanoTime();

  Progress(PrintWriter out) {
    this.out = out;
  }

  /** One thing that is done now. */
  void say(String text) {
    String mark = String.format(Locale.ROOT, "%5.1f s  ", (System.nanoTime() - start) / 1e9);
    for (String line : wrapped(text).split("\n")) {
      out.println(mark + line);
      mark = " ".repeat(mark.length());
    }
    out.flush();
  }

  /** A part of the day begins. */
  void chapter(String title) {
    out.println();
    out.println(title);
    out.flush();
  }

  /** Lines as they are, set off to the right. */
  void show(String text) {
    text.lines().forEach(line -> out.println(line.isEmpty() ? "" : "    " + line));
    out.flush();
  }

  private static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int width = 0;
    for (String word : text.split(" ")) {
      if (width > 0 && width + 1 + word.length() > WIDTH) {
        lines.append('\n');
        width = 0;
      } else if (width > 0) {
        lines.append(' ');
        width++;
      }
      lines.append(word);
      width += word.length();
    }
    return lines.toString();
  }
}
