package dev.idbridge.expression;

/**
 * An expression has no result for one user or group, such as the first element of an empty list.
 * The message tells the expression and why; it may quote names that the expression asked for, and
 * no other value of the user.
 */
public final class EvaluationFailed extends Exception {
  private static final long serialVersionUID = 1;

  EvaluationFailed(String source, String why) {
    super("the expression " + source + " has no result: " + why, null, false, false);
  }
}
