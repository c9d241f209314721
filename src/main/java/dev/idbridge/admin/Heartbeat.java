package dev.idbridge.admin;

import java.time.Instant;

/**
 * Shows that work goes on. The delivery loop beats at the end of every round, also of one that
 * found nothing to do; a timer of its own must not.
 */
public interface Heartbeat {
  /** When the loop last ended a round, by the one clock. Thread-safe, never blocks. */
  Instant lastBeat();
}
