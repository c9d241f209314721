package dev.idbridge;

import dev.idbridge.cli.Cli;

/** The program as a process of its own, from the classes under test. */
public final class DaemonProcess {
  private DaemonProcess() {}

  public static void main(String[] arguments) {
    System.exit(Cli.over(new Assembly()).execute(arguments));
  }
}
