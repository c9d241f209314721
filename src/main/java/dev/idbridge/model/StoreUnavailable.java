package dev.idbridge.model;

/** The database cannot be used right now. Nothing was stored; the caller may try again. */
public final class StoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** When nothing but the state of things is the cause: a full queue, a store being closed. */
  public StoreUnavailable(String what) {
    super(what);
  }

  public StoreUnavailable(String what, Throwable cause) {
    super(what, cause);
  }
}
