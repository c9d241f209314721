package dev.idbridge.ledger;

/** What a lane brings into line in an app. Dependencies point from later to earlier kinds only. */
public enum LaneKind {
  /** One user's account; target: the user. */
  ACCOUNT("account"),
  /** One team and our members in it; target: the team (the id of the first group that feeds it). */
  TEAM("team"),
  /** The roles of one account or team; target: the user or team. */
  GRANTS("grants"),
  /** What the operator has done after somebody lost an account; target: the user. */
  FOLLOW_UP("followup");

  private final String word;

  LaneKind(String word) {
    this.word = word;
  }

  /** As stored, shown and counted. */
  public String word() {
    return word;
  }

  /**
   * @throws IllegalArgumentException when the word names no kind
   */
  public static LaneKind of(String word) {
    for (LaneKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no lane kind");
  }
}
