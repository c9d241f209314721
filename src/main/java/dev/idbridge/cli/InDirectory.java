package dev.idbridge.cli;

import picocli.CommandLine.Option;

/** What the verbs about things of one directory share. */
abstract class InDirectory extends Verb {
  @Option(
      names = "--directory",
      paramLabel = "NAME",
      description = "The directory (default: ${DEFAULT-VALUE}).")
  String directory = "default";

  InDirectory(Composition composition) {
    super(composition);
  }
}
