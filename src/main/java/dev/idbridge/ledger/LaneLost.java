package dev.idbridge.ledger;

/**
 * The lease ran out and somebody else took the lane over: nothing of this booking was stored. What
 * was done in the app is asserted by the next holder, who finds the lane in doubt.
 */
public final class LaneLost extends RuntimeException {
  private static final long serialVersionUID = 1;

  LaneLost(Lane lane) {
    super(
        "the lease of " + lane + " ran out; its next holder asserts the whole state",
        null,
        false,
        false);
  }
}
