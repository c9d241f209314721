package dev.idbridge.dialogue;

/** An answer is not what the dialogue says. The text names the request and the difference. */
public final class Mismatch extends Exception {
  private static final long serialVersionUID = 1;

  Mismatch(String message) {
    super(message);
  }
}
