package dev.idbridge;

/** The daemon cannot start; the text says what is wrong and what to do, in one line. */
final class StartFailed extends Exception {
  private static final long serialVersionUID = 1;
  private final int exitCode;

  /**
   * @param exitCode one of {@link dev.idbridge.cli.ExitCode}
   */
  StartFailed(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  /**
   * The cause that says most: of wrapped exceptions the innermost one that has a text, cut to its
   * first line.
   */
  static String firstLine(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    for (Throwable t = failure.getCause(); t != null; t = t.getCause()) {
      if (t.getMessage() != null && !t.getMessage().isBlank()) {
        text = t.getMessage();
      }
    }
    return text.strip().lines().findFirst().orElse("") ;
  }
}
