package dev.idbridge.model;

/** The database cannot be used right now. Nothing was stored; the caller may try again. */
public final class StoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreUnavailable(String what, Throwable cause) {
    super(what, cause);
  }
}
