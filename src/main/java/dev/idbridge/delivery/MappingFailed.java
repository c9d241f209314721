package dev.idbridge.delivery;

/** An account of one user cannot be worked out; the message tells which attribute, and why. */
public final class MappingFailed extends Exception {
  private static final long serialVersionUID = 1;

  MappingFailed(String why) {
    super(why, null, false, false);
  }
}
