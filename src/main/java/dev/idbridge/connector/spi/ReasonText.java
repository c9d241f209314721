package dev.idbridge.connector.spi;

import java.util.List;

/** Makes an app's own error text fit for a reason: one line, bounded, without our secrets. */
public final class ReasonText {
  /** Characters kept of what an app says. */
  public static final int LONGEST = 300;

  private ReasonText() {}

  /**
   * @param text as the app sent it
   * @param secrets what must not appear; shorter than four characters are ignored
   */
  public static String of(String text, List<String> secrets) {
    String line = text;
    for (String secret : secrets) {
      if (secret.length() >= 4) {
        line = line.replace(secret, "***");
      }
    }
    StringBuilder kept = new StringBuilder(Math.min(line.length(), LONGEST));
    boolean gap = false;
    for (int i = 0; i < line.length() && kept.length() < LONGEST; i++) {
      char c = line.charAt(i);
      boolean blank = Character.isWhitespace(c) || Character.isISOControl(c);
      if (!blank) {
        if (gap && !kept.isEmpty()) {
          kept.append(' ');
        }
        kept.append(c);
      }
      gap = blank;
    }
    return kept.length() < LONGEST ? kept.toString() : kept + "...";
  }
}
