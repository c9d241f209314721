package dev.idbridge.model;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Test-only: kills the process at a named boundary, as a power cut would. Does nothing unless the
 * system property {@code idbridge.crash-at} or the environment variable {@code IDBRIDGE_CRASH_AT}
 * names the boundary as {@code name:count}, or {@code name/what:count} for one kind of work; the
 * process then halts (status 137, no shutdown hooks, nothing flushed) when it reaches it for the
 * {@code count}-th time. Thread-safe.
 */
public final class CrashPoint {
  private static final @Nullable CrashPoint ARMED = parse(setting());

  private final String name;
  private final AtomicInteger left;

  private CrashPoint(String name, int count) {
    this.name = name;
    this.left = new AtomicInteger(count);
  }

  /** Called at a boundary; returns at once when no crash is asked for there. */
  public static void reached(String name) {
    CrashPoint armed = ARMED;
    if (armed != null && armed.name.equals(name) && armed.left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(137);
    }
  }

  /** Called at a boundary that several kinds of work come to. */
  public static void reached(String name, String what) {
    if (ARMED != null) {
      reached(name);
      reached(name + "/" + what);
    }
  }

  private static @Nullable String setting() {
    String property = System.getProperty("idbridge.crash-at");
    return property != null ? property : System.getenv("IDBRIDGE_CRASH_AT");
  }

  private static @Nullable CrashPoint parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new CrashPoint(text, 1)
        : new CrashPoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
