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

  /** What a failure says, without its line breaks; of a wrapper that says nothing, its cause. */
  static String oneLine(Throwable failure) {
    Throwable cause = failure.getCause();
    String text = failure.getMessage();
    if (cause != null && (text == null || text.isBlank() || text.equals(cause.toString()))) {
      return oneLine(cause);
    }
    return String.valueOf(text).replaceAll("\\s*[\r\n]\\s*", " ").replaceAll("[ ^]+$", "").strip();
  }
}
