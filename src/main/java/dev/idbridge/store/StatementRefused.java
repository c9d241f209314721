package dev.idbridge.store;

import java.sql.SQLException;

/** The database refused a statement for what it says; the transaction was rolled back. */
public final class StatementRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean duplicate;

  StatementRefused(SQLException cause, boolean duplicate) {
    super("the store refused a statement: " + cause.getMessage(), cause);
    this.duplicate = duplicate;
  }

  /** Whether a unique index refused it. */
  public boolean duplicate() {
    return duplicate;
  }
}
