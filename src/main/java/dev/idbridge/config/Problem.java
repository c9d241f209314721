package dev.idbridge.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param file the file, or {@code environment} for a variable
 * @param line 1-based; 0 when the problem has no place in a file
 * @param column 1-based; 0 when the problem has no place in a file
 * @param key dotted path of the setting, or the variable's name; empty when the file as a whole is
 *     meant
 * @param message what is wrong and what to do; never a secret's value
 */
public record Problem(String file, int line, int column, String key, String message) {
  /** {@code file:line:column: key: message}, as compilers write it. */
  @Override
  public String toString() {
    return file
        + (line == 0 ? "" : ":" + line + ":" + column)
        + ": "
        + (key.isEmpty() ? "" : key + ": ")
        + message;
  }
}
