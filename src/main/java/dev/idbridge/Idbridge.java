package dev.idbridge;

import dev.idbridge.cli.Cli;

/** The program's entry. */
public final class Idbridge {
  private static final String LOG_LEVEL = "idbridge.log.level";

  private Idbridge() {}

  public static void main(String[] arguments) {
    boolean daemon = arguments.length > 0 && arguments[0].equals("serve");
    if (!daemon && System.getProperty(LOG_LEVEL) == null) {
      // A verb prints its result, not the log of what it needs for that.
      System.setProperty(LOG_LEVEL, "WARN");
    }
    System.exit(Cli.over(new Assembly()).execute(arguments));
  }
}
