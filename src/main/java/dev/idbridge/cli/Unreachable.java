package dev.idbridge.cli;

/** Neither a daemon nor the store could be used; the text says which was tried and why. */
final class Unreachable extends Exception {
  private static final long serialVersionUID = 1;

  Unreachable(String message) {
    super(message);
  }
}
