package dev.idbridge.ledger;

/** Which due lane is claimed first; stored as its {@link #level}. */
public enum Priority {
  /** Somebody loses access: goes first and replaces back-off. */
  LEAVER(0),
  NORMAL(1),
  /** Lanes that a sweep made due. */
  SWEEP(2);

  private final int level;

  Priority(int level) {
    this.level = level;
  }

  public int level() {
    return level;
  }
}
