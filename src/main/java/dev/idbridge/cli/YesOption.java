package dev.idbridge.cli;

import picocli.CommandLine.Option;

/** What verbs that take something away want to be told. */
final class YesOption {
  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  boolean said() {
    return yes;
  }
}
