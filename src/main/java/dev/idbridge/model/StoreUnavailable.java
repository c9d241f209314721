package dev.idbridge.model;

/** The database cannot be used right now. Nothing was stored; the caller may try again. */
public final class StoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final boolean passing;

  /** When nothing but the state of things is the cause: a full queue, a store being closed. */
  public StoreUnavailable(String what) {
    super(what);
    this.passing = false;
  }

  public StoreUnavailable(String what, Throwable cause) {
    this(what, cause, false);
  }

  /**
   * @param passing whether it may pass by itself: a server that does not answer, and may be
   *     starting
   */
  public StoreUnavailable(String what, Throwable cause, boolean passing) {
    super(what, cause);
    this.passing = passing;
  }

  /** Whether waiting may help, without anybody doing anything here. */
  public boolean passing() {
    return passing;
  }
}
