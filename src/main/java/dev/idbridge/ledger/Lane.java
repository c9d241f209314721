package dev.idbridge.ledger;

import dev.idbridge.connector.spi.Seen;
import org.jspecify.annotations.Nullable;

/**
 * A lane as it was claimed.
 *
 * @param leaseToken every booking names it; a booking under a lost lease changes nothing
 * @param attempts failed attempts since the last success
 * @param firstFailedAt milliseconds since the epoch, 0 when the last delivery succeeded
 * @param inDoubt an earlier holder may have had an effect that was never booked: assert, don't
 *     trust
 * @param intentSeen an earlier create was begun after seeing this, and never booked
 * @param intentName the name which that create was to give; it may have changed since
 * @param basis what our team memberships last assumed of the account: none, active, inactive
 * @param wantedAt when the first change that is not yet applied was accepted
 * @param firstCause change record that first asked for this delivery
 * @param causes how many changes this delivery covers
 * @param looks the how-manieth look at what was written this is; 0: a delivery
 */
public record Lane(
    int app,
    LaneKind kind,
    long target,
    long directory,
    long leaseToken,
    Priority priority,
    int attempts,
    long firstFailedAt,
    boolean inDoubt,
    @Nullable Seen intentSeen,
    @Nullable String intentName,
    String basis,
    long wantedAt,
    long firstCause,
    long lastCause,
    int causes,
    int looks) {

  /** For logs: app id, kind, target. */
  @Override
  public String toString() {
    return kind.word() + " " + target + " (app " + app + ")";
  }
}
