package dev.idbridge;

import dev.idbridge.cli.Cli;

/** The program with its store in memory, as a process of its own. */
public final class DaemonProcess {
  private DaemonProcess() {}

  public static void main(String[] arguments) {
    MemoryBridge bridge = new MemoryBridge();
    bridge.running = true;
    System.exit(Cli.over(bridge).execute(arguments));
  }
}
