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
}
