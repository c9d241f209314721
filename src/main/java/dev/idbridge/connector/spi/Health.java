package dev.idbridge.connector.spi;

/**
 * Answer of {@link Connector#check}.
 *
 * @param state what the engine does next
 * @param detail one line for an operator: what was asked, what came back, what to do; no secrets
 */
public record Health(State state, String detail) {
  public enum State {
    /** The app answers and takes our credentials. */
    UP,
    /** The app does not answer, or not usefully. */
    DOWN,
    /** The app refuses our credentials. */
    AUTH_FAILED
  }

  /**
   * What a check came to that had no answer.
   *
   * @param hint what to look at when the credentials were refused
   */
  public static Health failed(Outcome.Failure why, String hint) {
    return why instanceof Outcome.AuthFailed
        ? new Health(State.AUTH_FAILED, why.reason() + "; " + hint)
        : new Health(State.DOWN, why.reason());
  }
}
