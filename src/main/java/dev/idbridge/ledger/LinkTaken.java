package dev.idbridge.ledger;

/** Another live resource is linked to that thing already: nothing of this booking was stored. */
public final class LinkTaken extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final long owner;

  LinkTaken(Link wanted, long owner) {
    super(
        wanted.kind().word() + " '" + wanted.label() + "' is linked to " + owner + " already",
        null, false, false);
    this.owner = owner;
  }

  /** The resource that holds the link. */
  public long owner() {
    return owner;
  }
}
