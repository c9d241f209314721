package dev.idbridge.expression;

import java.util.List;

/** An expression that can never be evaluated, with everything that is wrong with it. */
public final class BadExpression extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<Fault> faults;

  BadExpression(List<Fault> faults) {
    super(faults.getFirst().toString(), null, false, false);
    this.faults = List.copyOf(faults);
  }

  /** Never empty; in the order of the text. */
  public List<Fault> faults() {
    return faults;
  }

  /**
   * One thing that is wrong.
   *
   * @param line from 1, within the expression
   * @param column from 1, within the line
   * @param message what is wrong, and where it helps, what to write instead
   */
  public record Fault(int line, int column, String message) {
    @Override
    public String toString() {
      return "line " + line + ", column " + column + ": " + message;
    }
  }
}
