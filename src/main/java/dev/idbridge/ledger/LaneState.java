package dev.idbridge.ledger;

/**
 * Where a lane stands. {@code src/docs/state-machine.md} draws the table of states and triggers.
 *
 * <p>Claimable, whatever the state, is a lane whose {@code due_at} has passed.
 */
public enum LaneState {
  /**
   * Nothing is wanted that was not done. No {@code due_at}, unless something happens by itself
   * then: the deletion of a deleted user's account.
   */
  IDLE,
  /** To be delivered. */
  DUE,
  /** Claimed; {@code due_at} is the end of the lease. */
  LEASED,
  /** Failed for now; {@code due_at} is the next attempt. */
  BACKOFF,
  /** Another lane has to move first. No {@code due_at}. */
  WAITING,
  /** Written, to be read back; {@code due_at} is the time of the look. */
  VERIFYING,
  /** Stopped by the guard until approved. No {@code due_at}. */
  HELD,
  /** Needs a person, or an edit; its dead letter says why. No {@code due_at}. */
  DEAD,
  /** Frozen by an administrator or a deletion policy. No {@code due_at}. */
  DETACHED;

  /** As stored, shown and counted. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException when the word names no state
   */
  public static LaneState of(String word) {
    return valueOf(word.toUpperCase(java.util.Locale.ROOT));
  }
}
