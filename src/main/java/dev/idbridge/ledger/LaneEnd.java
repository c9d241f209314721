package dev.idbridge.ledger;

/** How a delivery leaves its lane. */
public sealed interface LaneEnd {

  /** All that was claimed is applied. Due again at once if something was wanted meanwhile. */
  record Done(String basis) implements LaneEnd {}

  /**
   * All that was claimed is applied as far as the app says; a look at it follows.
   *
   * @param at when, milliseconds since the epoch
   * @param look the first, second, ... look
   */
  record Verify(String basis, long at, int look) implements LaneEnd {}

  /**
   * All that was claimed is applied, and something is to be done by itself later.
   *
   * @param at when, milliseconds since the epoch; whatever is wanted before comes first
   */
  record Again(String basis, long at, String reason) implements LaneEnd {}

  /** A slice is done and more is left; due at once, behind the others. */
  record Yield(String basis) implements LaneEnd {}

  /**
   * Failed for now: an attempt.
   *
   * @param at next attempt, milliseconds since the epoch
   * @param inDoubt the call may have had an effect
   * @param keepIntent the create that was begun may have had its effect
   */
  record Backoff(String basis, long at, String reason, boolean inDoubt, boolean keepIntent)
      implements LaneEnd {}

  /**
   * Not now, through no fault of the target: no attempt (throttled, breaker open, parked app).
   *
   * @param keepIntent a create of an earlier claim may have had its effect
   */
  record Later(String basis, long at, String reason, boolean keepIntent) implements LaneEnd {}

  /** Another lane has to move first; it wakes this one. */
  record Waiting(String basis, LaneKind forKind, long forTarget, String reason)
      implements LaneEnd {}

  /**
   * Needs a person; a dead letter is written with it.
   *
   * @param unasked the app was not called: every change, not only the first, tries again
   */
  record Dead(String basis, String action, String name, String reason, boolean unasked)
      implements LaneEnd {

    /** The app refused it. */
    public Dead(String basis, String action, String name, String reason) {
      this(basis, action, name, reason, false);
    }
  }

  String basis();
}
