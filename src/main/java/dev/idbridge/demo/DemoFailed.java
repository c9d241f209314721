package dev.idbridge.demo;

/** The demo cannot go on; the text says what happened to which thing, and why. */
final class DemoFailed extends Exception {
  private static final long serialVersionUID = 1;

  DemoFailed(String message) {
    super(message);
  }
}
