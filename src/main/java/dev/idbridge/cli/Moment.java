package dev.idbridge.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Function;

/** A moment as people write it: a time in UTC, or a duration counted from now. */
final class Moment {
  private Moment() {}

  /**
   * @param ahead whether a duration points into the future
   */
  static Instant from(
      String text, Clock clock, Function<String, RuntimeException> wrong, boolean ahead) {
    try {
      if (text.startsWith("P")) {
        Duration duration = Duration.parse(text);
        return clock.instant().plus(ahead ? duration : duration.negated());
      }
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw wrong.apply(
          "'"
              + text
              + "' is no moment; write a duration (PT1H, P90D) or a time in UTC"
              + " (2026-01-31T12:00:00Z)");
    }
  }
}
