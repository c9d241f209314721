package dev.idbridge.ledger;

/** What can happen to a lane from outside its delivery. {@link LaneState#after} tells to what. */
public enum LaneEvent {
  /** Something it depends on changed. */
  WANTED,
  /** The same, and somebody loses access by it, or a person asks for it. */
  LEAVER,
  /** A node takes it up; only once its {@code due_at} has passed. */
  CLAIMED,
  /** What it waited for has happened. */
  WOKEN,
  /** A person has its dead letter tried again. */
  REPLAYED,
  /** A person gives its dead letter up. */
  DISCARDED,
  /** A holder that lost it made a call all the same. */
  LATE_CALL;

  /** As the document names it. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
