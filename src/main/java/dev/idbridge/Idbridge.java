package dev.idbridge;

import dev.idbridge.cli.Cli;
import java.util.List;

/** The program's entry. */
public final class Idbridge {
  private static final List<String> DAEMONS = List.of("serve", "demo");
  private static final String LOG_LEVEL = "idbridge.log.level";

  private Idbridge() {}

  public static void main(String[] arguments) {
    boolean daemon = arguments.length > 0 && DAEMONS.contains(arguments[0]);
    if (!daemon && System.getProperty(LOG_LEVEL) == null) {
      // A verb that opens the store itself prints its result, not the store's log.
      System.setProperty(LOG_LEVEL, "WARN");
    }
    System.exit(Cli.over(new Assembly()).execute(arguments));
  }
}
