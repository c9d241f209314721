package dev.idbridge.demo;

/** The command line's other verbs, as an operator runs them. */
@FunctionalInterface
public interface Verbs {

  /** Runs {@code idbridge VERB ...} and waits for its end. */
  Ran run(String... arguments);

  /**
   * @param code the exit code
   * @param out what went to standard output
   * @param err what went to standard error
   */
  record Ran(int code, String out, String err) {}
}
