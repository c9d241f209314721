package dev.idbridge.cli;

import picocli.CommandLine.Option;

/** What the verbs about one user in one app share. */
abstract class UserInApp extends Verb {
  @Option(names = "--user", required = true, paramLabel = "USER", description = "userName or id.")
  String user = "";

  @Option(names = "--app", required = true, paramLabel = "APP", description = "The app.")
  String app = "";

  UserInApp(Composition composition) {
    super(composition);
  }
}
