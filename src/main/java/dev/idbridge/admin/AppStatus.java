package dev.idbridge.admin;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One app at a glance.
 *
 * @param state what stops deliveries, such as paused or auth_failed; else running
 * @param why one line for an operator when the state is not running
 * @param lanes how many lanes in which state
 * @param oldestDue since when the longest-waiting lane has been due
 */
public record AppStatus(
    String name,
    String connector,
    String state,
    @Nullable String why,
    Map<String, Long> lanes,
    long deadLetters,
    @Nullable Instant oldestDue) {
  public AppStatus {
    lanes = Collections.unmodifiableMap(new TreeMap<>(lanes));
  }
}
