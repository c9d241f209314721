package dev.idbridge.admin;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One app with all that is noted of it.
 *
 * @param fingerprint which app our rows are about: connector and address
 * @param wantedFingerprint which app its file names, when that is another one
 * @param rulesVersion version of the rules it is planned under
 * @param linked how many users (account) and groups (team) are linked to something in the app
 * @param members our memberships in the app's teams, by state
 * @param sweeps pages of work that sweeps still hold
 * @param warnings what somebody should look at in its file
 */
public record AppDetail(
    AppStatus app,
    String fingerprint,
    @Nullable String wantedFingerprint,
    @Nullable Instant pausedUntil,
    @Nullable String pausedBy,
    long rulesVersion,
    Map<String, Long> linked,
    Map<String, Long> members,
    long sweeps,
    List<String> warnings) {
  public AppDetail {
    warnings = List.copyOf(warnings);
    linked = Collections.unmodifiableMap(new TreeMap<>(linked));
    members = Collections.unmodifiableMap(new TreeMap<>(members));
  }
}
