package dev.idbridge.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Reads {@code xsd:dateTime} (RFC 7643 section 2.3.5); one without a zone is taken as UTC. */
public final class Timestamps {
  private Timestamps() {}

  /** The instant, or null when the text is no dateTime. */
  public static @Nullable Instant read(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException withoutZone) {
      try {
        return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        return null;
      }
    }
  }
}
