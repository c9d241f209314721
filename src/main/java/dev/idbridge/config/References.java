package dev.idbridge.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ${env:X}}, {@code ${file:/path}} and {@code ${cred:name}} (systemd credentials)
 * inside a value. Files are read at each call, so that a rotated secret is seen. Thread-safe.
 */
final class References {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}");
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private final Map<String, String> variables;

  References(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** Names the reference and what to do; never what was found behind it. */
  static final class Unresolved extends Exception {
    private static final long serialVersionUID = 1;

    Unresolved(String message) {
      super(message);
    }
  }

  /**
   * The value with every reference replaced.
   *
   * @throws Unresolved when one leads nowhere
   */
  String resolve(String value) throws Unresolved {
    Matcher matcher = REFERENCE.matcher(value);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(one(matcher.group(1))));
    }
    return matcher.appendTail(resolved).toString();
  }

  private String one(String reference) throws Unresolved {
    String shown = "'${" + reference + "}' ";
    int colon = reference.indexOf(':');
    String name = reference.substring(colon + 1);
    String found =
        switch (colon < 0 ? "" : reference.substring(0, colon)) {
          case "env" -> variable(name, shown);
          case "file" -> file(Path.of(name), shown);
          case "cred" -> credential(name, shown);
          default ->
              throw new Unresolved(
                  shown + "is no reference; write ${env:NAME}, ${file:/path} or ${cred:name}");
        };
    if (found.isEmpty()) {
      throw new Unresolved(shown + "leads to an empty value");
    }
    return found;
  }

  private String variable(String name, String shown) throws Unresolved {
    @Nullable String value = variables.get(name);
    if (value == null) {
      throw new Unresolved(shown + "is not set; set the environment variable " + name);
    }
    return value;
  }

  private String credential(String name, String shown) throws Unresolved {
    String folder = variables.get(CREDENTIALS);
    if (folder == null) {
      throw new Unresolved(
          shown
              + "needs systemd credentials, and $"
              + CREDENTIALS
              + " is not set; add LoadCredential="
              + name
              + ":/path to the unit");
    }
    if (name.isEmpty() || name.contains("/") || name.equals("..")) {
      throw new Unresolved(shown + "must be a plain name");
    }
    return file(Path.of(folder, name), shown);
  }

  private static String file(Path path, String shown) throws Unresolved {
    if (!path.isAbsolute()) {
      throw new Unresolved(shown + "must name an absolute path");
    }
    try {
      return Files.readString(path).strip();
    } catch (IOException e) {
      throw new Unresolved(
          shown + "cannot be read (" + e.getClass().getSimpleName() + "); check path and mode");
    }
  }
}
