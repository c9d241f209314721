package dev.idbridge.cli;

/** Exit codes; the last two are those of sysexits.h. Part of the contract, never renumbered. */
public final class ExitCode {
  public static final int DONE = 0;

  /** A problem was found, or what was asked for is not there. */
  public static final int PROBLEM = 1;

  public static final int USAGE = 2;

  /** EX_UNAVAILABLE: daemon or store cannot be reached. */
  public static final int UNREACHABLE = 69;

  /** EX_CONFIG: the configuration cannot be used. */
  public static final int CONFIG = 78;

  private ExitCode() {}
}
