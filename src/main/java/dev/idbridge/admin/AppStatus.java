package dev.idbridge.admin;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One app at a glance.
 *
 * @param state active, or what stops deliveries, such as paused or auth-failed
 * @param why one line for an operator when the state is not active
 * @param lanes how many lanes in which state
 * @param parked members that wait for their account or their next attempt
 * @param oldestDue since when the longest-waiting lane that could be delivered has waited
 */
public record AppStatus(
    String name,
    String connector,
    String state,
    @Nullable String why,
    Map<String, Long> lanes,
    long deadLetters,
    long parked,
    @Nullable Instant oldestDue) {
  public AppStatus {
    lanes = Collections.unmodifiableMap(new TreeMap<>(lanes));
  }
}
