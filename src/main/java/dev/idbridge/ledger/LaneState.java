package dev.idbridge.ledger;

/**
 * Where a lane stands, and where it goes from there. {@code src/docs/state-machine.md} draws the
 * same table; a test holds the document, this enum and both databases to each other, cell by cell.
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

  /**
   * Where the event takes a lane; this state when it passes the lane by. How a delivery ends is
   * told by {@link LaneEnd}.
   *
   * <p>Of one that died, was revived by an edit and died again, {@link LaneEvent#WANTED} makes
   * nothing any more.
   */
  public LaneState after(LaneEvent event) {
    return switch (event) {
      case WANTED ->
          switch (this) {
            case IDLE, VERIFYING, WAITING, DEAD -> DUE;
            case DUE, LEASED, BACKOFF, HELD, DETACHED -> this;
          };
      case LEAVER -> this == BACKOFF ? DUE : after(LaneEvent.WANTED);
      case CLAIMED ->
          switch (this) {
            case IDLE, DUE, BACKOFF, VERIFYING, LEASED -> LEASED;
            case WAITING, HELD, DEAD, DETACHED -> this;
          };
      case WOKEN -> this == WAITING ? DUE : this;
      case REPLAYED -> this == IDLE || this == BACKOFF || this == DEAD ? DUE : this;
      case DISCARDED -> this == DEAD ? IDLE : this;
      case LATE_CALL -> this == IDLE ? DUE : this;
    };
  }

  /** For SQL: whether the lane is in a state that the event takes it out of. */
  static String movedBy(LaneEvent event) {
    return java.util.Arrays.stream(values())
        .filter(state -> state.after(event) != state)
        .map(state -> "'" + state.word() + "'")
        .collect(java.util.stream.Collectors.joining(", ", "state IN (", ")"));
  }

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
