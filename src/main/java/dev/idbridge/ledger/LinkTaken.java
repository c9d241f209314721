package dev.idbridge.ledger;

/** Another live resource is linked to that thing already: nothing of this booking was stored. */
public final class LinkTaken extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final long owner;
  private final boolean passing;

  /**
   * @param owner 0 when it is not known: somebody linked it at this very moment
   * @param passing whether the holder was deleted and only its last delivery is under way
   */
  LinkTaken(Link wanted, long owner, boolean passing) {
    super(
        wanted.kind().word() + " '" + wanted.label() + "' is linked to " + owner + " already",
        null,
        false,
        false);
    this.owner = owner;
    this.passing = passing;
  }

  /** Whether the link may be free, or its holder known, in a moment. */
  public boolean passing() {
    return passing;
  }

  /** The resource that holds the link. */
  public long owner() {
    return owner;
  }
}
