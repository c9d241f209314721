package dev.idbridge.admin;

/** Only a running daemon can do what was asked; none runs here. */
public final class DaemonNeeded extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DaemonNeeded(String what) {
    super(what + " needs the running daemon, and none runs here; start it with: idbridge serve");
  }
}
